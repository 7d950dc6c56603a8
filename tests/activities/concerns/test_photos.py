"""No photo is kept on which somebody can be recognised; one that is kept is seen as its view is, and gone for good."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from services.activities.concerns import actions, queries
from services.activities.concerns.actions.photos import MOST
from services.activities.concerns.schemas import Recognised, Said
from services.activities.register.models import Attachment
from shared import files, kept
from shared.db import unit
from shared.errors import Invalid, NotYours, OutOfOrder, OutOfReach
from shared.files import Handed
from tests.activities.concerns.conftest import People
from tests.browsing import Visitor
from tests.pictures import photo

NOBODY, SOMEBODY = Recognised(recognised="no"), Recognised(recognised="yes")
PDF = b"%PDF-1.7\n%%EOF\n"


def added(people: People, actor, view: int, number: int = 0) -> int:
    """A photo named after somebody, as telephones and people do."""
    handed = [Handed(photo(number), "王大爷家门口.jpg")]
    return people.does(actor, lambda s, a: [each.id for each in actions.add_photos(s, a, view, handed, NOBODY)])[0]


def on_the_disk() -> list[Path]:
    return [path for path in files.folder().rglob("*") if path.is_file()]


def test_it_is_asked_whether_somebody_can_be_recognised_and_the_answer_keeps_or_refuses(people: People):
    view, handed = people.note(), [Handed(photo(), "路灯.jpg")]
    for answer, said in ((Recognised(), "请先看看照片上认得出人吗"), (SOMEBODY, "认得出人的照片不保存")):
        with pytest.raises(Invalid, match=said):
            people.does(people.leader, actions.add_photos, view, handed, answer)
    with pytest.raises(Invalid, match="这里只放照片"):
        people.does(people.leader, actions.add_photos, view, [Handed(PDF, "路灯.pdf")], NOBODY)
    with pytest.raises(Invalid, match="请先选择照片"):
        people.does(people.leader, actions.add_photos, view, [], NOBODY)
    assert on_the_disk() == []

    added(people, people.leader, view)
    with unit("activities") as session:
        (row,) = session.query(Attachment).all()
        assert (row.sort, row.name) == ("concern", "照片.jpg")
    many = [Handed(photo(number), "路灯.jpg") for number in range(MOST + 1)]
    with pytest.raises(Invalid, match=f"最多 {MOST} 张"):
        people.does(people.leader, actions.add_photos, view, many, NOBODY)


def test_whoever_sees_the_view_sees_it_and_nobody_else(people: People):
    view = people.note()
    shown = added(people, people.leader, view)
    for actor in (people.leader, people.secretary, people.inspector):
        assert people.does(actor, queries.photo, shown).id == shown
    for actor in (people.sister, people.neighbour, people.member, people.organiser):
        with pytest.raises(OutOfReach):
            people.does(actor, queries.photo, shown)
    with pytest.raises(NotYours):
        people.does(people.inspector, actions.remove_photo, shown)


def test_of_what_is_about_him_the_leader_finds_no_photo_and_whoever_gets_it_from_elsewhere_does(people: People):
    view = people.note(people.secretary, past="leader")
    shown = added(people, people.secretary, view)
    with pytest.raises(OutOfReach):
        people.does(people.leader, queries.photo, shown)
    with unit("activities", people.leader) as session:  # the wall itself
        assert session.query(Attachment).all() == []


@pytest.mark.usefixtures("settled_environment")
def test_taken_away_it_is_gone_and_with_the_words_all_of_them_are(
    people: People, monkeypatch: pytest.MonkeyPatch, move_to: Callable[[date], None]
):
    monkeypatch.setattr(kept, "LEFT_SECONDS", -1.0)
    view = people.note(passes=False)
    first, second = added(people, people.leader, view, 1), added(people, people.leader, view, 2)
    people.does(people.leader, actions.remove_photo, first)
    with unit("activities") as session:
        assert kept.sweep(session) == 1
    people.does(people.leader, actions.settle, view, Said(said="换了灯泡。"))
    with pytest.raises(OutOfOrder):
        people.does(people.leader, actions.remove_photo, second)

    move_to(date(2027, 3, 4))
    with unit("activities") as session:
        actions.keep_concerns(session)
    with unit("activities") as session:
        assert queries.photos(session, people.row(view)) == []
        assert kept.sweep(session) == 1
    assert on_the_disk() == []


def test_a_file_that_something_else_bears_too_stays(people: People, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(kept, "LEFT_SECONDS", -1.0)
    one, other = people.note(passes=False), people.note(passes=False)
    shown = added(people, people.leader, one)
    added(people, people.leader, other)
    people.does(people.leader, actions.remove_photo, shown)
    with unit("activities") as session:
        assert kept.sweep(session) == 0
    assert len(on_the_disk()) == 1


def test_the_page_shows_it_and_takes_it_away(people: People, visit: Callable[..., Visitor]):
    view = people.note()
    leader = visit("diligent")
    page = leader.get(f"/activities/concerns/{view}")
    assert "照片上认得出人吗" in page.text
    shown = added(people, people.leader, view)
    page = leader.get(f"/activities/concerns/{view}")
    assert f"/activities/concerns/photos/{shown}" in page.links()
    leader.submit(page, f"remove-{shown}")
    assert f"/activities/concerns/photos/{shown}" not in leader.get(f"/activities/concerns/{view}").links()
