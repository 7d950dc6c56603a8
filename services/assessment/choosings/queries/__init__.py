"""What may be read of choosings: by the branch, the township, and whoever is put forward."""

from services.assessment.choosings.queries.candidates import Candidate, candidates, is_barred, known_of
from services.assessment.choosings.queries.choosings import (
    acting_for,
    choosing,
    choosing_to_change,
    choosings,
    group_there,
    groups_for,
    history,
    last_day_of_term,
    name_of,
    open_choosings,
    open_in,
    post_after,
    post_of,
    seen_by,
    standing_of,
)
from services.assessment.choosings.queries.standing import is_own, needs_nod, steps_open, stood
from services.assessment.choosings.queries.vacancies import (
    Vacancy,
    needless,
    of_gone_groups,
    townships_with,
    vacancies,
)

__all__ = [
    "Candidate",
    "Vacancy",
    "acting_for",
    "candidates",
    "choosing",
    "choosing_to_change",
    "choosings",
    "group_there",
    "groups_for",
    "history",
    "is_barred",
    "is_own",
    "known_of",
    "last_day_of_term",
    "name_of",
    "needless",
    "needs_nod",
    "of_gone_groups",
    "open_choosings",
    "open_in",
    "post_after",
    "post_of",
    "seen_by",
    "standing_of",
    "steps_open",
    "stood",
    "townships_with",
    "vacancies",
]
