"""What holds on every page: nobody sees what is not his, it can be read and used by everybody, and it is light."""

import re
from collections.abc import Callable, Iterator
from copy import deepcopy

import pytest
from httpx2 import Response
from lxml import html

from shared.settings import SERVICES
from shared.web.templates import STATIC
from tests.browsing import DESK, PHONE, Seen
from tests.conftest import only_read
from tests.pages.conftest import House
from tests.pages.looks import Line, flaws_at, flaws_at_any_width
from tests.pages.places import NOT_PAGES, OPEN, PLACES
from tests.town import LOGINS, NEIGHBOURS
from tests.weights import WEIGHED

FIRST_BYTES_MAX, FIRST_REQUESTS_MAX, LATER_BYTES_MAX = 60 * 1024, 5, 15 * 1024
LATIN = re.compile(r"(?<![A-Za-z0-9_.*@:/-])[A-Za-z]{2,}(?![A-Za-z0-9_.*@:/-])")
# Names that people know as such, a folder of the installation, and the logins of the named world.
KNOWN = {"Excel", "Word", "PDF", "MB", "GB", "KB", "JPG", "PNG", "WebP", "PostgreSQL", "Redis", "Valkey", "TOTP"}
KNOWN |= {
    "STARTTLS",
    "TLS",
    "SMTP",
    "YAML",
    "Ctrl",
    "XZ",
    "mail",
    *LOGINS,
    "nanping",
    "Chrome",
    "Linux",
    "Webhook",
    "SEC",
    "CorpID",
    "AgentId",
    "AppKey",
    "AppSecret",
    "Secret",
}
OUTSIDER_SEES = {name for names in NEIGHBOURS.values() for name in names}


def test_every_page_is_listed(house: House):
    listed = {place.route for place in PLACES} | set(OPEN) | set(NOT_PAGES)

    assert house.routes() - listed == set()
    assert listed - house.routes() == set()
    assert {login for place in PLACES for login in place.people} <= set(LOGINS)


@pytest.mark.parametrize("login", LOGINS)
def test_every_page_answers_everybody_and_shows_each_what_is_his(house: House, login: str):
    """The outsider sees nothing; of a group it is said whose it is; all can be read, and used without script."""
    visitor, theirs, found = house.visitor(login), names_of_the_town(house) if login == "outsider" else [], []
    for place in PLACES:
        for number, address in enumerate(house.addresses(place)):
            answer = visitor.client.get(address)
            found += [f"{address}: {answer.status_code}"] * (answer.status_code not in ANSWERS)
            found += [f"{address}: {name}" for name in theirs if name in answer.text]
            if login in place.people and is_page(answer):
                seen = Seen(answer)
                found += [f"{address}: {line}" for line in untold(seen)]
                found += [f"{address}: {each}" for each in (*strange_words(seen), *asking_for_script(seen))]
            if login in place.people and not number:
                found += [f"{address}: nothing to see"] * (answer.status_code != OK or not Seen(answer).title)

    assert found == []


ANSWERS = {OK := 200, 303, 403, 404, 422}


def is_page(answer: Response) -> bool:
    return answer.status_code == OK and "html" in answer.headers["content-type"]


def strange_words(page: Seen) -> set[str]:
    """Words in Latin letters that a reader is shown, but for names of programs, logins, addresses, what is code."""
    main = deepcopy(page.root.find(".//main"))
    for code in list(main.iter("code", "pre", "textarea", "style", "script")):
        code.drop_tree()
    return set(LATIN.findall(main.text_content())) - KNOWN


def asking_for_script(page: Seen) -> list[str]:
    """What does nothing in a browser without script, and is not hidden from it: a form that is sent nowhere, or has
    something to fill in and no button, a button or a link that does nothing by itself."""
    nowhere = page.root.xpath("//form[@method='post' and not(starts-with(@action, '/'))]")
    no_button = [form for form in page.root.forms if form.xpath(FILLED_IN) and not form.xpath(SENDING)]
    idle = page.root.xpath(IDLE)
    return [html.tostring(each, encoding="unicode")[:200] for each in (*nowhere, *no_button, *idle)]


SEEN = "not(ancestor-or-self::*[@hidden])"
FILLED_IN = f".//*[{SEEN} and (self::input[not(@type='hidden')] or self::select or self::textarea)]"
SENDING = f".//button[{SEEN} and not(contains(@class, 'aside')) and (not(@type) or @type='submit')]"
IDLE = (
    f"//*[{SEEN}]/@*[starts-with(name(), 'on')]/.."
    f" | //button[{SEEN} and (@type='button' or not(ancestor::form))]"
    f" | //a[{SEEN} and (not(@href) or @href='#' or starts-with(@href, 'javascript:'))]"
    f" | //*[{SEEN} and @data-all]"
)


