"""Dated spans and append-only entries, on small tables of these tests' own: what a new system stands on."""

from datetime import date, datetime
from typing import Any, ClassVar

import psycopg
import pytest
from sqlalchemy import BigInteger, DateTime, Identity, MetaData, create_engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared import entries, spans
from shared.access import SYSTEM
from shared.db import NAMES, unit
from shared.entries import EntryColumns
from shared.errors import Invalid, OutOfOrder
from shared.spans import SpanColumns
from tests.servers import Database

SCHEMA = {"schema": "activities"}
MARCH, JUNE = date(2025, 3, 1), date(2025, 6, 1)


class Own(DeclarativeBase):
    """Tables of these tests."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: DateTime(timezone=True)}


class Pair(SpanColumns, Own):
    """Who helps whom, and how often they meet."""

    __tablename__ = "pair"
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    helped_id: Mapped[int] = mapped_column(BigInteger)
    helper_id: Mapped[int] = mapped_column(BigInteger)
    __table_args__ = (*spans.laws(), spans.alone("pair_one_excl", "helped_id"), SCHEMA)


class Fee(EntryColumns, Own):
    """What a member paid for a month, in fen."""

    __tablename__ = "fee"
    person_id: Mapped[int] = mapped_column(BigInteger)
    month: Mapped[int]
    __table_args__ = (*entries.laws("activities.fee"), SCHEMA)


@pytest.fixture
def tables(office: Database) -> None:
    """The tables are there; the service may change spans, and only add entries."""
    engine = create_engine(office.owner_url.replace("postgresql://", "postgresql+psycopg://"))
    Own.metadata.create_all(engine)
    engine.dispose()
    with psycopg.connect(office.owner_url) as connection:
        connection.execute("grant select, insert, update on activities.pair to xiaozu_activities")
        connection.execute("grant select, insert on activities.fee to xiaozu_activities")


def pair(helper: int, day: date = MARCH) -> Pair:
    return Pair(helped_id=1, helper_id=helper, starts_on=day)


# --- spans ---


@pytest.mark.usefixtures("tables")
def test_a_change_is_a_new_span_and_both_stay():
    with unit("activities") as session:
        first = spans.begin(session, pair(7))
        second = spans.begin(session, spans.changed(first, JUNE, helper_id=8), running=first)

    assert (first.helper_id, first.starts_on, first.ends_on) == (7, MARCH, JUNE)
    assert (second.helped_id, second.helper_id, second.starts_on, second.ends_on) == (1, 8, JUNE, None)
    assert [each.helper_id for each in spans.on([first, second], date(2025, 5, 31))] == [7]
    assert [each.helper_id for each in spans.on([first, second], JUNE)] == [8]


@pytest.mark.usefixtures("tables")
def test_two_that_overlap_are_refused_by_the_table_whoever_writes_them():
    with unit("activities") as session:
        spans.begin(session, pair(7))
    with pytest.raises(DBAPIError, match="pair_one_excl"), unit("activities") as session:
        spans.begin(session, pair(8, JUNE))


@pytest.mark.usefixtures("tables")
def test_what_was_wrong_from_its_first_day_never_held():
    with unit("activities") as session:
        wrong = spans.begin(session, pair(7))
        right = spans.begin(session, spans.changed(wrong, MARCH, helper_id=8), running=wrong)

    assert wrong.ends_on == wrong.starts_on
    assert spans.on([wrong, right], MARCH) == [right]


@pytest.mark.usefixtures("tables")
def test_a_span_ends_once_and_not_before_it_began():
    with unit("activities") as session:
        running = spans.begin(session, pair(7))
        with pytest.raises(Invalid, match="不能早于开始日期2025-03-01"):
            spans.end(running, date(2025, 2, 28))
        spans.end(running, JUNE)
        spans.end(running, date(2025, 5, 1))  # brought forward
        with pytest.raises(OutOfOrder, match="已经在2025-05-01结束"):
            spans.end(running, JUNE)


# --- entries ---


def paid(amount: int = 500, month: int = 3) -> Fee:
    return Fee(amount=amount, on_day=MARCH, person_id=1, month=month)


@pytest.mark.usefixtures("tables")
def test_an_error_is_undone_by_a_second_entry_about_the_same_and_the_balance_is_a_sum():
    with unit("activities") as session:
        wrong = entries.enter(session, SYSTEM, paid(5000))
        right = entries.enter(session, SYSTEM, paid(500))
        undone = entries.reverse(session, SYSTEM, wrong, why="多写了一个零", on_day=JUNE)
        every = entries.listed(session, Fee, Fee.person_id == 1)

        assert (undone.amount, undone.person_id, undone.month, undone.on_day) == (-5000, 1, 3, JUNE)
        assert (undone.reverses_id, undone.why) == (wrong.id, "多写了一个零")
        assert [each.id for each in every] == [wrong.id, right.id, undone.id]
        assert entries.standing(every) == [right]
        assert entries.balance(session, Fee, Fee.person_id == 1) == 500
        assert entries.balances(session, Fee, Fee.month) == {3: 500}
        assert entries.balance(session, Fee, Fee.person_id == 2) == 0


@pytest.mark.usefixtures("tables")
def test_an_entry_is_undone_once_with_a_reason_and_an_undoing_never():
    with unit("activities") as session:
        wrong = entries.enter(session, SYSTEM, paid())
        with pytest.raises(Invalid, match="写明冲销的原因"):
            entries.reverse(session, SYSTEM, wrong, why="  ")
        undone = entries.reverse(session, SYSTEM, wrong, why="记错了人")
        with pytest.raises(OutOfOrder, match="已经冲销过"):
            entries.reverse(session, SYSTEM, wrong, why="再来一次")
        with pytest.raises(OutOfOrder, match="本身就是冲销"):
            entries.reverse(session, SYSTEM, undone, why="冲销错了")
        with pytest.raises(Invalid, match="不能为零"):
            entries.enter(session, SYSTEM, paid(0))


@pytest.mark.usefixtures("tables")
def test_nothing_that_was_entered_is_changed_or_undone_in_part_whoever_tries():
    with unit("activities") as session:
        first = entries.enter(session, SYSTEM, paid()).id

    for statement in ("update activities.fee set amount = 1", "delete from activities.fee"):
        with pytest.raises(DBAPIError, match="permission denied"), unit("activities") as session:
            session.execute(text(statement))
    part = "insert into activities.fee (amount, on_day, person_id, month, reverses_id, entered_at)"
    with pytest.raises(IntegrityError, match="reverses_fkey"), unit("activities") as session:
        session.execute(text(f"{part} values (-499, '2025-03-01', 1, 3, {first}, office.now())"))
