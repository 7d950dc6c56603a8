"""A table of moves: only its steps, only by its roles, and every history a path through it."""

from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import NotYours, OutOfOrder
from shared.moves import Machine, Move, Moved
from shared.roles import Role


class Stage(StrEnum):
    DRAFT = "draft"
    WAITING = "waiting"
    FINAL = "final"

    @property
    def chinese(self) -> str:
        return {"draft": "草稿", "waiting": "待确认", "final": "已确认"}[self]


class Step(StrEnum):
    SUBMIT = "submit"
    RETURN = "return"
    CONFIRM = "confirm"


LEADERS = frozenset({Role.LEADER, Role.DEPUTY})
SECRETARY = frozenset({Role.SECRETARY})
TABLE = {
    (Stage.DRAFT, Step.SUBMIT): Move(Stage.WAITING, LEADERS),
    (Stage.WAITING, Step.RETURN): Move(Stage.DRAFT, SECRETARY),
    (Stage.WAITING, Step.CONFIRM): Move(Stage.FINAL, SECRETARY),
}
MOVES = Machine("record", start=Stage.DRAFT, moves=TABLE)


def test_a_machine_is_its_name_its_start_and_its_table():
    made = Machine("record", start=Stage.DRAFT, moves=TABLE)

    assert (made.name, made.start, made.moves) == ("record", Stage.DRAFT, TABLE)


def test_a_step_leads_from_its_stage_to_the_next():
    moved = MOVES.move("draft", Step.SUBMIT, roles={Role.LEADER})

    assert moved == Moved(step="submit", before="draft", after="waiting")


@pytest.mark.parametrize(
    ("stage", "step"),
    [("draft", Step.CONFIRM), ("final", Step.RETURN), ("waiting", Step.SUBMIT), ("no such", Step.SUBMIT)],
)
def test_a_step_that_does_not_follow_is_out_of_order_for_everybody(stage, step):
    with pytest.raises(OutOfOrder):
        MOVES.move(stage, step, roles=frozenset(Role))


@pytest.mark.parametrize(("stage", "word"), [("final", "已确认"), (Stage.WAITING, "待确认"), ("no such", "no such")])
def test_whoever_is_out_of_order_is_told_where_it_stands_in_the_word_that_people_know(stage, word):
    assert MOVES.word(stage) == word
    with pytest.raises(OutOfOrder, match=f"^当前状态（{word}）下不能进行这一步，请刷新后再看。$"):
        MOVES.move(stage, Step.SUBMIT, roles=frozenset(Role))


def test_a_step_of_several_names_each_of_them():
    with pytest.raises(NotYours) as refused:
        MOVES.move("draft", Step.SUBMIT, roles={Role.SECRETARY})

    assert str(refused.value) == "这一步由党小组副组长、党小组长办理，您没有这个职务。"


@pytest.mark.parametrize("roles", [set(), {Role.LEADER}, {Role.SYSTEM}, set(Role) - SECRETARY])
def test_a_step_of_others_is_refused_and_says_whose_it_is(roles):
    with pytest.raises(NotYours, match="支部书记"):
        MOVES.move("waiting", Step.CONFIRM, roles=roles)


def test_whoever_holds_one_of_the_roles_may_take_the_step_whatever_else_he_holds():
    assert MOVES.move("draft", Step.SUBMIT, roles={Role.DEPUTY, Role.MEMBER}).after == "waiting"


@given(stage=st.sampled_from(Stage), roles=st.sets(st.sampled_from(Role)))
def test_the_buttons_are_the_steps_that_would_be_taken(stage, roles):
    def would_go(step: Step) -> bool:
        try:
            MOVES.move(stage, step, roles=roles)
        except (OutOfOrder, NotYours):
            return False
        return True

    assert set(MOVES.open_to(stage, roles=roles)) == {step for step in Step if would_go(step)}


@given(wishes=st.lists(st.tuples(st.sampled_from(Step), st.sets(st.sampled_from(Role))), max_size=30))
def test_whatever_people_try_the_history_is_a_path(wishes):
    at, log = str(MOVES.start), []

    for step, roles in wishes:
        if step in MOVES.open_to(at, roles=roles):
            log.append(MOVES.move(at, step, roles=roles))
            at = log[-1].after

    assert MOVES.is_path(log)
    assert not log or not MOVES.is_path([*log, Moved(step="confirm", before="draft", after="final")])


SUBMITTED = Moved(step="submit", before="draft", after="waiting")
CONFIRMED = Moved(step="confirm", before="waiting", after="final")


@pytest.mark.parametrize(
    "log",
    [
        [CONFIRMED],  # does not begin at the start
        [SUBMITTED, SUBMITTED],  # does not begin where the last one ended
        [SUBMITTED, Moved(step="confirm", before="waiting", after="draft")],  # leads elsewhere
        [Moved(step="approve", before="draft", after="waiting")],  # no such step
    ],
)
def test_a_history_that_leaves_the_table_is_no_path(log):
    assert not MOVES.is_path(log)


def test_an_empty_history_and_a_whole_one_are_paths():
    assert MOVES.is_path([])
    assert MOVES.is_path([SUBMITTED, CONFIRMED])


def test_the_diagram_shows_every_step_with_its_roles_the_start_and_the_end():
    assert MOVES.mermaid().splitlines() == [
        "stateDiagram-v2",
        "    [*] --> draft",
        "    draft --> waiting: submit (deputy, leader)",
        "    waiting --> draft: return (secretary)",
        "    waiting --> final: confirm (secretary)",
        "    final --> [*]",
    ]
