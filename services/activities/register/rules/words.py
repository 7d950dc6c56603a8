"""The words in which people meet the register."""

from collections.abc import Iterable

CHANGES_SAID = {
    "founded": "设立",
    "renamed": "更名",
    "rules_chosen": "改用另一套制度",
    "begins": "改定起用日期",
    "split": "拆分",
    "merge": "合并",
    "move": "划转",
    "dissolve": "撤销",
}
ARRANGED_SAID = {"planned": "安排", "withdrawn": "撤回安排", "done": "按安排办理", "failed": "没有办成"}
MEMBERS_SAID = {"full": "正式党员", "probationary": "预备党员"}
CIRCUMSTANCES_SAID = {"aged": "年老体弱", "ill": "生病", "away": "外出流动", "caring": "照料家人"}
DUTIES_SAID = {"deputy_secretary": "副书记", "organisation": "组织", "publicity": "宣传", "discipline": "纪检"}


def duties_said(duties: Iterable[str]) -> str:
    """What somebody answers for, behind his post: （副书记、组织）; empty where nothing is."""
    words = "、".join(DUTIES_SAID[each] for each in DUTIES_SAID if each in set(duties))
    return f"（{words}）" if words else ""


SEXES_SAID = {"male": "男", "female": "女"}
NUMBERS_SAID = {"id_number": "身份证号码", "phone": "联系电话"}
SHOWN_SAID = {**NUMBERS_SAID, "more": "家庭住址、户籍所在派出所和固定电话"}
"""What of somebody is shown for a reason only; the last leaves with the full roster alone."""
