"""The last evening of the year: 200 leaders write their December up at once, at the pages, in a township of 500 groups.

Each opens the form, takes the roll as it comes, hands the meeting in and reads the page that it leads to, three times
over, without a pause; every tenth taps the button twice. How long each request took, by the clock of whoever waits;
what failed; and whether every record is there, once. They and the machine that serves them share its cores.
"""

import http.client
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from statistics import quantiles
from urllib.parse import urlencode

import psycopg
from lxml import html
from rich.table import Table

from bench import waiting
from bench.box import Box
from bench.meter import cpu_of
from bench.seed import YEAR, Town, seed
from deploy.embedded.children import kept_port

GROUPS, PEOPLE, MEMBERS = 500, 200, 15
KINDS = ("study", "group_meeting", "theme_day")
EVENING = f"{YEAR}-12-31 20:00+08"
TWICE_EVERY = 10
TOPIC = "学习年度总结"
START_SECONDS, PATIENCE_SECONDS = 60, 120

# A leader and fourteen more of each group.
ROLL = """
with more as (
  insert into office.person (id, unit_id, name, pinyin)
  select 50000000 + u.id * 20 + n, u.id, '党员' || n, 'dangyuan' from office.unit u, generate_series(1, %(more)s::int) n
  where u.kind = 'group' returning id, unit_id)
insert into office.membership (person_id, unit_id, kind, starts_on)
select id, unit_id, 'full', date '2020-01-01' from more
union all select id, unit_id, 'full', date '2020-01-01' from office.person where id = unit_id and id > 1000000"""
WRITTEN = """
    select count(*), count(distinct (group_id, kind)), count(*) filter (where stage = 'submitted'),
      coalesce(sum(present), 0) from activities.activity where topic = %s"""
OPEN = "select count(*) from {service}.job where state = 'ready' and due_at <= office.now()"


class Person(threading.Thread):
    """One leader at his telephone."""

    def __init__(self, port, number, group, token, all_there):
        super().__init__(daemon=True)
        self.line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
        self.number, self.group, self.all_there = number, group, all_there
        self.headers = {"Cookie": f"__Host-sid={token}", "Sec-Fetch-Site": "same-origin"}
        self.took, self.errors = [], []

    def run(self):
        self.all_there.wait()
        for kind in KINDS:
            try:
                self._write_up(kind)
            except (OSError, http.client.HTTPException, ValueError) as error:
                self.errors.append(f"{type(error).__name__}: {error}")

    def _write_up(self, kind):
        """Open, fill in, hand in, read what it leads to."""
        page = html.fromstring(self._asked("form", "GET", f"/activities/records/new?group_id={self.group}&kind={kind}"))
        form = next(form for form in page.forms if form.get("id") == "write")
        typed = {"kind": kind, "topic": TOPIC, "place": "党员活动室", "held_on": EVENING[:10], "minutes": "60"}
        fields = [pair for pair in form.form_values() if pair[0] not in typed]
        body = urlencode([*fields, *typed.items(), ("submitted", "1")])
        for _ in range(1 + (self.number % TWICE_EVERY == 0)):
            leads = self._asked("hand in", "POST", form.action, body)
        self._asked("read", "GET", leads)

    def _asked(self, name, method, path, body=None):
        """The page, or where it leads; anything but these is an error."""
        headers = self.headers | ({"Content-Type": "application/x-www-form-urlencoded"} if body else {})
        began = time.monotonic()
        self.line.request(method, path, body, headers)
        answer = self.line.getresponse()
        said = answer.read()
        self.took.append((name, time.monotonic() - began))
        if answer.status != (303 if body else 200):
            raise ValueError(f"{path}: {answer.status} {said[:200].decode(errors='replace')}")
        return answer.headers["Location"] if body else said


