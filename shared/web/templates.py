"""The templates: where they stand, and the words that every one of them knows."""

import hashlib
import re
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from shared.clock import OFFICE_ZONE

SHARED = Path(__file__).parent.parent
STATIC, TEMPLATES = SHARED / "static", SHARED / "templates"
BRANCH_AND_GROUP = re.compile("(.{0,120}支部(?:委员会)?)(.+)", re.DOTALL)


@lru_cache(maxsize=8)
def environment(folders: tuple[Path, ...]) -> Environment:
    """The templates of these folders and of the frame, compiled once a process; whatever is shown is escaped."""
    made = Environment(
        loader=FileSystemLoader([TEMPLATES, *folders]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters |= {"zip": zip, "date": long_date, "day": short_date, "moment": moment, "points": points}
    made.filters |= {"unit": unit, "until": until}
    made.globals |= {"static": static}
    return made


def templates_of(module_file: str | None) -> Path:
    """Where the templates of a service stand: beside its app."""
    return Path(module_file or "").parent / "templates"


def environment_of(request: Request) -> Environment:
    """The templates of the application that answers."""
    found: Environment = request.app.state.templates
    return found


def long_date(day: date | None) -> str:
    """`2025年12月8日`."""
    return f"{day.year}年{day.month}月{day.day}日" if day else "—"


def short_date(day: date | None) -> str:
    """`12月8日`."""
    return f"{day.month}月{day.day}日" if day else "—"


def moment(at: datetime | None) -> str:
    """`2025年12月8日 09:30`, by the clock on the office's wall."""
    if at is None:
        return "—"
    here = at.astimezone(OFFICE_ZONE)
    return f"{long_date(here.date())} {here:%H:%M}"


def until(span: Any) -> str:  # noqa: ANN401  whatever has two days
    """The last day of a span as people say it: `ends_on` is the first that is no longer held."""
    if span.ends_on is None:
        return "至今"
    return long_date(span.ends_on - timedelta(days=1)) if span.ends_on > span.starts_on else "没有生效"


def points(hundredths: int | None) -> str:
    """Hundredths of a point as people write them: 8750 is `87.5`."""
    if hundredths is None:
        return "—"
    whole, rest = divmod(abs(hundredths), 100)
    fraction = f".{rest:02}".rstrip("0").rstrip(".")
    return ("-" if hundredths < 0 else "") + f"{whole}{fraction}"


def unit(whole_name: str) -> str:
    """The whole name of a group, which a narrow column breaks between branch and group, and nowhere else."""
    parts = BRANCH_AND_GROUP.fullmatch(whole_name)
    return (
        Markup('<span class="unit">{}</span><span class="unit">{}</span>').format(*parts.groups())
        if parts
        else whole_name
    )


@lru_cache(maxsize=64)
def static(name: str) -> str:
    """The address of a file of ours; it changes with the content, so that browsers may keep it for good."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"
