"""What people hand in is judged by content, stored once under its hash, and never lost half-written."""

import hashlib
import zlib
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from shared import files
from shared.errors import Invalid, OutOfReach
from shared.settings import settings
from shared.web.files import download, file_answer

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\x00" * 100
PDF = b"%PDF-1.7\n%%EOF\n"
WEBP = b"RIFF\x24\x00\x00\x00WEBPVP8 " + b"\x00" * 32


def png() -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")

    head = (1).to_bytes(4, "big") * 2 + b"\x08\x00\x00\x00\x00"
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\x00\x00")) + chunk(b"IEND", b"")
    )


def office(*parts: str) -> bytes:
    made = BytesIO()
    with ZipFile(made, "w") as archive:
        for part in ("[Content_Types].xml", *parts):
            archive.writestr(part, "<x/>")
    return made.getvalue()


@pytest.fixture(autouse=True)
def _own_folder(settled_environment: pytest.MonkeyPatch):
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (JPEG, "jpg"),
        (png(), "png"),
        (WEBP, "webp"),
        (PDF, "pdf"),
        (office("word/document.xml"), "docx"),
        (office("xl/workbook.xml"), "xlsx"),
    ],
)
def test_a_file_is_what_its_content_is_whatever_its_name_says(data: bytes, kind: str):
    stored = files.store(data, "会议.exe")

    assert (stored.kind, stored.size, stored.name) == (kind, len(data), f"会议.exe.{kind}")
    assert files.read(stored.sha256) == data


@pytest.mark.parametrize(
    "data",
    [
        b"<html><script>alert(1)</script></html>",
        b"MZ\x90\x00" + b"\x00" * 100,
        b"GIF89a" + b"\x00" * 100,
        office("word/document.xml", "word/vbaProject.bin"),
        office("META-INF/MANIFEST.MF"),
        b"PK\x03\x04 not an archive",
        "一段文字".encode(),
    ],
)
def test_what_is_not_accepted_is_refused_with_what_would_be(data: bytes):
    with pytest.raises(Invalid, match="可以是照片") as refused:
        files.store(data, "照片.jpg", field="photo")

    assert refused.value.field == "photo"
    assert not (settings().data / "files").exists()


def test_an_empty_file_and_one_too_large_are_refused():
    with pytest.raises(Invalid, match="空的"):
        files.store(b"", "照片.jpg")
    with pytest.raises(Invalid, match="10 MB"):
        files.store(JPEG + bytes(files.LARGEST), "照片.jpg")


def test_the_same_file_stands_on_the_disk_once_and_is_nobody_elses_to_read():
    first, again = files.store(PDF, "一.pdf"), files.store(PDF, "二.pdf")

    assert first.sha256 == again.sha256 == hashlib.sha256(PDF).hexdigest()
    (kept,) = [path for path in (settings().data / "files").rglob("*") if path.is_file()]
    assert kept.name == first.sha256
    assert kept.stat().st_mode & 0o777 == 0o600


def test_what_a_loss_of_power_left_half_written_is_written_anew():
    stored = files.store(PDF, "一.pdf")
    path = settings().data / "files" / stored.sha256[:2] / stored.sha256
    path.write_bytes(PDF[:4])

    files.store(PDF, "一.pdf")

    assert files.read(stored.sha256) == PDF


def test_a_write_that_fails_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch):
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        files.store(PDF, "一.pdf")

    assert not [path for path in (settings().data / "files").rglob("*") if path.is_file()]


def test_a_lost_file_is_said_to_be_lost():
    with pytest.raises(OutOfReach, match="备份"):
        files.read("0" * 64)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("照片.JPG", "照片.jpg"),
        ("IMG_1.jpeg", "IMG_1.jpg"),
        ("C:\\桌面\\照片.jpg", "照片.jpg"),
        ("../../etc/passwd", "passwd.jpg"),
        ("会议\u202egpj.exe", "会议gpj.exe.jpg"),
        ("", "附件.jpg"),
        ('a"b\r\nc', "abc.jpg"),
        ("长" * 300, "长" * files.LONGEST_NAME + ".jpg"),
    ],
)
def test_a_name_cannot_lead_elsewhere_or_pretend(given: str, shown: str):
    assert files.shown_name(given, "jpg") == shown


def test_a_picture_may_be_looked_at_and_everything_else_is_saved():
    picture, paper = files.store(JPEG, "一.jpg"), files.store(PDF, "总结 1.pdf")

    shown = file_answer(picture.sha256, picture.kind, picture.name)
    saved = file_answer(paper.sha256, paper.kind, paper.name)

    assert shown.headers["content-type"] == "image/jpeg"
    assert shown.headers["content-disposition"].startswith("inline;")
    assert saved.headers["content-disposition"] == "attachment; filename*=UTF-8''%E6%80%BB%E7%BB%93%201.pdf"
    for answer in (shown, saved, download(b"x", "text/csv", "a.csv")):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in answer.headers["content-security-policy"]


def test_the_folder_is_in_the_data_folder(tmp_path: Path):
    stored = files.store(PDF, "一.pdf")

    assert (tmp_path / "data" / "files" / stored.sha256[:2] / stored.sha256).is_file()
