"""A program of its own that does one piece of work on untrusted bytes: asked on stdin, answered on stdout.

It knows no secret, reaches no database, writes no file, and has a ceiling on memory and time, set before it loads
anything. Asked: a line of JSON (`work` as module:function, what it is `asked` besides, its `limits`), then the bytes.
"""

import json
import os
import resource
import sys
from importlib import import_module
from pathlib import Path

DONE, REFUSED = b"+", b"!"
TOO_MUCH = 3
"""The exit code of one that memory did not suffice for."""


def limit(what: int, most: int) -> None:
    """Set a ceiling for this process, never above the one that it was given."""
    hard = resource.getrlimit(what)[1]
    ceiling = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (ceiling, ceiling))


def main() -> None:
    """Read stdin, print one answer."""
    question = json.loads(sys.stdin.buffer.readline())
    limit(resource.RLIMIT_AS, question["limits"]["memory"])
    limit(resource.RLIMIT_CPU, question["limits"]["seconds"])
    limit(resource.RLIMIT_CORE, 0)
    limit(resource.RLIMIT_FSIZE, 0)
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"  # nor is any other's code looked for
    sys.path.insert(0, str(Path(__file__).parents[2]))
    from shared.errors import Invalid  # noqa: PLC0415  after the ceilings are set

    module, _, function = question["work"].partition(":")
    work = getattr(import_module(module), function)
    try:
        answer = DONE + work(sys.stdin.buffer.read(), **question["asked"])
    except Invalid as refused:
        answer = REFUSED + json.dumps({"detail": refused.detail, "field": refused.field}).encode()
    except MemoryError:
        sys.exit(TOO_MUCH)
    sys.stdout.buffer.write(answer)


if __name__ == "__main__":
    main()
