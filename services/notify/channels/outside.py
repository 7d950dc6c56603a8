"""The only lines that leave the building: SMTP over one kept connection, or a folder where no server is set.

Up to the content nothing can have arrived: whatever goes wrong there is transient or permanent. Once the content is
under way and the answer is missing, nobody knows: that is ambiguous. Errors carry (reason, code).
"""

import os
import re
import smtplib
import ssl
import threading
import time
from base64 import encodebytes
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.utils import format_datetime, formataddr, parseaddr
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
from typing import Final

from shared.errors import Ambiguous, Permanent, Transient
from shared.settings import settings

ADDRESS = re.compile(r"[^@\s<>,;:\"]{1,64}@[^@\s<>,;:\"]{1,189}")
IDLE_SECONDS = 30.0
GO_AHEAD: Final = (354,)
TAKEN: Final = (250, 251, 252)
CLOSING: Final = 421
REASON_LENGTH_MAX = 200


class Unreachable(Transient):
    """The line itself is gone: whatever else was to go over it had better wait."""


@dataclass(frozen=True)
class Letter:
    """What is sent to one address."""

    message_id: str
    address: str
    subject: str
    text: str
    at: datetime

    def as_bytes(self) -> bytes:
        """The letter as it goes over the wire; the same every time.

        Put together by hand: the standard library's message takes over twenty times as long. No line begins with
        a dot, since the text is in base64.
        """
        lines = (
            f"From: {_sender(settings().mail_from)}",
            f"To: {self.address}",
            f"Subject: {_subject(self.subject)}",
            f"Message-ID: {self.message_id}",
            f"Date: {format_datetime(self.at)}",
            "Auto-Submitted: auto-generated",
            "MIME-Version: 1.0",
            'Content-Type: text/plain; charset="utf-8"',
            "Content-Transfer-Encoding: base64",
            "",
            "",
        )
        return "\r\n".join(lines).encode("ascii") + encodebytes(self.text.encode()).replace(b"\n", b"\r\n")


@lru_cache(maxsize=4)
def _sender(sender: str) -> str:
    """The sender as a header has it, a Chinese name encoded."""
    return formataddr(parseaddr(sender), "utf-8")


@lru_cache(maxsize=16)
def _subject(subject: str) -> str:
    """A subject as a header has it; the letters of one telling share it."""
    return Header(" ".join(subject.split()), "utf-8", header_name="Subject").encode(linesep="\r\n")


@lru_cache(maxsize=4)
def _address_of(sender: str) -> str:
    """The sender's address alone."""
    return parseaddr(sender)[1]


def domain_of(sender: str) -> str:
    """The domain that letters come from."""
    return _address_of(sender).rpartition("@")[2] or "localhost"


def by_mail_server() -> bool:
    """Whether letters go to a server; otherwise they are put into a folder."""
    return bool(settings().mail_host)


def folder() -> Path:
    """Where letters are put when no server is set."""
    return settings().data / "mail"


def send(letter: Letter) -> None:
    """Send one letter.

    Raises Transient (Unreachable where the line is gone), Permanent or Ambiguous.
    """
    if not (letter.address.isascii() and ADDRESS.fullmatch(letter.address)):
        raise Permanent("邮箱地址无效", None)
    if by_mail_server():
        _send_by_server(letter)
    else:
        _put_in_folder(letter)


def _put_in_folder(letter: Letter) -> None:
    """One file a letter, named by its Message-ID and whole or not there: put twice, it is the same file."""
    target = folder() / f"{letter.message_id.strip('<>')}.eml"
    half = target.with_suffix(f".{os.getpid()}-{threading.get_ident()}.half")
    try:
        folder().mkdir(parents=True, exist_ok=True)
        half.write_bytes(letter.as_bytes())
        half.replace(target)
    except OSError as error:
        raise Unreachable(f"无法写入邮件文件夹：{type(error).__name__}", None) from error


# --- SMTP ---


class Kept(threading.local):
    """The connection that this thread keeps between letters."""

    line: smtplib.SMTP | None = None
    pid: int = 0
    used_at: float = 0.0


_kept = Kept()


def hang_up() -> None:
    """Close the kept connection, if there is one."""
    line, _kept.line = _kept.line, None
    if line is not None:
        line.close()


def _greet() -> smtplib.SMTP:
    """Connect, protect the line, say who we are (a domain, never this machine's name)."""
    chosen = settings()
    domain, context = domain_of(chosen.mail_from), None
    if chosen.mail_tls != "none":
        context = ssl.create_default_context()
    if context is not None and chosen.mail_tls == "tls":
        line: smtplib.SMTP = smtplib.SMTP_SSL(
            chosen.mail_host, chosen.mail_port, domain, timeout=chosen.mail_seconds, context=context
        )
    else:
        line = smtplib.SMTP(chosen.mail_host, chosen.mail_port, domain, timeout=chosen.mail_seconds)
    if chosen.mail_tls == "starttls":
        line.starttls(context=context)
    if chosen.mail_user:
        line.login(chosen.mail_user, chosen.mail_password)
    line.ehlo_or_helo_if_needed()
    return line


