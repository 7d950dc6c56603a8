"""The sheet with the passphrase, as a PDF to be printed and locked away."""

from datetime import datetime
from pathlib import Path

from shared.clock import OFFICE_ZONE
from shared.print import pdf

TEMPLATE = Path(__file__).with_name("sheet.typ")


def sheet(word: str, folder: Path) -> bytes:
    """The sheet for backups that lie in a folder."""
    now = datetime.now(OFFICE_ZONE)
    data = {"word": word, "folder": str(folder), "made_on": f"{now:%Y年%m月%d日}"}
    return pdf(TEMPLATE, data, made_at=now)
