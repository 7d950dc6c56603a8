"""Every change to a year's cases, from the opening of a cycle to its end."""

from services.assessment.cases.actions.close import close_cycle
from services.assessment.cases.actions.deadlines import keep_deadlines
from services.assessment.cases.actions.decide import (
    decide,
    decide_several,
    follow_sheets,
    reopen,
    settle_over_quota,
)
from services.assessment.cases.actions.ending import end_cycle, recall_notice
from services.assessment.cases.actions.exempt import exempt, exempt_several, resume
from services.assessment.cases.actions.mark import Typist, correct_mark, give_marks
from services.assessment.cases.actions.nominate import nominate, nominate_several
from services.assessment.cases.actions.notice import answer_objection, publish_notice, raise_objection
from services.assessment.cases.actions.open import open_by_hand, open_cycle, open_on_the_day
from services.assessment.cases.actions.opening import confirm_opening, plan_openings, put_off, withdraw_opening
from services.assessment.cases.actions.review import (
    accept,
    accept_several,
    accept_together,
    return_nomination,
    return_several,
)
from services.assessment.cases.actions.roster import list_leaders
from services.assessment.cases.actions.run import finish_run, go_on, score_chunk, start_run, stop_run
from services.assessment.cases.actions.state import write_statement
from services.assessment.cases.actions.verify import Verification, verify_cycle

__all__ = [
    "Typist",
    "Verification",
    "accept",
    "accept_several",
    "accept_together",
    "answer_objection",
    "close_cycle",
    "confirm_opening",
    "correct_mark",
    "decide",
    "decide_several",
    "end_cycle",
    "exempt",
    "exempt_several",
    "finish_run",
    "follow_sheets",
    "give_marks",
    "go_on",
    "keep_deadlines",
    "list_leaders",
    "nominate",
    "nominate_several",
    "open_by_hand",
    "open_cycle",
    "open_on_the_day",
    "plan_openings",
    "publish_notice",
    "put_off",
    "raise_objection",
    "recall_notice",
    "reopen",
    "resume",
    "return_nomination",
    "return_several",
    "score_chunk",
    "settle_over_quota",
    "start_run",
    "stop_run",
    "verify_cycle",
    "withdraw_opening",
    "write_statement",
]