def measure():
    """The evening, in a process of its own: settings are read once."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "row.json"
        subprocess.run([sys.executable, "-m", "bench.evening", str(out)], check=True)
        return json.loads(out.read_text())


def main(out):
    """Serve, write, wait for what follows, count."""
    with Box() as box:
        os.environ.update(box.environment)
        prepare(box)
        port = kept_port(box.folder / "web.port")
        programs = {
            "web": box.program("deploy.web", "--port", str(port)),
            "worker": box.program("deploy.worker", "--concurrency", "1"),
            "sweep": box.program("deploy.sweep"),
        }
        waiting.until(lambda: answers(port), seconds=START_SECONDS, what=box.said("deploy.web"))
        everybody = sat_down(port)
        box.rest()
        pids = {name: child.pid for name, child in programs.items()} | {"postgres": box.postgres.pid}
        before = {name: cpu_of([pid]) for name, pid in pids.items()}
        wall = written_up(everybody)
        waiting.until(lambda: rests(box), seconds=PATIENCE_SECONDS, what=box.said("deploy.worker"), pause=0.5)
        spent = {name: round(cpu_of([pid]) - before[name], 2) for name, pid in pids.items()}
        Path(out).write_text(json.dumps(counted(box, everybody) | {"wall_s": round(wall, 1), "cpu_s": spent}))
        for child in programs.values():
            child.stop()


def prepare(box):
    """A township of fifteen members a group, on the last evening of its year."""
    with box.connect() as connection:
        connection.execute("update office.clock set shift = %s::timestamptz - now(), movable = true", [EVENING])
        seed(connection, Town(GROUPS))
        connection.execute(ROLL, {"more": MEMBERS - 1})


def answers(port):
    """Whether the web is up."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        line.request("GET", "/health")
        return line.getresponse().status == 200
    except OSError:
        return False
    finally:
        line.close()


def sat_down(port):
    """The first so many leaders, signed in already."""
    from shared import clock
    from shared.access import sittings
    from shared.db import unit
    from shared.people import Account

    all_there, town = threading.Event(), Town(GROUPS)
    with unit("activities") as session:
        now, found = clock.now(session), []
        for number in range(1, PEOPLE + 1):
            group = town.base + 1_000_000 + number
            account = Account(person_id=group, login=f"leader{number}", password_hash="", first_password=False)
            session.add(account)
            session.flush()
            how = {"awaits": None, "device": "bench", "proved_at": now, "strong": True}
            token = sittings.open_sitting(session, account.id, **how)
            found.append(Person(port, number, group, token, all_there))
    return found


def written_up(everybody):
    """All at once; returns how long until the last had ended."""
    for person in everybody:
        person.start()
    began = time.monotonic()
    everybody[0].all_there.set()
    for person in everybody:
        person.join()
    return time.monotonic() - began


def rests(box):
    """Whether all that follows from it is done."""
    with box.connect() as connection:
        asked = (connection.execute(OPEN.format(service=each)) for each in ("activities", "assessment", "notify"))
        return not any(each.fetchone()[0] for each in asked)


def counted(box, everybody):
    """Seconds by kind of request, what failed, and what is there."""
    with psycopg.connect(box.owner_url) as connection:
        records, different, submitted, present = connection.execute(WRITTEN, [TOPIC]).fetchone()
    wanted = PEOPLE * len(KINDS)
    errors = [error for person in everybody for error in person.errors]
    return {
        "groups": GROUPS,
        "people": PEOPLE,
        "records": wanted,
        "lost": wanted - different,
        "twice": records - different,
        "half_done": records - submitted,
        "roll_wrong": wanted * MEMBERS - int(present),
        "errors": len(errors),
        "said": sorted(set(errors))[:5],
        "requests": [times(everybody, name) for name in ("form", "hand in", "read")],
    }


def times(everybody, name):
    """One kind of request."""
    took = [seconds for person in everybody for each, seconds in person.took if each == name]
    hundredths = quantiles(took, n=100) if len(took) > 1 else [0.0] * 99
    p50, p99 = round(hundredths[49], 2), round(hundredths[98], 2)
    return {"request": name, "count": len(took), "p50_s": p50, "p99_s": p99, "max_s": round(max(took, default=0), 2)}


def table(row):
    """For people."""
    cpu = ", ".join(f"{name} {seconds:.1f}" for name, seconds in row["cpu_s"].items())
    title = f"{row['people']} people write {row['records']} meetings up at once, {row['groups']} groups: "
    title += f"{row['errors']} errors, {row['lost']} lost, {row['twice']} twice; {row['wall_s']} s; CPU s: {cpu}"
    shown = Table(title=title, title_justify="left")
    shown.add_column("request")
    for name in ("count", "p50 s", "p99 s", "max s"):
        shown.add_column(name, justify="right")
    for each in row["requests"]:
        shown.add_row(each["request"], *(str(each[name]) for name in ("count", "p50_s", "p99_s", "max_s")))
    return shown


if __name__ == "__main__":
    main(sys.argv[1])
