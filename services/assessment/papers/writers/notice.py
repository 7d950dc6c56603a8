"""The public notice on paper: in Word, from a template whose text the office may edit, and as PDF."""

from datetime import datetime
from pathlib import Path
from typing import Any

from services.assessment.cases.queries import Notice
from services.assessment.cases.rules import notice_said
from services.assessment.schemes.rules import Grade
from shared import print as press
from shared.papers.kinds import Filled

PRINTED = Path(__file__).with_name("notice.typ")
OWN = "本人"


def notice_filled(notice: Notice) -> Filled:
    """What the paper says; one that is not the whole says of whom it is, in its title."""
    said = notice_said(notice.township, notice.year, notice.first, notice.last, notice.phone)
    part = f"（{'只列本人' if notice.part == OWN else notice.part}）" if notice.part else ""
    first, _, last = said["period"].removeprefix("公示时间：").rstrip("。").partition("至")
    values = said | {
        "title": said["title"] + part,
        "township": notice.township,
        "year": f"{notice.year}年度",
        "first": first,
        "last": last,
        "phone": notice.phone or "",
    }
    rows = [
        {"branch": row.branch, "group": row.group, "person": row.person, "grade": Grade(row.grade).said}
        for row in notice.rows
    ]
    return Filled(values, {"leaders": rows})


def notice_pdf(notice: Notice, *, made_at: datetime) -> bytes:
    """The notice set on A4 as an official paper; the head of its table stands on every page."""
    filled = notice_filled(notice)
    part = "以上不是公示全文，全文由乡镇党委公布。" if notice.part else ""
    data: dict[str, Any] = {**filled.values, "leaders": filled.rows["leaders"], "part": part}
    return press.pdf(PRINTED, data, made_at=made_at)


def blank_notice() -> bytes:
    """The template that ships, as .docx."""
    from shared.print.letters import Letter  # noqa: PLC0415  python-docx is worth its half second here alone

    letter = Letter(official=True)
    letter.title("{{标题}}")
    letter.line("{{公示说明}}")
    letter.line("{{公示时间}}")
    letter.table(
        ("支部", "党小组", "姓名", "等次"),
        ("{{#名单}}{{党支部}}", "{{党小组}}", "{{姓名}}", "{{等次}}{{/名单}}"),
    )
    letter.line("{{反映方式}}")
    letter.line("{{落款}}")
    letter.line("{{公示日期}}")
    return letter.data()
