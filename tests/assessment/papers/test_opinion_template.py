"""The office's own words in the opinion form: what is refused, and what is filled."""

from dataclasses import fields, replace
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import docx
import pytest
from docx.oxml.ns import qn

from services.assessment.papers import actions
from services.assessment.papers.schemas import Line, Opinion
from services.assessment.papers.writers import blank_form
from shared.apart import Ceiling
from shared.db import unit
from shared.errors import Invalid
from shared.files import Handed
from shared.papers import making, templates
from shared.papers.kinds import sample_of
from shared.papers.of_the_year import OPINION

MUST = "{{ year }} {{ branch }} {{ group }} {{ person }} {{ grade }}"


def form_of(*lines: str) -> bytes:
    """A Word document with these paragraphs."""
    document, target = docx.Document(), BytesIO()
    for line in lines:
        document.add_paragraph(line)
    document.save(target)
    return target.getvalue()


def swollen() -> bytes:
    """A small file that becomes a large one."""
    target = BytesIO(form_of(MUST))
    with ZipFile(target, "a", ZIP_DEFLATED) as packed:
        packed.writestr("word/media/image1.png", bytes(30 * 2**20))
    return target.getvalue()


def defining() -> bytes:
    """A document with a definition that leads to a file of the machine."""
    target = BytesIO(form_of(MUST))
    with ZipFile(target, "a", ZIP_DEFLATED) as packed:
        packed.writestr("word/more.xml", '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>')
    return target.getvalue()


def with_relation(kind: str, target: str) -> bytes:
    """A document with a relation that leads out of it."""
    source, made = ZipFile(BytesIO(form_of(MUST))), BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as packed:
        for part in source.namelist():
            body = source.read(part)
            if part == "word/_rels/document.xml.rels":
                related = f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"
                said = f'<Relationship Id="rId98" Type="{related}" Target="{target}" TargetMode="External"/>'
                body = body.replace(b"</Relationships>", f"{said}</Relationships>".encode())
            packed.writestr(part, body)
    return made.getvalue()


def linking() -> bytes:
    return with_relation("attachedTemplate", "http://example.test/a.dotm")


def reaching() -> bytes:
    """A field that takes its words from elsewhere."""
    document, target = docx.Document(BytesIO(form_of(MUST))), BytesIO()
    field = document.add_paragraph().add_run()._r.makeelement(qn("w:instrText"), {})
    field.text = ' INCLUDETEXT "/etc/hostname" '
    document.paragraphs[-1].runs[0]._r.append(field)
    document.save(target)
    return target.getvalue()


def embedding() -> bytes:
    target = BytesIO(form_of(MUST))
    with ZipFile(target, "a", ZIP_DEFLATED) as packed:
        packed.writestr("word/embeddings/oleObject1.bin", b"x")
    return target.getvalue()


def words_of(data: bytes) -> str:
    return "\n".join(paragraph.text for paragraph in docx.Document(BytesIO(data)).paragraphs)


def checked(template: bytes) -> str:
    return making.checked(OPINION, template)


def filled(template: bytes) -> bytes:
    return making.filled(OPINION, template, [sample_of(OPINION)])


def test_every_field_of_the_form_is_a_blank_with_its_word():
    assert {each.key for each in (*OPINION.blanks, *OPINION.rows)} == {each.name for each in fields(Opinion)}
    assert {each.key for each in OPINION.rows[0].blanks} == {each.name for each in fields(Line)}
    assert checked(blank_form()) == "docx"


