"""Every regular expression of the project against text that is bad for it: CPU at 10,000 and 100,000 characters.

A pattern that tries anew from each place, or comes back to where it was, takes a hundred times as long for ten times
the text, and holds the interpreter meanwhile. The worst cases are made from each pattern itself.
"""

import ast
import importlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from re import _constants as sre  # the names of a parsed pattern's parts
from re import _parser
from types import ModuleType

ROOT = Path(__file__).parent.parent
SHORT, LONG = 10_000, 100_000
UNITS_MAX = 60
CALLS = frozenset({"compile", "sub", "subn", "search", "match", "fullmatch", "split", "findall", "finditer"})
STRANGE = ("", "\x00", "(", "一", "1", "。")
"""What may follow, so that what went well so far fails in the end."""
IN_SQL = re.compile(r"~\*?\s{0,3}'([^'\n]{1,200})'")


@dataclass(frozen=True)
class Found:
    """A pattern, and where it stands: `services/…/rules.py:12`."""

    where: str
    pattern: str
    flags: int = 0


# --- every pattern of the project ---


def patterns() -> list[Found]:
    """Every pattern of the project, once."""
    found = {}
    for file in sorted(file for folder in ("services", "shared", "deploy") for file in (ROOT / folder).rglob("*.py")):
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
    yield from (Found(where, each.pattern, each.flags) for each in held)
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
    return str(values[0]), re.compile(*values).flags


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


def units(found: Found) -> list[str]:
    """What its text is made of: samples of every part of it and of every run of its parts, the longest first."""
    tree = _parser.parse(found.pattern, found.flags)
    made = {each for run in _runs(tree) for each in _samples(run)}
    return sorted(made - {""}, key=lambda each: (-len(each), each))[:UNITS_MAX] + list("([（一1 a.@")


def _runs(tree: object) -> Iterator[list]:
    """Every run of parts of the pattern and of what it holds."""
    parts = list(tree)
    for start in range(len(parts)):
        for end in (start + 1, len(parts)):
            yield parts[start:end]
    yield parts[:-1]
    for _, value in parts:
        for inner in _inner(value):
            yield from _runs(inner)


def _inner(value: object) -> Iterator[object]:
    if isinstance(value, _parser.SubPattern):
        yield value
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _inner(each)


def _samples(parts: list) -> list[str]:
    """A text that the parts match, and the same with what may be there left out."""
    return ["".join(_sample(part, full) for part in parts) for full in (True, False)]


def _sample(part: tuple, full: bool) -> str:
    code, value = part
    if code is sre.LITERAL:
        return chr(value)
    if code is sre.NOT_LITERAL:
        return "一" if value != ord("一") else "1"
    if code is sre.ANY:
        return "一"
    if code is sre.IN:
        return _one_of(value)
    if code is sre.BRANCH:
        return _samples(list(value[1][0]))[0 if full else 1]
    if code in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
        least, _, inner = value
        return "".join(_sample(each, full) for each in inner) * max(least, 1 if full else 0)
    if code is sre.SUBPATTERN:
        return "".join(_sample(each, full) for each in value[3])
    if code is sre.ATOMIC_GROUP:
        return "".join(_sample(each, full) for each in value)
    return ""


SHOWN = {sre.CATEGORY_DIGIT: "1", sre.CATEGORY_WORD: "a", sre.CATEGORY_SPACE: " "}


def _one_of(choices: list) -> str:
    code, value = choices[0]
    if code is sre.NEGATE:
        allowed = re.compile(f"[{''.join(re.escape(chr(v)) for c, v in choices[1:] if c is sre.LITERAL)}]")
        return next(each for each in "一1a(（" if not allowed.match(each))
    if code is sre.LITERAL:
        return chr(value)
    if code is sre.RANGE:
        return chr(value[0])
    return SHOWN.get(value, "一")


def texts(found: Found, length: int) -> Iterator[str]:
    """Texts of a length that are bad for it."""
    for unit, end in product(units(found), STRANGE):
        yield (unit * (length // len(unit) + 1))[:length] + end
