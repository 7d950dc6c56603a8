"""What is done to an installation: which fault when, by a seed, in bursts that are spread over the load, not over time.

In a burst one fault follows upon the other, before anything can be as it was. After it comes a calm, in which all must
be as before within half a minute of the last.
"""

import random
import signal
import time
from collections import Counter

import psutil

# How many of each in twenty; a process is killed with all that it started, a child alone.
SHARES = {"web": 3, "worker": 3, "child": 5, "beat": 2, "sweep": 2, "flush": 2, "broker": 2, "database": 1}
BURST, PAUSE_SECONDS = 10, (0.2, 1.5)
BY = 0.98  # of the load the last burst begins: what comes after shows how soon all is as before


def plan(kills, seed):
    """The faults in their order, by their names."""
    whole = sum(SHARES.values())
    wanted = [name for name, share in SHARES.items() for _ in range(-(-kills * share // whole))]
    random.Random(seed).shuffle(wanted)
    return wanted[:kills]


class Faults:
    """A plan that is carried out while a load goes on."""

    def __init__(self, stack, wanted, seed):
        self.stack, self.wanted, self.chance = stack, wanted, random.Random(seed + 1)
        self.at, self.done = [], Counter()

    def until(self, load):
        """Each burst once its part of the load has been brought in."""
        while load.is_alive():
            self.stack.supervise()
            place = len(self.at)
            if place < len(self.wanted) and place <= load.part / BY * len(self.wanted):
                for name in self.wanted[place : place + BURST]:
                    self.cause(name)
                    time.sleep(self.chance.uniform(*PAUSE_SECONDS))
            time.sleep(0.05)

    @property
    def last_of_bursts(self):
        """The moments after which a calm came."""
        return [*self.at[BURST - 1 :: BURST], *self.at[-1:]]

    def cause(self, name):
        """One fault; the moment is when all that it needed for itself was over and done."""
        getattr(self, f"_{name}", lambda: self.stack.kill(name))()
        self.at.append(time.time())
        self.done[name] += 1

    def _child(self):
        found = self.stack.children()
        if found:
            self.chance.choice(found).send_signal(signal.SIGKILL)

    def _flush(self):
        self.stack.box.valkey.flush()

    def _broker(self):
        self.stack.box.valkey.kill()
        self.stack.box.valkey.start()

    def _database(self):
        self.stack.box.postgres.restart_immediate()


class Stack:
    """The programs of an installation by their names; what falls is started again, as a supervisor would."""

    commands: dict

    def __init__(self, box):
        self.box, self.running = box, {}

    def start(self):
        for name in self.commands:
            self.launch(name)

    def launch(self, name):
        module, *arguments = self.commands[name]
        self.running[name] = self.box.program(module, *arguments)

    def kill(self, name):
        """kill -9 of a program and all that it started; what an installation has not got is spared."""
        if name in self.running:
            self.running[name].kill()
            self.launch(name)

    def children(self):
        """The processes of the worker's pool."""
        try:
            return psutil.Process(self.running["worker"].pid).children()
        except psutil.NoSuchProcess:
            return []

    def supervise(self):
        for name, child in list(self.running.items()):
            if child.exit_code is not None:
                self.kill(name)

    def stop(self):
        for child in self.running.values():
            child.kill()
