"""A slip of paper for somebody: by what he signs in, and until when. It is shown once and kept nowhere. Pure."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Slip:
    """What stands on it; the password as it was made, without gaps."""

    person_id: int
    name: str
    place: str
    post: str
    login: str
    password: str
    until: datetime
