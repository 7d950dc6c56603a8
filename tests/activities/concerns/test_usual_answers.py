"""The sentences of an office for its usual answers: its organiser writes them, whoever answers takes one and changes it."""

from collections.abc import Callable

import pytest

from services.activities.concerns import actions, queries
from services.activities.concerns.schemas import NewUsualAnswer
from shared.errors import Invalid, NotYours
from tests.activities.concerns.conftest import People
from tests.browsing import Visitor

MENDED = "已经报修，三天以内修好。"


def written(people: People, **more: object) -> int:
    asked = NewUsualAnswer(**{"kind": "road", "result": "solved", "said": MENDED} | more)
    return people.does(people.organiser, lambda s, a: actions.write_usual(s, a, asked).id)


def test_it_is_the_organisers_of_a_kind_or_of_all_and_names_nobody(people: People):
    road, any_kind = written(people), written(people, kind=None, result="explained", said="政策规定已经说明。")
    written(people, kind="relief", result="impossible", said="不符合规定的条件。")
    with pytest.raises(Invalid, match="已经有这一句"):
        written(people)
    with pytest.raises(Invalid, match="只记事，不记人"):
        written(people, said="请打13812345678找王大爷。")
    for actor in (people.secretary, people.leader, people.committee):
        with pytest.raises(NotYours):
            people.does(actor, actions.write_usual, NewUsualAnswer(result="solved", said="已办。"))

    def offered(actor) -> list[int]:
        return [each.id for each in people.does(actor, lambda s, a: queries.usual_answers(s, a, kind="road"))]

    assert offered(people.secretary) == offered(people.organiser) == [road, any_kind]
    assert offered(people.leader) == offered(people.member) == []
    people.does(people.organiser, actions.remove_usual, road)
    assert offered(people.neighbour) == [any_kind]
    assert written(people) > road  # what is offered no more may be written again


def test_the_secretary_takes_one_and_changes_it_before_he_answers(people: People, visit: Callable[..., Visitor]):
    taken, view = written(people), people.note()
    people.does(people.secretary, actions.accept, view)
    secretary = visit("dongling")
    here = f"/activities/concerns/{view}"
    assert f"{here}?usual={taken}#answering" in secretary.get(here).links()
    page = secretary.get(f"/activities/concerns/{view}?usual={taken}")
    assert page.form("answer").fields["said"].strip() == MENDED
    assert page.form("answer").fields["result"] == "solved"
    secretary.submit(page, "answer", said=f"{MENDED}修好后请您看看。", basis="")
    row = people.row(view)
    assert (row.answer, row.result) == (f"{MENDED}修好后请您看看。", "solved")


def test_the_office_writes_them_on_a_page_where_the_secretary_reads_them(people: People, visit: Callable[..., Visitor]):
    organiser = visit("organiser")
    page = organiser.get("/activities/concerns/usual-answers")
    organiser.submit(page, "usual", kind="road", result="solved", said=MENDED)
    secretary = visit("dongling").get("/activities/concerns/usual-answers")
    assert MENDED in secretary.text
    assert "写一句" not in secretary.text
