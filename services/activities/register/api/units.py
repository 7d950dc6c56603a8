"""The register's doors."""

from functools import partial
from typing import Annotated

from fastapi import Depends, Query, UploadFile

from services.activities.register import actions, queries
from services.activities.register.queries import Ways
from services.activities.register.rules.regrouping import Dissolve
from services.activities.register.rules.roster import Roster, read_roster
from services.activities.register.schemas import (
    AccountMade,
    ArrangedOut,
    Because,
    CircumstanceEnding,
    Dissolution,
    GroupDissolution,
    HolderOut,
    LineOut,
    Look,
    Made,
    MemberOut,
    Move,
    NewAccount,
    NewCircumstance,
    NewName,
    NewOfficerAct,
    NewPerson,
    NewPost,
    NewUnit,
    NumberOut,
    OfficerActOut,
    PersonOut,
    PlannedOut,
    PostEnding,
    RegroupingIn,
    RegroupingOut,
    RosterOut,
    RuleSetChosen,
    Succession,
    UnitOut,
    WayOut,
    arranged_out,
    regrouping_out,
    roster_out,
)
from shared import clock, privacy
from shared.lists import Turn
from shared.shapes import Count, Day
from shared.sheets import understood
from shared.web import Door, Once, Page, Paged, Signed, Unit, UrlId

door = Door(tags=["register"])
OFFICER_ACT = OfficerActOut.model_fields.keys() - {"name", "asked_by", "decided_by", "unit_name"}


@door.get("/units")
def units(actor: Signed, session: Unit, below: UrlId | None = None) -> list[UnitOut]:
    """The units in reach, each after the one that it belongs to."""
    return [UnitOut.model_validate(unit) for unit in queries.tree(session, actor, below=below)]


@door.get("/units/{unit_id}")
def unit(unit_id: UrlId, actor: Signed, session: Unit) -> UnitOut:
    """One unit."""
    return UnitOut.model_validate(queries.unit_in_reach(session, actor, unit_id))


@door.post("/townships/{township_id}/branches")
def found_branch(township_id: UrlId, asked: NewUnit, actor: Signed, session: Unit) -> UnitOut:
    """Set up a branch."""
    made = actions.found_branch(session, actor, township_id, asked.name, founded_on=asked.founded_on)
    return UnitOut.model_validate(made)


@door.post("/branches/{branch_id}/groups")
def found_group(branch_id: UrlId, asked: NewUnit, actor: Signed, session: Unit) -> UnitOut:
    """Set up a group."""
    made = actions.found_group(session, actor, branch_id, asked.name, founded_on=asked.founded_on)
    return UnitOut.model_validate(made)


@door.post("/units/{unit_id}/names")
def rename_unit(unit_id: UrlId, asked: NewName, actor: Signed, session: Unit) -> UnitOut:
    """Give a branch or a group another name, from a day on; of a day to come it waits among what is planned."""
    return UnitOut.model_validate(actions.rename_unit(session, actor, unit_id, asked.name, on=asked.on))


@door.get("/units/{unit_id}/history")
def history(unit_id: UrlId, actor: Signed, session: Unit) -> list[LineOut]:
    """What happened to a unit and to the posts in it, the latest first."""
    queries.unit_in_reach(session, actor, unit_id)
    return [
        LineOut(
            at=line.at,
            fact=line.fact,
            change=line.body.get("change") or line.body.get("kind") or "",
            on=line.on,
            reason=line.reason,
            by=line.by,
            about=line.about,
            others=list(line.others),
        )
        for line in queries.history(session, actor, unit_id)
    ]


@door.post("/regrouping-previews")
def preview_regrouping(asked: RegroupingIn, actor: Signed, session: Unit) -> RegroupingOut:
    """What splitting, merging or moving groups would mean; nothing is written."""
    return regrouping_out(actions.preview_regrouping(session, actor, asked.regrouping.asked()))


@door.post("/regroupings")
def regroup(asked: RegroupingIn, actor: Signed, session: Unit) -> ArrangedOut:
    """Split, merge, move or dissolve groups from a day on: done at once, or planned for a day to come."""
    return arranged_out(*actions.arrange(session, actor, asked.regrouping.asked()))


