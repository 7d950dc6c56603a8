"""A year of people's views in the demo: noted, answered and told back through the year, and some that still go on.

Each step is the action that the person's own door calls. Nobody who spoke is in it, as in every township.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from deploy.demo.office_date import stand_at
from services.activities.concerns import actions
from services.activities.concerns.schemas import (
    Answer,
    Closing,
    Designation,
    Merging,
    NewConcern,
    NewUsualAnswer,
    Outside,
    Said,
    Telling,
)
from shared import clock, office_settings, switches
from shared.access import SYSTEM, Actor
from shared.db import unit
from shared.office_settings import Key
from shared.people import branches_of, groups_of
from shared.roles import Role
from shared.systems import SWITCHED, System

PLACES_MOST = 12
"""In so many groups views are noted, whatever the size of the township."""
A_DAY_LEAST = 3
"""So many at least are noted on a day, so that in the year each story is told."""
DAYS = ((2, 17), (4, 14), (5, 19), (7, 14), (9, 8))
"""On which Mondays or so they are noted; a week later comes what follows."""
USUAL = (
    ("road", "solved", "已经报修，三天以内修好，修好以后请您看看。"),
    ("environment", "solved", "已经清理，今后每周清运一次。"),
    ("relief", "explained", "低保按家庭收入和财产核定，每季度核一次，材料齐了可以再申请。"),
    (None, "planned", "已经列入明年的计划，资金落实以后开工。"),
    (None, "impossible", "规定不允许，依据已经写明，请您理解。"),
)


@dataclass(frozen=True)
class Scene:
    """A view with the people through whose hands it goes."""

    leader: Actor
    secretary: Actor
    organiser: Actor
    group_id: int
    other_branch_id: int
    view: int = 0

    def act(self, actor: Actor, action: Callable[..., Any], *asked: object) -> None:
        """One step, in a transaction of its own."""
        with unit("activities", actor) as session:
            action(session, actor, self.view, *asked)


def answer(scene: Scene, result: str, said: str, basis: str | None = None) -> None:
    """The secretary answers."""
    scene.act(scene.secretary, actions.answer, Answer(result=result, said=said, basis=basis))


def tell(scene: Scene) -> None:
    """The leader brings the answer back."""
    with unit("activities") as session:
        today = clock.today(session)
    scene.act(scene.leader, actions.tell, Telling(on=today, way="visit"))


def again(scene: Scene) -> None:
    """Another says the same of the same thing: it is merged."""
    with unit("activities", scene.leader) as session:
        asked = NewConcern(unit_id=scene.group_id, kind="environment", said="河边的垃圾又没有人清。", into=scene.view)
        actions.note(session, scene.leader, asked)


def merge_into_new(scene: Scene) -> None:
    """It turns out to be the same as one that is noted later."""
    with unit("activities", scene.leader) as session:
        asked = NewConcern(unit_id=scene.group_id, kind="road", said="晒场的路灯也不亮。", passes=True)
        into = actions.note(session, scene.leader, asked).id
    scene.act(scene.leader, actions.merge, Merging(into=into))


STEPS: Mapping[str, Callable[[Scene], None]] = {
    "settle": lambda at: at.act(at.leader, actions.settle, Said(said="当天请电工收好了。")),
    "pass": lambda at: at.act(at.leader, actions.pass_on),
    "accept": lambda at: at.act(at.secretary, actions.accept),
    "return": lambda at: at.act(at.secretary, actions.give_back, Said(said="请写清楚是哪一段路。")),
    "solve": lambda at: answer(at, "solved", "已经修好，请放心使用。"),
    "explain": lambda at: answer(at, "explained", "政策已经说明，材料齐了可以再申请。"),
    "plan": lambda at: answer(at, "planned", "已经列入明年的计划。"),
    "refuse": lambda at: answer(at, "impossible", "这一块是基本农田，不能建房。", "《土地管理法》第三十五条。"),
    "tell": tell,
    "close": lambda at: at.act(at.leader, actions.close, Closing(satisfied="yes")),
    "close unhappy": lambda at: at.act(at.leader, actions.close, Closing(satisfied="no")),
    "reopen": lambda at: at.act(at.leader, actions.reopen, Said(said="修好三天以后又坏了。")),
    "up": lambda at: at.act(at.secretary, actions.pass_up, Said(said="要乡镇协调供电部门。")),
    "accept above": lambda at: at.act(at.organiser, actions.accept),
    "answer above": lambda at: at.act(
        at.organiser, actions.answer, Answer(result="planned", said="已经同供电所商定，下季度换线路。")
    ),
    "designate": lambda at: at.act(
        at.organiser, actions.designate, Designation(unit_id=at.other_branch_id, said="这段渠归那边的村管。")
    ),
    "out": lambda at: at.act(at.secretary, actions.send_out, Outside(outside="县公路部门", number="网格-2025-0316")),
    "again": again,
    "merge": merge_into_new,
    "withdraw": lambda at: at.act(at.leader, actions.withdraw, Said(said="记错了地方。")),
}


@dataclass(frozen=True)
class Story:
    """What was noted, and what became of it: `first` on the same day, `then` a week later."""

    kind: str
    said: str
    first: tuple[str, ...]
    then: tuple[str, ...] = ()
    more: Mapping[str, Any] | None = None


TOLD = ("tell", "close")
THROUGH: tuple[Story, ...] = (
    Story("safety", "晒场的电线垂下来了。", ("settle",), more={"urgent": True}),
    Story("road", "村口路灯坏了三天，晚上走路看不见。", ("pass", "accept"), ("solve", *TOLD)),
    Story("relief", "听说低保停了，不知道为什么。", ("pass", "accept"), ("explain", *TOLD), {"slip": True}),
    Story("environment", "河边的垃圾没有人清。", ("pass", "accept", "again"), ("solve", *TOLD)),
    Story("farming", "水渠到下游水太小。", ("pass", "accept"), ("plan", *TOLD)),
    Story("land", "想在田边建一间仓房。", ("pass", "accept"), ("refuse", "tell", "close unhappy")),
    Story("road", "去学校的那段路坑多。", ("pass", "return"), ("pass", "accept", "out", "solve", *TOLD)),
    Story("road", "变压器一到晚上就跳闸。", ("pass", "accept", "up"), ("accept above", "answer above", *TOLD)),
    Story("dispute", "两家为了排水沟争了几次。", ("settle",)),
    Story("conduct", "通知的事总是说得太晚。", (), ("solve",), {"past": "leader"}),
    Story("other", "村部的门经常锁着。", ("withdraw",)),
    Story("road", "晒场边上路灯不亮。", ("merge",)),
    Story("road", "自来水一早一晚没有压力。", ("pass", "accept"), ("solve", *TOLD, "reopen", "accept", "plan", *TOLD)),
)
"""Of these one after the other is noted in one group after the other."""
LEFT: tuple[Story, ...] = (
    Story("road", "桥头的护栏松了。", ()),
    Story("environment", "公厕要加一盏灯。", ("pass",)),
    Story("farming", "机耕路下雨以后进不去车。", ("pass", "return")),
    Story("relief", "想问残疾补贴怎样申请。", ("pass", "accept")),
    Story("road", "变压器旁边的树要修。", ("pass", "accept", "out")),
    Story("environment", "垃圾桶不够用。", ("pass", "accept", "solve")),
    Story("dispute", "地界的石头找不到了。", ("pass", "accept", "explain", "tell")),
    Story("farming", "水渠分水的闸坏了。", ("pass", "accept", "up")),
    Story("farming", "上游的闸门没有人管。", ("pass", "accept", "up", "designate")),
    Story("conduct", "办事的窗口常常没有人。", (), more={"past": "secretary"}),
)
"""What still goes on when the demo is looked at."""
OVERDUE = Story("safety", "塘边没有护栏，孩子常去玩。", ("pass", "accept"))


@dataclass
class Views:
    """People's views of a township; `holder` says who holds a post today."""

    township_id: int
    year: int
    holder: Callable[[int, Role], Actor]

    def live(self) -> None:
        """The year, after the one before has been closed; one is left and becomes overdue."""
        self.switch_on()
        scenes = self.scenes()
        told = 0
        for month, day in DAYS:
            on = date(self.year, month, day)
            stand_at(on)
            begun = []
            for at in range(max(len(scenes), A_DAY_LEAST)):
                story = THROUGH[told % len(THROUGH)]
                begun.append((story, self.note(scenes[at % len(scenes)], story)))
                told += 1
            stand_at(on + timedelta(days=7))
            for story, scene in begun:
                walk(scene, story.then)
        self.note(scenes[-1], OVERDUE)

    def leave(self) -> None:
        """What goes on at the end: one at each stage."""
        scenes = self.scenes()
        for at, story in enumerate(LEFT):
            self.note(scenes[at % len(scenes)], story)

    def switch_on(self) -> None:
        """The office switches it on, and writes its usual answers."""
        organiser = self.holder(self.township_id, Role.ORGANISER)
        with unit("activities") as session:
            on = {*switches.on_in(session, self.township_id), System.CONCERNS}
            chosen = [each.value for each in SWITCHED if each in on]
            office_settings.put(session, SYSTEM, self.township_id, Key.SYSTEMS, chosen, reason="开通群众意见。")
        for kind, result, said in USUAL:
            with unit("activities", organiser) as session:
                actions.write_usual(session, organiser, NewUsualAnswer(kind=kind, result=result, said=said))

    def scenes(self) -> list[Scene]:
        """The groups in which views are noted: the first of each branch."""
        with unit("activities") as session:
            branches = branches_of(session, self.township_id)[:PLACES_MOST]
            groups = [groups_of(session, branch_id)[0] for branch_id in branches]
        organiser = self.holder(self.township_id, Role.ORGANISER)
        return [
            Scene(
                leader=self.holder(group_id, Role.LEADER),
                secretary=self.holder(branch_id, Role.SECRETARY),
                organiser=organiser,
                group_id=group_id,
                other_branch_id=branches[at - 1],
            )
            for at, (branch_id, group_id) in enumerate(zip(branches, groups, strict=True))
        ]

    def note(self, scene: Scene, story: Story) -> Scene:
        """One is noted, by the leader, or of what is about him by the secretary; and goes as far as on that day."""
        more = dict(story.more or {})
        writer = scene.secretary if more.get("past") == "leader" else scene.leader
        with unit("activities", writer) as session:
            asked = NewConcern(unit_id=scene.group_id, kind=story.kind, said=story.said, **more)
            scene = replace(scene, view=actions.note(session, writer, asked).id)
        walk(scene, story.first)
        return scene


def walk(scene: Scene, steps: tuple[str, ...]) -> None:
    """One step after the other."""
    for step in steps:
        STEPS[step](scene)
