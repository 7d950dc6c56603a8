"""The papers of choosing leaders: each from what one may see, in the office's own form where one is in use."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from services.assessment.cases.queries import BRANCH, OFFICE
from services.assessment.choosings import queries, writers
from services.assessment.choosings.models import Choosing
from services.assessment.choosings.rules import ChoosingStage
from services.assessment.choosings.writers import Handed, Nominated
from shared import clock
from shared.access import Actor
from shared.db import Session
from shared.errors import Conflict, NotYours
from shared.papers.kinds import Filled, PaperKind
from shared.papers.layouts import Layout, as_word
from shared.papers.of_choosings import APPOINTMENT, HANDOVER, NOMINATION, REGISTER, TO_SIGN
from shared.papers.press import ListForm, Made, PaperForm, Press, listed, number_of, printed, told
from shared.roles import Role

ChoosingPaper = Literal["choosing_nomination", "choosing_notice", "choosing_handover"]
LAYOUTS: Mapping[str, tuple[PaperKind, Layout]] = {
    NOMINATION.key: (NOMINATION, writers.NOMINATION),
    APPOINTMENT.key: (APPOINTMENT, writers.NOTICE),
    HANDOVER.key: (HANDOVER, writers.HANDOVER),
}
TRIED = 20


def take_paper(
    session: Session,
    actor: Actor,
    choosing_id: int,
    paper: ChoosingPaper,
    *,
    form: PaperForm = "docx",
    version: int = 0,
) -> Made:
    """A paper of a choosing that one sees by a post; by `version` as it was printed then.

    Raises Conflict where there is nothing to print of it yet.
    """
    kind, layout = LAYOUTS[paper]
    row = queries.choosing(session, actor, choosing_id)
    one, said = row[0], fill(session, actor, kind, row)
    made, used = printed(session, kind, layout, one.township_id, [said], form=form, version=version)
    return told(session, actor, kind, made, used, one.group_id, f"choosing:{one.id}")


def fill(session: Session, actor: Actor, kind: PaperKind, row: Any) -> Filled:  # noqa: ANN401  a row of the queries
    """What a paper of a choosing says."""
    one = row[0]
    _refuse_unless_over(actor, one)
    township, day = queries.township_of(session, one.township_id), clock.today(session)
    if kind is HANDOVER:
        return writers.handover_of(_nominated(session, [row])[0], _handed(session, one), township, made_on=day)
    if one.person_id is None:
        raise Conflict("还没有人选，提出人选以后再打印。")
    if kind is NOMINATION:
        members = queries.members_in(session, one.group_id, day)
        return writers.nomination_of(_nominated(session, [row])[0], township, members)
    filed = queries.filed_with(session, actor, one)
    if not filed:
        raise Conflict("还没有备案，备案以后再打印任职通知。")
    return writers.notice_of(_nominated(session, filed), township)


def _refuse_unless_over(actor: Actor, one: Choosing) -> None:
    """Whoever is put forward sees his choosing, and has its papers from his branch."""
    if not actor.roles_over(one.branch_id, one.township_id) & {*OFFICE, *BRANCH, Role.SYSTEM}:
        raise NotYours("选配的表格由支部书记和乡镇打印，请向支部索取。")


def take_register(
    session: Session, actor: Actor, year: int, *, choosing_id: int = 0, form: ListForm = "xlsx", version: int = 0
) -> Made:
    """Those who were filed under one number (that of a choosing), or in a year in the township of one's office."""
    if choosing_id:
        one = queries.choosing(session, actor, choosing_id)[0]
        _refuse_unless_over(actor, one)
        found, township_id = queries.filed_with(session, actor, one), one.township_id
        number = one.filing_number or ""
    else:
        township_id, number = _office(actor), f"{year}年"
        found = queries.filed_in(session, actor, township_id, year)
    if not found:
        raise Conflict("还没有备案的人选，没有名册可以导出。")
    township = queries.township_of(session, township_id)
    title = f"{township}党小组长备案名册（{number}）"
    said = writers.register_of(_nominated(session, found), township, title, number, made_on=clock.today(session))
    where = township_id if actor.roles_over(township_id) else found[0][0].branch_id
    return _take_list(session, actor, REGISTER, (township_id, where), said, form=form, version=version)