@pytest.mark.parametrize(
    ("template", "said"),
    [
        (defining(), "不该有的定义"),
        (form_of(MUST, "{{ nobody }} {{ else_too }}"), r"不认识的填空：\{\{ else_too \}\}、\{\{ nobody \}\}"),
        (form_of(MUST, "{% for item in items %}{{ item.colour }}{% endfor %}"), r"不认识的填空：\{\{ item.colour \}\}"),
        (form_of("{{ year }} {{ group }} {{ person }}"), r"缺少必须有的填空：党支部 \{\{ branch \}\}、评定等次"),
        (form_of(MUST, "{{ person"), "写法不对"),
        (form_of(MUST, "{{ person.__class__ }}"), "只能有填空"),
        (form_of(MUST, "{% for item in items %}{{ loop }}{% endfor %}"), r"不认识的填空：\{\{ loop"),
        (form_of(MUST, "{{#各项指标}}{{颜色}}{{/各项指标}}"), r"不认识的填空：\{\{ 颜色 \}\}"),
        (form_of(MUST, "{{#各项指标}}{{指标}}"), "没有对应的「{{/各项指标}}」"),
        (form_of(MUST, "{{/各项指标}}"), "前面没有「{{#各项指标}}」"),
        (form_of(MUST, "{{ 'a' * 999999 }}"), "只能有填空"),
        (form_of(MUST, "{{ lipsum(1000) }}"), "只能有填空"),
        (form_of(MUST, "{% for a in items %}{% for b in items %}x{% endfor %}{% endfor %}"), "只能有填空"),
        (form_of(MUST, "{% for a in title %}x{% endfor %}"), "只能有填空"),
        (form_of(MUST, "{% if total > 90 %}x{% endif %}"), "只能有填空"),
        (form_of(MUST, "{% if grade == '优秀' %}x{% endif %}"), "只能有填空"),
        (form_of(MUST, "{{ grade|upper }}"), "只能有填空"),
        (form_of(MUST, "{{ grade ~ grade }}"), "只能有填空"),
        (form_of(MUST, "{{ items[0].name }}"), "只能有填空"),
        (form_of(MUST, "{% set x = 1 %}{% macro m() %}{% endmacro %}"), "只能有填空"),
        (form_of(MUST, "{% include 'a' %}"), "只能有填空"),
        (form_of(MUST, "{% for item in items if item.name %}x{% endfor %}"), "只能有填空"),
        (form_of(MUST, "{% for item in range(9999999) %}x{% endfor %}"), "只能有填空"),
        (form_of(MUST, "{% for item in items %}{{ item.worth >= 3 }}{% endfor %}"), "只能有填空"),
        (form_of(MUST, "{% if not grade and total < 90 %}x{% endif %}"), "只能有填空"),
        (form_of(MUST, "{% if 'a' in grade %}x{% endif %}"), "只能有填空"),
        (linking(), "链接到别处"),
        (reaching(), "链接到别处"),
        (embedding(), "嵌有别的文件"),
        (b"PK\x03\x04 not a document", "不是 Word 文档"),
        (b"%PDF-1.7", "不是 Word 文档"),
        (swollen(), "展开后太大"),
    ],
)
def test_a_template_that_is_not_fit_is_refused_with_what_to_change(template: bytes, said: str):
    with pytest.raises(Invalid, match=said) as refused:
        checked(template)
    assert refused.value.field == "file"


def test_a_template_of_the_installation_that_cannot_be_filled_is_refused_too():
    with pytest.raises(Invalid, match="只能有填空"):
        filled(form_of(MUST, "{% if total > 90 %}x{% endif %}"))


PROGRAM, STRANGER = "{{ lipsum(9) }}", "{{ nobody }}"
NOTES = (
    '<?xml version="1.0" encoding="{encoding}"?><w:footnotes xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/'
    '2006/main"><w:footnote w:id="2"><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:footnote></w:footnotes>'
)


def with_part(name: str, kind: str, data: bytes) -> bytes:
    """A document with a further part, related to its text."""
    source, target = ZipFile(BytesIO(form_of(MUST))), BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as packed:
        for part in source.namelist():
            body = source.read(part)
            if part == "[Content_Types].xml":
                media = f"application/vnd.openxmlformats-officedocument.wordprocessingml.{kind}+xml"
                body = body.replace(
                    b"</Types>", f'<Override PartName="/{name}" ContentType="{media}"/></Types>'.encode()
                )
            elif part == "word/_rels/document.xml.rels":
                related = f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"
                target_name = name.removeprefix("word/")
                body = body.replace(
                    b"</Relationships>",
                    f'<Relationship Id="rId99" Type="{related}" Target="{target_name}"/></Relationships>'.encode(),
                )
            packed.writestr(part, body)
        packed.writestr(name, data)
    return target.getvalue()


