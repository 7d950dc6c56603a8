"""Every day that comes in, to a door, on a form or in an address, is read the same way: a bare number is never one."""

import ast
import inspect
from collections.abc import Iterator
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, get_args

import pytest
from fastapi.routing import iter_route_contexts
from pydantic import BaseModel, TypeAdapter, ValidationError

from deploy.houses import load
from deploy.web import office_app
from shared.settings import SERVICES
from shared.web import page_app, service_app
from tests.test_shape import ROOT, room_of, sources

BARE = (0, 20260201, 1.0, True)


def shapes_in(kind: Any) -> Iterator[type[BaseModel]]:
    """The shapes of which a type is made, at whatever depth."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind
        for field in kind.model_fields.values():
            yield from shapes_in(field.annotation)
    for part in get_args(kind):
        yield from shapes_in(part)


def names_a_day(kind: Any) -> bool:
    return kind is date or any(names_a_day(part) for part in get_args(kind))


def asked_in_addresses_and_bodies() -> Iterator[tuple[str, Any]]:
    """What FastAPI reads of every door and page: where it stands, and its type."""
    load(SERVICES)
    houses = [import_module(f"services.{service}.app") for service in SERVICES]
    apps = [service_app(name, name, house.doors) for name, house in zip(SERVICES, houses, strict=True)]
    apps += [page_app(name, house.pages) for name, house in zip(SERVICES, houses, strict=True)]
    for app in (*apps, office_app(SERVICES)):
        for route in iter_route_contexts(app.routes):
            endpoint = inspect.unwrap(getattr(route, "endpoint", None) or (lambda: None))
            for name, kind in inspect.get_annotations(endpoint, eval_str=True).items():
                if name != "return":
                    yield f"{endpoint.__module__}.{endpoint.__name__}", kind


def asked_on_forms() -> Iterator[tuple[str, type[BaseModel]]]:
    """The shapes that pages read forms by."""
    files = [file for file in sources("services") if room_of(file) == "pages"]
    for file in [*files, *sources("shared/web")]:
        module = import_module(".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"))
        for node in ast.walk(ast.parse(Path(file).read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "read":
                shape = node.args[0].id if node.args and isinstance(node.args[0], ast.Name) else ""
                if isinstance(found := getattr(module, shape, None), type):
                    yield f"{file.name}: {shape}", found


def days() -> dict[str, Any]:
    """Each day that comes in, by its place: its type with all that checks it."""
    found: dict[str, Any] = {}
    for place, kind in (*asked_in_addresses_and_bodies(), *asked_on_forms()):
        shapes = list(shapes_in(kind))
        if names_a_day(kind) and not shapes:
            found[place] = kind
        for shape in shapes:
            for name, field in shape.model_fields.items():
                if names_a_day(field.annotation):
                    found[f"{shape.__name__}.{name}"] = Annotated[field.annotation, *field.metadata, name]
    return found


DAYS = days()


def test_days_come_in_at_doors_on_forms_and_in_addresses():
    assert {"ActivityForm.held_on", "NewActivity.held_on", "Dissolution.on", "AuditFilter.since"} & set(DAYS)
    assert len(DAYS) > 30


@pytest.mark.parametrize("place", DAYS)
def test_a_day_that_comes_in_is_read_as_offices_write_it_and_is_no_number(place: str):
    read = TypeAdapter(DAYS[place]).validate_python

    assert read("２０２６年２月１日") == date(2026, 2, 1)
    for number in BARE:
        with pytest.raises(ValidationError, match="例如2026年2月1日"):
            read(number)


def test_a_door_says_how_a_day_is_written(doors):
    asked = {"group_id": 1, "kind": "study", "topic": "学习", "held_on": 20250301}

    refused = doors.diligent.post("activities/activities", asked, status=422)

    assert "held_on" in refused["fields"]
    assert "例如2026年2月1日" in refused["detail"]
    assert "20250301" not in str(refused)
