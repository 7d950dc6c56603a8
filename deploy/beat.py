"""The beat as a program of its own: it rings the bells of its services' work, for workers without a beat in them."""

from shared.forks import end_when_asked

if __name__ == "__main__":
    end_when_asked()  # whoever starts it may want it to end while it still loads

from deploy import alive
from deploy.houses import load, speak_softly
from shared import queue
from shared.settings import settings


def main() -> None:
    """Ring until SIGTERM; a broker that is away is waited for. Two at once are harmless."""
    speak_softly()
    alive.keep()
    load(settings().served)
    queue.ring_bells()


if __name__ == "__main__":
    main()
