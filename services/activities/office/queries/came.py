"""What came of a fact that people were told: in figures, whoever they are."""

from sqlalchemy import text

from shared.db import Session

CAME = text("select notify.came_of(:happening)")
SAID = {
    "told": "通知了（人次）",
    "nobody": "没有收件人",
    "read": "已看",
    "asked": "要确认收到",
    "acknowledged": "已确认收到",
    "sent": "邮件、短信等已送达",
    "waiting": "邮件、短信等还在等着发",
    "failed": "邮件、短信等没有送达或者结果不明",
    "kept": "没有邮箱等原因不发送",
    "off": "本乡镇停用、没有发的通知种类",
}


def what_came(session: Session, happening_id: int) -> list[tuple[str, str]]:
    """As pairs of word and figure; empty where nobody was told of it, and nobody was spared it."""
    found: dict[str, int] = session.execute(CAME, {"happening": happening_id}).scalar_one()
    return [(word, str(found[key])) for key, word in SAID.items() if found[key]]