def take_to_sign(session: Session, actor: Actor, *, form: ListForm = "pdf", version: int = 0) -> Made:
    """Those whom the committee is asked to agree to, to be signed on paper."""
    township_id = _office(actor)
    found = [row for row in queries.to_sign(session, actor) if row[0].township_id == township_id]
    if not found:
        raise Conflict("没有报党委同意的人选。")
    township = queries.township_of(session, township_id)
    said = writers.to_sign_of(_nominated(session, found), township, made_on=clock.today(session))
    return _take_list(session, actor, TO_SIGN, (township_id, township_id), said, form=form, version=version)


def _office(actor: Actor) -> int:
    """The township of whoever is of its office; NotYours for others."""
    held = actor.units_as(*OFFICE)
    if not held:
        raise NotYours("名册由乡镇组织委员或党委导出，您没有这个职务。")
    return held[0]


def _take_list(
    session: Session,
    actor: Actor,
    kind: PaperKind,
    units: tuple[int, int],
    said: Filled,
    *,
    form: ListForm,
    version: int,
) -> Made:
    """A list as a file; `units`: the township whose own form it has, and where it is told that it was taken."""
    made, used = listed(session, kind, units[0], said, form=form, version=version)
    return told(session, actor, kind, made, used, units[1], f"unit:{units[1]}")


def _nominated(session: Session, rows: Sequence[Any]) -> list[Nominated]:
    """Those in these rows of the queries, with what the register and their years say; few questions for all."""
    day = clock.today(session)
    people = [row[0].person_id for row in rows if row[0].person_id is not None]
    known, found = queries.people_of(session, people), queries.backgrounds(session, people, day)
    made = []
    for row in rows:
        one = row[0]
        back = found.get(one.person_id, queries.Background())
        made.append(
            Nominated(
                one,
                row.branch,
                row.group,
                row.person or "",
                known.get(one.person_id),
                posts=[f"{each.unit}{each.kind.chinese}" for each in back.now(day)],
                grades=[
                    f"{year}年{grade.said if grade else '不予评定'}" for year, grade in sorted(back.grades.items())
                ],
                parts=[each.said for each in back.parts],
            )
        )
    return made


def _handed(session: Session, one: Choosing) -> Handed:
    """What the former leader of a choosing hands over; Conflict where there was none, or he stays."""
    if one.former_id is None or one.former_id == one.person_id or one.stage == ChoosingStage.ENDED:
        raise Conflict("没有卸任的人，不用交接清单。")
    day = clock.today(session)
    return Handed(
        former=queries.name_of(session, one.former_id),
        until=queries.last_day_of(session, one),
        following=queries.name_of(session, one.person_id),
        todos=[(each.what, each.due_on) for each in queries.todos_of(session, one.group_id)],
        cases=[(each.what, each.stage, each.due_on) for each in queries.cases_of(session, one.group_id)],
        books=[
            (f"{each.year}年第{each.quarter}季度", each.confirmed, each.waiting)
            for each in queries.quarters_of(session, one.group_id, day)
        ],
    )


# --- the office's own papers (shared/papers) ---


def to_try(session: Session, actor: Actor) -> Sequence[tuple[str, str]]:
    """Choosings to try a paper with."""
    rows = queries.choosings(session, actor, after=None, limit=TRIED)
    return [(str(row[0].id), f"{row.branch}{row.group}") for row in rows if row[0].person_id is not None]


def _fill_list(kind: PaperKind) -> Callable[[Session, Actor, str], Filled]:
    def fill_list(session: Session, actor: Actor, thing: str) -> Filled:
        row = queries.choosing(session, actor, number_of(thing))
        township, day = queries.township_of(session, row[0].township_id), clock.today(session)
        several = _nominated(session, [row])
        if kind is TO_SIGN:
            return writers.to_sign_of(several, township, made_on=day)
        return writers.register_of(several, township, kind.title, row[0].filing_number or "", made_on=day)

    return fill_list


def _press(kind: PaperKind, layout: Layout) -> Press:
    return Press(
        to_try,
        lambda session, actor, thing: fill(session, actor, kind, queries.choosing(session, actor, number_of(thing))),
        lambda: as_word(layout),
    )


PRESSES: Mapping[str, Press] = {
    **{key: _press(kind, layout) for key, (kind, layout) in LAYOUTS.items()},
    **{kind.key: Press(to_try, _fill_list(kind)) for kind in (REGISTER, TO_SIGN)},
}
