"""Running the naive variant: its worker, its chord, and whether all of it is done."""

import os

from bench import waiting

SECONDS_MAX = 3600
CASES = "select id, group_id, branch_id from assessment.leader_case where cycle_id = %s order by id"


class Naive:
    """The variant, with a worker of one process."""

    def __init__(self, box):
        os.environ.update(box.naive_environment)
        from bench import naive

        self._box, self._naive = box, naive
        self._connection = box.connect()
        self._connection.execute(naive.TABLES)
        self._worker, self.branches = None, 0

    @property
    def pids(self):
        return [self._worker.pid]

    def start(self, cycle_id):
        """A warm worker: it has done a small year already."""
        self._worker = self._box.program("celery", "-A", "bench.naive", "worker", "-c", "1", "--loglevel=WARNING")
        self._box.seen.forget()
        self.run(cycle_id)
        self.empty()
        self._box.seen.forget()

    def stop(self):
        self._worker.stop(patience=15)

    def empty(self):
        self._connection.execute(self._naive.EMPTY)

    def run(self, cycle_id, sample=None):
        """The cases of a cycle, or the first so many of them."""
        cases = self._connection.execute(CASES, [cycle_id]).fetchall()[:sample]
        self.branches = branches = len({branch for *_, branch in cases})
        self._naive.start(cases)
        said = self._box.said("celery")
        waiting.until(lambda: self._box.seen.letters >= branches, seconds=SECONDS_MAX, what=said, pause=0.2)
        waiting.until(self._marked, seconds=30, what=said)

    def _marked(self):
        waits = "select not exists (select from bench.naive_notice where sent_at is null)"
        return self._connection.execute(waits).fetchone()[0]
