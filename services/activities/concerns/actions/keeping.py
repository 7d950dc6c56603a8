"""What time does: asked once whether it is so; words that go, by rule or by the office's hand."""

from services.activities.concerns import queries
from services.activities.concerns.actions.answering import AGAIN_KIND
from services.activities.concerns.actions.kind import CONCERNS, PASSED, TOLD, take, take_back, to_change
from services.activities.concerns.actions.photos import forget_photos
from services.activities.concerns.models import Concern
from services.activities.concerns.rules import Stage, Step
from shared import clock, rule_versions, switches, waiting
from shared.access import SYSTEM, Actor
from shared.audit import announce
from shared.db import Session, beyond
from shared.errors import Invalid, NotYours
from shared.events import ConcernWordsGone
from shared.matters import actions as matters
from shared.roles import Role
from shared.systems import System
from shared.todos import Thing

GONE = "（文字已按规定清除）"
BLACK = "■■"
SWITCHED_OFF = "乡镇停用了“群众意见”，一并撤回。"
WORDS = (
    "said",
    "how",
    "answer",
    "basis",
    "new_facts",
    "returned_why",
    "asked_why",
    "outside",
    "outside_number",
    "ended_why",
    "refused_why",
)


def keep_concerns(session: Session) -> None:
    """What is to be asked again, and whose words have stood long enough."""
    _ask_again(session)
    _empty(session)


def _ask_again(session: Session) -> None:
    """Once, weeks after it was answered as solved or planned, where views are dealt with at all."""
    found = queries.to_ask_again(session)
    on = {each for each in {row.township_id for row in found} if switches.is_on(session, System.CONCERNS, each)}
    things: dict[str, list[Thing]] = {}
    for row in found:
        if row.township_id not in on:
            continue
        thing = Thing(CONCERNS.subject(row), row.holder_unit, post=Role(row.holder_post))
        things.setdefault(row.holder_post, []).append(thing)
    for post, listed in things.items():
        waiting.begin_waiting(session, AGAIN_KIND, Role(post), listed)


def _empty(session: Session) -> None:
    """The words of what has been over for years; the row stays for its numbers."""
    today = clock.today(session)
    for township in queries.townships_with(session):
        years = rule_versions.rules_of(session, township, today).integer("concerns.keep_years")
        for row in queries.to_empty(session, township, years):
            _forget(session, row)
            forget_photos(session, SYSTEM, row)
            row.cleared_on = today
            announce(session, _gone(row, "by_rule"), by=SYSTEM)


def _forget(session: Session, row: Concern) -> None:
    for thing, name, _ in _written(session, row):
        setattr(thing, name, GONE)


def _written(session: Session, row: Concern) -> list[tuple[object, str, str]]:
    """Whatever anybody has written about a view: where it stands, and the words."""
    places: list[tuple[object, str]] = [(row, name) for name in WORDS]
    places += [(remark, "said") for remark in queries.remarks_on(session, row)]
    places += [(held, "why") for held in matters.held(session, CONCERNS, row)]
    return [(thing, name, words) for thing, name in places if (words := getattr(thing, name))]


def end_open(session: Session, actor: Actor, township_id: int) -> None:
    """The office switches views off: what goes on is withdrawn, and nobody is asked again; nothing waits any more."""
    with beyond(session):
        for row in queries.to_end(session, township_id):
            row.ended_why = SWITCHED_OFF
            for kind in (PASSED, TOLD):
                take_back(session, row, kind)
            take(session, actor, row, Step.WITHDRAW, outcome=Stage.WITHDRAWN.chinese, by_holder=False)
        asked = queries.to_ask_no_more(session, township_id)
        for row in asked:
            row.asks_on = None
        waiting.close(session, AGAIN_KIND, [CONCERNS.subject(row) for row in asked])


def blacken(session: Session, actor: Actor, concern_id: int, words: str) -> Concern:
    """The office takes words out of a view, wherever they stand in it; that it did is known, and not which."""
    row = to_change(session, actor, concern_id)
    if not actor.roles_over(row.township_id) & {Role.ORGANISER}:
        raise NotYours("涂去文字由组织委员办理，您没有这个职务。")
    wanted = words.strip()
    found = [each for each in _written(session, row) if wanted and wanted in each[-1]]
    if not found:
        raise Invalid("没有找到这几个字，请照原文写。", field="words")
    for thing, name, written in found:
        setattr(thing, name, written.replace(wanted, BLACK))
    row.blackened_on = clock.today(session)
    announce(session, _gone(row, "blackened"), by=actor)
    return row


def _gone(row: Concern, why: str) -> ConcernWordsGone:
    """The fact; of what goes past somebody, in the unit of whoever has it."""
    return ConcernWordsGone(unit_id=row.holder_unit if row.past else row.unit_id, concern_id=row.id, why=why)
