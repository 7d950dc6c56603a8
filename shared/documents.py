"""Documents that people write (rule sets, schemes): YAML in, checked against a shape, refused in Chinese.

Nothing is guessed: a fraction is never a binary float (it arrives as its text), a key stands once, and anchors are
not followed, so that a small file cannot grow into a large one.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from json import dumps
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from shared.errors import Invalid

Shape = TypeVar("Shape", bound=BaseModel)

LARGEST = 200_000
SHOWN_AT_MOST = 5

PROBLEMS: Mapping[str, str] = {
    "missing": "缺少这一项",
    "extra_forbidden": "没有这个项目，请检查拼写",
    "union_tag_invalid": "不认识的类型「{tag}」，可用的有：{expected_tags}",
    "union_tag_not_found": "缺少类型 {discriminator}",
    "literal_error": "只能是 {expected}",
    "enum": "只能是 {expected}",
    "greater_than": "应大于 {gt}",
    "greater_than_equal": "不能小于 {ge}",
    "less_than": "应小于 {lt}",
    "less_than_equal": "不能大于 {le}",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "int_from_float": "应为整数",
    "bool_type": "应为 true 或 false",
    "bool_parsing": "应为 true 或 false",
    "string_type": "应为文字",
    "string_too_short": "不能为空",
    "string_too_long": "文字不能超过 {max_length} 个字符",
    "string_pattern_mismatch": "只能用小写字母和下划线等允许的字符",
    "too_short": "至少要有 {min_length} 项",
    "too_long": "最多 {max_length} 项",
    "list_type": "应为列表",
    "tuple_type": "应为列表",
    "dict_type": "应为一组「名称: 内容」",
    "model_type": "应为一组「名称: 内容」",
    "model_attributes_type": "应为一组「名称: 内容」",
    "date_from_datetime_parsing": "应为日期，如 2025-01-01",
    "date_type": "应为日期，如 2025-01-01",
    "date_parsing": "应为日期，如 2025-01-01",
}


class Unwanted(yaml.MarkedYAMLError):
    """What YAML would allow but a document may not hold, and where it stands."""

    def __init__(self, problem: str, mark: yaml.Mark | None) -> None:
        super().__init__(problem=problem, problem_mark=mark)


class PlainLoader(yaml.SafeLoader):
    """Safe YAML without anchors, doubled keys or binary floats."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """A node; an alias is refused."""
        if self.check_event(yaml.AliasEvent):
            raise Unwanted("不能使用引用（& 和 *）", parent.start_mark if parent else None)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002
        """A mapping; a key that stands twice is refused, for the second would silently win."""
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise Unwanted("名称应为文字", key.start_mark)
            if key.value in seen:
                raise Unwanted(f"「{key.value}」写了两次", key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep=deep)


def as_written(loader: PlainLoader, node: yaml.ScalarNode) -> str:
    """A fraction as its text: 0.1 stays 0.1."""
    return str(loader.construct_scalar(node))


PlainLoader.add_constructor("tag:yaml.org,2002:float", as_written)


def read_document(text: str, shape: type[Shape], *, title: str) -> Shape:
    """The document in its shape, or `Invalid` with the lines and what is wrong there."""
    if len(text) > LARGEST:
        raise Invalid(f"{title}太长：超过 {LARGEST} 个字符。")
    try:
        loader = PlainLoader(text)
        root = loader.get_single_node()
        data = loader.construct_document(root) if root is not None else None
    except (yaml.YAMLError, ValueError, RecursionError) as problem:
        raise Invalid(f"{title}读不懂：{place_of(problem)}。") from problem
    return check_document(data, shape, title=title, root=root)


def check_document(data: object, shape: type[Shape], *, title: str, root: yaml.Node | None = None) -> Shape:
    """Data that came as JSON or out of a table, in its shape, or `Invalid`; `root`: its text as a tree, for lines."""
    try:
        return shape.model_validate(data)
    except ValidationError as wrong:
        raise Invalid(f"{title}有误：{sentences(wrong, root)}。") from wrong


def place_of(problem: Exception) -> str:
    """Where the text stopped making sense, and why."""
    mark = getattr(problem, "problem_mark", None)
    reason = str(problem.problem) if isinstance(problem, Unwanted) else "写法不合 YAML 格式"
    return f"第 {mark.line + 1} 行第 {mark.column + 1} 列，{reason}" if mark else reason


def sentences(wrong: ValidationError, root: yaml.Node | None = None) -> str:
    """What is wrong, place by place, in Chinese."""
    found = [sentence(dict(each), root) for each in wrong.errors(include_url=False)]
    more = f"（还有 {len(found) - SHOWN_AT_MOST} 处）" if len(found) > SHOWN_AT_MOST else ""
    return "；".join(found[:SHOWN_AT_MOST]) + more


def sentence(error: Mapping[str, Any], root: yaml.Node | None = None) -> str:
    """One problem: its line where there is a text, its place, and what is expected there."""
    place = ".".join(str(part + 1) if isinstance(part, int) else str(part) for part in error["loc"])
    said = problem_said(error)
    line = f"第 {line_of(root, error['loc'])} 行，" if root is not None and place else ""
    return f"{line}{place}：{said}" if place else said


def problem_said(error: Mapping[str, Any]) -> str:
    """What is expected there, without the place."""
    known = PROBLEMS.get(error["type"])
    return known.format_map(error.get("ctx", {})) if known else str(error["msg"]).removeprefix("Value error, ")


def line_of(node: yaml.Node, place: tuple[int | str, ...]) -> int:
    """The line of a place in a text; of what holds it where it is missing. A part that only names a shape is passed."""
    for part in place:
        node = _inside(node, part) or node
    return int(node.start_mark.line) + 1


def _inside(node: yaml.Node, part: int | str) -> yaml.Node | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        found: yaml.Node = node.value[part]
        return found
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == part), None)
    return None


def fingerprint(*parts: object) -> str:
    """A stable hash of plain data: the same content, the same 64 hex digits, whatever the order of its keys."""
    text = dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()
