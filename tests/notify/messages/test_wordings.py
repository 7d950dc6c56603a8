"""The office's own words: checked, tried with invented names, kept in versions, and back to the shipped text."""

import pytest

from services.notify.messages.rules import BOOK, HEADINGS, RECIPIENTS
from shared.errors import Invalid
from shared.events import CycleOpened, CycleScored

OPENED = "/wordings/CycleOpened/opened"
WORDS = {
    "title": "{年度}年考核开始啦",
    "body": "请{收信单位}在{期限}前交齐自评和提名，有事请打组织办电话。",
    "reason": "群众看得懂",
    "based_on": 0,
}


def key(name: str) -> dict[str, str]:
    return {"Idempotency-Key": name}


@pytest.fixture
def open_year(town, say, rest):
    def open_it(cycle: int = 7) -> None:
        say(CycleOpened(unit_id=town.units["清河镇"], cycle_id=cycle, year=2025, due_on="2025-03-20"))
        rest()

    return open_it


def test_from_then_on_the_office_s_own_words_go_out(open_year, client, rows):
    organiser = client("organiser")

    answer = organiser.post(f"{OPENED}/versions", json=WORDS, headers=key("a"))
    open_year()

    assert (answer.status_code, answer.json()["own"], answer.json()["version"]) == (201, True, 1)
    told = rows("select m.title, m.body from notify.message m join office.unit u on u.id = unit_id where name = '东村'")
    assert told[0].title == "2025年考核开始啦"
    assert told[0].body == "请东村在2025年3月20日前交齐自评和提名，有事请打组织办电话。"
    [happening] = rows("select * from office.happening where fact = 'WordingChanged'")
    assert happening.reason == "群众看得懂"


def test_another_township_keeps_the_shipped_words(here, client):
    client("organiser").post(f"{OPENED}/versions", json=WORDS, headers=key("a"))
    here.execute(
        "insert into office.unit (kind, name, sort_key, township_id, founded_on)"
        " values ('branch', '北村', '', %s, '2020-01-01')",
        here.town.units["别的镇"],
    )

    here.say(CycleOpened(unit_id=here.town.units["别的镇"], cycle_id=8, year=2025, due_on="2025-03-20"))
    here.rest()

    [told] = here.rows("select title from notify.message")
    assert told.title == "（代北村）2025年度党小组长考核已启动"


def test_back_to_the_shipped_words(open_year, client, rows):
    organiser = client("organiser")
    organiser.post(f"{OPENED}/versions", json=WORDS, headers=key("a"))

    back = {"reason": "改回来", "based_on": 1}
    shown = organiser.post(f"{OPENED}/restorations", json=back, headers=key("b")).json()
    open_year()

    assert (shown["own"], shown["version"]) == (False, 2)
    assert {row.title.removeprefix("（代南村）") for row in rows("select title from notify.message")} == {
        "2025年度党小组长考核已启动"
    }
    history = organiser.get(OPENED).json()["versions"]
    assert [(row["version"], row["title"], row["by"]) for row in history] == [
        (2, None, "organiser"),
        (1, WORDS["title"], "organiser"),
    ]


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        ({"title": "{县长}"}, "title", "不认识“{县长}”"),
        ({"title": "{year}"}, "title", "不认识“{year}”"),
        ({"body": "{年度}{期限"}, "body", "花括号没有成对"),
        ({"body": "请尽快提交。"}, "body", "请保留{期限}"),
        ({"body": "{年度}{期限}请打13800138000"}, "body", "手机号"),
        ({"body": "{年度}{期限}请写信到 a.b@example.org"}, "body", "邮箱"),
        ({"body": "{年度}{期限}请看 https://example.org"}, "body", "网址"),
        ({"body": "{年度}{期限}" + "长" * 500}, "body", "最多500个字"),
        ({"title": "  "}, "title", "请填写标题"),
    ],
)
def test_words_that_cannot_go_out_are_refused_with_the_field(client, town, change, field, said):
    answer = client("organiser").post(f"{OPENED}/versions", json=WORDS | change, headers=key("a"))

    assert answer.status_code == 409
    assert said in answer.json()["fields"][field]


def test_a_trial_shows_invented_names_and_keeps_nothing(client, town, rows):
    asked = {"title": WORDS["title"], "body": WORDS["body"]}

    shown = client("organiser").post(f"{OPENED}/trials", json=asked, headers=key("a")).json()

    assert shown["title"] == "2025年考核开始啦"
    assert shown["body"].startswith("请示例村党支部在2025年12月15日前")
    assert not rows("select from notify.wording")


def test_whoever_saw_an_older_version_is_told_so(client, town):
    organiser = client("organiser")
    organiser.post(f"{OPENED}/versions", json=WORDS, headers=key("a"))

    assert organiser.post(f"{OPENED}/versions", json=WORDS, headers=key("b")).status_code == 409


def test_only_the_office_changes_it_and_nobody_else_sees_it(client, town, rows):
    assert client("first").post(f"{OPENED}/versions", json=WORDS, headers=key("a")).status_code == 403
    assert client("committee").post(f"{OPENED}/versions", json=WORDS, headers=key("b")).status_code == 403
    assert client("first").get("/wordings").status_code == 403
    assert client("organiser").post(f"{OPENED}/versions", json=WORDS, headers=key("c")).status_code == 201

    [opened] = [row for row in client("outsider").get("/wordings").json() if row["telling"] == "opened"]
    assert not opened["own"]
    [opened] = [row for row in client("committee").get("/wordings").json() if row["telling"] == "opened"]
    assert opened["own"]
    elsewhere = f"?township_id={town.units['清河镇']}"
    assert client("keeper").get(f"/wordings{elsewhere}").status_code == 403
    assert client("leader").get(f"/wordings{elsewhere}").status_code == 403


def test_an_unknown_entry_is_not_found(client, town):
    assert client("organiser").get("/wordings/CycleOpened/nothing").status_code == 404
    assert client("organiser").post("/wordings/X/y/versions", json=WORDS, headers=key("a")).status_code == 404


# --- the book itself ---


def test_every_fact_has_a_heading():
    assert set(HEADINGS) == {fact.__name__ for fact in RECIPIENTS} | {"TodosReminded"}


@pytest.mark.parametrize("entry", BOOK.values(), ids=lambda entry: "-".join(entry.key))
def test_every_shipped_wording_may_be_sent_in_as_it_stands(entry):
    title, body = entry.for_people(entry.telling.title), entry.for_people(entry.telling.body)

    assert entry.from_people(title, body) == (entry.telling.title, entry.telling.body)
    assert "{" not in entry.tried(entry.telling.title) + entry.tried(entry.telling.body)
    assert "person" not in "".join(entry.words)
    assert len(set(entry.words.values())) == len(entry.words)


def test_a_place_that_reaches_into_the_program_is_refused():
    entry = BOOK["CycleOpened", "opened"]

    for place in ("{年度.__class__}", "{年度!r}", "{年度:>99}", "{0}", "{}"):
        with pytest.raises(Invalid):
            entry.from_people(place, f"{place}{{年度}}{{期限}}")


def test_own_words_do_not_touch_a_telling_that_has_none(town, say, rest, client, rows):
    client("organiser").post(f"{OPENED}/versions", json=WORDS, headers=key("a"))

    figures = [[town.units["东村"], 4]]
    say(CycleScored(unit_id=town.units["清河镇"], cycle_id=7, year=2025, run=1, branches=figures))
    rest()

    assert rows("select title from notify.message")[0].title == "2025年度党小组长考核已完成计分"
