"""Photos as telephones take them, small enough to be made for a test."""

from io import BytesIO

from PIL import Image

PLACE = b"GPSLatitude-26.0512"  # stands for whatever a camera writes about the place
TURNED = 6  # EXIF: the camera was held upright, the picture lies on its side
GPS, ORIENTATION, MAKER = 0x8825, 0x0112, 0x010F


def photo(number: int = 0, *, kind: str = "JPEG", size: tuple[int, int] = (8, 6)) -> bytes:
    """A photo of one colour, which is stored as it is: there is nothing beside the picture."""
    made = BytesIO()
    ways = {} if kind == "PNG" else {"quality": 85}
    Image.new("RGB", size, (number * 20 % 256, 90, 60)).save(made, kind, **ways)
    return made.getvalue()


def taken_at_a_place(kind: str = "JPEG", *, size: tuple[int, int] = (40, 20), noise: bool = False) -> bytes:
    """A photo with the position, the device and the way it was held; its left third is red, the rest blue, or noise."""
    picture = Image.effect_noise(size, 40).convert("RGB") if noise else Image.new("RGB", size, (0, 0, 255))
    picture.paste((255, 0, 0), (0, 0, size[0] // 3, size[1]))
    about = Image.Exif()
    about[MAKER], about[ORIENTATION] = PLACE.decode(), TURNED
    about.get_ifd(GPS)[1], about.get_ifd(GPS)[2] = "N", (26.0, 5.0, 12.0)
    made = BytesIO()
    picture.save(made, kind, exif=about, quality=95)
    return made.getvalue()
