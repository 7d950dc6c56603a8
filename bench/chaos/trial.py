"""One trial, in a process of its own: settings are read once. `python -m bench.chaos.trial VARIANT PLAN RESULT`."""

import json
import os
import sys
import time
from pathlib import Path

from bench.box import Box
from bench.chaos.faults import Faults, plan
from bench.chaos.load import Load
from bench.chaos.postbox import arrivals

WARM_SECONDS = 8


class Kept(Box):
    """A box whose mail server writes down what came; its database is kept in order as any other is."""

    def sink(self):
        self.book = self.folder / "arrivals"
        self.book.touch()
        return self.program("bench.chaos.postbox", str(self.mail_port), str(self.book))

    def _calm(self):
        """Nothing is measured that its own housekeeping could disturb."""


def stack_of(variant, box, branches):
    """What is tried."""
    from bench.chaos.ours import Ours
    from bench.chaos.plain import Plain

    return Ours(box, branches) if variant == "ours" else Plain(box, branches, safe=variant == "safe")


def tried(variant, asked, box):
    """The load under its faults, to the end; what came of it."""
    stack = stack_of(variant, box, asked["branches"])
    stack.start()
    time.sleep(WARM_SECONDS)
    faults = Faults(stack, plan(asked["kills"], asked["seed"]), asked["seed"])
    load = Load(stack, asked["rounds"], asked["deadlines"], asked["pause"])
    began = time.time()
    load.start()
    faults.until(load)
    if load.error:
        raise load.error
    ended = time.time()
    stack.rest()
    rested = time.time()
    found = counted(stack, load, faults)
    stack.stop()
    return found | {"load_s": round(ended - began), "rest_s": round(rested - ended, 1), "faults": dict(faults.done)}


def counted(stack, load, faults):
    """Lost, twice and early, of messages and of deadlines; what the sender was told had failed is not lost."""
    came = arrivals(stack.box.book)
    letters, unknown = stack.letters(came)
    wanted = [(number, who) for number, who in letters if number not in load.refused]
    missing = (load.rounds - len(load.refused)) * stack.branches - len(wanted)
    deadlines = stack.deadlines()
    lost = missing + sum(not letters[key] and key not in unknown for key in wanted)
    return {
        "variant": stack.name,
        "messages": load.rounds * stack.branches,
        "deadlines": len(deadlines),
        "kills": len(faults.at),
        "lost": lost + sum(times == 0 for _, times, _ in deadlines),
        "twice": sum(len(times) > 1 for times in letters.values()) + sum(times > 1 for _, times, _ in deadlines),
        "early": sum(early for *_, early in deadlines),
        "unknown": len(unknown),
        "unknown_arrived": sum(bool(letters[key]) for key in unknown),
        "refused": len(load.refused),
        "held": stack.held(),
        "recovery_seconds_max": recovery(letters, load.began, faults.last_of_bursts),
        "under_fire_seconds_max": recovery(letters, load.began, faults.at),
    }


def recovery(letters, began, faults):
    """The most seconds from a fault until something begun after it had come; None where nothing ever did."""
    first = {}
    for (number, _), times in letters.items():
        if times:
            first[number] = min([*times, first.get(number, times[0])])
    came = sorted((began[number], at) for number, at in first.items())
    waited = [min((at - fault for start, at in came if start >= fault), default=None) for fault in faults]
    return None if None in waited else round(max(waited, default=0.0), 1)


def main():
    """Try one and write what came of it."""
    variant, asked, result = sys.argv[1], json.loads(sys.argv[2]), Path(sys.argv[3])
    with Kept() as box:
        os.environ.update(box.environment)
        if variant == "ours":
            from deploy.houses import load
            from shared.settings import SERVICES

            load(SERVICES)
        result.write_text(json.dumps(tried(variant, asked, box)))


if __name__ == "__main__":
    main()
