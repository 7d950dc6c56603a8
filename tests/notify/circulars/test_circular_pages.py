"""A notice at the pages without script: written, previewed, sent, read and receipted by one button, on paper, in Excel."""

from io import BytesIO
from zipfile import ZipFile

import pytest
from python_calamine import CalamineWorkbook

PDF = ("通知.pdf", b"%PDF-1.7\n%%EOF\n", "application/pdf")
WORDS = {"title": "关于报送学习情况的通知", "body": "请按时报送。", "due_on": "2100-01-08"}


def with_macros() -> bytes:
    made = BytesIO()
    with ZipFile(made, "w") as packed:
        packed.writestr("word/document.xml", "<w/>")
        packed.writestr("word/vbaProject.bin", "x")
    return made.getvalue()


@pytest.fixture
def drafted(town, visit):
    """The organiser has written a draft to the secretaries and leaders of two branches, with a file."""
    organiser = visit("organiser")
    page = organiser.get("/notify/circulars/new")
    units = [town.units["东村"], town.units["西村"]]
    return organiser.submit(
        page, "sheet", files=[("files", PDF)], units=units, posts=["secretary", "leader"], wants_receipt="1", **WORDS
    )


def test_it_is_previewed_sent_read_and_receipted_by_one_button(drafted, visit, rest, rows):
    assert "草稿已保存" in drafted.text
    assert "发给谁（4个职务）" in drafted.text
    assert "空缺，由上一级代收" in drafted.text
    assert "没有账号，看不到全文" in drafted.text

    organiser = visit("organiser")
    sent = organiser.submit(drafted, "sending")
    rest()
    leader = visit("leader")
    inbox = leader.get("/notify/")
    assert WORDS["title"] in inbox.text
    page = leader.get(sent.address)
    assert "请按时报送。" in page.text
    done = leader.submit(page, "receipt")
    assert "您已回执" in done.text
    assert "回执：已收到" not in done.text

    seen = organiser.get(sent.address)
    assert "没有回执的有3个：东村first、西村second、西村一组second（代收）" in seen.text
    assert (
        len(rows("select from office.happening where fact = 'MessageRead' and body ->> 'acknowledged' = 'true'")) == 1
    )
    assert "1/4" in organiser.get("/notify/circulars").text


def test_a_secretary_sends_his_own_with_a_file_to_the_groups_of_his_branch_and_to_no_other(town, visit, rest):
    secretary = visit("first")
    page = secretary.get("/notify/circulars/new")
    asked = {**WORDS, "posts": ["leader"], "wants_receipt": "1"}
    other = secretary.submit(page, "sheet", 422, units=[town.units["西村一组"]], **asked)
    assert "不在您的管理范围内" in other.text

    draft = secretary.submit(page, "sheet", files=[("files", PDF)], units=[town.units["东村一组"]], **asked)
    sent = secretary.submit(draft, "sending")
    rest()

    leader = visit("leader")
    read = leader.get(sent.address)
    assert "通知.pdf" in read.text
    assert "2100年1月8日" in read.text
    assert "没有回执的有1个：东村一组leader" in secretary.get(sent.address).text
    assert "您已回执" in leader.submit(read, "receipt").text
    assert "没有回执的有" not in secretary.get(sent.address).text
    visit("second").get(sent.address, status=404)


def test_delivery_is_told_truly(drafted, visit, rest, execute):
    organiser = visit("organiser")
    sent = organiser.submit(drafted, "sending")
    rest()
    visit("second").get("/notify/")
    execute("update notify.delivery set state = 'sent' where channel = 'mail' and state <> 'suppressed'")

    page = organiser.get(sent.address)

    said = {cells[0]: cells[3] for cells in rows_of(page)}
    assert said["西村"] == "只在站内，还没有看"
    assert said["东村"] == "已发邮件，没有账号，看不到全文"


def rows_of(page):
    """The cells of the receipts, without the boxes."""
    found = page.root.xpath("//section[@aria-labelledby='receipts']//tbody/tr")
    return [
        [" ".join(td.text_content().split()) for td in row.iter("td") if td.get("data-name") != "勾选"] for row in found
    ]


def test_the_receipts_leave_as_a_table_that_names_who_has_not_and_says_who_took_it(drafted, visit, rest, rows):
    organiser = visit("organiser")
    sent = organiser.submit(drafted, "sending")
    rest()

    answer = organiser.client.get(f"{sent.address}/receipts.xlsx")

    book = CalamineWorkbook.from_filelike(BytesIO(answer.content))
    assert book.sheet_names == ["全部", "没有回执"]
    _, _, *rows_of_it = book.get_sheet_by_name("没有回执").to_python()
    assert [row[1:4] for row in rows_of_it if row[2]][1:] == [
        ["东村", "支部书记", "first"],
        ["东村一组", "党小组长", "leader"],
        ["西村", "支部书记", "second"],
        ["西村一组", "党小组长", "空缺、second（代收）"],
    ]
    assert (
        rows("select body ->> 'paper' as paper from office.happening where fact = 'PaperTaken'")[0].paper == "receipts"
    )


def test_who_has_nothing_gets_paper_with_a_slip_which_the_secretary_records(drafted, visit, rest, rows):
    organiser = visit("organiser")
    sent = organiser.submit(drafted, "sending")
    rest()
    visit("second")

    answer = organiser.client.get(f"{sent.address}/slips.pdf?without_account=true")
    assert answer.content.startswith(b"%PDF"), answer.text[:300]

    first = visit("first")
    page = first.get(sent.address)
    (leaders,) = page.root.xpath("//input[@name='message_ids']/@value")
    (own,) = (row.id for row in rows("select id from notify.message where title not like '（%%' order by id limit 1"))
    refused = first.submit(page, "paper", status=403, message_ids=[own])
    assert "您自己的回执请用" in refused.text
    nothing = first.submit(first.get(sent.address), "paper", status=422, message_ids=[])
    assert "请先勾选" in nothing.text
    late = first.submit(first.get(sent.address), "paper", status=422, message_ids=[leaders], paper_on="2099-01-01")
    assert "今天以前" in late.text
    done = first.submit(first.get(sent.address), "paper", message_ids=[leaders])
    assert "已登记1份纸质回执" in done.text
    assert "纸质回执" in done.text


