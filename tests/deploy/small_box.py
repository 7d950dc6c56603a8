"""A whole box with real servers and tiny programs, as a process that tests may signal and kill.

Called as `small_box.py DATA [--port N] [--first-port N] [--stubborn] [--hung SECONDS]`; prints what the box says.
"""

import argparse
import signal
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT))

from deploy.box import BoxRefusal, life, serve, watch  # noqa: E402
from deploy.box.stack import Stack  # noqa: E402

WEB = """
import http.server, socket, sys
asked = []
class Quiet(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        asked.append(self.path)
        said = asked.count("/health") if self.path == "/asked" else "here"
        self.send_response(200); self.end_headers(); self.wfile.write(str(said).encode())
    def log_message(self, *args): pass
server = http.server.HTTPServer(("127.0.0.1", 0), Quiet, bind_and_activate=False)
server.socket = socket.socket(fileno=int(sys.argv[1]))
server.serve_forever()
"""
WORK = "import time\nwhile True: time.sleep(1)"
# One that starts a process of its own and ends it when asked to end, as a prefork worker does.
FORKS = """
import os, signal, sys, time
child = os.fork()
if child:
    signal.signal(signal.SIGTERM, lambda *_: (os.kill(child, signal.SIGKILL), sys.exit(0)))
while True: time.sleep(1)
"""
STUBBORN = "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nwhile True: time.sleep(1)"

COMMANDS = {
    "web": [sys.executable, "-c", WEB, "{fd}"],
    "worker": [sys.executable, "-c", FORKS],
    "sweep": [sys.executable, "-c", WORK],
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("--port", type=int)
    parser.add_argument("--first-port", type=int)
    parser.add_argument("--stubborn", action="store_true", help="the worker does not listen to SIGTERM")
    parser.add_argument("--hung", type=int, default=watch.HUNG_SECONDS, help="who is silent for so long is replaced")
    asked = parser.parse_args()
    worker = {"worker": [sys.executable, "-c", STUBBORN]} if asked.stubborn else {}
    watch.HUNG_SECONDS = asked.hung
    life.PORT = asked.first_port or life.PORT
    Stack._migrate = lambda _self: None  # type: ignore[method-assign]
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # whoever runs the tests may have said nohup
    try:
        serve(asked.data, port=asked.port, commands=COMMANDS | worker)
    except BoxRefusal as refusal:
        sys.stderr.write(f"{refusal}\n")
        sys.exit(refusal.code)


if __name__ == "__main__":
    main()
