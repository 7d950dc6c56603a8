"""Every regular expression of the project against text that is bad for it: CPU at 10,000 and 100,000 characters.

A pattern that tries anew from each place, or comes back to where it was, takes a hundred times as long for ten times
the text, and holds the interpreter meanwhile. The worst cases are made from each pattern itself.
"""

import ast
import importlib
import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations, product
from pathlib import Path
from re import _constants as sre  # the names of a parsed pattern's parts
from re import _parser
from types import ModuleType
from typing import Any

from rich.table import Table

ROOT = Path(__file__).parent.parent
FOLDERS = ("shared", "services/activities", "services/assessment", "services/notify", "deploy")
SHORT, LONG = 10_000, 100_000
SIFTED, TRIED = 1_500, 3
"""Characters by which the worst texts are found, and how many of them are tried at length."""
UNITS_MAX = 40
SIGNS = ("(", "[（", "一", "1", " ", "a.", "@")
ENDS = ("", "\x00", "\n\x00")
WAYS = ("search", "fullmatch")
IN_CATEGORY = {sre.CATEGORY_DIGIT: "1", sre.CATEGORY_WORD: "a", sre.CATEGORY_SPACE: " "}
CALLS = frozenset({"compile", "sub", "subn", "search", "match", "fullmatch", "split", "findall", "finditer"})
IN_SQL = re.compile(r"~\*?\s{0,3}'([^'\n]{1,200})'")


@dataclass(frozen=True)
class Found:
    """A pattern, and where it stands: `services/…/rules.py:12`."""

    where: str
    pattern: str
    flags: int = 0


# --- every pattern of the project ---


def patterns(*folders: str) -> list[Found]:
    """Every pattern of some folders, once; of the project where none is named."""
    found: dict[tuple[str, int], Found] = {}
    for file in sorted(file for folder in folders or FOLDERS for file in (ROOT / folder).rglob("*.py")):
        if "migrations" not in file.parts:
            for each in patterns_of(file):
                found.setdefault((each.pattern, each.flags), each)
    return list(found.values())


def patterns_of(file: Path) -> Iterator[Found]:
    """The patterns of one file: what is written in it as a pattern, and what its module holds compiled."""
    where, tree = str(file.relative_to(ROOT)), ast.parse(file.read_text())
    written = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and (_compiles(node) or _constrains(node))]
    yield from (Found(where, each) for each in in_sql(tree))
    if not written:
        return
    module = importlib.import_module(".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"))
    held = list(dict.fromkeys(_held(vars(module), 0)))
    yield from (Found(where, *_as_text(each.pattern, each.flags)) for each in held)
    for node in written:
        pattern = _evaluated(node, module)
        if pattern is not None:
            yield Found(f"{where}:{node.lineno}", *pattern)
        elif not held:
            raise LookupError(f"{where}:{node.lineno}: a pattern that is seen by nobody; give it a name in the module")


def _compiles(node: ast.Call) -> bool:
    call = node.func
    return (
        isinstance(call, ast.Attribute)
        and call.attr in CALLS
        and isinstance(call.value, ast.Name)
        and call.value.id == "re"
    )


def _constrains(node: ast.Call) -> bool:
    return any(each.arg == "pattern" for each in node.keywords)


def _evaluated(node: ast.Call, module: ModuleType) -> tuple[str, int] | None:
    """The pattern that a call names, by the names of its module; none where it is made in a loop."""
    written = next((each.value for each in node.keywords if each.arg == "pattern"), node.args[0] if node.args else None)
    flags = next((each for each in node.args[1:] if "re." in ast.unparse(each)), None)
    try:
        values = [_value(each, module) for each in (written, flags) if each is not None]
    except NameError:
        return None
    return _as_text(values[0], re.compile(*values).flags)


def _as_text(pattern: str | bytes, flags: int) -> tuple[str, int]:
    """A pattern over bytes as the same one over text."""
    return (pattern.decode("latin-1"), flags | re.ASCII) if isinstance(pattern, bytes) else (pattern, flags)


def _value(node: ast.expr, module: ModuleType) -> object:
    return eval(compile(ast.Expression(node), "pattern", "eval"), dict(vars(module)))


def _held(thing: object, depth: int) -> Iterator[re.Pattern[str]]:
    """Compiled patterns in the globals of a module, also within lists and plain objects of its own."""
    if isinstance(thing, re.Pattern):
        yield thing
    elif depth < 4 and isinstance(thing, dict):
        for each in thing.values():
            yield from _held(each, depth + 1)
    elif depth < 4 and isinstance(thing, list | tuple | set | frozenset):
        for each in thing:
            yield from _held(each, depth + 1)
    elif depth < 4 and hasattr(thing, "other_tables"):
        yield from _held(thing.other_tables, depth + 1)


