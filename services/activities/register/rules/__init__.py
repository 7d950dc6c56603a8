"""Pure rules of the register: how a roster is read. No I/O of any kind."""

from services.activities.register.rules.identity import IdNumber, Sex, WrongNumber, id_number_in, read_id_number
from services.activities.register.rules.people import PersonRow
from services.activities.register.rules.person_names import is_name, person_name
from services.activities.register.rules.posts import Held, Hindrance, Kind, PostHeld
from services.activities.register.rules.roster import Roster, read_roster

__all__ = [
    "Held",
    "Hindrance",
    "IdNumber",
    "Kind",
    "PersonRow",
    "PostHeld",
    "Roster",
    "Sex",
    "WrongNumber",
    "id_number_in",
    "is_name",
    "person_name",
    "read_id_number",
    "read_roster",
]
