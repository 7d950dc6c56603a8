"""Who may act for a branch without a secretary, and who then reviews it: never the same person."""

from services.assessment.cases import queries
from services.assessment.cases.rules import may_review
from shared.access import Actor
from shared.db import Session
from shared.errors import NotYours
from shared.roles import Role


def refuse_unless_for_branch(session: Session, actor: Actor, branch_id: int, person_id: int) -> None:
    """The organiser does the branch's part only while it has no secretary in post, and never on his own behalf."""
    if not queries.acts_for_branch(session, actor, branch_id, person_id):
        if person_id == actor.person_id:
            raise NotYours("这是您本人的事项，按规定应当回避，请由其他组织委员代为办理。")
        raise NotYours("这个支部有书记，由支部书记办理。")


def refuse_to_review(session: Session, actor: Actor, township_id: int, branch_id: int, stood_in: int | None) -> None:
    """Whoever stood in does not review it: another organiser does, or the committee; it too where there is no other."""
    roles = actor.roles_over(township_id)
    left = Role.COMMITTEE in roles and queries.left_to_committee(session, township_id, branch_id)
    if not may_review(roles, actor.account_id, stood_in, left=left):
        if stood_in is None:
            raise NotYours("这一步由组织委员办理；组织委员代支部办理的，或者没有别的组织委员的，才由党委审查。")
        raise NotYours("这个支部没有书记，是您代为办理的，请由其他组织委员或者党委审查。")
