"""The chain over what happened: every row sealed once, and none altered, moved or taken out without being found."""

import threading
from datetime import date
from pathlib import Path
from runpy import run_path

import pytest
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import NullPool, create_engine, text

from shared import audit, heads
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


# --- whoever owns the database has not the key ---

REBUILD = """
    do $$ declare link bytea := decode(repeat('00', 32), 'hex'); each record; begin
      for each in select s.seq, {row} as row from office.seal s join office.happening h on h.id = s.happening_id
                  order by s.seq loop
        link := sha256(link || convert_to(each.row, 'UTF8'));
        update office.seal set hash = link {more} where seq = each.seq;
      end loop; end $$"""


def rebuild(office, more: str = "") -> None:
    """Make every link anew, as anybody can who knows the rows and the old rule."""
    owner(office, REBUILD.format(row=audit.SEALED, more=more))


def change_and_rebuild(office, happening_id: int, more: str = "") -> None:
    owner(office, f"update office.happening set reason = 'other' where id = {happening_id}")
    rebuild(office, more)


def test_a_chain_that_the_owner_of_the_database_made_anew_is_found(office):
    told = happen(1, 2, 3, 4)
    seal()

    change_and_rebuild(office, told[1])

    assert broken_links() == told


def test_links_that_claim_to_be_of_the_old_rule_are_found_where_no_mark_says_so(office):
    told = happen(1, 2, 3)
    seal()

    change_and_rebuild(office, told[0], ", keyed = false")
    unmarked = broken_links()
    owner(office, "update office.seal set mark = repeat('0', 64) where seq = 3")
    happen(4)
    seal()

    assert unmarked == told
    assert broken_links() == told


def upgrade(office) -> None:
    """The migration, as it comes to a chain that knows nothing of keys."""
    owner(office, "alter table office.seal drop column keyed, drop column mark")
    file = next(Path(audit.__file__).parent.glob("migrations/versions/*_a_keyed_chain.py"))
    engine = create_engine(office.owner_url, poolclass=NullPool)
    with engine.begin() as connection, Operations.context(MigrationContext.configure(connection)):
        run_path(str(file))["upgrade"]()


def test_a_chain_of_before_goes_over_into_the_keyed_one_at_a_marked_link(office):
    told = happen(1, 2, 3)
    seal()
    rebuild(office)

    upgrade(office)
    later = happen(4, 5)
    seal()
    fits = broken_links()
    change_and_rebuild(office, told[0], ", keyed = false")

    assert fits == []
    assert set(broken_links()) == {*told, *later}


def test_links_cut_off_and_made_anew_with_the_key_show_in_what_was_kept_outside(office):
    told = happen(1, 2, 3)
    seal()

    owner(
        office,
        "delete from office.seal where seq >= 2",
        f"update office.happening set reason = 'other' where id = {told[1]}",
    )
    seal()  # the sealer itself puts links in the place of those that are gone
    with unit("keeper") as session:
        found = audit.verified(session)

    assert found.broken == ()
    assert [each.link for each in found.lost] == [3]


def test_a_head_of_old_is_looked_up_by_its_digits_and_stands_or_does_not(office):
    told = happen(1, 2)
    seal()
    with unit("keeper") as session:
        link, head = audit.chain_head(session)
    heads.keep(heads.Head(date(2025, 3, 3), link, head))
    happen(3)
    seal()

    with unit("keeper") as session:
        stood = audit.looked_up(session, head)
        other = audit.looked_up(session, head, 3)
    owner(office, f"update office.happening set reason = 'other' where id = {told[0]}")
    with unit("keeper") as session:
        altered = audit.looked_up(session, head)
    owner(office, "delete from office.seal where seq >= 2")
    with unit("keeper") as session:
        gone = audit.looked_up(session, head)

    assert (stood.link, stood.kept_on, stood.stands) == (2, date(2025, 3, 3), True)
    assert not other.stands
    assert (altered.link, altered.stands) == (2, False)
    assert (gone.link, gone.kept_on, gone.stands) == (2, date(2025, 3, 3), False)
