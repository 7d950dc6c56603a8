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
        self._worker = None

    @property
    def pids(self):
        return [self._worker.pid]

    def start(self, cycle_id):
        """A warm worker: it has done a small year already."""
        self._worker = self._box.program(
            "celery", "-A", "bench.naive", "worker", "-c", "1", "--loglevel=WARNING", "--without-gossip", "--without-mingle"
        )
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
        self._naive.start(cases)
        waiting.until(lambda: self._done(), seconds=SECONDS_MAX, what=lambda: self._box.log_of("celery"))

    def _done(self):
        told, waits = self._connection.execute(
            "select count(*), count(*) filter (where sent_at is null) from bench.naive_notice"
        ).fetchone()
        return told > 0 and waits == 0
