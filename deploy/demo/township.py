"""The invented township: branches, groups, members, what each group did in a year. The same seed, the same people."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

GROUPS_A_BRANCH = 5
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕单仇解区查盖"
GIVEN = [
    "志强",
    "玉梅",
    "翠萍",
    "立新",
    "永贵",
    "桂兰",
    "有才",
    "金凤",
    "红霞",
    "美玲",
    "建国",
    "秀英",
    "文斌",
    "小芳",
    "淑珍",
    "正义",
    "晓燕",
    "爱华",
    "新民",
    "宋军",
    "凤英",
    "长江",
    "海涛",
    "宝山",
    "春花",
    "国庆",
    "桂英",
    "德明",
    "喜梅",
    "满仓",
    "兰芝",
    "家栋",
    "雪芹",
    "守业",
    "云霞",
    "大伟",
    "丽娟",
    "福来",
    "巧云",
    "振华",
    "月娥",
    "广林",
    "彩虹",
    "卫东",
    "敏",
]
VILLAGES_FIRST = "柳东石王前新南北西上下大小清白青红金银长高平和安丰兴永太福祥"
VILLAGES_LAST = ("河村", "庄村", "桥村", "家湾村", "进村", "坪村", "岭村", "塘村", "店村", "沟村", "坝村", "屯村")
EDUCATION = ("小学", "初中", "初中", "高中", "中专", "大专", "本科")
NUMBERS = "一二三四五六七八九十"
PLACES = ("党员活动室", "村委会会议室", "党员家中")
REASONS = ("请假", "因病", "无故")
TOPICS = {
    "集中学习": ("学习党章", "学习支部工作条例", "学习二十届三中全会精神", "学习农村工作条例"),
    "党小组会": ("传达乡党委会议精神", "讨论环境整治", "讨论发展对象", "研究帮扶计划"),
    "组织生活会": ("开展批评与自我批评", "对照检查"),
    "主题党日": ("重温入党誓词", "走访困难群众", "清理河道", "义务植树"),
    "志愿服务": ("环境整治", "防汛准备", "助老服务"),
    "党课": ("书记讲党课", "老党员讲传统"),
}
MONTHLY = ("集中学习", "党小组会", "主题党日")
AREA = "990100"  # no such place: a number that nobody has


@dataclass(frozen=True)
class Member:
    """A member as the office's roster has him."""

    name: str
    sex: str
    born_on: date
    id_number: str
    education: str
    joined: str
    kind: str
    post: str
    phone: str
    remark: str


@dataclass(frozen=True)
class Group:
    """A group, and how much of what it owes it does: in the year and in the year before."""

    name: str
    members: list[Member]
    diligence: tuple[float, float]


@dataclass(frozen=True)
class Branch:
    """A branch with its groups."""

    name: str
    groups: list[Group]


@dataclass(frozen=True)
class Township:
    """The whole of it."""

    name: str
    branches: list[Branch]


@dataclass(frozen=True)
class Meeting:
    """A line of the ledger as the office keeps it."""

    branch: str
    group: str
    held_on: date
    kind: str
    place: str
    chair: str
    topic: str
    expected: int
    absent: list[tuple[str, str]]
    hours: float


def invent(groups: int, *, seed: int, year: int) -> Township:
    """A township of so many groups. Its first leader neglects his group for two years, every twentieth for one."""
    chance = random.Random(seed)  # noqa: S311  an invented township, not a secret
    names = village_names()
    numbers = iter(range(1, groups * 30))
    branches = []
    for first in range(0, groups, GROUPS_A_BRANCH):
        count = min(GROUPS_A_BRANCH, groups - first)
        made = [invent_group(chance, first + i, i, numbers, year=year) for i in range(count)]
        branches.append(Branch(f"{next(names)}党支部", made))
    return Township("清溪镇", [led_by_its_secretary(branches[0]), *branches[1:]])


def led_by_its_secretary(branch: Branch) -> Branch:
    """The branch with the leader of its second group as its secretary: he chooses the post in which he acts."""
    if len(branch.groups) == 1:
        return branch
    first, second, *others = branch.groups
    return replace(branch, groups=[with_post(first, 1, ""), with_post(second, 0, "支部书记、党小组长"), *others])


def with_post(group: Group, position: int, post: str) -> Group:
    """The group with other words for the posts of the member at a position."""
    members = [replace(each, post=post) if at == position else each for at, each in enumerate(group.members)]
    return replace(group, members=members)


def village_names() -> Iterator[str]:
    """Names of villages without end, none twice."""
    pairs = [first + last for last in VILLAGES_LAST for first in VILLAGES_FIRST]
    yield from pairs
    for round_ in range(2, 1000):
        yield from (f"{name.removesuffix('村')}{round_}村" for name in pairs)


