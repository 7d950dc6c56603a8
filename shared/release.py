"""Which code a program runs: told apart by what stands in the files, so that two that differ are seen to differ."""

import hashlib
import re
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).parent.parent
PARTS = ("deploy", "services", "shared")
KINDS = {".py", ".html", ".yaml", ".js", ".css"}
LETTERS = 8
REVISION = re.compile(r'^revision(?:: str)? = "[a-z]+_(\d+)"', re.MULTILINE)


def release_of(root: Path) -> str:
    """The version of a folder of the project and the beginning of a digest of its code: `0.1.0-3fa94c01`."""
    digest = hashlib.sha256()
    for part in PARTS:
        for file in sorted(each for each in (root / part).rglob("*") if each.suffix in KINDS):
            digest.update(file.relative_to(root).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return f"{version('xiaozu')}-{digest.hexdigest()[:LETTERS]}"


def newest(schema: str) -> int:
    """The number of the newest migration of a schema that stands in the folder."""
    folder = ROOT / ("shared" if schema == "office" else f"services/{schema}") / "migrations" / "versions"
    said = (REVISION.search(file.read_text()) for file in folder.glob("*.py"))
    return max((int(found[1]) for found in said if found), default=0)


RELEASE = release_of(ROOT)
"""Of the code that this process has loaded: what is laid down in the folder later changes nothing here."""
BROUGHT = {schema: newest(schema) for schema in ("office", "activities", "assessment", "notify")}
"""The number of the newest migration that this code has, by schema."""
