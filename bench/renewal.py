"""换届 of one township, opened and filed in two acts, beside its floor: plain inserts of the very rows that it wrote.

The rows of each act are laid aside, taken away, and put back by one connection in one transaction, table by table. A
process of its own: settings are read once.
"""

import json
import os
import subprocess
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path
from statistics import median

from rich.table import Table

from bench.box import Box
from bench.meter import measured
from bench.seed import PEOPLE, POSTS, UNITS, Town, set_noon

GROUPS, WARM, ROUNDS = 10_000, 60, 3
TIMES_MAX = 3
APART = 100_000_000  # between the numbers of two townships
FROM_ON = date(2026, 1, 1)
SINCE = "xmin::text::bigint > %s"
ACTS = ("opened", "filed")
# What either act writes, in an order in which it may be written.
TABLES = (
    *("assessment.choosing", "office.happening", "office.todo", "office.number", "office.number_use"),
    *("assessment.job", "notify.job"),
)

# Beside its leader everybody is a full member of his group, and one more who is to follow him.
MEMBERS = """
with more as (
  insert into office.person (id, unit_id, name, pinyin)
  select id + 50000000, id, '某' || id, 'mou' || id from office.unit where township_id = %(township)s and kind = 'group'
  returning id, unit_id)
insert into office.membership (person_id, unit_id, kind, starts_on)
select id, unit_id, 'full', date '2020-01-01' from more"""
NOMINATED = """
update assessment.choosing set way = 'nominate', stage = 'review', person_id = group_id + 50000000, from_on = %(from)s,
  resolved_on = opened_on, expected = 5, present = 5, in_favour = 5, consent_on = opened_on, conduct = '群众信得过。'
where township_id = %(township)s"""


def measure(groups=GROUPS):
    """The CPU seconds of both acts and of their floors, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "row.json"
        subprocess.run([sys.executable, "-m", "bench.renewal", str(groups), str(out)], check=True)
        return json.loads(out.read_text())


def main(groups, out):
    """Some townships of one size after a small one to warm up; medians."""
    with Box() as box:
        os.environ.update(box.environment)
        rounds = [turn(box, Town(size, base=place * APART)) for place, size in enumerate([WARM, *[groups] * ROUNDS])]
        found = {"groups": groups, "times_bound": TIMES_MAX}
        for act in ACTS:
            ours, floor = ([each[act][which] for each in rounds[1:]] for which in ("ours", "floor"))
            found[act] = {"cpu_s": round(median(ours), 2), "floor_cpu_s": round(median(floor), 2)}
        Path(out).write_text(json.dumps(found))


def turn(box, town):
    """Both acts in one township."""
    connection = box.connect()
    organiser = founded(connection, town)
    box.rest()
    opened = act(box, connection, lambda: open_all(organiser, town))
    choosings = nominated(connection, town)
    box.rest()
    filed = act(box, connection, lambda: file_all(organiser, choosings))
    ((stages, many),) = connection.execute(
        "select array_agg(distinct stage), count(*) from assessment.choosing where township_id = %s", [town.id]
    ).fetchall()
    if (stages, many) != (["filed"], town.groups):
        raise RuntimeError(f"{many} choosings are {stages}")
    return {"opened": opened, "filed": filed}


def open_all(organiser, town):
    """All choosings of a township, in one act."""
    from services.assessment.choosings import actions
    from services.assessment.choosings.schemas import Renewal

    branches = [town.base + 100 + number for number in range(1, town.branches + 1)]
    asked = Renewal(branch_ids=branches, due_on=FROM_ON + timedelta(days=30))
    done(organiser, actions.renew, asked)


def file_all(organiser, choosings):
    """All of them under one number, in one act."""
    from services.assessment.choosings import actions
    from services.assessment.choosings.schemas import FiledTogether

    done(organiser, actions.file_together, FiledTogether(choosing_ids=choosings))


def founded(connection, town):
    """A township in which leaders are chosen, with its organiser."""
    from deploy.houses import load
    from shared import office_settings
    from shared.access import SYSTEM, console
    from shared.db import unit
    from shared.office_settings import Key
    from shared.roles import Role
    from shared.settings import SERVICES
    from shared.systems import SWITCHED

    load(SERVICES)
    set_noon(connection)
    for statement in (UNITS, PEOPLE, POSTS, MEMBERS):
        connection.execute(statement, town.values)
    with unit("activities") as session:
        value = [system.value for system in SWITCHED]
        office_settings.put(session, SYSTEM, town.id, Key.SYSTEMS, value, reason="bench")
    return console(Role.ORGANISER, unit_id=town.id)


def done(organiser, action, asked):
    """One act in a transaction of its own."""
    from shared.db import unit

    with unit("assessment", organiser) as session:
        action(session, organiser, asked)


def act(box, connection, work):
    """CPU seconds of an act, and of putting its rows there plainly."""
    before = connection.execute("select pg_current_xact_id()::text::bigint").fetchone()[0]
    ours = measured(work, [box.postgres.pid])
    rows = {name: rows_since(connection, name, before) for name in TABLES}
    with connection.transaction():
        connection.execute("set local session_replication_role = replica")  # nothing is ever deleted from a history
        for name in reversed(TABLES):
            connection.execute(f"delete from {name} where {SINCE}", [before])
    box.rest()
    floor = measured(lambda: plainly(connection, rows), [box.postgres.pid])
    return {"ours": ours.cpu_s, "floor": floor.cpu_s}


def rows_since(connection, name, before):
    """The columns of a table, and what was written into it since; a document as its text."""
    columns = connection.execute(
        "select attname, atttypid = 'jsonb'::regtype from pg_attribute"
        " where attrelid = %s::regclass and attnum > 0 and not attisdropped",
        [name],
    ).fetchall()
    read = ", ".join(f"{column}::text" if document else column for column, document in columns)
    found = connection.execute(f"select {read} from {name} where {SINCE} order by 1", [before]).fetchall()
    return [column for column, _ in columns], found


def plainly(connection, rows):
    """The same rows, one plain insert each, all of a table in one round trip."""
    with connection.transaction(), connection.cursor() as cursor:
        for name, (columns, values) in rows.items():
            marks = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"insert into {name} ({', '.join(columns)}) values ({marks})", values)


def nominated(connection, town):
    """Every branch has put somebody forward."""
    from services.assessment.choosings.rules import WAITS
    from shared.db import unit
    from shared.todos import Thing
    from shared.waiting import wait

    connection.execute(NOMINATED, {"township": town.id, "from": FROM_ON})
    mine = "select id, group_id from assessment.choosing where township_id = %s order by id"
    rows = connection.execute(mine, [town.id]).fetchall()
    with unit("assessment") as session:
        wait(session, WAITS, "review", [Thing(f"choosing:{each}", group) for each, group in rows], before="draft")
    return [each for each, _ in rows]


def table(row):
    """For people."""
    title = f"换届 of {row['groups']} groups, CPU s (bound: {row['times_bound']} times the floor)"
    shown = Table(title=title, title_justify="left")
    for name in ("act", "CPU s", "floor", "x floor"):
        shown.add_column(name, justify="left" if name == "act" else "right")
    for name in ACTS:
        ours, floor = row[name]["cpu_s"], row[name]["floor_cpu_s"]
        shown.add_row(name, f"{ours:.2f}", f"{floor:.2f}", f"{ours / floor:.2f}")
    return shown


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
