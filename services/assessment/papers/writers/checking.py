"""A template that an office hands in, looked at before it may be used.

It is a Word document that only fills blanks: it names fields and repeats the lines of the score sheet. It cannot
compute, loop elsewhere, or grow: such a template is refused, whoever wrote it.
"""

from dataclasses import asdict

from services.assessment.papers.schemas import BLANKS, MUST, SAMPLE
from services.assessment.papers.writers.opinion import CEILING, PROGRAM
from shared import files
from shared.apart import Unfinished, apart
from shared.errors import Invalid

LARGEST = 2 * 2**20


def checked(template: bytes) -> None:
    """Raises Invalid, at the field `file`, with what to change."""
    if len(template) > LARGEST:
        raise _wrong(f"模板超过 {LARGEST // 2**20} MB，请去掉大的图片再上传。")
    if files.kind_of(template) != "docx":
        raise _wrong("这不是 Word 文档（.docx），或者文档里有宏。请在 Word 里另存为 .docx 再上传。")
    needed = {name: BLANKS[name] for name in MUST}
    try:
        apart(f"{PROGRAM}:tried", template, ceiling=CEILING, words=asdict(SAMPLE), needed=needed)
    except Unfinished:
        raise _wrong("模板太大或太复杂，填写一次用的时间或内存超过了限度。请从现在的模板重新改起。") from None


def _wrong(sentence: str) -> Invalid:
    return Invalid(sentence, field="file")
