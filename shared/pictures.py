"""Photos drawn anew before they are kept: upright, of a sound size, without what the camera wrote beside the picture.

A telephone writes where and when, with which device, and often a second small picture into each photo. None of that is
asked of anybody (PIPL 28), so only the picture itself is kept. Drawing it anew leaves nothing else behind, whatever
the file held. It is drawn in a program of its own: a small file may unfold to hundreds of megabytes.
"""

from io import BytesIO
from math import sqrt
from typing import Any

from PIL import Image, ImageOps

from shared.apart import Ceiling, Unfinished, apart
from shared.errors import Invalid

FORMATS = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP"}
PIXELS_READ = 36_000_000
"""More is no photo of a meeting, but may be a small file that unfolds into gigabytes."""
PIXELS_REDUCED = 110_000_000
"""Of a JPEG, which need not be unfolded whole: it is read at a half, a quarter or an eighth."""
PIXELS_KEPT = 12_000_000
"""What an ordinary telephone takes: a larger picture is made smaller, so that paper on it can still be read."""
QUALITY = 85
UNREADABLE = "这张照片打不开，可能没有传完整或已经损坏，请重新选择。"

CEILING = Ceiling(memory=640 * 2**20, seconds=20, answer=64 * 2**20, patience=60)


def bare(data: bytes, kind: str, *, field: str) -> bytes:
    """The picture alone, of the same kind (`jpg`, `png`, `webp`), turned as it is meant to be seen.

    Raises Invalid, at `field`, where it cannot be read or has more than PIXELS_READ pixels (a JPEG: PIXELS_REDUCED).
    """
    most = PIXELS_REDUCED if kind == "jpg" else PIXELS_READ
    try:
        return apart(
            "shared.pictures:drawn", data, ceiling=CEILING, kind=kind, field=field, most=most, kept=PIXELS_KEPT
        )
    except Unfinished:
        raise _too_large(field, most) from None


def drawn(data: bytes, *, kind: str, field: str, most: int, kept: int) -> bytes:
    """The same, in this program: `most` pixels are read, `kept` are kept."""
    try:
        with Image.open(BytesIO(data), formats=[FORMATS[kind]]) as picture:
            width, height = picture.size
            if width * height <= most:
                return _drawn(picture, kind, kept)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large(field, most) from error
    except MemoryError:
        raise
    # Pillow raises whatever its readers stumble over in a damaged file (TypeError, struct.error, …): there is no list.
    except Exception as error:
        raise Invalid(UNREADABLE, field=field) from error
    raise _too_large(field, most)


def _too_large(field: str, most: int) -> Invalid:
    return Invalid(f"这张照片超过 {most // 10_000} 万像素，请缩小后再选。", field=field)


def _drawn(picture: Image.Image, kind: str, kept: int) -> bytes:
    width, height = picture.size
    if width * height > kept:
        share = sqrt(kept / (width * height))
        smaller = max(1, int(width * share)), max(1, int(height * share))
        picture.draft(None, smaller)  # a JPEG is read smaller at once
        picture.thumbnail(smaller)
    upright = _upright(picture)
    if kind == "jpg" and upright.mode not in {"L", "RGB"}:
        upright = upright.convert("RGB")
    colours = upright.info.get("icc_profile")
    upright.info = {name: upright.info[name] for name in ("transparency",) if name in upright.info}
    made = BytesIO()
    upright.save(made, FORMATS[kind], icc_profile=colours, **_ways(kind))
    return made.getvalue()


def _upright(picture: Image.Image) -> Image.Image:
    """Turned as it is meant to be seen; as it lies, where only what the camera wrote beside it is damaged."""
    picture.load()  # damage of the picture itself is no matter of the block beside it
    try:
        return ImageOps.exif_transpose(picture)
    except Exception:  # noqa: BLE001  a damaged block ends in any error, as above
        return picture.copy()


def _ways(kind: str) -> dict[str, Any]:
    return {} if kind == "png" else {"quality": QUALITY}