def in_sql(tree: ast.AST) -> list[str]:
    """The patterns that stand in SQL."""
    texts = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str))
    return [pattern for text in texts for pattern in IN_SQL.findall(text)]


# --- what is bad for it ---


@dataclass(frozen=True)
class Attack:
    """A text that is bad for a pattern, of any length: a piece again and again, then what makes it fail; and how."""

    unit: str
    end: str
    way: str

    def text(self, length: int) -> str:
        """The text."""
        return (self.unit * (length // len(self.unit) + 1))[:length] + self.end

    def cpu(self, found: Found, length: int) -> float:
        """Seconds of the processor that it costs."""
        compiled, text = re.compile(found.pattern, found.flags), self.text(length)
        began = time.process_time()
        if self.way == "search":
            for _ in compiled.finditer(text):
                pass
        else:
            compiled.fullmatch(text)
        return time.process_time() - began


def attacks(found: Found) -> list[Attack]:
    """The worst for a pattern, the worst first, as a shorter text shows them."""
    tried = [Attack(*each) for each in product(units(found), ENDS, WAYS)]
    return sorted(tried, key=lambda attack: -attack.cpu(found, SIFTED))[:TRIED]


def units(found: Found) -> list[str]:
    """Pieces: samples of every part of the pattern and of every run of its parts, and signs that occur in files."""
    tree = _parser.parse(found.pattern, found.flags)
    made = dict.fromkeys(sample for run in _runs(tree) for sample in _samples(run) if sample)
    return list(dict.fromkeys([*sorted(made, key=len)[:: len(made) // UNITS_MAX + 1], *SIGNS]))


def _runs(tree: Any) -> Iterator[list[Any]]:
    """Every run of parts of the pattern and of what it holds."""
    parts = list(tree)
    for start, end in combinations(range(len(parts) + 1), 2):
        yield parts[start:end]
    for _, value in parts:
        for inner in _inner(value):
            yield from _runs(inner)


def _inner(value: Any) -> Iterator[Any]:
    if isinstance(value, _parser.SubPattern):
        yield value
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _inner(each)


def _samples(parts: Iterable[Any]) -> list[str]:
    """A text that the parts match, and the same with what may be there left out."""
    return ["".join(_sample(part, least) for part in parts) for least in (1, 0)]


def _sample(part: Any, least: int) -> str:
    code, value = part
    if code is sre.LITERAL:
        return chr(value)
    if code is sre.IN:
        return _one_of(value)
    if code in (sre.MAX_REPEAT, sre.MIN_REPEAT):
        return _samples(value[2])[1 - least] * max(value[0], least)
    within = {sre.BRANCH: lambda: value[1][0], sre.SUBPATTERN: lambda: value[3], sre.ASSERT: lambda: value[1]}
    inner = within.get(code)
    if inner:
        return _samples(inner())[1 - least]
    return "一" if code in (sre.ANY, sre.NOT_LITERAL) else ""


def _one_of(choices: list[Any]) -> str:
    """A character of a class."""
    code, value = choices[0]
    if code is sre.NEGATE:
        left_out = {each for kind, each in choices if kind is sre.LITERAL}
        return next(sign for sign in "一1a" if ord(sign) not in left_out)
    if code is sre.CATEGORY:
        return IN_CATEGORY.get(value, "一")
    return chr(value if code is sre.LITERAL else value[0])


# --- the table ---


def measure() -> dict[str, Any]:
    """The slowest text of each pattern: CPU at both lengths, the slowest pattern first."""
    rows = []
    for found in patterns():
        worst = max(attacks(found), key=lambda attack: attack.cpu(found, SHORT))
        short, long = worst.cpu(found, SHORT), worst.cpu(found, LONG)
        rows.append({"where": found.where, "pattern": found.pattern, "short_ms": short * 1000, "long_ms": long * 1000})
    return {"patterns": sorted(rows, key=lambda row: -row["short_ms"])}


def table(found: dict[str, Any]) -> Table:
    """For people."""
    rows = found["patterns"]
    shown = Table(title=f"{len(rows)} patterns, the slowest: CPU ms at {SHORT:,} and {LONG:,} characters")
    for name in ("where", "pattern"):
        shown.add_column(name, no_wrap=True, max_width=60)
    for name in ("ms", "ms at ten times"):
        shown.add_column(name, justify="right")
    for row in rows[:15]:
        shown.add_row(row["where"], row["pattern"], f"{row['short_ms']:.1f}", f"{row['long_ms']:.1f}")
    return shown
