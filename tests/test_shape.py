"""The laws of the house that a linter cannot say."""

import ast
import inspect
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from fastapi.routing import iter_route_contexts
from sqlalchemy import Row, create_engine

from deploy.houses import load
from shared import audit, events, work
from shared.db import Base
from shared.moves import Machine
from shared.settings import SERVICES
from shared.web import Anybody, transaction, whoever
from shared.web.pages import SIGNED
from tests.servers import Database

ROOT = Path(__file__).parent.parent
LINES_A_FUNCTION = 40
LINES_A_FILE = 400
# alembic's own table; the clock, which only SQL reads; an index on an expression, which PostgreSQL writes its own way
# The last are read by the version before and by nothing else: the next version drops them.
NOT_COMPARED = {"alembic_version", "clock", "delivery_ready_idx", "unit_name_key"} | {"quota_case_id"}
# Without a signed-in person.
OPEN_ROUTES = {("POST", "/sittings"), ("GET", "/health"), ("GET", "/docs")}
OPEN_PAGES = {"/sign-in", "/sign-in/passkey", "/privacy", "/setup", "/setup/codes"}
OPEN_PAGES |= {"/sign-in/with/{provider_id:int}", "/sign-in/with/back/{by}"}  # on the way to a provider and back
OPEN_PAGES |= {"/count-slip", "/count-slip/codes", "/count-slip/counts"}  # of whoever has a slip, as long as it is good
OPEN_ROUTES |= {("POST", "/sittings/passkeys"), ("POST", "/sittings/passkeys/options")}


def sources(*folders: str) -> list[Path]:
    found = [file for folder in folders for file in (ROOT / folder).rglob("*.py")]
    return sorted(file for file in found if "migrations" not in file.parts and ".venv" not in file.parts)


def room_of(file: Path) -> str:
    """The room of a topic that a file belongs to: services/<service>/<topic>/<room>[.py|/…]."""
    parts = file.relative_to(ROOT / "services").parts
    return parts[2].removesuffix(".py") if len(parts) > 2 else parts[-1].removesuffix(".py")


def offences(pattern: str, files: list[Path]) -> list[str]:
    wanted = re.compile(pattern)
    return [
        f"{file.relative_to(ROOT)}:{number}: {line.strip()}"
        for file in files
        for number, line in enumerate(file.read_text().splitlines(), start=1)
        if wanted.search(line)
    ]


def test_no_house_commits_delays_or_looks_at_the_clock_itself():
    assert not offences(
        r"\.commit\(|\.delay\(|apply_async|datetime\.now\(|date\.today\(|time\.time\(", sources("services")
    )


def test_no_column_is_named_as_a_method_of_rows():
    """`row.count` would be the method, whatever the column holds; shared/waiting reads its rows as mappings."""
    files = [file for file in sources("services", "shared", "deploy", "bench") if file.name != "waiting.py"]
    methods = [name for name in dir(Row) if not name.startswith("_") and len(name) > 1]
    either = "|".join(methods)

    assert {"count", "index"} <= {*methods}
    assert not offences(rf"label\(\"({either})\"\)|\bas ({either})\b", files)
    assert not [str(each) for table in Base.metadata.tables.values() for each in table.c if each.name in methods]


def test_a_select_stands_only_in_queries():
    files = [file for file in sources("services") if room_of(file) not in ("queries", "models")]

    assert not offences(r"(?<![\w.])select\(|session\.get\(|session\.query\(", files)


def test_functions_and_files_stay_short():
    long = []
    for file in sources("services", "shared", "deploy"):
        text = file.read_text()
        if text.count("\n") > LINES_A_FILE:
            long.append(f"{file.relative_to(ROOT)}: {text.count(chr(10))} lines")
        long += [
            f"{file.relative_to(ROOT)}:{node.lineno}: {node.name}"
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= LINES_A_FUNCTION
        ]

    assert not long


