"""Letters: SMTP over one kept connection, or a folder where no server is set.

What a server refuses because of the sender, the account, the line or its own limits holds all letters up, and they go
once that is mended: services like 163 and QQ say so with the codes that elsewhere are final. Only what is said of the
recipient himself is final.
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
from pathlib import Path
from typing import Final

from services.notify.channels.rules.answers import Stage, held_by, of_recipient
from shared.calls.held import Held, Unreachable, why_gone
from shared.errors import Ambiguous, Permanent, Transient
from shared.settings import Settings, settings

ADDRESS = re.compile(r"[^@\s<>,;:\"]{1,64}@[^@\s<>,;:\"]{1,189}")
IDLE_SECONDS = 30.0
GO_AHEAD: Final = (354,)
TAKEN: Final = (250, 251, 252)
CLOSING: Final = 421
REASON_LENGTH_MAX = 300


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
        raise Unreachable("信件写不进数据文件夹的 mail 目录：请检查磁盘空间和文件夹的权限。", None) from error


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
    try:
        _sign_in(line, chosen, context)
    except (OSError, smtplib.SMTPException):
        line.close()
        raise
    return line


def _sign_in(line: smtplib.SMTP, chosen: Settings, context: ssl.SSLContext | None) -> None:
    """Protect a line that begins without protection, and say whose letters come over it."""
    if chosen.mail_tls == "starttls":
        line.starttls(context=context)
    if chosen.mail_user:
        line.login(chosen.mail_user, chosen.mail_password)
    line.ehlo_or_helo_if_needed()


def _connect() -> smtplib.SMTP:
    """A new connection by the settings."""
    try:
        line = _greet()
    except smtplib.SMTPResponseException as error:  # its greeting, or the account
        stage = Stage.LOGIN if isinstance(error, smtplib.SMTPAuthenticationError) else Stage.GREETING
        code, said = error.smtp_code, _said(error.smtp_error)
        raise Unreachable(_reason(held_by(stage, code, said), code, said), code) from error
    except (OSError, smtplib.SMTPException) as error:  # refused, no answer, no such host, no TLS
        raise Unreachable(why_gone(error, _server()), None) from error
    return line


def _server() -> str:
    """The server as a sentence names it."""
    return f"邮件服务器 {settings().mail_host}:{settings().mail_port} "


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
    """One letter over the kept line.

    A line that the server has closed meanwhile is opened again once; so is one on which it wants no more letters.
    """
    fresh = _kept.line is None
    try:
        line = _line()
        _envelope(line, letter)
    except (OSError, smtplib.SMTPServerDisconnected) as error:
        hang_up()
        if fresh:
            raise Unreachable(why_gone(error, _server()), None) from error
        _send_by_server(letter)
        return
    except Held as held:
        hang_up()
        if fresh or isinstance(held, Unreachable):
            raise
        _send_by_server(letter)
        return
    _content(line, letter)


def _envelope(line: smtplib.SMTP, letter: Letter) -> None:
    """Sender, recipient, and leave to go on; all at once where the server takes them so (RFC 2920)."""
    sender = _address_of(settings().mail_from)
    asked: tuple[tuple[Stage, str, tuple[int, ...]], ...] = (
        (Stage.SENDER, f"MAIL FROM:<{sender}>", TAKEN),
        (Stage.RECIPIENT, f"RCPT TO:<{letter.address}>", TAKEN),
        (Stage.LETTER, "DATA", GO_AHEAD),
    )
    if not line.has_extn("pipelining"):
        for stage, command, wanted in asked:
            _answered(line, line.docmd(command), stage, wanted=wanted)
        return
    line.send("".join(f"{command}\r\n" for _, command, _ in asked))
    answers = list(_answers(line, len(asked)))
    if answers[-1][0] in GO_AHEAD and any(code not in TAKEN for code, _ in answers[:-1]):
        line.docmd(".")  # it waits for a letter to nobody
    for (stage, _, wanted), answer in zip(asked, answers, strict=False):
        _answered(line, answer, stage, wanted=wanted)


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
        raise Ambiguous("信件发出后没有收到邮件服务器的答复，不能确定是否已送达", None) from error
    _answered(line, answer, Stage.LETTER)


def _answered(line: smtplib.SMTP, answer: tuple[int, bytes], stage: Stage, *, wanted: tuple[int, ...] = TAKEN) -> None:
    """Whether the server goes on; where it does not, the line is left clean for the next letter.

    Held where all letters are in the way of the same thing, Permanent where the recipient's own side refuses him.
    """
    code, said = answer[0], _said(answer[1])
    if code in wanted:
        return
    _clean(line, code)
    if held := held_by(stage, code, said):
        raise Held(_reason(held, code, said), code)
    if of_recipient(stage, code, said):
        raise Permanent(_reason("收件人的邮箱拒收：请核对邮箱地址。", code, said), code)
    raise Transient(_reason("邮件服务器这一次没有收下，过一会儿自己再发。", code, said), code)


def _clean(line: smtplib.SMTP, code: int) -> None:
    """Begin anew on this line, or hang up where it is closing."""
    if code == CLOSING:
        hang_up()
        return
    try:
        line.rset()
    except (OSError, smtplib.SMTPException):
        hang_up()


def _reason(sentence: str, code: int, said: str) -> str:
    """A sentence for people, and the server's own words behind it."""
    return f"{sentence}（邮件服务器的答复 {code}：{said}）"[:REASON_LENGTH_MAX]


def _said(answer: bytes | str) -> str:
    """The server's words, without whose letter it was."""
    words = _read(answer) if isinstance(answer, bytes) else answer
    return re.sub(r"(?<!\S)[^\s@]*@\S*", "***", words).replace("\n", " ")


def _read(answer: bytes) -> str:
    """UTF-8; or GB 18030, in which QQ says some of it."""
    try:
        return answer.decode()
    except UnicodeDecodeError:
        return answer.decode("gb18030", "replace")
