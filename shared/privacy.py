"""Personal fields: sealed with AES-256-GCM, bound to table, column and owner; found by a blind index; shown masked."""

import hashlib
import hmac
import os
from base64 import b64decode
from binascii import Error as NotBase64
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.errors import Away
from shared.settings import settings

VERSION = b"\x01"
NONCE_BYTES = 12
PURPOSES = (b"xiaozu/seal/1", b"xiaozu/index/1", b"xiaozu/chain/1")


def _keys() -> tuple[AESGCM, bytes, bytes]:
    """The keys of sealed fields, of the index and of the chain, each drawn from the installation's secret."""
    return _drawn(settings().secret_key)


@lru_cache(maxsize=1)
def _drawn(text: str) -> tuple[AESGCM, bytes, bytes]:
    try:
        secret = b64decode(text)
    except NotBase64:
        secret = b""
    if len(secret) != 32:  # noqa: PLR2004  AES-256
        raise Away("系统缺少加密密钥（XIAOZU_SECRET_KEY），请联系管理员。")
    sealing, finding, chaining = (hmac.digest(secret, purpose, "sha256") for purpose in PURPOSES)
    return AESGCM(sealing), finding, chaining


def seal(text: str, *, place: str) -> bytes:
    """Encrypt a field; `place` is table|column|owner, and the text opens nowhere else."""
    nonce = os.urandom(NONCE_BYTES)
    return VERSION + nonce + _keys()[0].encrypt(nonce, text.encode(), place.encode())


def unseal(sealed: bytes, *, place: str) -> str:
    """The text of a sealed field; InvalidTag where it was moved or altered."""
    if sealed[:1] != VERSION or len(sealed) <= 1 + NONCE_BYTES:
        raise InvalidTag
    nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    return _keys()[0].decrypt(nonce, body, place.encode()).decode()


def index(text: str) -> bytes:
    """A blind index: equal texts, equal bytes; nothing to be read from it without the key."""
    return hmac.new(_keys()[1], text.encode(), hashlib.sha256).digest()


def masked(text: str, *, head: int = 3, tail: int = 4) -> str:
    """`139****5089`: enough to recognise, too little to misuse. A text too short for that is hidden whole."""
    if len(text) <= head + tail:
        return "*" * len(text)
    return text[:head] + "*" * (len(text) - head - tail) + text[-tail:]


def mark(text: str, *, purpose: str) -> str:
    """A mark (hexadecimal) that only this installation can put on a text, and for one purpose only."""
    return hmac.new(_keys()[1], f"xiaozu/mark/{purpose}/{text}".encode(), hashlib.sha256).hexdigest()


def link(before: bytes, row: str) -> bytes:
    """The link of a chain that follows another: whoever has the rows and the links alone cannot make it."""
    return hmac.digest(_keys()[2], before + row.encode(), "sha256")
