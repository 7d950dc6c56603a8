"""Photos drawn anew before they are kept: upright, of a sound size, without what the camera wrote beside the picture.

A telephone writes where and when, with which device, and often a second small picture into each photo. None of that is
asked of anybody (PIPL 28), so only the picture itself is kept. Drawing it anew leaves nothing else behind, whatever
the file held.
"""

import threading
from io import BytesIO
from math import sqrt
from typing import Any

from PIL import Image, ImageOps

from shared.errors import Invalid

FORMATS = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP"}
PIXELS_READ = 40_000_000
"""More is no photo of a meeting, but may be a small file that unfolds into gigabytes."""
PIXELS_KEPT = 12_000_000
"""What an ordinary telephone takes: a larger picture is made smaller, so that paper on it can still be read."""
QUALITY = 85
UNREADABLE = "这张照片打不开，可能没有传完整或已经损坏，请重新选择。"

# A picture unfolds to some 200 MB at the most: one at a time, however many are handed in at once.
_table = threading.Lock()


def bare(data: bytes, kind: str, *, field: str) -> bytes:
    """The picture alone, of the same kind (`jpg`, `png`, `webp`), turned as it is meant to be seen.

    Raises Invalid, at `field`, where it cannot be read or has more than PIXELS_READ pixels.
    """
    try:
        with _table, Image.open(BytesIO(data), formats=[FORMATS[kind]]) as picture:
            width, height = picture.size
            if width * height <= PIXELS_READ:
                return _drawn(picture, kind)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large(field) from error
    # Pillow raises whatever its readers stumble over in a damaged file (TypeError, struct.error, …): there is no list.
    except Exception as error:
        raise Invalid(UNREADABLE, field=field) from error
    raise _too_large(field)


def _too_large(field: str) -> Invalid:
    return Invalid(f"这张照片超过 {PIXELS_READ // 10_000} 万像素，请缩小后再选。", field=field)


def _drawn(picture: Image.Image, kind: str) -> bytes:
    width, height = picture.size
    if width * height > PIXELS_KEPT:
        share = sqrt(PIXELS_KEPT / (width * height))
        picture.thumbnail((max(1, int(width * share)), max(1, int(height * share))))  # a JPEG is read smaller at once
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
