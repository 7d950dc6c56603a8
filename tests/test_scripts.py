"""Our scripts run in what villages and offices have: ES2019, as Chromium 78 and Safari 15 speak it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import tree_sitter_javascript
from playwright.sync_api import Page
from tree_sitter import Language, Node, Parser

from tests.browsing import PHONE, Desk

STATIC = Path(__file__).parent.parent / "shared" / "static"
SCRIPTS = sorted(STATIC.glob("*.js"))
PARSER = Parser(Language(tree_sitter_javascript.language()))
# What came after ES2019, as the grammar of the language calls it: by the kind of a part, or by its sign.
LATER_KINDS = {
    *("optional_chain", "private_property_identifier", "field_definition", "class_static_block"),
    *("meta_property", "namespace_export", "import_attribute", "using_declaration"),
}
LATER_SIGNS = {"??", "??=", "||=", "&&="}
FUNCTIONS = {"function_declaration", "function_expression", "arrow_function", "method_definition"}
NUMBER = re.compile(r"_|\dn$")
# What those browsers lack beside the language itself.
LATER_CALLS = re.compile(
    r"\.(at|replaceAll|replaceChildren|findLast|hasOwn|allSettled|any|structuredClone)\(|\bglobalThis\b"
)


def parts(node: Node) -> Iterator[Node]:
    """All that a script consists of."""
    yield node
    for child in node.children:
        yield from parts(child)


def said(node: Node) -> str:
    return (node.text or b"").decode()


def is_later(node: Node) -> bool:
    """Whether an older browser would stop at it."""
    above, inside = node.parent, False
    while node.type == "await_expression" and above:
        inside, above = inside or above.type in FUNCTIONS, above.parent
    return (
        node.type in LATER_KINDS
        or node.type in LATER_SIGNS
        or (node.type == "number" and bool(NUMBER.search(said(node))))
        or (node.type == "call_expression" and said(node.children[0]) == "import")
        or (node.type == "await_expression" and not inside)
    )


def later(script: str) -> list[str]:
    """What of a script came after ES2019; calls are looked for outside of what is quoted."""
    found = list(parts(PARSER.parse(script.encode()).root_node))
    assert not [node for node in found if node.is_error or node.is_missing], "not a script"
    calls = [said(node) for node in found if node.type in {"call_expression", "identifier"}]
    return [said(node) for node in found if is_later(node)] + [
        call for call in calls if LATER_CALLS.search(call.split('"')[0])
    ]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_no_script_uses_what_older_browsers_cannot_read(script: Path):
    assert later(script.read_text()) == []


@pytest.mark.parametrize(
    "written",
    [
        *(
            "a?.b",
            "a?.()",
            "a ?? b",
            "a ||= b",
            "x.replaceAll('a', 'b')",
            "1_000",
            "10n",
            "import('x')",
            "import.meta.url",
        ),
        *(
            "class A { #a = 1 }",
            "class A { b = 1 }",
            "class A { static { f() } }",
            "await f()",
            "globalThis.x",
            "`${a?.b}`",
        ),
    ],
)
def test_what_came_later_is_seen(written: str):
    assert later(written)


@pytest.mark.parametrize(
    "written",
    ['"a?.b ?? 1_000"', "// a ??= b", "a ? .5 : b", "/a?.b/", "async () => { await f() }", "x = {...y}", "1e3"],
)
def test_what_older_browsers_read_is_left_alone(written: str):
    assert later(written) == []


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_whoever_asks_by_which_button_a_form_was_sent_has_an_answer_of_his_own_too(script: Path):
    asked = re.findall(r"event\.submitter(?! \|\| \()", script.read_text())

    assert asked == []


def without_submitter(page: Page) -> None:
    """As in Safari 15: an event that does not know by which button a form was sent."""
    page.add_init_script("Object.defineProperty(SubmitEvent.prototype, 'submitter', {get: () => null})")


@pytest.mark.parametrize(("button", "stage"), [("提交", "submitted"), ("存草稿", "draft")])
def test_in_a_browser_that_does_not_say_which_button_was_pressed_a_record_is_sent_as_it_was_meant(
    desk: Desk, button: str, stage: str
):
    with desk.window("diligent", size=PHONE) as page:
        without_submitter(page)
        page.goto("/activities/records/new")
        page.locator("[name=topic]").fill("学习中央一号文件")
        page.get_by_role("button", name=button, exact=True).click()
        page.wait_for_url(lambda address: "/records/new" not in address)
        rows = page.request.get("/api/activities/activities").json()["rows"]

    assert [row["stage"] for row in rows] == [stage]
