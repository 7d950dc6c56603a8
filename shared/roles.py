"""Who somebody may be in a unit. One word for each; pages show the Chinese one."""

from enum import StrEnum


class Role(StrEnum):
    """A post held in a unit, and the right to act that comes with it."""

    LEADER = "leader"  # 党小组长
    DEPUTY = "deputy"  # 副组长
    SECRETARY = "secretary"  # 支部书记
    COMMITTEE_MEMBER = "committee_member"  # 支部委员
    ORGANISER = "organiser"  # 组织委员、组织干事
    COMMITTEE = "committee"  # 党委, decides
    INSPECTOR = "inspector"  # 督查员
    KEEPER = "keeper"  # 安全管理员
    AUDITOR = "auditor"  # 审计员
    MEMBER = "member"  # 党员: own record only
    SYSTEM = "system"  # the clock and the workers

    @property
    def chinese(self) -> str:
        """The word that people see."""
        return CHINESE[self]


SINGLE = (Role.LEADER, Role.DEPUTY, Role.SECRETARY)
"""The posts that one person holds at a time in a unit."""

STANDS_IN: dict[Role, tuple[Role, ...]] = {
    Role.LEADER: (Role.LEADER, Role.DEPUTY, Role.SECRETARY, Role.ORGANISER, Role.COMMITTEE),
    Role.DEPUTY: (Role.DEPUTY, Role.LEADER, Role.SECRETARY, Role.ORGANISER, Role.COMMITTEE),
    Role.SECRETARY: (Role.SECRETARY, Role.ORGANISER, Role.COMMITTEE),
    Role.COMMITTEE_MEMBER: (Role.COMMITTEE_MEMBER, Role.SECRETARY, Role.ORGANISER, Role.COMMITTEE),
    Role.ORGANISER: (Role.ORGANISER, Role.COMMITTEE),
    Role.COMMITTEE: (Role.COMMITTEE, Role.ORGANISER),
    Role.INSPECTOR: (Role.INSPECTOR, Role.ORGANISER, Role.COMMITTEE),
    Role.KEEPER: (Role.KEEPER, Role.COMMITTEE),
    Role.AUDITOR: (Role.AUDITOR, Role.COMMITTEE),
}
"""The list of vacancies: whom it waits for where a post is vacant, and so on. For keeper and auditor it is one of what
is shown and told alone: nobody gets their rights by it."""

# The widest duty first: whoever holds several posts begins with the first of these, until he chooses another.
WIDEST = (
    Role.SYSTEM,
    Role.ORGANISER,
    Role.COMMITTEE,
    Role.INSPECTOR,
    Role.SECRETARY,
    Role.COMMITTEE_MEMBER,
    Role.LEADER,
    Role.DEPUTY,
    Role.KEEPER,
    Role.AUDITOR,
    Role.MEMBER,
)

CHINESE: dict[Role, str] = {
    Role.LEADER: "党小组长",
    Role.DEPUTY: "党小组副组长",
    Role.SECRETARY: "支部书记",
    Role.COMMITTEE_MEMBER: "支部委员",
    Role.ORGANISER: "组织委员",
    Role.COMMITTEE: "党委",
    Role.INSPECTOR: "督查员",
    Role.KEEPER: "安全管理员",
    Role.AUDITOR: "审计员",
    Role.MEMBER: "党员",
    Role.SYSTEM: "系统",
}