@door.post("/groups/{group_id}/dissolutions")
def dissolve_group(group_id: UrlId, asked: GroupDissolution, actor: Signed, session: Unit) -> ArrangedOut:
    """A group is no more from a day on, today unless one is named; planned where that day is to come."""
    dissolve = Dissolve(group_id=group_id, into=asked.into, on=asked.on or clock.today(session))
    return arranged_out(*actions.arrange(session, actor, dissolve))


@door.post("/branches/{branch_id}/dissolutions")
def dissolve_branch(branch_id: UrlId, asked: Dissolution, actor: Signed, session: Unit) -> UnitOut:
    """A branch without groups is no more from a day on, today or before."""
    branch = actions.dissolve_branch(session, actor, branch_id, on=asked.on, into=asked.into)
    return UnitOut.model_validate(branch)


@door.get("/units/{unit_id}/planned-regroupings")
def planned_regroupings(unit_id: UrlId, actor: Signed, session: Unit) -> list[PlannedOut]:
    """What is arranged for a unit and what lies below it, the next first; and what could not be done on its day."""
    queries.unit_in_reach(session, actor, unit_id)
    return [PlannedOut.model_validate(each) for each in queries.planned(session, actor, unit_id)]


@door.post("/planned-regroupings/{planned_id}/withdrawals")
def withdraw_regrouping(planned_id: UrlId, actor: Signed, session: Unit) -> Made:
    """What was arranged is not to be done; what could not be done has been taken note of."""
    return Made(id=actions.withdraw(session, actor, planned_id).id)


@door.get("/units/{unit_id}/people")
def people(unit_id: UrlId, page: Paged, actor: Signed, session: Unit) -> Page[PersonOut]:
    """A page of a unit's members, in the order of their names."""
    queries.unit_in_reach(session, actor, unit_id)
    today = clock.today(session)
    rows = queries.people(session, actor, unit_id, on=today, after=page.after, limit=page.limit)
    shown = []
    for person, home, kind in rows:
        phone = queries.opened_phone(person)
        shown.append(
            PersonOut(
                id=person.id,
                name=person.name,
                unit_id=home,
                kind=kind,
                sex=person.sex,
                born_on=person.born_on,
                joined_on=person.joined_on,
                education=person.education,
                phone_masked=privacy.masked(phone) if phone else None,
            )
        )
    return Page(rows=shown, next=shown[-1].id if len(shown) == page.limit else None)


@door.get("/units/{unit_id}/members")
def members(unit_id: UrlId, actor: Signed, session: Unit, on: Day | None = None) -> list[MemberOut]:
    """Everybody who belonged to a unit on a day, with what may keep him away."""
    queries.unit_in_reach(session, actor, unit_id)
    found = queries.members_on(session, actor, unit_id, on or clock.today(session))
    return [MemberOut.model_validate(member) for member in found]


@door.get("/units/{unit_id}/posts")
def posts(
    unit_id: UrlId, actor: Signed, session: Unit, on: Day | None = None, *, below: bool = False
) -> list[HolderOut]:
    """Who holds which post on a day."""
    queries.unit_in_reach(session, actor, unit_id)
    found = queries.holders(session, actor, unit_id, on=on or clock.today(session), below=below)
    return [HolderOut.model_validate(holder) for holder in found]


@door.post("/units/{unit_id}/people")
def add_person(unit_id: UrlId, asked: NewPerson, actor: Signed, session: Unit) -> Made:
    """Somebody new in a unit."""
    arrival = asked.arrival(clock.today(session))
    return Made(id=actions.register_person(session, actor, unit_id, arrival=arrival, **asked.fields()).id)


@door.post("/people/{person_id}/moves")
def move_person(person_id: UrlId, asked: Move, actor: Signed, session: Unit) -> Made:
    """Somebody belongs elsewhere from a day on; of a day to come it waits for that day, and can be withdrawn."""
    actions.turn(session, actor, person_id, asked.asked(clock.today(session)))
    return Made(id=person_id)


