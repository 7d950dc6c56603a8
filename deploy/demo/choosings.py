"""How leaders are chosen in the demo: a 换届 of two branches, a vacancy that is filled, and one that waits."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import text

from services.activities.office.actions import decide
from services.activities.register import actions as register
from services.activities.register.rules.terms import Asked, Committee, Length
from services.assessment.ballots import actions as ballots
from services.assessment.ballots.schemas import Counting, Opening, SlipCode, SlipFor, VotesFor
from services.assessment.choosings import actions as choosings
from services.assessment.choosings.rules import BY_VOTE
from services.assessment.choosings.schemas import CalledElection, FiledTogether, Renewal
from shared import clock, office_settings
from shared.access import SYSTEM, Actor
from shared.db import Session, unit
from shared.office_settings import Key
from shared.people import branches_of, groups_of, holder_of
from shared.roles import Role
from shared.systems import System

RENEWED = 2
"""So many branches choose anew, of those whose secretary leads no group: nobody leads a vote on himself."""
WITHIN = timedelta(days=60)
ENOUGH = 5
OPEN = text("""
    select c.id, c.group_id, c.branch_id, c.former_id from assessment.choosing c
    where c.township_id = :township and c.stage = 'draft' order by c.id""")
# Full members of a group, whoever holds a post last: they vote, follow, and two of them count.
MEMBERS = text("""
    select m.person_id from office.membership m join office.person p on p.id = m.person_id
    left join office.post t on t.person_id = m.person_id and t.ends_on is null
    where m.unit_id = :group and m.ends_on is null and m.kind = 'full'
    group by m.person_id, p.pinyin order by count(t.id), p.pinyin, m.person_id""")
PLAIN_OF_BRANCH = text("""
    select m.person_id from office.membership m join office.unit u on u.id = m.unit_id
    join office.person p on p.id = m.person_id
    where u.branch_id = :branch and m.ends_on is null and m.kind = 'full'
      and not exists (select from office.post t where t.person_id = m.person_id and t.ends_on is null)
    order by p.pinyin, p.id limit 2""")
POST = text("select id from office.post where unit_id = :unit and kind = 'leader' and ends_on is null")


class Open(NamedTuple):
    """A choosing for which nobody is put forward yet."""

    choosing_id: int
    group_id: int
    branch_id: int
    former_id: int | None


@dataclass
class Choosing:
    """The acts by which leaders are chosen, each by whoever holds the post. `rest`: until background work is done."""

    township_id: int
    holder: Callable[[int, Role], Actor]
    rest: Callable[[], None]

    def begin(self) -> None:
        """Leaders are chosen here from now on, and whoever leads goes on; two branches choose anew."""
        with unit("activities") as session:
            on = [*office_settings.words(session, Key.SYSTEMS, self.township_id), System.CHOOSINGS.value]
            decide(session, SYSTEM, self.township_id, Key.SYSTEMS, on, reason="开始使用选配换届，现任接管。")
            branches = self._independent(session)
            for branch_id in branches:
                self._new_committee(session, branch_id)
        self.rest()
        organiser = self.holder(self.township_id, Role.ORGANISER)
        if branches:
            with unit("assessment", organiser) as session:
                due = clock.today(session) + WITHIN
                choosings.renew(session, organiser, Renewal(branch_ids=branches, due_on=due))
            self.rest()
            self.elect()

    def _independent(self, session: Session) -> list[int]:
        """Branches, but the first, whose secretary leads none of their groups."""
        today, found = clock.today(session), list[int]()
        for branch_id in branches_of(session, self.township_id)[1:]:
            secretary = holder_of(session, branch_id, Role.SECRETARY, today)
            leaders = {holder_of(session, each, Role.LEADER, today) for each in groups_of(session, branch_id)}
            if secretary is not None and secretary not in leaders and None not in leaders:
                found.append(branch_id)
        return found[:RENEWED]

    def _new_committee(self, session: Session, branch_id: int) -> None:
        """The secretary goes on; two members answer for organisation and publicity."""
        today = clock.today(session)
        named = zip(
            ("organisation", "publicity"), session.scalars(PLAIN_OF_BRANCH, {"branch": branch_id}), strict=False
        )
        secretary = holder_of(session, branch_id, Role.SECRETARY, today)
        asked = Asked(starts_on=today, length=Length.VILLAGE, basis="支部党员大会选举，党委批复")
        register.seat_committee(
            session, SYSTEM, branch_id, asked, Committee(secretary_id=secretary, answering=dict(named))
        )

    def elect(self) -> None:
        """Each group of which the post is to be filled elects on paper; the results are filed under one number."""
        with unit("assessment") as session:
            waiting = [Open(*row) for row in session.execute(OPEN, {"township": self.township_id})]
        for each in waiting:
            self._vote(each)
        self.rest()
        for each in waiting:
            secretary = self.holder(each.branch_id, Role.SECRETARY)
            with unit("assessment", secretary) as session:
                choosings.submit(session, secretary, each.choosing_id)
        organiser = self.holder(self.township_id, Role.ORGANISER)
        if waiting:
            with unit("assessment", organiser) as session:
                asked = FiledTogether(choosing_ids=[each.choosing_id for each in waiting])
                _all(choosings.file_together(session, organiser, asked).refused)
        self.rest()

    def _vote(self, choosing: Open) -> None:
        """Called and opened by the secretary; two members type what they counted, each by his slip."""
        secretary = self.holder(choosing.branch_id, Role.SECRETARY)
        with unit("assessment", secretary) as session:
            members = list(session.scalars(MEMBERS, {"group": choosing.group_id}))
            leader = next((each for each in members if each == choosing.former_id), members[0])
            today = clock.today(session)
            asked = CalledElection(
                candidates=[leader],
                held_on=today,
                consent_on=today,
                from_on=today,
                conduct="身体健康，作风正派，群众信得过。",
            )
            choosings.call_election(session, secretary, choosing.choosing_id, asked)
            found = ballots.result_for(session, BY_VOTE, choosing.choosing_id)
            if found is None:
                raise AssertionError("a vote that was called is there")
            tellers = _others(members, {leader, secretary.person_id})
            row = ballots.open_ballot(session, secretary, found.ballot_id, Opening(tellers=tellers))
            slips = [ballots.make_slip(session, secretary, row.id, SlipFor(place=place)) for place in (1, 2)]
            counted = _counted(row.expected, leader)
        with unit("assessment") as session:
            for number, slip in enumerate(slips):
                ballots.type_by_slip(session, SlipCode(code=slip).plain, counted, browser=f"demo {number}")
        with unit("assessment", secretary) as session:
            ballots.declare(session, secretary, found.ballot_id)

    def fall_vacant(self) -> None:
        """A leader of the first branch leaves: the choosing opens by itself, and waits for the secretary."""
        with unit("activities") as session:
            today = clock.today(session)
            group_id = groups_of(session, branches_of(session, self.township_id)[0])[-1]
            post = session.scalar(POST, {"unit": group_id})
            if post is not None:
                register.end_post(session, SYSTEM, post, ends_on=today, reason="外出务工，本人提出辞去。")
        self.rest()


def _others(members: Iterable[int], but: set[int | None]) -> list[int]:
    """Two who count."""
    return [each for each in members if each not in but][:2]


def _counted(expected: int, leader: int) -> Counting:
    """All are there and all papers come back; one abstains where there are enough."""
    neither = int(expected >= ENOUGH)
    votes = [VotesFor(person_id=leader, yes=expected - neither, no=0, neither=neither)]
    return Counting(present=expected, issued=expected, returned=expected, valid=expected, invalid=0, votes=votes)


def _all(refused: int) -> None:
    if refused:
        raise AssertionError(f"{refused} were not filed")
