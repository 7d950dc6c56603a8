"""The schemes and a trial at their pages, with plain requests: everything without script."""

from collections.abc import Iterator

import psycopg
import pytest

from tests.assessment.schemes.given_schemes import EXAMPLE_TEXT
from tests.browsing import Visitor
from tests.pages.conftest import House, copied
from tests.two_years import TwoYears

SCHEMES = "/assessment/schemes"


@pytest.fixture(scope="module")
def house(two_years: TwoYears, postgres_server, chromium) -> Iterator[House]:
    """A copy of the named world after its two years."""
    with copied(two_years, postgres_server, chromium) as found:
        yield found


@pytest.fixture(scope="module")
def trial(house: House) -> str:
    """The trial of 清溪镇's newest year."""
    with psycopg.connect(house.database.owner_url) as connection:
        question = "select max(c.id) from assessment.cycle c join office.unit u on u.id = c.township_id where u.name = '清溪镇'"
        return f"/assessment/cycles/{connection.execute(question).fetchone()[0]}/trial"


def stored(house: House) -> list[tuple]:
    with psycopg.connect(house.database.owner_url) as connection:
        return connection.execute(
            "select id, township_id, version, year_from from assessment.scheme order by id"
        ).fetchall()


def forms(page) -> list[str]:
    return [form.get("id") for form in page.root.forms]


def test_a_scheme_is_told_in_plain_words_to_everybody(house: House):
    for login in ("organiser", "dongling", "diligent", "outsider"):
        page = house.visitor(login).get(SCHEMES)
        shown = next(link for link in page.links() if link.startswith(f"{SCHEMES}/") and "new" not in link)
        page = house.visitor(login).get(shown)
        assert "缺 6 次及以上，不论总分，评为不称职。" in page.text
        assert "加分合计最高 10 分。" in page.text
        assert "这是示例" in page.text


def test_a_wrong_line_is_named_and_what_was_typed_stays(house: House):
    organiser = house.visitor("organiser")
    before = stored(house)
    wrong = EXAMPLE_TEXT.replace("measure: share, kinds: [theme_day]", "measure: shar, kinds: [theme_day]")
    line = next(number for number, text in enumerate(wrong.splitlines(), 1) if "shar," in text)

    page = organiser.submit(organiser.get(f"{SCHEMES}/new/text"), "scheme", status=422, yaml=wrong)

    assert f"第 {line} 行" in page.text
    assert "shar, kinds" in page.form("scheme").fields["yaml"]
    assert stored(house) == before


def test_a_new_version_is_stored_from_the_text_or_from_a_file(house: House):
    organiser = house.visitor("organiser")
    text = EXAMPLE_TEXT.replace("（示例）", "").replace("year_from: 2020", "year_from: 2031")

    page = organiser.submit(organiser.get(f"{SCHEMES}/new/text"), "scheme", yaml=text)
    assert page.title == "党小组长年度考核方案"
    assert "方案已保存" in page.text
    assert "2031年起" in page.text
    begun = organiser.get(next(link for link in page.links() if "new?scheme=" in link).replace("new?", "new/text?"))
    assert "year_from: 2031" in begun.form("scheme").fields["yaml"]
    newer = text.replace('version: "1"', 'version: "2"').encode()
    page = organiser.submit(begun, "scheme", files=[("file", ("方案.yaml", newer))])
    assert stored(house)[-1][2:] == ("2", 2031)

    assert "新建方案" not in house.visitor("dongling").get(SCHEMES).text
    house.visitor("dongling").get(f"{SCHEMES}/new", 403)
    house.visitor("outsider").get(page.address, 404)


def pressed(visitor: Visitor, page, button: str, **typed):
    """A button of the form in fields that changes its rows."""
    return visitor.submit(page, "scheme", button=("do", button), **typed)


def test_a_new_version_is_made_in_fields_without_script(house: House):
    organiser = house.visitor("organiser")
    page = organiser.get(f"{SCHEMES}/new")
    rows = page.form("scheme").form_values()
    assert "示例" not in page.form("scheme").fields["name"]
    last = max(int(value) for name, value in rows if name == "row")

    page = pressed(organiser, page, "add", add="veto")
    new = last + 1
    assert f"missing_at_least-{new}" in page.form("scheme").fields
    filled = {f"name-{new}": "学习长期不开展", f"missing_at_least-{new}": "４", f"kinds-{new}": "study"}
    page = pressed(organiser, page, f"up-{new}", **filled)
    assert [value for name, value in page.form("scheme").form_values() if name == "row"][-2] == str(new)
    page = pressed(organiser, page, f"remove-{last}")
    page = pressed(
        organiser, page, "save", year_from="2041", name="清溪镇考核方案", **{"points-0": "15", "points-1": "30"}
    )

    assert page.title == "清溪镇考核方案"
    assert "2041年起" in page.text
    assert "学习长期不开展" in page.text
    assert "缺 4 次及以上，不论总分，评为不称职。" in page.text
    assert "长期不开展组织生活" not in page.text
    assert "满分 30 分" in page.text
    assert stored(house)[-1][3] == 2041


def folded(page) -> dict[str, bool]:
    """What each indicator is called and worth in one line, and whether it stands folded."""
    rows = page.root.xpath("//details[starts-with(@id, 'row-')]")
    return {" ".join(row.find("summary").text_content().split()): row.get("open") is None for row in rows}


