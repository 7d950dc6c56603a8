"""The in-tray of a secretary with 500 open views of the people: CPU milliseconds of the web process and the database.

A township is played by `xiaozu demo`, then served by the box; in the first branch so many views wait for its secretary,
who asks for each page over one kept connection.
"""

import http.client
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from bench import pages

GROUPS, OPEN = 10, 500
PAGES = {
    "views of the branch": "/activities/concerns",
    "those to be taken up": "/activities/concerns?show=passed",
    "note one": "/activities/concerns/new",
    "desk of the secretary": "/activities/todos",
}

# Two in three wait to be taken up, the others to be answered; each has its to-do, as every view that goes on.
VIEWS = """
    with branch as (select p.unit_id as id from office.account a join office.post p on p.person_id = a.person_id
      where a.login = 'secretary' and p.kind = 'secretary' limit 1),
    grp as (select u.id, u.branch_id, u.township_id, row_number() over (order by u.id) as n, count(*) over () as whole
      from office.unit u join branch on u.branch_id = branch.id where u.kind = 'group' and u.dissolved_on is null),
    noted as (insert into activities.concern (unit_id, township_id, number, stage, holder_unit, holder_post, opened_on,
        due_on, kind, said, noted_by, passed_on, pass_due)
      select grp.id, grp.township_id, 'bench:' || i, case i %% 3 when 0 then 'accepted' else 'passed' end,
        grp.branch_id, 'secretary', office.today() - i %% 20, office.today() + i %% 15 - 3,
        (array['road', 'environment', 'farming', 'relief'])[1 + i %% 4], '第' || i || '段水渠水太小，要清一清。', null,
        office.today() - i %% 20, office.today()
      from generate_series(1, %(rows)s::int) i join grp on grp.n = i %% grp.whole + 1 returning *),
    held as (insert into activities.concern_holding (matter_id, unit_id, holder_unit, holder_post, came, starts_on)
      select id, unit_id, holder_unit, holder_post, 'handed_on', opened_on from noted)
    insert into office.todo (kind, subject, unit_id, township_id, post, since, due_on, provisional)
    select case stage when 'passed' then 'activities.concern_accept' else 'activities.concern_answer' end,
      'concern:' || id, holder_unit, township_id, holder_post, office.now(), due_on, false from noted"""


def measure(groups=GROUPS):
    """A row a page: its name, bytes, and milliseconds of CPU of web and database, the least of some rounds."""
    from deploy.box import box

    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        command = [sys.executable, "-m", "deploy.cli", "demo", "--groups", str(groups), "--exit", "--json"]
        subprocess.run([*command, "--data", str(data)], check=True, stdout=subprocess.DEVNULL)
        with box(data, web=True, say=lambda _: None) as found:
            cookie = pages.sitting_of("secretary")
            with psycopg.connect(found.migrate_database_url, autocommit=True) as connection:
                connection.execute(VIEWS, {"rows": OPEN})
            pages.rest(found)
            address = urlsplit(found.url)
            with closing(http.client.HTTPConnection(address.hostname, address.port)) as line:
                rows = pages.rounds(line, PAGES, cookie, found.pids)
            return {"groups": groups, "open": OPEN, "cpu_ms_bound": pages.CPU_MS_MAX, "pages": rows}


def table(row):
    """For people."""
    return pages.shown(f"Pages of a secretary with {row['open']} open views, CPU ms a page", row["pages"])
