"""`python -m deploy.box DATA HOST [PORT]`: the process that stays, without what the command line needed in memory."""

import sys
from pathlib import Path

from deploy.box.life import serve
from deploy.box.state import BoxRefusal

if __name__ == "__main__":
    data, host, *port = sys.argv[1:]
    try:
        serve(Path(data), host=host, port=int(port[0]) if port else None)
    except BoxRefusal as refusal:
        sys.stderr.write(f"{refusal}\n")
        sys.exit(refusal.code)
