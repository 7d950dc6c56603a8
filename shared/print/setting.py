"""Setting one document: run in a program of its own (shared.apart), which reads the template's folder and the fonts."""

import json
from pathlib import Path

import pylopdf_fonts_zh_cn
import typst

from shared.errors import Invalid
from shared.print.glyphs import SHOWN, folders, unprintable

OFFICE = Path(__file__).with_name("office.typ")
RARE = (
    "PDF 的字体里没有「{letters}」这个字，印出来会缺字，所以没有打印。"
    "请改用 Word 或者 Excel 格式打印（用您电脑上的字体），或者请管理员安装字体 fonts-hanazono。"
)


def printed(data: bytes, *, template: str, made_at: int) -> bytes:
    """The PDF of a template with its data (JSON); `made_at` in seconds since 1970.

    Raises Invalid with the letters that no font has.
    """
    letter, said = Path(template), data.decode()
    places = folders(Path(pylopdf_fonts_zh_cn.__file__).parent)
    missing = unprintable(json.dumps(json.loads(said), ensure_ascii=False), places)
    if missing:
        raise Invalid(RARE.format(letters="、".join(missing[:SHOWN])))
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[str(place) for place in places])
    press = typst.Compiler(OFFICE.read_bytes() + letter.read_bytes(), root=str(letter.parent), font_paths=fonts)
    made = press.compile(format="pdf", sys_inputs={"data": said}, timestamp=made_at)
    if not isinstance(made, bytes):
        raise TypeError
    return made