def test_every_page_can_be_read_while_nothing_can_be_saved(house: House):
    """F20: the disk is nearly full."""
    with only_read(house.database, later_minutes=5):  # and it is time to note that the sitting is in use
        for place in PLACES:
            for login in place.people[:1]:
                house.visitor(login).get(house.addresses(place)[0])


def names_of_the_town(house: House) -> list[str]:
    """People, branches and groups that the outsider must never read."""
    import psycopg

    with psycopg.connect(house.database.owner_url) as connection:
        found = connection.execute(
            "select name from office.person where unit_id in (select id from office.unit where coalesce(township_id, id) ="
            " (select id from office.unit where name = '清溪镇'))"
            " union select name from office.unit where kind = 'branch' and township_id ="
            " (select id from office.unit where name = '清溪镇')"
        ).fetchall()
    return sorted({name for (name,) in found} - OUTSIDER_SEES)


GROUP = re.compile("第[一二]党小组")
LINES = ("tr", "li", "p", "option", "label", "dl", "h1", "h2", "caption")


def untold(page: Seen) -> list[str]:
    """Lines with a group that might be any branch's: none in the line itself, in the headings above, or the row above."""
    found = []
    for each in page.root.find(".//main").xpath(".//text()"):
        if not GROUP.search(each):
            continue
        inside = [each.getparent(), *each.getparent().iterancestors()]
        line = next((above for above in inside if above.tag in LINES), page.root)
        headings = [above.text_content() for above in line.xpath("(preceding::h1 | preceding::h2)[last()] | //h1")]
        below = each.startswith("\u3000") or any("in-2" in above.get("class", "") for above in inside)
        if not below and "党支部" not in " ".join((line.text_content(), *headings)):
            found.append(" ".join(line.text_content().split()))
    return found


def test_the_audit_calls_people_and_years_by_their_names(house: House):
    auditor, after, about = house.visitor("auditor").client, "", set()
    while after is not None:
        page = auditor.get(f"/api/activities/audit?limit=200{after}").json()
        about |= {row["about"] for row in page["rows"]}
        after = f"&after={page['next']}" if page["next"] else None

    assert {"孙勤2025年度考核", "2025年度考核", "何闲2025年度整改"} <= about
    numbered = {found[1] for each in about if (found := re.fullmatch(r"(\S+) \d+", each))}
    assert numbered <= {
        "投递",
        "后台任务",
        "意见表模板",
        "消息文字",
        "流动和困难党员",
        "选配",
        "通知",
        "群众意见",
        "常用答复",
        "网格",
        "网格联系",
    }  # of the last seven nobody is told who it is, or what it says


def test_the_dark_theme_has_other_colours_and_nothing_else():
    style = (STATIC / "xiaozu.css").read_text(encoding="utf-8")
    dark = style.split("@media (prefers-color-scheme: dark)")[1:]

    assert len(dark) == 1
    assert re.match(r"\s*\{\s*:root\s*\{(?:\s*--[a-z-]+:\s*#[0-9a-f]{6};)+\s*\}\s*\}", dark[0])


# --- for everybody: read out, by keyboard, large, dark; and light, over a slow line ---


def looked_at(house: House) -> Iterator[tuple[str, str]]:
    for place in PLACES:
        yield from ((place.people[0], address) for address in house.addresses(place)[: place.closely])


def people_at_pages() -> list[tuple[str, str]]:
    """Whoever is looked at most closely, and the part of the house where: one test each."""
    return sorted({(place.people[0], part_of(place.route)) for place in PLACES})


def part_of(address: str) -> str:
    first = address.split("/")[1]
    return first if first in SERVICES else "office"


@pytest.mark.parametrize(("login", "part"), people_at_pages())
def test_pages_are_for_everybody_and_light(
    house: House, login: str, part: str, record_property: Callable[[str, object], None]
):
    """No rule of accessibility is broken, as wide as a phone or a desk; and they come quickly over a slow line."""
    rows, flaws = [], []
    with house.desk.window(login, size=PHONE, service_workers="block") as page:  # it would answer by itself
        line = Line(page)
        for person, address in looked_at(house):
            if (person, part_of(address)) == (login, part):
                rows.append((address, *line.first_load(address), *line.later_load(address)))
                flaws += flaws_at_any_width(page, address)

    record_property(WEIGHED, [login, len(rows), *(max(row[column] for row in rows) for column in (1, 2, 3))])
    assert flaws == []
    assert [row for row in rows if row[1] > FIRST_BYTES_MAX or row[2] > FIRST_REQUESTS_MAX] == []
    assert [row for row in rows if row[3] > LATER_BYTES_MAX] == []


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_door_breaks_no_rule_of_accessibility(house: House, size):
    with house.desk.window(size=size) as page:
        assert [flaw for address in OPEN for flaw in flaws_at(page, address)] == []
