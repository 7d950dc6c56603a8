"""A file as the answer to a request: saved by the browser, or shown if it is a picture; never run.

What people are named in leaves only by `download`, and only where the request has told that it was taken.
"""

from urllib.parse import quote

from fastapi import Response

from shared import files
from shared.db import Session

# Whatever is in the file, it is shown alone: without script, without requests, in no frame.
ALONE = "default-src 'none'; sandbox; frame-ancestors 'none'"


def file_answer(session: Session, sha256: str, kind: str, name: str) -> Response:
    """The bytes of a stored file under the name that people know; nothing but pictures opens by itself."""
    data, media_type = files.read(sha256), files.KINDS[kind]
    if kind in files.IMAGES:
        return blank(data, media_type, name, inline=True)
    return download(session, data, media_type, name)


def download(session: Session, data: bytes, media_type: str, name: str) -> Response:
    """Some bytes to be saved under a name. LookupError where no fact in this request says who took them out."""
    if not session.info.get("taken"):
        message = "a file leaves with nobody's name: announce a fact that is `taken` first"
        raise LookupError(message)
    return blank(data, media_type, name)


def blank(data: bytes, media_type: str, name: str, *, inline: bool = False) -> Response:
    """The same of what names nobody, such as a template, or is a picture on a page."""
    how = "inline" if inline else "attachment"
    headers = {
        "Content-Disposition": f"{how}; filename*=UTF-8''{quote(name, safe='')}",
        "Content-Security-Policy": ALONE,
        "X-Content-Type-Options": "nosniff",
    }
    return Response(data, media_type=media_type, headers=headers)
