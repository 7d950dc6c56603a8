"""The office's own words in the opinion form, on its page: handed in, tried with invented values, used, given up."""

import psycopg

from tests.assessment.papers.test_opinion_template import MUST, form_of, words_of
from tests.servers import Database

PAGE, FILES = "/assessment/papers/opinion", "/assessment/paper-templates"


def asked(office: Database, question: str) -> list:
    with psycopg.connect(office.owner_url) as connection:
        return [value for (value,) in connection.execute(question).fetchall()]


def upload(visitor, data: bytes, status: int = 200, name: str = "本镇意见表.docx"):
    return visitor.submit(visitor.get(PAGE), "template", status, files={"file": (name, data)})


def test_a_template_is_tried_before_it_is_used_and_given_up_again(visit, office):
    organiser = visit("organiser")
    tried = upload(organiser, form_of("清溪镇自定的意见表", MUST, "{{ self_statement }}"))
    assert "没有启用" in tried.text
    number = asked(office, "select id from office.paper_template")[0]

    sample = organiser.client.get(f"{FILES}/{number}/sample").content
    assert words_of(sample).startswith("清溪镇自定的意见表\n（考核年度） （党支部） （党小组） （姓名） （评定等次）")
    in_use = f"{PAGE}/present"
    assert "自定" not in words_of(organiser.client.get(in_use).content)

    used = organiser.submit(organiser.get(PAGE), f"use-{number}")
    assert "正在使用" in used.text
    assert "清溪镇自定的意见表" in words_of(organiser.client.get(in_use).content)

    given_up = organiser.submit(organiser.get(PAGE), "restore")
    assert "现在用的是系统自带的格式" in given_up.text
    assert organiser.client.get(in_use).content[:2] == b"PK"
    assert "自定" not in words_of(organiser.client.get(in_use).content)
    told = "select body->>'change' from office.happening where fact = 'PaperTemplateChanged' order by id"
    assert asked(office, told) == ["handed", "used", "given_up"]
    audit = visit("auditor").get("/office/audit?fact=PaperTemplateChanged")
    said = [words.strip() for words in audit.root.xpath("//td[@data-name='事项']/a/text()")]
    assert said == ["恢复系统自带的表格格式", "启用表格模板", "上传表格模板"]


def test_the_page_says_what_is_wrong_and_only_those_who_keep_it_come_there(visit, office):
    keeper = visit("keeper")
    refused = upload(keeper, form_of("{{ year }}"), 422)
    assert "缺少必须有的填空" in refused.text
    assert "党支部 {{ branch }}" in refused.text
    upload(keeper, form_of("清溪镇自定的意见表", MUST))
    number = asked(office, "select id from office.paper_template")[0]
    keeper.get(f"{FILES}/{number}/sample")
    for login in ("dongling", "diligent", "auditor", "outsider"):
        other = visit(login)
        other.get(PAGE, 403)
        other.get(f"{FILES}/{number}/sample", 404)
