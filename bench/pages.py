"""What a page costs: CPU milliseconds of the web process and of the database, in a township of 200 groups.

A township is played by `xiaozu demo`, then served by the box; each page is asked for in turn, over one kept
connection, as the organiser who is signed in.
"""

import http.client
import subprocess
import sys
import tempfile
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from rich.table import Table

from bench.meter import cpu_of

GROUPS, WARM, TURNS, ROUNDS = 200, 5, 40, 3
WAITING = 2000  # open to-dos of the township
CPU_MS_MAX = 15
PAGES = {
    "desk of the organiser": "/activities/todos",
    "heat map of the township": "/activities/duties",
    "rating board": "/assessment/cycles/{cycle}/board",
    "timeline of the year": "/assessment/cycles/{cycle}",
    "a leader's case": "/assessment/cases/{case}",
    "inbox": "/notify/",
    "records of the year": "/activities/records",
    "list of a 换届": "/assessment/choosings",
}


def measure(groups=GROUPS):
    """A row a page: its name, bytes, and milliseconds of CPU of web and database, the least of some rounds."""
    from deploy.box import box

    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        command = [sys.executable, "-m", "deploy.cli", "demo", "--groups", str(groups), "--exit", "--json"]
        subprocess.run([*command, "--data", str(data)], check=True, stdout=subprocess.DEVNULL)
        with box(data, web=True, say=lambda _: None) as found:
            cookie, ids = signed_in()
            let_wait(found)
            let_choose()
            rest(found)
            return {"groups": groups, "cpu_ms_bound": CPU_MS_MAX, "pages": pages_of(found, cookie, ids)}


def let_wait(found):
    """So much waits in the township as in a busy week of a year's end, for its secretaries, leaders and organisers."""
    with psycopg.connect(found.migrate_database_url, autocommit=True) as connection:
        connection.execute(OPEN_TODOS, {"rows": WAITING})


OPEN_TODOS = """
    with grp as (select id, township_id, row_number() over (order by id) as n, count(*) over () as whole
                 from office.unit where kind = 'group' and dissolved_on is null)
    insert into office.todo (kind, subject, unit_id, township_id, post, since, due_on, provisional)
    select kind, 'bench:' || i, grp.id, grp.township_id, post, office.now(),
      case when i % 3 = 0 then office.today() + i % 40 - 10 end, false
    from generate_series(1, %(rows)s::int) i join grp on grp.n = i % grp.whole + 1
    join (values (0, 'activities.confirm', 'secretary'), (1, 'activities.mend', 'leader'),
      (2, 'assessment.nominate', 'secretary'), (3, 'assessment.plan', 'secretary'),
      (4, 'assessment.review', 'organiser')) as kinds (at, kind, post) on kinds.at = i % 5"""


def let_choose():
    """A 换届 of the whole township: a choosing of every leader goes on."""
    from sqlalchemy import text

    from services.assessment.choosings import actions
    from services.assessment.choosings.schemas import Renewal
    from shared import clock, db
    from shared.access import console
    from shared.roles import Role

    with db.unit("assessment") as session:
        ((township, branches),) = session.execute(text(BRANCHES))
        due_on = clock.today(session) + timedelta(days=60)
    organiser = console(Role.ORGANISER, unit_id=township)
    with db.unit("assessment", organiser) as session:
        actions.renew(session, organiser, Renewal(branch_ids=branches, due_on=due_on))


BRANCHES = """select township_id, array_agg(id) from office.unit
    where kind = 'branch' and dissolved_on is null group by township_id order by count(*) desc limit 1"""


def rest(found):
    """What the server does by itself within a minute, now: it plans by figures that it knows."""
    with psycopg.connect(found.migrate_database_url, autocommit=True) as connection:
        connection.execute("vacuum analyze")


def pages_of(found, cookie, ids):
    """Each page in turn, several rounds."""
    address = urlsplit(found.url)
    with closing(http.client.HTTPConnection(address.hostname, address.port)) as line:
        return rounds(line, {name: path.format(**ids) for name, path in PAGES.items()}, cookie, found.pids)


def rounds(line, paths, cookie, pids):
    """Some pages by their names and paths, one after the other and again; a row each."""
    rows = {name: page(line, path, cookie, pids) for name, path in paths.items()}
    for _ in range(ROUNDS - 1):
        for name, path in paths.items():
            rows[name] = least(rows[name], page(line, path, cookie, pids))
    return [{"page": name, **row} for name, row in rows.items()]


def least(before, again):
    """The smaller of each figure: what is above it was the machine's other work."""
    return {name: min(before[name], again[name]) for name in before}


def page(line, path, cookie, pids):
    """One page, asked for again and again."""
    sent = [ask(line, path, cookie) for _ in range(WARM)][-1]
    before = {name: cpu_of([pids[name]]) for name in ("web", "postgres")}
    for _ in range(TURNS):
        ask(line, path, cookie)
    spent = {name: (cpu_of([pids[name]]) - before[name]) * 1000 / TURNS for name in before}
    return {"bytes": sent, "web_ms": round(spent["web"], 2), "database_ms": round(spent["postgres"], 2)}


def ask(line, path, cookie):
    """One request, as a browser that reads gzip; returns the bytes that came."""
    line.request("GET", path, headers={"Cookie": f"__Host-sid={cookie}", "Accept-Encoding": "gzip"})
    answer = line.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{path}: {answer.status}")
    return len(body)


def signed_in():
    """The organiser's sitting, and a cycle and a case of his township to look at."""
    from sqlalchemy import text

    from shared import db

    token = sitting_of("organiser")
    with db.unit("assessment") as session:
        cycle = session.scalar(text("select max(id) from assessment.cycle"))
        case = session.scalar(
            text("select max(id) from assessment.leader_case where cycle_id = :cycle"), {"cycle": cycle}
        )
    return token, {"cycle": cycle, "case": case}


def sitting_of(login):
    """The sitting of somebody who has just chosen a password."""
    from sqlalchemy import text

    from shared import access, db

    with db.unit("activities") as session:
        account = session.scalar(text("select id from office.account where login = :login"), {"login": login})
        password = access.renew_password(session, account)
    with db.unit("activities") as session:
        actor = access.actor_of(session, access.sign_in(session, login, password))
        return access.choose_password(session, actor, f"{password}, and then some")


def table(row):
    """For people."""
    return shown(f"Pages of a township of {row['groups']} groups, CPU ms a page", row["pages"])


def shown(title, rows):
    """The same figures of any pages."""
    shown = Table(title=title, title_justify="left")
    shown.add_column("page")
    for name in ("web", "database", "bytes, compressed"):
        shown.add_column(name, justify="right")
    for page in rows:
        shown.add_row(page["page"], f"{page['web_ms']:.1f}", f"{page['database_ms']:.1f}", str(page["bytes"]))
    return shown
