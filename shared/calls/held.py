"""What keeps things from leaving that is neither their own fault nor the recipient's."""

import socket
import ssl

from shared.errors import Transient


class Held(Transient):
    """A setting, the line or the other side's limit is in the way: all that goes this way waits, and goes once mended.

    args: a sentence for whoever looks after the machine, and the other side's code, if it gave one.
    """

    def __init__(self, reason: str, code: int | None = None, *, wait: float | None = None) -> None:
        super().__init__(reason, code)
        self.wait = wait  # seconds that the other side asks for


class Unreachable(Held):
    """The line itself is gone: whatever else was to go over it had better wait."""


def why_gone(error: BaseException, name: str) -> str:
    """Why a line could not be had or was lost, as a sentence that says what to look at; never the error's own words."""
    for kinds, words in LINES:
        if isinstance(error, kinds):
            return words.format(name=name)
    return f"和{name}的连接断了，过一会儿自己再发。经常这样，请检查这台机器的网络。"


LINES: tuple[tuple[tuple[type[BaseException], ...], str], ...] = (
    ((socket.gaierror,), "找不到{name}：请检查它的名称写得对不对，以及这台机器的网络和域名解析。"),
    ((ConnectionRefusedError,), "{name}没有开这个端口：请检查端口号，或者对方是不是停了。"),
    ((ssl.SSLCertVerificationError,), "{name}的证书不可信，没有发送：请检查名称，或者请对方换证书。"),
    ((ssl.SSLError,), "和{name}谈不拢加密方式：请检查端口和加密方式的设置是不是配套。"),
    ((TimeoutError,), "{name}没有回答：请检查这台机器的网络，以及防火墙是不是放行。"),
)
