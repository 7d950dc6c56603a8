"""A stored file as the answer to a request: saved by the browser, or shown if it is a picture; never run.

What people are named in leaves by `taken` or `file_taken`, which ask for the line on the audit that says who took it.
"""

from typing import Annotated
from urllib.parse import quote

from fastapi import Query, Response

from shared import files
from shared.db import Session

# Whatever is in the file, it is shown alone: without script, without requests, in no frame.
PaperVersion = Annotated[int, Query(ge=0, le=10_000)]
"""Of an office's own paper, to print something again as it was printed then; 0: the one in use."""
ALONE = "default-src 'none'; sandbox; frame-ancestors 'none'"


def taken(session: Session, data: bytes, media_type: str, name: str) -> Response:
    """Some bytes to be saved under a name. LookupError where no fact in this request says who took them out."""
    if not session.info.get("taken"):
        message = "a file leaves in nobody's name: announce a fact that is `taken` first"
        raise LookupError(message)
    return download(data, media_type, name)


class Once(Response):
    """What a form led to and is given once: it is kept nowhere, not even for whoever sends the form again."""


def taken_once(session: Session, data: bytes, media_type: str, name: str) -> Response:
    """Like `taken`, as the answer to a form."""
    answer = taken(session, data, media_type, name)
    once = Once(data, media_type=media_type)
    once.raw_headers = answer.raw_headers
    return once


def file_taken(session: Session, sha256: str, kind: str, name: str) -> Response:
    """A stored file; of a picture, which is looked at on its page, nobody asks who took it."""
    if kind in files.IMAGES:
        return file_answer(sha256, kind, name)
    return taken(session, files.read(sha256), files.KINDS[kind], name)


def file_answer(sha256: str, kind: str, name: str) -> Response:
    """The bytes of a stored file under the name that people know; nothing but pictures opens by itself."""
    return download(files.read(sha256), files.KINDS[kind], name, inline=kind in files.IMAGES)


def download(data: bytes, media_type: str, name: str, *, inline: bool = False) -> Response:
    """Some bytes to be saved under a name, of what names nobody: a template."""
    how = "inline" if inline else "attachment"
    headers = {
        "Content-Disposition": f"{how}; filename*=UTF-8''{quote(name, safe='')}",
        "Content-Security-Policy": ALONE,
        "X-Content-Type-Options": "nosniff",
    }
    return Response(data, media_type=media_type, headers=headers)
