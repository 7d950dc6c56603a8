"""The second line of the frame: the pages of the office that concern whoever looks."""

from shared.roles import Role
from shared.web import Signed

TABS: tuple[tuple[str, str, frozenset[Role]], ...] = (
    ("/office/machine", "运行状况", frozenset({Role.KEEPER})),
    ("/office/settings", "设置", frozenset({Role.KEEPER, Role.ORGANISER})),
    ("/office/workdays", "工作日", frozenset({Role.KEEPER, Role.ORGANISER})),
    ("/office/codes", "验证码", frozenset({Role.KEEPER})),
    ("/office/providers", "外部登录", frozenset({Role.KEEPER})),
    ("/office/rules", "制度版本", frozenset()),
    ("/office/papers", "表格格式", frozenset({Role.KEEPER, Role.ORGANISER})),
    ("/office/audit", "审计", frozenset({Role.KEEPER, Role.AUDITOR})),
)


def tabs_of(actor: Signed) -> list[tuple[str, str]]:
    """The pages of the office that concern somebody."""
    held = {role for role, _ in actor.acting.posts}
    return [(address, word) for address, word, roles in TABS if not roles or roles & held]
