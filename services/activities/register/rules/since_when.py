"""From which day a post counts that a roster brings: the day that it says, as far as the register allows it.

Where it does not, the post begins on the first day on which it can, and whoever it is, is named with what to do. What
is registered already is never moved by a file. Without a day in the file a post begins with its unit, or, where the
unit was there before, on the day of the roster.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from services.activities.register.rules.alike import Alike
from services.activities.register.rules.changes import Place, PostNow, RegisterNow, RosterPlan
from services.activities.register.rules.people import PersonRow
from services.activities.register.rules.posts import OF_GROUP, PostHeld
from services.activities.register.rules.regrouping import day_said
from shared.tables import Precision, ReadDate

NOT_YET = "任职时间还没到的 {n} 人，从这次变动的日期起任职；到那天才任职的，先不写职务，到时在名册里任命：{who}"
UNFOUNDED = (
    "任职时间早于党小组成立的 {n} 人，从成立那天起任职；党小组是这次新设、其实更早就有的，"
    "请重新上传，把“花名册从哪天起算”往前填：{who}"
)
NO_MEMBER = "任职时间早于编入党小组的 {n} 人，从编入那天起任职，请核对任职时间和编入的日期：{who}"
ANOTHERS = "任职时间在前任任期之内的 {n} 人，从前任卸任那天起任职，请核对任职时间：{who}"
HELD_NOW = (
    "任职时间在现任任期之内的 {n} 人，从这次变动的日期起接任；更早接任的，"
    "先在党小组的页面免去现任、填写最后一天，再上传：{who}"
)
OTHERWISE = (
    "已在任、任职时间和文件不同的 {n} 人没有改动，请核对；文件对的，先在党小组的页面免去、"
    "最后一天填现在登记的任职日的前一天，再上传：{who}"
)
OF_BRANCH = "任职时间没有记到支部职务上的 {n} 人，请用“支部委员会换届名册”登记本届从哪天起和届满日期：{who}"
NO_POST = "写了任职时间、没有写职务的 {n} 人，没有登记任职，请补写党内职务再上传：{who}"
LEFT = "任职结束时间已经过去的 {n} 人，职务没有记入；系统里还在任的，请在名册里免去：{who}"
ENDS = "任职结束时间还没到的 {n} 人，结束时间没有记入；到时在名册里免去，或者办理换届：{who}"


class SinceWhen:
    """Judges the days of a file; what it cannot follow is said with `alike`."""

    def __init__(self, now: RegisterNow, plan: RosterPlan, alike: Alike) -> None:
        self.now, self.as_of, self.since, self.alike = now, plan.as_of, plan.since, alike

    def usual(self, unit: Place) -> date:
        """Where the file says no day."""
        return self.as_of if unit in self.now.founded else self.since

    def goes_on(self, row: PersonRow) -> bool:
        """Whether what the row names is still held; a day that belongs to no post, or lies ahead, is said."""
        if row.tenure.since and not row.posts and not row.other_posts:
            self._say(NO_POST, row, written(row.tenure.since))
        if not row.posts or row.tenure.until is None:
            return True
        left = row.tenure.until.on <= self.as_of and not row.tenure.until.covers(self.as_of)
        self._say(LEFT if left else ENDS, row, f"任到{written(row.tenure.until)}", at="held_until")
        return not left

    def day(self, row: PersonRow, unit: Place, held: PostHeld, member_since: date, holders: Sequence[str]) -> date:
        """When a post begins that is new. `holders`: who has it now, and leaves it on the day of the roster."""
        said = row.tenure.since
        if said is None:
            return self.usual(unit)
        if held.kind not in OF_GROUP:
            self._say(OF_BRANCH, row, f"{held.title}，写的{written(said)}")
            return self.usual(unit)
        if said.on > self.as_of:
            self._say(NOT_YET, row, f"写的{written(said)}")
            return self.as_of
        founded = self.now.founded.get(unit, self.since)
        limits = [
            (founded, UNFOUNDED, f"{unit.said}{day_said(founded)}成立"),
            (member_since, NO_MEMBER, f"{day_said(member_since)}编入"),
        ]
        if before := self.now.held_until.get((unit, held.kind)):
            limits.append((before, ANOTHERS, f"{unit.said}前任到{day_said(before)}"))
        if holders:
            limits.append((self.as_of, HELD_NOW, f"{unit.said}现任{'、'.join(holders)}"))
        first, why, note = max(limits, key=lambda limit: limit[0])
        if said.on < first and not said.covers(first):
            self._say(why, row, f"写的{written(said)}，{note}")
        return max(said.on, first)

    def compare(self, row: PersonRow, unit: Place, posts: Sequence[PostNow]) -> None:
        """What is held already since another day stays as it is, and is said."""
        if row.tenure.since and not any(row.tenure.since.covers(post.starts_on) for post in posts):
            note = f"{unit.said}{day_said(posts[0].starts_on)}起，写的{written(row.tenure.since)}"
            self._say(OTHERWISE, row, note)

    def _say(self, sentence: str, row: PersonRow, note: str, at: str = "held_on") -> None:
        self.alike.add(sentence, row, at=at, note=note)


def written(day: ReadDate) -> str:
    """A day as far as it was written."""
    if day.precision is Precision.YEAR:
        return f"{day.on.year}年"
    return f"{day.on.year}年{day.on.month}月" if day.precision is Precision.MONTH else day_said(day.on)