def test_a_file_with_macros_a_list_of_units_as_text_and_a_table_are_refused_with_what_to_do(town, visit, rows):
    organiser = visit("organiser")
    page = organiser.get("/notify/circulars/new")
    asked = {**WORDS, "posts": ["secretary"], "units": [town.units["东村"]], "wants_receipt": "1"}

    macros = organiser.submit(page, "sheet", status=422, files=[("files", ("通知.docx", with_macros(), ""))], **asked)
    assert "文件里有宏" in macros.text
    assert "请按时报送。" in macros.root.xpath("//textarea[@name='body']")[0].text
    table = organiser.submit(
        page, "sheet", status=422, files=[("files", ("单位.csv", b"1,2,3\n", "text/csv"))], **asked
    )
    assert "不能接收这种文件" in table.text
    listed = organiser.submit(page, "sheet", status=422, **{**asked, "units": "1,2,3"})
    assert "请在名单里勾选" in listed.text
    assert not rows("select from notify.circular")


def test_a_double_click_sends_once(drafted, visit, rest, rows):
    organiser = visit("organiser")
    for _ in range(2):
        organiser.submit(drafted, "sending")
    rest()
    assert len(rows("select from office.happening where fact = 'CircularMoved' and body ->> 'change' = 'sent'")) == 1
    assert len(rows("select from notify.message")) == 4


def test_an_outsider_a_leader_and_whoever_was_not_told_see_nothing_of_it(drafted, visit, rest):
    sent = visit("organiser").submit(drafted, "sending")
    rest()
    for name in ("outsider", "keeper"):
        assert visit(name).get(sent.address, 404).status == 404
        assert visit(name).get(f"{sent.address}/receipts.xlsx", 404).status == 404
        assert WORDS["title"] not in visit(name).get("/notify/circulars").text
    page = visit("leader").get(sent.address)
    assert "第" not in page.root.xpath("string(//section[@aria-labelledby='receipts'])")
    assert visit("leader").get(f"{sent.address}/slips.pdf", 409).status == 409
    assert visit("leader").get("/notify/circulars/new", 403).status == 403
    (link,) = [each for each in page.links() if "circular-files" in each]
    assert visit("leader").client.get(link).content.startswith(b"%PDF")
    assert visit("outsider").get(link, 404).status == 404


def test_it_is_corrected_and_withdrawn_and_both_are_said(drafted, visit, rest):
    organiser = visit("organiser")
    sent = organiser.submit(drafted, "sending")
    rest()
    sheet = organiser.submit(sent, "correction")
    again = organiser.submit(sheet, "sheet", title="更正后的标题", wants_receipt="1")
    assert "通知.pdf" in again.text
    later = organiser.submit(again, "sending")
    rest()
    assert "这份通知已经更正" in visit("leader").get(sent.address).text
    inbox = visit("leader").get("/notify/")
    assert "（更正）更正后的标题" in inbox.text
    assert WORDS["title"] not in inbox.text

    organiser.submit(organiser.get(later.address), "withdrawal", reason="会议改期。")
    rest()
    page = visit("leader").get(later.address)
    assert "已经撤回，请不要再按它办理" in page.text
    assert "回执：已收到" not in page.text


def test_a_correction_goes_out_though_one_of_its_units_is_no_more(drafted, visit, here):
    organiser = visit("organiser")
    sent = organiser.submit(drafted, "sending")
    here.rest()
    again = organiser.submit(organiser.submit(sent, "correction"), "sheet", wants_receipt="1")
    here.execute("update office.unit set dissolved_on = office.today() where id = %s", here.town.units["西村"])

    page = organiser.get(again.address)
    assert "西村已经撤销，不会发给它。" in page.text
    organiser.submit(page, "sending")
    assert [row.stage for row in here.rows("select stage from notify.circular order by id")] == ["corrected", "sent"]


def test_what_wants_no_receipt_is_marked_as_read_where_it_is_read(drafted, visit, rest):
    organiser = visit("organiser")
    plain = organiser.submit(organiser.get(f"{drafted.address}/edit"), "sheet", wants_receipt="")
    sent = organiser.submit(plain, "sending")
    rest()
    leader = visit("leader")

    page = leader.submit(leader.get(sent.address), "read", button=("read", "chosen"))

    assert page.address == sent.address
    assert not page.root.xpath("//form[@id='read']")
    assert {cells[0]: cells[3] for cells in rows_of(organiser.get(sent.address))}["东村一组"] == "已看"


def test_whoever_serves_two_offices_writes_in_the_name_of_either(town, visit, execute):
    execute(
        "insert into office.post (person_id, unit_id, kind, starts_on) values (%s, %s, 'secretary', office.today())",
        town.people["organiser"],
        town.units["南村"],
    )
    page = visit("organiser").get("/notify/circulars")
    addresses = [each for each in page.links() if "circulars/new" in each]
    assert len(addresses) == 2
    said = [visit("organiser").get(each).text for each in addresses]
    assert [[name for name in ("清河镇", "南村") if f"以{name}的名义发" in text] for text in said] == [
        ["清河镇"],
        ["南村"],
    ]