def _connect() -> smtplib.SMTP:
    """A new connection by the settings."""
    try:
        line = _greet()
    except smtplib.SMTPAuthenticationError as error:
        raise Unreachable("邮件服务器拒绝了账号或密码，请检查设置", error.smtp_code) from error
    except smtplib.SMTPResponseException as error:
        raise Unreachable("邮件服务器拒绝连接", error.smtp_code) from error
    except (OSError, smtplib.SMTPException) as error:  # refused, no answer, no such host, no TLS
        raise Unreachable(f"连接不上邮件服务器：{type(error).__name__}", None) from error
    return line


def _line() -> smtplib.SMTP:
    """The kept connection while it is fresh and of this process; otherwise a new one."""
    now = time.monotonic()
    stale = _kept.pid != os.getpid() or now - _kept.used_at > IDLE_SECONDS
    if _kept.line is None or stale:
        if _kept.pid == os.getpid():  # a parent's socket is left alone
            hang_up()
        _kept.line, _kept.pid = _connect(), os.getpid()
    _kept.used_at = now
    return _kept.line


def _send_by_server(letter: Letter) -> None:
    """One letter over the kept line; a line that the server has closed meanwhile is opened again once."""
    fresh = _kept.line is None
    try:
        line = _line()
        _envelope(line, letter)
    except (OSError, smtplib.SMTPServerDisconnected) as error:
        hang_up()
        if fresh:
            raise Unreachable(f"邮件服务器中断了连接：{type(error).__name__}", None) from error
        _send_by_server(letter)
        return
    _content(line, letter)


def _envelope(line: smtplib.SMTP, letter: Letter) -> None:
    """Sender, recipient, and leave to go on; all at once where the server takes them so (RFC 2920)."""
    sender = _address_of(settings().mail_from)
    asked: tuple[tuple[str, str, tuple[int, ...]], ...] = (
        ("发件人", f"MAIL FROM:<{sender}>", TAKEN),
        ("收件人", f"RCPT TO:<{letter.address}>", TAKEN),
        ("信件", "DATA", GO_AHEAD),
    )
    if not line.has_extn("pipelining"):
        for what, command, wanted in asked:
            _answered(line, line.docmd(command), what, wanted=wanted)
        return
    line.send("".join(f"{command}\r\n" for _, command, _ in asked))
    answers = list(_answers(line, len(asked)))
    if answers[-1][0] in GO_AHEAD and any(code not in TAKEN for code, _ in answers[:-1]):
        line.docmd(".")  # it waits for a letter to nobody
    for (what, _, wanted), answer in zip(asked, answers, strict=False):
        _answered(line, answer, what, wanted=wanted)


def _answers(line: smtplib.SMTP, wanted: int) -> Iterator[tuple[int, bytes]]:
    """So many answers, or fewer where the server takes its leave."""
    for _ in range(wanted):
        answer = line.getreply()
        yield answer
        if answer[0] == CLOSING:
            return


def _content(line: smtplib.SMTP, letter: Letter) -> None:
    """The letter itself. From here on a missing answer means that nobody knows."""
    try:
        line.send(letter.as_bytes() + b".\r\n")
        answer = line.getreply()
    except (OSError, smtplib.SMTPException) as error:
        hang_up()
        raise Ambiguous(f"信件发出后没有收到邮件服务器的答复：{type(error).__name__}", None) from error
    _answered(line, answer, "信件")


def _answered(line: smtplib.SMTP, answer: tuple[int, bytes], what: str, *, wanted: tuple[int, ...] = TAKEN) -> None:
    """Whether the server goes on: 4xx is transient, 5xx is for good, and the line is left clean for the next letter."""
    code, said = answer
    if code in wanted:
        return
    reason = f"邮件服务器不接受{what}（{code}）：{_without_addresses(said)}"[:REASON_LENGTH_MAX]
    if code == CLOSING:
        hang_up()
        raise Transient(reason, code)
    try:
        line.rset()
    except (OSError, smtplib.SMTPException):
        hang_up()
    if code >= HTTPStatus.INTERNAL_SERVER_ERROR:  # SMTP counts the same way
        raise Permanent(reason, code)
    raise Transient(reason, code)


def _without_addresses(said: bytes) -> str:
    """The server's words, without whose letter it was."""
    return re.sub(r"(?<!\S)[^\s@]*@\S*", "***", said.decode("utf-8", "replace")).replace("\n", " ")
