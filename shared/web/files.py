"""A stored file as the answer to a request: saved by the browser, or shown if it is a picture; never run."""

from urllib.parse import quote

from fastapi import Response

from shared import files

# Whatever is in the file, it is shown alone: without script, without requests, in no frame.
ALONE = "default-src 'none'; sandbox; frame-ancestors 'none'"


def file_answer(sha256: str, kind: str, name: str) -> Response:
    """The bytes of a stored file under the name that people know; nothing but pictures opens by itself."""
    return download(files.read(sha256), files.KINDS[kind], name, inline=kind in files.IMAGES)


def download(data: bytes, media_type: str, name: str, *, inline: bool = False) -> Response:
    """Some bytes to be saved under a name."""
    how = "inline" if inline else "attachment"
    headers = {
        "Content-Disposition": f"{how}; filename*=UTF-8''{quote(name, safe='')}",
        "Content-Security-Policy": ALONE,
        "X-Content-Type-Options": "nosniff",
    }
    return Response(data, media_type=media_type, headers=headers)