def invent_group(chance: random.Random, index: int, place: int, numbers: Iterator[int], *, year: int) -> Group:
    """One group of 10 to 16 members: its leader first, the branch's secretary in the branch's first group."""
    size = chance.randint(10, 16)
    taken: set[str] = set()
    members = []
    for position in range(size):
        post = "党小组长" if position == 0 else "支部书记" if (position, place) == (1, 0) else ""
        members.append(invent_member(chance, post, taken, next(numbers), year=year))
    usual = (0.7 + 0.3 * chance.betavariate(4, 1.5), 0.7 + 0.3 * chance.betavariate(4, 1.5))
    if index == 0:
        return Group(f"第{NUMBERS[place]}党小组", members, (0.22, 0.2))
    if index % 20 == 7:  # noqa: PLR2004  one in twenty
        return Group(f"第{NUMBERS[place]}党小组", members, (0.25, usual[1]))
    return Group(f"第{NUMBERS[place]}党小组", members, usual)


def invent_member(chance: random.Random, post: str, taken: set[str], number: int, *, year: int) -> Member:
    """A member whose name is his own in his group, and whose ID number is nobody's."""
    name = next(made for made in iter(lambda: chance.choice(SURNAMES) + chance.choice(GIVEN), "") if made not in taken)
    taken.add(name)
    sex = chance.choice("男男女")
    born_on = date(chance.randint(year - 82, year - 24), chance.randint(1, 12), chance.randint(1, 28))
    probationary = not post and chance.random() < 0.03  # noqa: PLR2004  three in a hundred
    joined_year = year if probationary else chance.randint(born_on.year + 20, year - 2)
    joined_month = chance.randint(1, 9)
    joined = (f"{joined_year}.{joined_month:02}", f"{joined_year}年{joined_month}月", f"{joined_year}{joined_month:02}")
    old = born_on.year < year - 76
    remark = "" if post else "年老体弱" if old else "流动党员，在外务工" if chance.random() < 0.06 else ""  # noqa: PLR2004
    return Member(
        name=name,
        sex=sex,
        born_on=born_on,
        id_number=id_number(born_on, number, sex),
        education=chance.choice(EDUCATION),
        joined=chance.choice(joined),
        kind="预备党员" if probationary else "正式党员",
        post=post,
        phone=f"1990{number % 10_000_000:07}",
        remark=remark,
    )


def id_number(born_on: date, number: int, sex: str) -> str:
    """Eighteen digits with a right check digit in a region that does not exist; unique by day and number."""
    area = f"{AREA[:3]}{number // 500 % 1000:03}"
    order = number % 500 * 2 + (1 if sex == "男" else 0)
    body = f"{area}{born_on:%Y%m%d}{order:03}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True)) % 11]


def year_of(township: Township, year: int, *, before: bool, seed: int) -> Iterator[Meeting]:
    """What every group of the township did in a year, in the order in which an office files it."""
    for branch in township.branches:
        for number, group in enumerate(branch.groups):
            chance = random.Random(f"{seed}/{year}/{branch.name}/{number}")  # noqa: S311
            yield from meetings_of(branch, group, year, group.diligence[1 if before else 0], chance)


def meetings_of(branch: Branch, group: Group, year: int, diligence: float, chance: random.Random) -> Iterator[Meeting]:
    """A group's year: monthly study, meeting and theme day as far as it is diligent, and the rarer things."""
    for kind in MONTHLY:
        for month in range(1, 13):
            if chance.random() < diligence:
                yield meeting(branch, group, kind, date(year, month, chance.randint(2, 27)), chance)
    for month in (6, 12):
        if chance.random() < diligence + 0.15:
            yield meeting(branch, group, "组织生活会", date(year, month, chance.randint(2, 20)), chance)
    for kind, most in (("志愿服务", 5), ("党课", 4)):
        for _ in range(round(most * diligence * chance.random())):
            yield meeting(branch, group, kind, date(year, chance.randint(1, 12), chance.randint(2, 27)), chance)


def meeting(branch: Branch, group: Group, kind: str, held_on: date, chance: random.Random) -> Meeting:
    """One meeting: the aged and the away seldom come, others now and then do not."""
    there = [member for member in group.members if member.kind != "预备党员" or joined_by(member, held_on)]
    absent = []
    for member in there[1:]:
        if "流动" in member.remark and chance.random() < 0.8:  # noqa: PLR2004
            absent.append((member.name, "外出务工"))
        elif "年老" in member.remark and chance.random() < 0.6:  # noqa: PLR2004
            absent.append((member.name, "年老体弱"))
        elif chance.random() < 0.07:  # noqa: PLR2004
            absent.append((member.name, chance.choice(REASONS)))
    return Meeting(
        branch=branch.name,
        group=group.name,
        held_on=held_on,
        kind=kind,
        place=chance.choice(PLACES),
        chair=group.members[0].name,
        topic=chance.choice(TOPICS[kind]),
        expected=len(there),
        absent=absent,
        hours=chance.choice((1.0, 1.5, 2.0)),
    )


def joined_by(member: Member, day: date) -> bool:
    """Whether somebody admitted this year was a member by then; the roster gives the month."""
    digits = [int(part) for part in member.joined.replace("年", ".").replace("月", "").split(".") if part]
    year, month = digits if len(digits) == 2 else divmod(digits[0], 100)  # noqa: PLR2004  196104 or 1961.04
    return (year, month) <= (day.year, day.month)
