"""A program of its own that sets one document: asked on stdin as JSON, answered on stdout as PDF.

It imports no project code, reads nothing but the template's folder and the fonts, and has a ceiling on memory and time.
"""

import json
import resource
import sys
from pathlib import Path

MEMORY = 2 * 1024**3
SECONDS = 30
OFFICE = Path(__file__).with_name("office.typ")


def limit(what: int, most: int) -> None:
    """Set a ceiling for this process, never above the one that it was given."""
    hard = resource.getrlimit(what)[1]
    ceiling = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (ceiling, ceiling))


def main() -> None:
    """Read stdin, print one PDF."""
    limit(resource.RLIMIT_AS, MEMORY)
    limit(resource.RLIMIT_CPU, SECONDS)
    limit(resource.RLIMIT_CORE, 0)
    import pylopdf_fonts_zh_cn  # noqa: PLC0415  after the ceiling is set
    import typst  # noqa: PLC0415

    asked = json.load(sys.stdin)
    template = Path(asked["template"])
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[str(Path(pylopdf_fonts_zh_cn.__file__).parent)])
    press = typst.Compiler(OFFICE.read_bytes() + template.read_bytes(), root=str(template.parent), font_paths=fonts)
    made = press.compile(format="pdf", sys_inputs={"data": asked["data"]}, timestamp=int(asked["made_at"]))
    if not isinstance(made, bytes):
        raise TypeError
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    main()