def in_section(place: str, text: str) -> bytes:
    document, target = docx.Document(BytesIO(form_of(MUST))), BytesIO()
    getattr(document.sections[0], place).paragraphs[0].text = text
    document.save(target)
    return target.getvalue()


def in_properties(text: str) -> bytes:
    document, target = docx.Document(BytesIO(form_of(MUST))), BytesIO()
    document.core_properties.title = text
    document.save(target)
    return target.getvalue()


def in_footnotes(text: str, encoding: str = "utf-8") -> bytes:
    return with_part("word/footnotes.xml", "footnotes", NOTES.format(encoding=encoding, text=text).encode(encoding))


def in_pieces(text: str) -> bytes:
    """Each letter in a run of its own, as Word cuts what it has marked."""
    document, target = docx.Document(BytesIO(form_of(MUST))), BytesIO()
    paragraph = document.add_paragraph()
    for letter in text:
        paragraph.add_run(letter)
    document.save(target)
    return target.getvalue()


def in_header(text: str, encoding: str) -> bytes:
    header = NOTES.replace("footnotes", "hdr").replace("footnote", "sdt")
    return with_part("word/header9.xml", "header", header.format(encoding=encoding, text=text).encode(encoding))


PARTS = {
    "header": lambda text: in_section("header", text),
    "footer": lambda text: in_section("footer", text),
    "properties": in_properties,
    "footnotes": in_footnotes,
    "footnotes in UTF-16": lambda text: in_footnotes(text, "utf-16"),
    "header in UTF-16": lambda text: in_header(text, "utf-16"),
    "header in entities": lambda text: in_header(text.replace("{", "&#123;"), "utf-8"),
    "text in pieces": in_pieces,
}


@pytest.mark.parametrize("text", [PROGRAM, STRANGER])
@pytest.mark.parametrize("part", PARTS)
def test_a_template_is_looked_at_in_every_part_that_is_filled(part: str, text: str):
    with pytest.raises(Invalid) as refused:
        checked(PARTS[part](text))
    assert refused.value.field == "file"


def test_what_is_filled_in_stays_text_whatever_it_looks_like():
    odd = sample_of(OPINION)
    odd = replace(odd, values={**odd.values, "person": "{{grade}} <w:t> &amp;\x0b"})

    made = making.filled(OPINION, form_of(MUST), [odd])

    assert "{{grade}} <w:t> &amp; （评定等次）" in words_of(made)


def test_a_template_that_would_eat_memory_or_time_ends_in_a_sentence(monkeypatch):
    vast = form_of(MUST, "{% for item in items %}", *["长" * 1_000_000] * 6, "{% endfor %}")
    monkeypatch.setattr(making, "CEILING", Ceiling(96 * 2**20, 5, 2**20, 15))

    with pytest.raises(Invalid, match="太大或太复杂") as refused:
        checked(vast)
    assert refused.value.field == "file"


def test_the_form_of_a_case_is_made_from_the_template_in_use(steps, town):
    case = steps.cases(steps.open())[0]
    with unit("assessment", town.organiser) as session:
        row = templates.hand_in(session, town.organiser, OPINION, Handed(form_of("我们镇的", MUST), "a.docx"))
        templates.use(session, town.organiser, "assessment", row.id)
    leader = town.leader("东村1组")
    with unit("assessment", leader) as session:
        paper = actions.take_opinion(session, leader, case, form="docx")
    assert words_of(paper.data).startswith("我们镇的\n2025年度 东村")

    steps.sql(
        "insert into office.account (id, person_id, login, password_hash, first_password, failures)"
        " values (%s, %s, 'former', '', false, 0)",
        leader.account_id,
        leader.person_id,
    )
    with unit("assessment", replace(leader, posts=())) as session:  # he has left the post since
        assert templates.in_use(session, town.id, "opinion").version == 1
    with unit("assessment", replace(leader, account_id=9999, posts=())) as session:  # a stranger
        assert templates.in_use(session, town.id, "opinion") is None
