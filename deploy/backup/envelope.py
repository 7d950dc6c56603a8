"""The file of a backup: a tar of how to open it, a key that the passphrase opens, and a body that the key opens.

It outlives this program: `tar xf FILE`, `age -d -o key key.age` (asks for the passphrase), then
`age -d -i key body.age | tar xz`.
"""

import json
import os
import re
import tarfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, BinaryIO

import pyrage

from deploy.backup.refusals import Broken, WrongPassphrase, said

HOW, KEY, BODY, ABOUT = "说明.txt", "key.age", "body.age", "about.json"
TOLD = {"taken_at", "ended_at", "unpacked"}  # what is needed before there is a passphrase
HOW_TO = """\
这是小组（xiaozu）的备份文件。恢复：xiaozu restore 这个文件 --data 空的文件夹，然后输入口令。
没有小组程序，也能打开（age 见 https://age-encryption.org）：
  tar xf 这个文件
  age -d -o key key.age            （输入口令）
  age -d -i key body.age | tar xz
其中 postgres/cluster 是数据库（PostgreSQL 的数据文件夹），files 是上传的文件，secrets.json 是密钥，请妥善保管。
"""


def seal(body: Path, file: Path, passphrase: str, about: Mapping[str, Any]) -> None:
    """Put a body under the passphrase, as a `file`; where that fails, there is none. Raises NoRoom.

    `about` is what can be read of it without the passphrase.
    """
    try:
        with said(), file.open("wb") as out, body.open("rb") as plain:
            os.fchmod(out.fileno(), 0o600)
            _fill(out, plain, passphrase, about)
            out.flush()
            os.fsync(out.fileno())
    except BaseException:
        file.unlink(missing_ok=True)
        raise


def unseal(file: Path, passphrase: str, body: Path) -> None:
    """Write the body of a backup to a file. Raises WrongPassphrase, Broken, NoRoom; a half-written body is left."""
    with said(), _outer(file) as outer, body.open("wb") as plain:
        os.fchmod(plain.fileno(), 0o600)
        identity = _identity(_part(outer, KEY).read(), passphrase)
        try:
            pyrage.decrypt_io(_part(outer, BODY), plain, [identity])
        except pyrage.DecryptError as error:
            raise _full_or(error) from None
        except OSError as error:
            if error.errno is None:  # age found that it was altered
                raise Broken from None
            raise


def about(file: Path) -> dict[str, Any]:
    """What can be read of a backup without its passphrase. Raises Broken."""
    with said(), _outer(file) as outer:
        try:
            found: dict[str, Any] = json.load(_part(outer, ABOUT))
        except ValueError:
            raise Broken from None
        if not found.keys() >= TOLD:
            raise Broken
        return found


def sync(folder: Path) -> None:
    """Make the names in a folder durable."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


# --- how ---


def _fill(out: BinaryIO, plain: BinaryIO, passphrase: str, about: Mapping[str, Any]) -> None:
    key = pyrage.x25519.Identity.generate()
    _put(out, HOW, HOW_TO.encode())
    _put(out, KEY, pyrage.passphrase.encrypt(str(key).encode(), passphrase))
    with _member(out, BODY):
        try:
            pyrage.encrypt_io(plain, out, [key.to_public()])
        except pyrage.EncryptError as error:
            raise _full_or(error) from None
    _put(out, ABOUT, json.dumps(about, ensure_ascii=False).encode())
    out.write(bytes(2 * tarfile.BLOCKSIZE))


def _full_or(error: Exception) -> Exception:
    """The library tells of a full disk in words only."""
    number = re.search(r"Errno (\d+)", str(error))
    return OSError(int(number[1]), os.strerror(int(number[1]))) if number else Broken()


def _put(out: BinaryIO, name: str, data: bytes) -> None:
    with _member(out, name):
        out.write(data)


@contextmanager
def _member(out: BinaryIO, name: str) -> Iterator[None]:
    """A member of the outer tar, whose size is known only once it is written."""
    at = out.tell()
    out.write(_head(name, 0))
    begin = out.tell()
    yield
    size = out.tell() - begin
    out.write(bytes(-size % tarfile.BLOCKSIZE))
    end = out.tell()
    out.seek(at)
    out.write(_head(name, size))
    out.seek(end)


def _head(name: str, size: int) -> bytes:
    info = tarfile.TarInfo(name)
    info.size, info.mode, info.mtime = size, 0o600, int(time.time())
    return info.tobuf(tarfile.GNU_FORMAT)


@contextmanager
def _outer(file: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(file, "r:") as outer:
            yield outer
    except tarfile.TarError:
        raise Broken from None


def _part(outer: tarfile.TarFile, name: str) -> IO[bytes]:
    try:
        found = outer.extractfile(name)
    except KeyError:
        raise Broken from None
    if found is None:
        raise Broken
    return found


def _identity(wrapped: bytes, passphrase: str) -> Any:  # noqa: ANN401  of pyrage
    try:
        return pyrage.x25519.Identity.from_str(pyrage.passphrase.decrypt(wrapped, passphrase).decode())
    except pyrage.DecryptError:
        raise WrongPassphrase from None
