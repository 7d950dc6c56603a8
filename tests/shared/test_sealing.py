"""The chain over what happened: every row sealed once, and none altered, moved or taken out without being found."""

import threading

import pytest
from sqlalchemy import text

from shared import audit
from shared.db import unit
from tests.shared.test_audit import broken_links, happen, owner, seal, tell


def test_every_row_is_sealed_once_and_the_chain_verifies(office):
    happen(1, 2)
    assert seal() == 2
    happen(3)

    assert seal() == 1
    assert seal() == 0
    assert broken_links() == []


def test_sealing_goes_on_where_its_limit_was(office):
    happen(*range(7))

    sealed = []
    while not sealed or sealed[-1]:
        with unit("keeper") as session:
            sealed.append(audit.seal(session, limit=3))

    assert sealed == [3, 3, 1, 0]
    assert broken_links() == []


@pytest.mark.parametrize(
    "change",
    [
        "reason = 'other'",
        "actor_id = 99",
        "at = at + interval '1 second'",
        'body = \'{"unit_id": 1, "scheme_id": 8}\'',
        "unit_id = 2",
        "stage_after = 'final'",
        "subject = 'scheme:8'",
    ],
)
def test_an_altered_row_is_found_by_its_id_alone(office, change):
    told = happen(1, 2, 3, 4)
    seal()

    owner(office, f"update office.happening set {change} where id = {told[1]}")

    assert broken_links() == [told[1]]


def test_a_row_that_is_gone_is_found_by_its_id(office):
    told = happen(1, 2, 3, 4)
    seal()

    owner(office, f"delete from office.happening where id in ({told[1]}, {told[3]})")

    assert broken_links() == [told[1], told[3]]


def test_two_rows_that_changed_places_are_both_found(office):
    told = happen(1, 2, 3, 4)
    seal()

    owner(
        office,
        f"update office.happening set id = 1000 where id = {told[0]}",
        f"update office.happening set id = {told[0]} where id = {told[2]}",
        f"update office.happening set id = {told[2]} where id = 1000",
    )

    assert broken_links() == [told[0], told[2]]


def test_a_link_that_was_taken_out_is_found_where_the_chain_is_torn(office):
    told = happen(1, 2, 3, 4)
    seal()

    owner(office, f"delete from office.seal where happening_id = {told[1]}")

    assert broken_links() == [told[2]]


def test_a_row_that_was_taken_out_with_its_link_is_found_too_even_if_the_numbers_were_closed_up(office):
    told = happen(1, 2, 3, 4)
    seal()

    owner(
        office,
        f"delete from office.seal where happening_id = {told[1]}",
        f"delete from office.happening where id = {told[1]}",
        "update office.seal set seq = seq - 1 where seq > 2",
    )

    assert broken_links() == [told[2]]


def test_the_end_of_a_chain_that_was_cut_off_shows_in_the_head_kept_elsewhere(office):
    told = happen(1, 2, 3)
    seal()
    with unit("keeper") as session:
        kept = audit.chain_head(session)

    owner(
        office,
        f"delete from office.seal where happening_id = {told[2]}",
        f"delete from office.happening where id = {told[2]}",
    )

    assert broken_links() == []  # that is why a head is kept
    with unit("keeper") as session:
        assert audit.chain_head(session) != kept
        assert kept[0] == 3


def test_a_row_whose_transaction_ends_late_is_not_skipped(office):
    with unit("assessment") as late:
        first = tell(late, 1)
        (second,) = happen(2)
        seal()

    seal()

    assert first < second
    assert broken_links() == []
    with unit("keeper") as session:
        sealed = session.scalars(text("select happening_id from office.seal")).all()
    assert set(sealed) == {first, second}


def test_a_row_far_behind_is_found_by_the_look_at_all_rows(office, monkeypatch):
    monkeypatch.setattr(audit, "LATE_ROWS", 0)
    monkeypatch.setattr(audit, "_next_whole_look", 0.0)
    with unit("assessment") as late:
        tell(late, 1)
        happen(2)
        seal()
    in_the_window = seal()

    monkeypatch.setattr(audit, "_next_whole_look", 0.0)

    assert in_the_window == 0
    assert seal() == 1
    assert broken_links() == []


def test_sealers_at_once_make_one_chain(office):
    happen(*range(40))
    start = threading.Barrier(6)

    def sealer() -> None:
        start.wait()
        for _ in range(4):
            with unit("keeper") as session:
                audit.seal(session, limit=7)

    threads = [threading.Thread(target=sealer) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    while seal():
        pass

    assert broken_links() == []
    with unit("keeper") as session:
        assert session.execute(text("select count(*), max(seq) from office.seal")).one() == (40, 40)


def test_a_column_that_comes_later_breaks_no_seal(office):
    happen(1)
    seal()

    owner(office, "alter table office.happening add column later text")

    assert broken_links() == []


def test_a_reader_in_another_time_zone_finds_the_same_chain(office):
    happen(1)
    seal()

    with unit("keeper") as session:
        session.execute(text("set local timezone = 'Asia/Shanghai'"))
        assert audit.broken_links(session) == []