def test_nothing_is_asynchronous_but_the_frame_of_the_web():
    frames = [ROOT / f"shared/web/{name}.py" for name in ("frame", "page_frame", "bodies", "inside")]
    files = [file for file in sources("services", "shared", "deploy") if file not in frames]

    assert not offences(r"^\s*async def|\bawait\b", files)


def test_nobody_speaks_to_a_registry_or_names_a_machine():
    files = [*sources("services", "shared", "deploy", "tests", "bench"), ROOT / "Makefile", ROOT / "README.md"]
    files = [file for file in files if file != Path(__file__)]

    assert not offences(
        r"https?://[\w.-]*(pypi|pythonhosted|npmjs|debian|jsdelivr|unpkg|cdnjs)|[\"' (=]/(work|root|home)/\w", files
    )


@pytest.mark.parametrize("service", SERVICES)
def test_every_route_wants_a_signed_in_person_but_for_a_short_list(service: str):
    load(SERVICES)
    from shared.web import service_app

    app = service_app(service, service, import_module(f"services.{service}.app").doors)

    # Included routers are not flattened: app.routes alone would show none of their routes.
    found = [route for route in iter_route_contexts(app.routes) if getattr(route, "dependant", None)]
    asked = {(method, route.path): wants_somebody(route.dependant) for route in found for method in route.methods or ()}
    assert len(asked) > len(OPEN_ROUTES) + 3
    assert {place for place, wants in asked.items() if not wants} == OPEN_ROUTES


def wants_somebody(dependant) -> bool:
    return dependant.call in (whoever, transaction) or any(wants_somebody(inner) for inner in dependant.dependencies)


def given_somebody(route) -> bool:
    """Whether a page is given who asks, or what is made only for him; FastAPI does not see these parameters."""
    kinds = inspect.get_annotations(inspect.unwrap(route.endpoint), eval_str=True).values()
    return any(kind in (*SIGNED, Anybody) for kind in kinds)


def templates() -> list[Path]:
    return sorted(file for folder in ("services", "shared") for file in (ROOT / folder).rglob("templates/**/*.html"))


def test_templates_hold_no_script_no_style_and_no_form_that_the_macros_did_not_open():
    assert templates()

    # The policy of the pages would stop the first two; a form without its macro would lack its token.
    assert not offences(r"<script(?! type=.module. src)|<style|\sstyle=|\son\w+=|javascript:", templates())
    assert not offences(r"method=.post", [file for file in templates() if file.name != "macros.html"])
    assert not offences(r"(src|href|action)=.(https?:)?//", templates())
    assert not offences(r"\|\s*safe\b", templates())
    # Hidden fields of every form are called so: a field of the same name would be taken for one of them.
    assert not offences(r"(?<!text)\(\"(form|key|back)\",", templates())


@pytest.mark.parametrize("service", SERVICES)
def test_every_page_wants_a_signed_in_person_but_for_a_short_list(service: str):
    load(SERVICES)
    from deploy.web import office_app
    from shared.web import page_app

    for app in (page_app(service, import_module(f"services.{service}.app").pages), office_app((service,))):
        found = [route for route in iter_route_contexts(app.routes) if getattr(route, "dependant", None)]
        open_to_all = {route.path for route in found if not (wants_somebody(route.dependant) or given_somebody(route))}
        assert open_to_all <= OPEN_PAGES, open_to_all


def test_what_a_form_leads_to_stands_at_an_address_but_for_what_is_shown_once():
    load(SERVICES)
    from shared.web import Html, page_app

    at_once = set()
    for service in SERVICES:
        app = page_app(service, import_module(f"services.{service}.app").pages)
        for route in iter_route_contexts(app.routes):
            if "POST" in (getattr(route, "methods", None) or ()):
                answers = inspect.get_annotations(inspect.unwrap(route.endpoint), eval_str=True)["return"]
                at_once |= {route.path} if answers is Html else set()

    # A number in full, a first password, the word on a slip: whoever comes back to it should not find it again.
    person, act = "/register/people/{person_id}", "/register/officers/acts/{officer_act_id}"
    unit = "/register/units/{unit_id}"
    once = {
        f"{unit}/accounts",
        f"{unit}/sheets",
        f"{person}/numbers",
        "/register/care/{care_id}/numbers",
        f"{person}/accounts",
        f"{person}/first-passwords",
        f"{act}/first-passwords",
        "/ballots/{ballot_id}/slips",
    }
    assert at_once == once


