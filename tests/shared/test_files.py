"""What people hand in is judged by content, stored once under its hash, and never lost half-written."""

import hashlib
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from random import Random
from zipfile import ZipFile

import pytest
from PIL import Image, ImageOps

from shared import files, pictures
from shared.errors import Invalid, OutOfReach
from shared.settings import settings
from shared.web.files import download, file_answer
from tests.pictures import PLACE, photo, taken_at_a_place

JPEG = photo()
PDF = b"%PDF-1.7\n%%EOF\n"


def office(*parts: str, types: str = "<x/>") -> bytes:
    made = BytesIO()
    with ZipFile(made, "w") as archive:
        archive.writestr("[Content_Types].xml", types)
        for part in parts:
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
        (photo(kind="PNG"), "png"),
        (photo(kind="WEBP"), "webp"),
        (PDF, "pdf"),
        (office("word/document.xml"), "docx"),
        (office("xl/workbook.xml"), "xlsx"),
    ],
)
def test_a_file_is_what_its_content_is_whatever_its_name_says(data: bytes, kind: str):
    stored = files.store(data, "会议.exe")

    kept = files.read(stored.sha256)
    assert (stored.kind, stored.size, stored.name) == (kind, len(kept), f"会议.exe.{kind}")
    assert files.kind_of(kept) == kind
    assert kind in files.IMAGES or kept == data


def test_a_file_with_macros_is_refused_with_how_to_save_it_and_one_that_only_is_called_so_ends_as_it_is():
    enabled = office("word/document.xml", types="<x>application/vnd.ms-word.document.macroEnabled.main+xml</x>")
    for data in (office("xl/workbook.xml", "xl/vbaProject.bin"), enabled):
        with pytest.raises(Invalid, match=r"有宏.*另存为") as refused:
            files.store(data, "总结.docm", field="files")
        assert refused.value.field == "files"

    assert files.store(office("word/document.xml"), "总结.docm").name == "总结.docx"
    assert files.store(office("word/document.xml"), "总结.DOC").name == "总结.docx"


@pytest.mark.parametrize(
    "data",
    [
        b"<html><script>alert(1)</script></html>",
        b"MZ\x90\x00" + b"\x00" * 100,
        b"GIF89a" + b"\x00" * 100,
        office("word/vbaProject.bin.txt"),
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


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_of_a_photo_the_picture_alone_is_kept_upright(kind: str):
    sent = taken_at_a_place(kind)
    assert PLACE in sent

    kept = files.read(files.store(sent + PLACE, "照片.jpg").sha256)

    assert PLACE not in kept
    assert b"Exif" not in kept
    with Image.open(BytesIO(kept)) as picture:
        assert not picture.getexif()
        assert picture.size == (20, 40)
        red, _, blue = picture.convert("RGB").getpixel((10, 2))
        assert red > blue


def test_the_same_photo_is_one_file_and_a_picture_without_anything_beside_it_stays_as_it_is():
    assert files.store(taken_at_a_place(), "一.jpg").sha256 == files.store(taken_at_a_place(), "二.jpg").sha256
    assert files.read(files.store(JPEG, "三.jpg").sha256) == JPEG


def test_a_picture_too_large_to_unfold_is_refused_before_it_does(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pictures, "PIXELS_READ", 50_000)
    with pytest.raises(Invalid, match="超过 5 万像素，请缩小后再选") as refused:
        files.store(photo(kind="PNG", size=(251, 200)), "照片.png", field="photo")
    assert refused.value.field == "photo"

    vast = bytearray(photo(kind="PNG"))
    vast[16:24] = (60_000).to_bytes(4, "big") * 2
    vast[29:33] = zlib.crc32(vast[12:29]).to_bytes(4, "big")
    with pytest.raises(Invalid, match="像素"):
        files.store(bytes(vast), "照片.png")


def test_a_large_photo_is_kept_smaller(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pictures, "PIXELS_KEPT", 20_000)

    kept = files.read(files.store(photo(size=(400, 200)), "照片.jpg").sha256)

    with Image.open(BytesIO(kept)) as picture:
        assert picture.size == (200, 100)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_that_did_not_arrive_whole_is_refused(kind: str):
    whole = taken_at_a_place(kind, size=(400, 400))
    with pytest.raises(Invalid, match="重新选择"):
        files.store(whole[: len(whole) // 2], "照片.jpg")


@pytest.mark.parametrize(("kind", "ending"), [("JPEG", "jpg"), ("PNG", "png"), ("WEBP", "webp")])
def test_a_photo_with_any_bit_turned_over_is_drawn_or_refused_in_words(kind: str, ending: str):
    whole, chance = taken_at_a_place(kind), Random(20251208)
    for place in chance.sample(range(len(whole) * 8), 400):
        damaged = bytearray(whole)
        damaged[place // 8] ^= 1 << place % 8
        with suppress(Invalid):  # whatever else is raised would be a 500
            assert PLACE not in drawn(bytes(damaged), ending)


def drawn(data: bytes, kind: str) -> bytes:
    """As it is drawn in the program of its own."""
    return pictures.drawn(data, kind=kind, field="file", most=pictures.PIXELS_READ, kept=pictures.PIXELS_KEPT)


def of_one_colour(side: int) -> bytes:
    """A small file that unfolds into a large picture, made without unfolding it here."""

    def block(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")

    packer, row = zlib.compressobj(1), bytes(1 + 4 * side)
    body = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    head = side.to_bytes(4, "big") * 2 + bytes([8, 6, 0, 0, 0])
    return b"\x89PNG\r\n\x1a\n" + block(b"IHDR", head) + block(b"IDAT", body) + block(b"IEND", b"")


def test_a_picture_is_unfolded_in_a_program_of_its_own_and_what_takes_too_much_there_is_refused(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(Image, "open", None)  # here nothing is
    assert files.store(photo(), "照片.jpg").kind == "jpg"
    assert files.store(of_one_colour(1000), "照片.png").kind == "png"
    with pytest.raises(Invalid, match="超过 3600 万像素"):
        files.store(of_one_colour(6300), "照片.png")

    monkeypatch.setattr(pictures, "CEILING", replace(pictures.CEILING, memory=180 * 2**20))
    with pytest.raises(Invalid, match="像素，请缩小"):
        files.store(of_one_colour(4000), "照片.png")


def test_a_jpeg_larger_than_what_is_unfolded_whole_is_read_smaller(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pictures, "PIXELS_READ", 40_000)
    monkeypatch.setattr(pictures, "PIXELS_KEPT", 10_000)

    kept = files.read(files.store(photo(size=(400, 400)), "照片.jpg").sha256)

    with Image.open(BytesIO(kept)) as picture:
        assert picture.size == (100, 100)


def damaged_beside(whole: bytes) -> Iterator[bytes]:
    """With each bit turned over of what the camera wrote at which Pillow stumbles."""
    for place in range(whole.index(b"Exif") * 8, whole.index(PLACE) * 8):
        damaged = bytearray(whole)
        damaged[place // 8] ^= 1 << place % 8
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                ImageOps.exif_transpose(Image.open(BytesIO(damaged)))
            except (TypeError, struct.error):
                yield bytes(damaged)


def test_a_photo_whose_camera_wrote_nonsense_beside_it_is_drawn_as_it_lies():
    cases = list(damaged_beside(taken_at_a_place()))
    assert cases
    for damaged in cases:
        picture = Image.open(BytesIO(drawn(damaged, "jpg")))

        assert picture.size == (40, 20)
        assert not picture.getexif()