@door.post("/people/{person_id}/circumstances")
def set_circumstance(person_id: UrlId, asked: NewCircumstance, actor: Signed, session: Unit) -> Made:
    """Something keeps a member away."""
    return Made(id=actions.set_circumstance(session, actor, person_id, asked.kind, starts_on=asked.starts_on).id)


@door.post("/people/{person_id}/circumstance-endings")
def end_circumstance(person_id: UrlId, asked: CircumstanceEnding, actor: Signed, session: Unit) -> Made:
    """It no longer keeps him away."""
    return Made(id=actions.end_circumstance(session, actor, person_id, asked.kind, ends_on=asked.first_day_off).id)


@door.post("/people/{person_id}/accounts")
def make_account(person_id: UrlId, asked: NewAccount, actor: Signed, session: Unit) -> Once[AccountMade]:
    """A way in; its first password is in this answer and nowhere else."""
    account_id, password = actions.make_account(session, actor, person_id, asked.login)
    return AccountMade(id=account_id, login=asked.login, first_password=password)


@door.post("/people/{person_id}/first-passwords")
def renew_password(person_id: UrlId, actor: Signed, session: Unit) -> Once[AccountMade]:
    """Another first password, which is in this answer and nowhere else."""
    login, password = actions.renew_password(session, actor, person_id)
    return AccountMade(id=person_id, login=login, first_password=password)


@door.post("/people/{person_id}/account-endings")
def end_account(person_id: UrlId, asked: Because, actor: Signed, session: Unit) -> Made:
    """Nobody signs in by it any more."""
    actions.end_account(session, actor, person_id, reason=asked.reason)
    return Made(id=person_id)


@door.get("/units/{unit_id}/accounts")
def accounts(unit_id: UrlId, page: Paged, actor: Signed, session: Unit) -> Page[WayOut]:
    """Who has an account or a post, in the order of their names."""
    queries.unit_in_reach(session, actor, unit_id)
    found = queries.ways(session, actor, unit_id, Ways(), Turn(page.after, limit=page.limit))
    return Page(rows=[WayOut.model_validate(way) for way in found.rows], next=found.next)


@door.post("/people/{person_id}/numbers")
def show_number(person_id: UrlId, asked: Look, actor: Signed, session: Unit) -> Once[NumberOut]:
    """A number in full, for a reason, which goes into the audit."""
    number = actions.show_number(session, actor, person_id, asked.field, reason=asked.reason)
    return NumberOut(field=asked.field, number=number)


@door.post("/townships/{township_id}/rule-sets")
def choose_rule_set(township_id: UrlId, asked: RuleSetChosen, actor: Signed, session: Unit) -> Made:
    """Another local rule set, until the township's first year opens."""
    return Made(id=actions.choose_rule_set(session, actor, township_id, asked.rule_set).id)


@door.post("/units/{unit_id}/posts")
def appoint(unit_id: UrlId, asked: NewPost, actor: Signed, session: Unit) -> Made:
    """Somebody takes up a post."""
    post = actions.appoint(
        session,
        actor,
        asked.person_id,
        unit_id,
        asked.kind,
        starts_on=asked.starts_on,
        duties=asked.duties,
        taken_over_why=asked.taken_over_why,
    )
    return Made(id=post.id)


@door.post("/posts/{post_id}/successions")
def hand_over(post_id: UrlId, asked: Succession, actor: Signed, session: Unit) -> Made:
    """Another takes a post over, on a day that may be to come; until then it can be called off."""
    made = actions.hand_over(session, actor, post_id, asked.person_id, starts_on=asked.starts_on, reason=asked.reason)
    return Made(id=made.id)


@door.post("/posts/{post_id}/withdrawals")
def call_off(post_id: UrlId, actor: Signed, session: Unit) -> Made:
    """A post that was to be taken up on a day to come is not; whoever handed it over goes on, if he still may."""
    return Made(id=actions.call_off(session, actor, post_id).post.id)


@door.post("/posts/{post_id}/endings")
def end_post(post_id: UrlId, asked: PostEnding, actor: Signed, session: Unit) -> Made:
    """Somebody leaves a post."""
    return Made(id=actions.end_post(session, actor, post_id, ends_on=asked.first_day_off, reason=asked.reason).id)


