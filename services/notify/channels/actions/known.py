"""As whom the office's application knows people, out of a sheet: for messages alone; it signs nobody in."""

from collections import Counter, defaultdict
from collections.abc import Sequence

from services.notify.channels.queries import ways
from services.notify.channels.rules.sheets import Line, read_lines, refuse
from services.notify.channels.rules.ways import PROVIDERS, Way
from shared.access import Actor, identities, providers
from shared.audit import announce
from shared.db import Session
from shared.errors import Invalid, NotYours
from shared.events import WayChanged
from shared.roles import Role

NOT_YOURS = "这里由乡镇组织委员和安全管理员办理，您没有这个职务。"
NO_APPLICATION = "还没有设置{about}：请安全管理员先在“外部登录”里设置。"


def note_known(session: Session, actor: Actor, unit_id: int, kind: Way, sheet: str) -> int:
    """Take down a sheet for the people of a township, all of it or nothing; how many.

    Whoever bound himself stays as he did it: a sheet opens no account and changes none. Raises NotYours, Invalid.
    """
    if unit_id not in actor.units_as(Role.ORGANISER, Role.KEEPER):
        raise NotYours(NOT_YOURS)
    provider_id = providers.application_of(session, unit_id, PROVIDERS[kind])
    if provider_id is None:
        raise Invalid(NO_APPLICATION.format(about=kind.chinese), field="kind")
    lines = read_lines(sheet)
    found = _found(session, unit_id, lines)
    often = Counter(person for _, person in found)
    refuse([f"第{line.n}行的“{line.name}”不止写了一次" for line, person in found if often[person] > 1])
    numbers = {person: _number(kind, line) for line, person in found}
    taken = identities.bound_otherwise(session, provider_id, numbers)
    refuse([f"第{line.n}行的“{line.name}”：{taken[person]}" for line, person in found if person in taken])
    identities.put_down_sheet(session, provider_id, numbers)
    said = f"登记了{len(found)}人的帐号"
    fact = WayChanged(unit_id=unit_id, line=f"provider:{provider_id}", kind=kind, change="known", after=said)
    announce(session, fact, by=actor)
    return len(found)


def _number(kind: Way, line: Line) -> str:
    return line.number.lower() if kind is Way.WECOM_APP else line.number  # WeCom's are the same in capitals


def _found(session: Session, township_id: int, lines: Sequence[Line]) -> list[tuple[Line, int]]:
    """Each line with its person; Invalid where there is none, or more than one."""
    named: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for person_id, name, unit in ways.people_named(session, township_id, {line.name for line in lines}):
        named[name].append((person_id, unit))
    fitting = [(line, [each for each, unit in named[line.name] if line.unit in unit]) for line in lines]
    refuse([_wrong(line, len(found)) for line, found in fitting if len(found) != 1])
    return [(line, found[0]) for line, found in fitting]


def _wrong(line: Line, n: int) -> str:
    if not n:
        return f"第{line.n}行：没有找到{line.unit}“{line.name}”"
    return f"第{line.n}行：有{n}个“{line.name}”，请在姓名后面写上支部"
