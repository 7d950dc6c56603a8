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
    shares_number,
    standing_of,
)
from services.assessment.choosings.queries.figures import Figures, figures_of
from services.assessment.choosings.queries.register import drafts_of, to_review
from services.assessment.choosings.queries.renewing import (
    Renewable,
    ToRenew,
    branches_of,
    branches_to_renew,
    posts_to_renew,
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
    "Figures",
    "Renewable",
    "ToRenew",
    "Vacancy",
    "acting_for",
    "branches_of",
    "branches_to_renew",
    "candidates",
    "choosing",
    "choosing_to_change",
    "choosings",
    "drafts_of",
    "figures_of",
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
    "posts_to_renew",
    "seen_by",
    "shares_number",
    "standing_of",
    "steps_open",
    "stood",
    "to_review",
    "townships_with",
    "vacancies",
]
