"""Setting one document: run in a program of its own (shared.apart), which reads the template's folder and the fonts."""

from pathlib import Path

import pylopdf_fonts_zh_cn
import typst

OFFICE = Path(__file__).with_name("office.typ")


def printed(data: bytes, *, template: str, made_at: int) -> bytes:
    """The PDF of a template with its data (JSON); `made_at` in seconds since 1970."""
    letter = Path(template)
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[str(Path(pylopdf_fonts_zh_cn.__file__).parent)])
    press = typst.Compiler(OFFICE.read_bytes() + letter.read_bytes(), root=str(letter.parent), font_paths=fonts)
    made = press.compile(format="pdf", sys_inputs={"data": data.decode()}, timestamp=made_at)
    if not isinstance(made, bytes):
        raise TypeError
    return made
