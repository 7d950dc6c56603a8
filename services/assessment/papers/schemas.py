"""What a paper is."""

from dataclasses import dataclass

OFFICE = "application/vnd.openxmlformats-officedocument"
MEDIA_TYPES = {
    "xlsx": f"{OFFICE}.spreadsheetml.sheet",
    "docx": f"{OFFICE}.wordprocessingml.document",
    "pdf": "application/pdf",
}


@dataclass(frozen=True, slots=True)
class Paper:
    """A file that is made: its title, its form (a key of MEDIA_TYPES), its bytes."""

    title: str
    form: str
    data: bytes

    @property
    def name(self) -> str:
        """What it is saved under."""
        return f"{self.title}.{self.form}"

    @property
    def media_type(self) -> str:
        """What a browser takes it for."""
        return MEDIA_TYPES[self.form]
