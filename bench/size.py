"""One size: a box, a township, and the three variants in turns. A process of its own: settings are read once."""

import argparse
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from statistics import median

from bench.box import Box
from bench.meter import measured
from bench.seed import Town, seed, set_noon
from bench.truth import truth, written

SMALL = 2000  # up to here the alternative, too, is run more than once
HUGE = 1_000_000  # from here on once is enough: that it is done at all
WARM = 60


class WrongResult(Exception):
    """A variant did not do the work that it was measured for."""


class Size:
    """The measurement of one size."""

    def __init__(self, box, town, *, sample):
        self.box, self.town, self.warm = box, town, Town(WARM, base=10_000_000)
        self.sample = sample if sample and sample < town.groups else None
        self.spent = {"ours": [], "floor": [], "naive": []}
        self.pss, self.messages = [], []
        self.prepare()

    def prepare(self):
        """The township, its open cycle, and the variants ready to start."""
        from bench.alternative import Naive
        from bench.floor import Floor
        from bench.ours import Ours
        from deploy.houses import load
        from shared.settings import SERVICES

        load(SERVICES)
        with self.box.connect() as connection:
            set_noon(connection)
            seed(connection, self.town)
            seed(connection, self.warm)
            self.truth = truth(connection, self.town)
        self.box.rest()
        self.ours, self.floor, self.naive = Ours(self.box), Floor(self.box), Naive(self.box)
        self.cycle, self.warm_cycle = self.ours.open(self.town, self.warm)
        say(f"{self.town.groups} groups, {self.town.branches} branches; grades {self.truth[2:]}")

    def turns(self):
        """Ours, the floor, the alternative; again and again."""
        repeats, slow = 5 if self.town.groups < HUGE else 1, 3 if self.town.groups <= SMALL else 1
        for turn in range(repeats):
            self.turn("ours", self.run_ours)
            self.turn("floor", self.run_floor)
            if turn < slow:
                self.turn("naive", self.run_naive)

    def turn(self, name, run):
        """One measurement: from a quiet database, after a small run to warm up; and the check of what came of it."""
        self.box.rest()
        self.box.seen.forget()
        spent, result, branches = run()
        self.spent[name].append(spent)
        say(f"  {name:5} {spent.cpu_s:8.2f} CPU s {spent.wall_s:8.2f} s")
        letters = self.box.seen.letters, self.box.seen.addresses
        if result is not None and result != self.truth:
            raise WrongResult(f"{name}: {result} instead of {self.truth}")
        if letters != (branches, branches):
            raise WrongResult(f"{name}: {letters} letters and addresses for {branches} branches")

    def run_ours(self):
        ours = self.ours
        ours.start(self.warm, self.warm_cycle)
        before = ours.pss_mib
        ours.after_a_beat()
        bells = ours.bells()
        spent = measured(lambda: ours.run(self.town, self.cycle), [*self.box.pids, *ours.pids])
        self.messages.append(max(0, ours.bells() - bells - ours.rung_by_beat(spent.wall_s)))
        self.pss.append((before, ours.pss_mib))
        ours.stop()
        table = f"""assessment.sheet s join assessment.cycle c on c.id = s.cycle_id and c.run = s.run
            where c.id = {self.cycle}"""
        return spent, self.result(table, "proposed"), self.town.branches

    def run_floor(self):
        self.floor.run(self.warm_cycle)
        self.floor.empty()
        self.box.seen.forget()
        spent = measured(lambda: self.floor.run(self.cycle), self.box.pids)
        found = self.result("bench.floor_sheet")
        self.floor.empty()
        return spent, found, self.town.branches

    def run_naive(self):
        naive = self.naive
        naive.start(self.warm_cycle)
        roots = [*self.box.pids, *naive.pids]
        spent = measured(lambda: naive.run(self.cycle, self.sample), roots)
        naive.stop()
        found, branches = self.result("bench.naive_sheet"), naive.branches
        naive.empty()
        return spent, None if self.sample else found, branches

    def result(self, table, grade="grade"):
        with self.box.connect() as connection:
            return written(connection, table, grade)

    def report(self):
        """The row of this size, as it stands in the results."""
        scale = self.town.groups / self.sample if self.sample else 1
        rows = {name: middle(spents, scale if name == "naive" else 1) for name, spents in self.spent.items()}
        before, after = (round(median(each), 1) for each in zip(*self.pss, strict=True))
        return {
            "groups": self.town.groups,
            "branches": self.town.branches,
            "floor": rows["floor"],
            "ours": {**rows["ours"], "pss_mib": after, "pss_mib_before": before},
            "naive": rows["naive"],
            **({"naive_scaled_from": self.sample} if self.sample else {}),
            "cpu_ratio_to_floor": round(rows["ours"]["cpu_s"] / rows["floor"]["cpu_s"], 2),
            "cpu_ratio_naive_to_ours": round(rows["naive"]["cpu_s"] / rows["ours"]["cpu_s"], 1),
            "celery_messages": int(median(self.messages)),
            "celery_messages_bound": round(self.town.groups / 1000 + self.town.branches / 200 + 3, 1),
            "turns": {name: [asdict(spent) for spent in spents] for name, spents in self.spent.items()},
        }


def middle(spents, scale):
    """The medians of a variant."""
    return {
        "cpu_s": round(median(each.cpu_s for each in spents) * scale, 3),
        "wall_s": round(median(each.wall_s for each in spents) * scale, 3),
        "repeats": len(spents),
    }


def say(line):
    """Progress, beside the table."""
    print(line, file=sys.stderr, flush=True)


def main():
    """Measure one size and write its row."""
    parser = argparse.ArgumentParser()
    parser.add_argument("groups", type=int)
    parser.add_argument("out", type=Path)
    parser.add_argument("--naive-sample", type=int)
    asked = parser.parse_args()
    with Box() as box:
        os.environ.update(box.environment)
        size = Size(box, Town(asked.groups), sample=asked.naive_sample)
        size.turns()
        asked.out.write_text(json.dumps(size.report()))


if __name__ == "__main__":
    main()
