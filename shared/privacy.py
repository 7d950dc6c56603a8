"""Personal fields: sealed, bound to table, column and owner; found by a blind index; shown masked.

By setting the algorithms are the international ones (AES-256-GCM, HMAC-SHA256) or the national ones (SM4-GCM, HMAC-SM3:
GM/T 0002, GM/T 0004). What was sealed or chained before the setting changed says or shows by which it was made, and
can be read. Marks on forms, and the names of files, are no protection of stored data and stay SHA-256.
"""

import hashlib
import hmac
import os
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import GCM
from cryptography.hazmat.primitives.hashes import SM3
from cryptography.hazmat.primitives.hmac import HMAC

from shared.errors import Away
from shared.settings import Digest, settings

AES, NATIONAL = b"\x01", b"\x02"
"""The first byte of what is sealed: by which cipher it was."""
VERSIONS = {"aes": AES, "sm4": NATIONAL}
NONCE_BYTES, TAG_BYTES, SM4_BYTES, MAC_BYTES = 12, 16, 16, 32
DIGESTS: tuple[Digest, ...] = ("sha256", "sm3")
INDEX_HEADS: dict[Digest, bytes] = {"sha256": b"", "sm3": b"\x02"}
"""Indexes of an installation are all of one digest, and known by their length."""
SEALING, FINDING, CHAINING = b"xiaozu/seal/1", b"xiaozu/index/1", b"xiaozu/chain/1"
MISSING = "系统缺少加密密钥（XIAOZU_SECRET_KEY），请联系管理员。"
NO_NATIONAL = (
    "这台机器的加密库（OpenSSL）不支持国密算法。"
    "请联系管理员换用支持的版本，或者把 XIAOZU_CIPHER 改为 aes、XIAOZU_DIGEST 改为 sha256。"
)


@lru_cache(maxsize=16)
def _drawn(text: str, purpose: bytes, digest: Digest) -> bytes:
    """The key of 32 bytes for one purpose and one digest, drawn from the installation's secret."""
    try:
        secret = b64decode(text)
    except NotBase64:
        secret = b""
    if len(secret) != 32:  # noqa: PLR2004  AES-256
        raise Away(MISSING)
    return _mac(secret, purpose, digest)


def _key(purpose: bytes, digest: Digest) -> bytes:
    return _drawn(settings().secret_key, purpose, digest)


def _mac(key: bytes, data: bytes, digest: Digest) -> bytes:
    if digest == "sha256":
        return hmac.digest(key, data, "sha256")
    with _national():
        made = HMAC(key, SM3())
        made.update(data)
        return made.finalize()


@contextmanager
def _national() -> Iterator[None]:
    """An OpenSSL may be built without the national algorithms: then say so."""
    try:
        yield
    except UnsupportedAlgorithm as error:
        raise Away(NO_NATIONAL) from error


# --- sealed fields ---


def seal(text: str, *, place: str) -> bytes:
    """Encrypt a field; `place` is table|column|owner, and the text opens nowhere else."""
    version, nonce = VERSIONS[settings().cipher], os.urandom(NONCE_BYTES)
    lock = _lock_aes if version == AES else _lock_sm4
    return version + nonce + lock(nonce, text.encode(), place.encode())


def unseal(sealed: bytes, *, place: str) -> str:
    """The text of a sealed field, by whichever cipher; InvalidTag where it was moved or altered."""
    version, nonce, body = sealed[:1], sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    if version not in VERSIONS.values() or len(body) < TAG_BYTES:
        raise InvalidTag
    opened = _open_aes if version == AES else _open_sm4
    return opened(nonce, body, place.encode()).decode()


def _lock_aes(nonce: bytes, text: bytes, place: bytes) -> bytes:
    return AESGCM(_key(SEALING, "sha256")).encrypt(nonce, text, place)


def _open_aes(nonce: bytes, body: bytes, place: bytes) -> bytes:
    return AESGCM(_key(SEALING, "sha256")).decrypt(nonce, body, place)


def _lock_sm4(nonce: bytes, text: bytes, place: bytes) -> bytes:
    with _national():
        made = Cipher(SM4(_key(SEALING, "sm3")[:SM4_BYTES]), GCM(nonce)).encryptor()
    made.authenticate_additional_data(place)
    return made.update(text) + made.finalize() + made.tag


def _open_sm4(nonce: bytes, body: bytes, place: bytes) -> bytes:
    with _national():
        made = Cipher(SM4(_key(SEALING, "sm3")[:SM4_BYTES]), GCM(nonce, body[-TAG_BYTES:])).decryptor()
    made.authenticate_additional_data(place)
    return made.update(body[:-TAG_BYTES]) + made.finalize()


# --- what is found, shown and marked ---


def index_bytes() -> int:
    """The length of an index by the setting; where those that are there have another, nothing would be found."""
    return len(INDEX_HEADS[settings().digest]) + MAC_BYTES


def index(text: str) -> bytes:
    """A blind index: equal texts, equal bytes; nothing to be read from it without the key."""
    digest = settings().digest
    return INDEX_HEADS[digest] + _mac(_key(FINDING, digest), text.encode(), digest)


def masked(text: str, *, head: int = 3, tail: int = 4) -> str:
    """`139****5089`: enough to recognise, too little to misuse. A text too short for that is hidden whole."""
    if len(text) <= head + tail:
        return "*" * len(text)
    return text[:head] + "*" * (len(text) - head - tail) + text[-tail:]


def mark(text: str, *, purpose: str) -> str:
    """A mark (hexadecimal) that only this installation can put on a text, and for one purpose only."""
    return hmac.new(_key(FINDING, "sha256"), f"xiaozu/mark/{purpose}/{text}".encode(), hashlib.sha256).hexdigest()


# --- the chain ---


def link(before: bytes, row: str, digest: Digest | None = None) -> bytes:
    """The link of a chain that follows another: whoever has the rows and the links alone cannot make it."""
    chosen = digest or settings().digest
    return _mac(_key(CHAINING, chosen), before + row.encode(), chosen)


def follows(before: bytes, row: str, kept: bytes) -> bool:
    """Whether a link that was kept is the one that follows, by whichever digest was the setting when it was made."""
    likely = sorted(DIGESTS, key=lambda digest: digest != settings().digest)
    return any(hmac.compare_digest(link(before, row, digest), kept) for digest in likely)
