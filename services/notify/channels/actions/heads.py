"""The head of the chain by mail, out of the house: what is no secret there, and nobody here can take back."""

from services.notify.channels import outside
from shared import clock
from shared.audit import newest_head
from shared.db import Session
from shared.errors import Ambiguous, Transient
from shared.heads import Head
from shared.settings import settings


def mail_head(session: Session) -> None:
    """Send today's head, where a setting says whereto. It may come twice; never not at all."""
    head = newest_head(session)
    if not (settings().head_mail and head.link):
        return
    try:
        outside.send(letter_of_head(session, head))
    except Ambiguous as error:
        raise Transient(*error.args) from error


def letter_of_head(session: Session, head: Head) -> outside.Letter:
    """The letter; of one day always the same Message-ID."""
    domain = outside.domain_of(settings().mail_from)
    return outside.Letter(
        message_id=f"<xiaozu.head.{head.day.isoformat()}@{domain}>",
        address=settings().head_mail,
        subject=f"操作历史的封印头：{head.said}",
        text=f"{head.said}的封印头：\n\n{head.grouped}\n\n{KEEP}\n",
        at=clock.now(session).astimezone(clock.OFFICE_ZONE),
    )


KEEP = "请保存这封信。以后在“管理 → 审计 → 核对封印”里输入它，就能看出这一天以前的历史有没有被改动。"