def test_a_file_leaves_the_house_only_by_the_door_that_asks_who_took_it():
    """`taken` refuses where nothing says so (test_audit_answers); what names nobody is given by `download`."""
    given = offences(r"^from shared\.web\.files import .*\b(download|file_answer)\b", sources("services"))

    assert not offences(r"(?<![\w.])(File|Streaming|JSON|PlainText)?Response\(", sources("services"))
    assert {each.split(":")[0] for each in given} == {"services/activities/papers/pages.py"}  # tables to be filled in


def test_every_fact_is_heard_by_each_service_that_the_catalogue_names():
    load(SERVICES)

    named = {(service, name) for name, fact in events.CATALOGUE.items() for service in fact.heard_by}
    assert set(audit.EARS) == named


def test_every_piece_of_work_belongs_to_a_service():
    load(SERVICES)

    assert {task.service for task in work.TASKS.values()} <= set(SERVICES)
    assert {f"{service}.hear" for service in SERVICES if any(service == ear for ear, _ in audit.EARS)} <= set(
        work.TASKS
    )


def test_the_work_of_every_topic_is_registered_without_loading_the_web():
    load_work = "from deploy.houses import load; from shared.settings import SERVICES; load(SERVICES)"
    code = f"import sys; {load_work}; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    modules = set(loaded.stdout.split())
    expected = {
        ".".join(file.relative_to(ROOT).with_suffix("").parts) for file in sources("services") if is_tasks(file)
    }
    assert expected - modules == set()
    assert modules & {"shared.web", "fastapi", "starlette", "uvicorn", "typst", "docx", "xlsxwriter"} == set()


def is_tasks(file: Path) -> bool:
    return room_of(file) == "tasks" and file.stem != "__init__"


def machines() -> list[Machine]:
    load(SERVICES)
    found = {}
    for file in sources("services"):
        if room_of(file) == "rules":
            module = import_module(".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"))
            found |= {id(value): value for value in vars(module).values() if isinstance(value, Machine)}
    return list(found.values())


def test_every_stage_can_be_reached_and_every_one_but_the_last_left():
    assert machines()

    for machine in machines():
        reached, frontier = {str(machine.start)}, {str(machine.start)}
        while frontier:
            frontier = {str(move.to) for (at, _), move in machine.moves.items() if at in frontier} - reached
            reached |= frontier
        left = {str(at) for at, _ in machine.moves}
        stages = {str(stage) for stage in type(machine.start)}
        assert reached == stages, machine.name
        assert stages - left, machine.name


def test_the_diagrams_of_the_readme_are_made_from_the_tables_of_moves():
    readme = (ROOT / "README.md").read_text()

    for machine in machines():
        assert machine.mermaid() in readme, machine.name


def test_models_and_migrations_agree(office: Database):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    for service in SERVICES:
        import_module(f"services.{service}.job")
    for file in sorted((ROOT / "services").glob("*/*/models.py")):
        import_module(".".join(file.relative_to(ROOT).with_suffix("").parts))
    schemas = ("office", *SERVICES)
    engine = create_engine(office.owner_url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "include_schemas": True,
                "include_name": lambda name, kind, parents: name in schemas if kind == "schema" else True,
                "include_object": lambda thing, name, kind, reflected, compared: name not in NOT_COMPARED,
            },
        )
        differences = compare_metadata(context, Base.metadata)
    engine.dispose()

    assert [str(each) for each in differences] == []