def test_the_indicators_stand_folded_each_in_a_line_but_for_the_one_at_work_and_what_is_wrong(house: House):
    organiser = house.visitor("organiser")
    page = organiser.get(f"{SCHEMES}/new")
    assert all(folded(page).values())
    assert "指标 1：集中学习 按期开展的比例：满分 20 分" in folded(page)
    assert "指标 12：长期不开展组织生活 一票否决：缺 6 次就否决" in folded(page)

    added = pressed(organiser, page, "add", add="veto")
    again = organiser.get(f"{SCHEMES}/new")
    wrong = organiser.submit(again, "scheme", status=422, button=("do", "save"), **{"name-1": "", "points-4": ""})
    moved = pressed(organiser, organiser.get(f"{SCHEMES}/new"), "up-2")

    opened = {name.partition("：")[0] for name, shut in folded(added).items() if not shut}
    assert opened == {"指标 13 一票否决"}
    assert [name.split()[1][0] for name, shut in folded(wrong).items() if not shut] == ["2", "5"]
    assert [name.split("：")[1].split()[0] for name, shut in folded(moved).items() if not shut] == ["组织生活会"]


def test_what_does_not_hold_together_is_answered_at_its_field(house: House):
    organiser = house.visitor("organiser")
    before = stored(house)
    page = organiser.get(f"{SCHEMES}/new")

    def flaws(**typed: object) -> dict[str, str]:
        again = organiser.submit(page, "scheme", status=422, button=("do", "save"), **typed)
        assert again.form("scheme").fields["name"] == typed.get("name", page.form("scheme").fields["name"])
        found = again.root.xpath("//p[@class='flaw']")
        return {flaw.get("id").removeprefix("scheme-").removesuffix("-flaw"): flaw.text_content() for flaw in found}

    several = flaws(
        **{"name": "", "points-0": "很多", "each-7": "", "full_at-4": "120", "kinds-1": [], "excellent": ""}
    )
    assert set(several) == {"name", "points-0", "each-7", "full_at-4", "kinds-1", "excellent"}
    assert "集中学习：分值应为 0 到 9999 之间的数" in several["points-0"]
    assert "党员到会：不能大于 100" in several["full_at-4"]
    assert "请至少勾选一类活动" in several["kinds-1"]
    assert "基础指标分值合计 95 分，与满分 100 分不一致" in flaws(**{"points-0": "15"})["points"]
    assert "优秀的分数线应高于称职的分数线" in flaws(competent="95")["excellent"]
    assert "适用的结束年度早于开始年度" in flaws(year_to="2000")["year_to"]
    assert "不低于满分" in flaws(total_cap="90")["total_cap"]
    changed = flaws(**{"measure-0": "hours"})
    assert "集中学习：请填写" in changed["hours-0"]
    assert stored(house) == before


def test_fields_hold_only_for_the_townships_own_office(house: House):
    organiser = house.visitor("organiser")
    page = organiser.get(f"{SCHEMES}/new")
    organiser.submit(page, "scheme", status=404, button=("do", "save"), township_id="999999")
    house.visitor("dongling").get(f"{SCHEMES}/new", 403)
    house.visitor("outsider").get(f"{SCHEMES}/new", 403)


def tried(visitor: Visitor, trial: str, **changes: str):
    """The form as a browser without script sends it: every field, with some changed."""
    form = visitor.get(trial).form("trial")
    fields = dict(form.form_values()) | {k.replace("__", "."): v for k, v in changes.items()}
    return visitor.client.get(trial, params=fields)


def test_a_trial_shows_who_would_move_and_stores_nothing(house: House, trial: str):
    organiser = house.visitor("organiser")
    before = stored(house)
    assert "没有改动任何数值" in tried(organiser, trial).text

    answer = tried(organiser, trial, study__points="36", grades__excellent="99", grades__competent="98")

    assert answer.status_code == 200
    assert "会变动的党小组长" in answer.text
    assert "随之按比例调整" in answer.text
    assert "另存为以后年度的方案" in answer.text
    assert stored(house) == before


def test_a_wrong_figure_is_named_and_what_was_typed_stays(house: House, trial: str):
    answer = tried(house.visitor("committee"), trial, attendance__full_at="120")

    assert answer.status_code == 200
    assert "应在 1 到 100 之间" in answer.text
    assert 'href="#f-attendance.full_at"' in answer.text
    assert 'value="120"' in answer.text


def test_a_trial_is_kept_for_a_later_year_from_its_page(house: House, trial: str):
    from tests.browsing import Seen

    organiser = house.visitor("organiser")
    page = Seen(tried(organiser, trial, study__points="36"))
    page = organiser.submit(page, "next", year_from="2032", name="清溪镇考核方案")

    assert page.title == "清溪镇考核方案"
    assert "2032年度起适用" in page.text
    assert "满分 36 分" in page.text
    assert stored(house)[-1][2:] == ("2032", 2032)
    assert stored(house)[-1][1] is not None


def test_a_trial_is_the_townships_own(house: House, trial: str):
    house.visitor("dongling").get(trial, 403)
    house.visitor("diligent").get(trial, 403)
    house.visitor("outsider").get(trial, 404)


def test_the_papers_are_given_from_the_pages(house: House, trial: str):
    year, organiser = trial.removesuffix("/trial"), house.visitor("organiser")
    assert f"{year}/results.xlsx" in organiser.get(year).links()
    assert organiser.client.get(f"{year}/results.xlsx").content.startswith(b"PK")
    board = organiser.get(f"{year}/board")
    case = next(link for link in board.links() if link.startswith("/assessment/cases/")).partition("#")[0]
    assert f"{case}/opinion.pdf" in organiser.get(case).links()
    assert organiser.client.get(f"{case}/opinion.pdf").content.startswith(b"%PDF")
    assert organiser.client.get(f"{case}/opinion.docx").content.startswith(b"PK")
    outsider = house.visitor("outsider").client
    for address in (f"{year}/results.xlsx", f"{case}/opinion.pdf", f"{case}/opinion.docx"):
        assert outsider.get(address).status_code == 404
    assert house.visitor("dongling").client.get(f"{year}/results.xlsx").status_code == 403
