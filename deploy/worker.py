"""A worker process: Celery's prefork pool with the beat embedded, answering the bells of the services it serves."""

import argparse

from shared.forks import end_when_asked

if __name__ == "__main__":
    end_when_asked()  # whoever starts it may want it to end while it still loads

from deploy import alive, version
from deploy.houses import load, speak_softly
from shared import queue
from shared.db import give_signs
from shared.settings import settings


def main() -> None:
    """Run until SIGTERM. `--no-beat` where another worker of the same services beats; two are harmless."""
    parser = argparse.ArgumentParser(description="xiaozu worker")
    parser.add_argument("--concurrency", type=int, default=1)
    parser.add_argument("--no-beat", action="store_true")
    asked = parser.parse_args()
    speak_softly()
    version.wait(settings().database_url)
    alive.keep()
    give_signs()
    load(settings().served)
    queue.answer_bells(concurrency=asked.concurrency, beat=not asked.no_beat)


if __name__ == "__main__":
    main()
