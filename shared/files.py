"""Files that people hand in: judged by their content, stored once under their hash; of a photo, the picture alone.

A file is written, made durable and given its name before the row that names it commits: a row without its file cannot
be. A file without a row (whoever wrote it was killed before the commit) is harmless; shared/kept.py sweeps it away.
Several machines that serve one installation share this folder.
"""

import hashlib
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import NamedTuple
from zipfile import ZipFile

import filetype

from shared import pictures
from shared.errors import Invalid, OutOfReach
from shared.settings import settings
from shared.tables.cells import unhidden

LARGEST = 10 * 2**20
LONGEST_NAME = 120
MOST_PARTS = 5_000
PACKED = b"PK\x03\x04"
KINDS = {
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
IMAGES = frozenset({"jpg", "png", "webp"})
OFFICE = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx"}
"""The part by which an office file is known, whatever its name says."""
ENDINGS = {"jpeg": "jpg", "heic": "jpg", "heif": "jpg"}
ENDINGS |= dict.fromkeys(("doc", "docm", "dot", "dotx", "dotm"), "docx")
ENDINGS |= dict.fromkeys(("xls", "xlsm", "xlt", "xltx", "xltm"), "xlsx")
"""Other endings of what turned out to be one of KINDS."""
TYPES, TYPES_READ = "[Content_Types].xml", 2**20
ACCEPTED = "照片（JPG、PNG、WebP）、PDF、Word（.docx）或 Excel（.xlsx）"


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that is on the disk: its hash in hex, its kind (a key of KINDS), its size in bytes, its name as shown."""

    sha256: str
    kind: str
    size: int
    name: str


class Handed(NamedTuple):
    """A file as it was handed in: its bytes, and what it was called."""

    data: bytes
    name: str


def store(data: bytes, name: str, *, field: str = "file", put: Callable[[str, bytes], object] | None = None) -> Stored:
    """Put a file on the disk for good, once however often it is handed in; `put` may do so later, by hash and bytes.

    Raises Invalid, at `field`, where it is empty, larger than LARGEST, of no kind that is accepted, or a photo that
    cannot be read.
    """
    if not data:
        raise Invalid("这个文件是空的，请重新选择。", field=field)
    if len(data) > LARGEST:
        raise Invalid(f"文件超过 {LARGEST // 2**20} MB，请压缩或裁剪后再选。", field=field)
    kind = kind_of(data)
    if kind is None and _has_macros(data):
        raise Invalid(
            "文件里有宏，不能接收。请在 Word 或者 Excel 里另存为不带宏的 .docx 或 .xlsx，再选一次。", field=field
        )
    if kind is None:
        raise Invalid(f"不能接收这种文件。可以是{ACCEPTED}。", field=field)
    if kind in IMAGES:
        data = pictures.bare(data, kind, field=field)
    sha256 = hashlib.sha256(data).hexdigest()
    (put or write)(sha256, data)
    return Stored(sha256, kind, len(data), shown_name(name, kind))


def read(sha256: str) -> bytes:
    """A stored file. Raises OutOfReach where the folder has lost it."""
    try:
        return _path(sha256).read_bytes()
    except FileNotFoundError:
        raise OutOfReach("文件不在了，请联系管理员从备份中恢复。") from None


def kind_of(data: bytes) -> str | None:
    """What it is by its content, if that is something accepted; an office file with macros is not."""
    if data.startswith(PACKED):
        return None if _has_macros(data) else _office_kind(data)
    found = filetype.guess(data)
    return found.extension if found is not None and found.extension in KINDS else None


def _office_kind(data: bytes) -> str | None:
    try:
        names = ZipFile(BytesIO(data)).namelist()
    except Exception:  # noqa: BLE001  a damaged archive ends in any error
        return None
    if len(names) > MOST_PARTS:
        return None
    return next((kind for part, kind in OFFICE.items() if part in names), None)


def _has_macros(data: bytes) -> bool:
    """Whether an office file holds macros, or is of a kind that may: Word opens that by no other name."""
    try:
        with ZipFile(BytesIO(data)) as packed:
            names = packed.namelist()
            if any(name.lower().endswith("vbaproject.bin") for name in names):
                return True
            return TYPES in names and b"macroEnabled" in packed.open(TYPES).read(TYPES_READ)
    except Exception:  # noqa: BLE001  a damaged archive ends in any error
        return False


def shown_name(name: str, kind: str) -> str:
    """The name that people see and save under: without folders and signs that steer, ending as its content is."""
    plain = unhidden(name).replace("\\", "/").rpartition("/")[2]
    stem = "".join(sign for sign in plain if sign.isprintable() and sign not in '<>:"|?*').strip(" .")
    bare, _, ending = stem.rpartition(".")
    stem = bare if bare and ENDINGS.get(ending.lower(), ending.lower()) == kind else stem
    return f"{stem[:LONGEST_NAME] or '附件'}.{kind}"


def folder() -> Path:
    """Where they are: a file stands under its hash, in a folder of the hash's first two digits."""
    return settings().data / "files"


def _path(sha256: str) -> Path:
    return folder() / sha256[:2] / sha256


def write(sha256: str, data: bytes) -> None:
    """The file whole or not at all, and after a loss of power still there."""
    path = _path(sha256)
    if path.exists() and path.stat().st_size == len(data):
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _belong(path.parent)
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with beside.open("xb") as target:
            os.fchmod(target.fileno(), 0o600)
            _belong(target.fileno())
            target.write(data)
            target.flush()
            os.fsync(target.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    for changed in (path.parent, path.parent.parent):
        _sync(changed)


def _belong(written: Path | int) -> None:
    """What root writes belongs to whoever has the folder: the programs of a box that root started have no rights."""
    if os.geteuid() == 0:
        kept = folder().stat()
        os.chown(written, kept.st_uid, kept.st_gid)


def _sync(changed: Path) -> None:
    """Make the names in a folder durable."""
    opened = os.open(changed, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
