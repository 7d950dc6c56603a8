"""Every change of a choosing."""

from services.assessment.cases.actions.standing import refuse_unless_for_branch
from services.assessment.choosings.actions.barring import bar
from services.assessment.choosings.actions.consenting import answer, ask
from services.assessment.choosings.actions.electing import call_election, counted, follow_vote, submit
from services.assessment.choosings.actions.electing_together import call_together, open_together, submit_several
from services.assessment.choosings.actions.ending import withdraw
from services.assessment.choosings.actions.filing import decline, file, send_back
from services.assessment.choosings.actions.nodding import agree, pass_on
from services.assessment.choosings.actions.nominating import nominate, take_back
from services.assessment.choosings.actions.opening import open_choosing
from services.assessment.choosings.actions.printing import (
    PRESSES,
    ChoosingPaper,
    take_paper,
    take_register,
    take_to_sign,
)
from services.assessment.choosings.actions.renewing import (
    agree_to_several,
    file_several,
    file_together,
    nominate_together,
    pass_on_several,
    renew,
    return_several,
)
from services.assessment.choosings.actions.seating import begin_post, retry, seated
from services.assessment.choosings.actions.vacancies import follow_post, follow_switch, look_over

__all__ = [
    "PRESSES",
    "ChoosingPaper",
    "agree",
    "agree_to_several",
    "answer",
    "ask",
    "bar",
    "begin_post",
    "call_election",
    "call_together",
    "counted",
    "decline",
    "file",
    "file_several",
    "file_together",
    "follow_post",
    "follow_switch",
    "follow_vote",
    "look_over",
    "nominate",
    "nominate_together",
    "open_choosing",
    "open_together",
    "pass_on",
    "pass_on_several",
    "refuse_unless_for_branch",
    "renew",
    "retry",
    "return_several",
    "seated",
    "send_back",
    "submit",
    "submit_several",
    "take_back",
    "take_paper",
    "take_register",
    "take_to_sign",
    "withdraw",
]