@door.get("/townships/{township_id}/officer-acts")
def officer_acts(township_id: UrlId, actor: Signed, session: Unit) -> list[OfficerActOut]:
    """What was asked for on accounts and posts of officers, open acts first."""
    return [
        OfficerActOut(
            **{name: getattr(row, name) for name in OFFICER_ACT},
            name=name,
            asked_by=asker,
            decided_by=decider,
            unit_name=where,
        )
        for row, name, asker, decider, where in queries.officer_acts(session, actor, township_id)
    ]


@door.post("/townships/{township_id}/officer-acts")
def ask_for_officer_act(township_id: UrlId, asked: NewOfficerAct, actor: Signed, session: Unit) -> Made:
    """Ask for an act on an officer's account or post; nothing is changed until another agrees."""
    return Made(id=actions.ask(session, actor, township_id, asked.wish(), reason=asked.reason).id)


@door.post("/officer-acts/{officer_act_id}/agreements")
def agree(officer_act_id: UrlId, actor: Signed, session: Unit) -> Made:
    """Agree: it is done, but for a first password, which whoever asked makes."""
    return Made(id=actions.agree(session, actor, officer_act_id).id)


@door.post("/officer-acts/{officer_act_id}/refusals")
def decline(officer_act_id: UrlId, asked: Because, actor: Signed, session: Unit) -> Made:
    """It is not to be, for a reason."""
    return Made(id=actions.decline(session, actor, officer_act_id, reason=asked.reason).id)


@door.post("/officer-acts/{officer_act_id}/withdrawals")
def withdraw_officer_act(officer_act_id: UrlId, actor: Signed, session: Unit) -> Made:
    """Whoever asked no longer wishes it."""
    return Made(id=actions.withdraw_act(session, actor, officer_act_id).id)


@door.post("/officer-acts/{officer_act_id}/first-passwords")
def make_password(officer_act_id: UrlId, actor: Signed, session: Unit) -> Once[AccountMade]:
    """The first password that was agreed to, which is in this answer and nowhere else."""
    row, login, password = actions.make_password(session, actor, officer_act_id)
    return AccountMade(id=row.person_id, login=login, first_password=password)


def roster_in(township_id: UrlId, file: UploadFile, actor: Signed, session: Unit) -> Roster:
    """The roster in an uploaded file, which is opened only for whoever may bring it in."""
    township = actions.may_bring_in(session, actor, township_id).name
    today = clock.today(session).isoformat()
    return understood(file.file.read(), read_roster, name=file.filename or "", today=today, township=township)


SentRoster = Annotated[Roster, Depends(roster_in, scope="function")]


@door.post("/townships/{township_id}/roster-previews")
def preview_roster(
    township_id: UrlId,
    roster: SentRoster,
    actor: Signed,
    session: Unit,
    *,
    as_of: Day | None = None,
    since: Day | None = None,
) -> RosterOut:
    """What a roster would change; nothing is written. `since`, `as_of`: of what is new and what moves, none to come."""
    actions.refuse_days(session, township_id, since, as_of)
    return roster_out(roster, actions.preview_roster(session, actor, township_id, roster, as_of=as_of, since=since))


@door.post("/townships/{township_id}/rosters")
def commit_roster(
    township_id: UrlId,
    roster: SentRoster,
    actor: Signed,
    session: Unit,
    *,
    as_of: Day | None = None,
    since: Day | None = None,
    agreed: Count = 0,
    taken_over_why: Annotated[str | None, Query(min_length=1, max_length=500)] = None,
) -> RosterOut:
    """Bring a roster in; bringing it in again changes nothing.

    `agreed`: how many moves and ends of posts were agreed to, where they are more than a tenth of the township.
    `taken_over_why`: why its leaders and deputies come without a choosing, where they are chosen here.
    """
    actions.refuse_days(session, township_id, since, as_of)
    before = partial(actions.agreed, agreed_to=agreed)
    plan = actions.commit_roster(
        session, actor, township_id, roster, as_of=as_of, since=since, before=before, taken_over_why=taken_over_why
    )
    return roster_out(roster, plan)
