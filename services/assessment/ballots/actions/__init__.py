"""Every change to votes on paper.

How another topic uses a vote (it names its thing by a purpose and a number; a vote knows nothing of it):

    ballot = call(session, actor, Calling(unit_id=group, kind="leader_election", title="…选举党小组长", held_on=day,
                  seats=1, candidates=[person, …]), About("choosing", choosing.id))
    found = result_for(session, "choosing", choosing.id)     # None: none was called
    found.stage      # BallotStage: COUNTED is the end of it; UNSETTLED, VOID and the rest wait for the branch
    found.seated     # people who got a seat, over a second vote and the branch's decision too
    found.ballots    # the votes one after another, each naming the one that it repeats
    refuse(session, actor, found.ballot_id, "…")              # the township turns it down: a new vote, never an edit
    end_for(session, "choosing", choosing.id, "…")            # there is nothing to vote on any more

`call` is refused (409) while another vote about the same thing is going on. Whoever calls has asked his own rights
and his own system's switch; a vote asks for the roles of its own table of moves, and bars candidates from leading it.
When a result is announced, BallotDeclared names purpose and number.
"""

from services.assessment.ballots.actions.calling import OWN, About, arrange, call, in_proposed_order, open_ballot
from services.assessment.ballots.actions.counting import recount, type_by_slip, type_count
from services.assessment.ballots.actions.declaring import again, decide, declare, end, leave, refuse
from services.assessment.ballots.actions.for_others import ResultFor, end_for, end_with_units, result_for
from services.assessment.ballots.actions.printing import PRESSES, Paper, take_paper
from services.assessment.ballots.actions.tellers import Seat, make_slip, open_by_slip, replace_teller, seat_of_slip
from shared.papers.press import PaperForm

__all__ = [
    "OWN",
    "PRESSES",
    "About",
    "Paper",
    "PaperForm",
    "ResultFor",
    "Seat",
    "again",
    "arrange",
    "call",
    "decide",
    "declare",
    "end",
    "end_for",
    "end_with_units",
    "in_proposed_order",
    "leave",
    "make_slip",
    "open_ballot",
    "open_by_slip",
    "recount",
    "refuse",
    "replace_teller",
    "result_for",
    "seat_of_slip",
    "take_paper",
    "type_by_slip",
    "type_count",
]
