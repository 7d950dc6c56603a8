"""Running the real thing: cycles opened by their action, a real worker and beat, from `start_run` until all rests."""

import redis

from bench import waiting
from bench.meter import pss_mib
from bench.seed import YEAR
from services.assessment.cases import actions
from shared.access import console
from shared.db import unit
from shared.queue import BEAT_SECONDS
from shared.roles import Role
from shared.settings import SERVICES

SECONDS_MAX = 900
# By `due_at`: what a worker has claimed and is just doing has a later `run_at`.
READY = " or ".join(
    f"exists (select from {service}.job where state = 'ready' and due_at <= office.now())" for service in SERVICES
)
REST = f"""
select (select bool_and(stage = any (%s)) from assessment.cycle) and not ({READY})
  and not exists (select from notify.delivery where state in ('ready', 'sending'))"""
STUCK = " union all ".join(
    f"select task || ' ' || state || ' ' || coalesce(last_error, '') from {service}.job"
    f" where state = 'dead' or state = 'ready' and run_at <= office.now() + interval '5 min'"
    for service in SERVICES
)


class Ours:
    """The variant."""

    def __init__(self, box):
        self._box = box
        self._connection = box.connect()
        self._worker = None
        self._valkey = redis.Redis.from_url(box.valkey.url())

    @property
    def pids(self):
        return [self._worker.pid]

    @property
    def pss_mib(self):
        return pss_mib(self._worker.pid)

    def open(self, *towns):
        """The cycles of these townships, by the real action; the letters about it are delivered before all else."""
        ids = [self._as_organiser(town, actions.open_cycle, township_id=town.id, year=YEAR) for town in towns]
        self._start_worker()
        self._until_rest("open", "rating")
        self.stop()
        return ids

    def start(self, town, cycle_id):
        """A warm worker: it has done a small year already."""
        self._start_worker()
        self.run(town, cycle_id)
        self._box.seen.forget()

    def stop(self):
        self._worker.stop(patience=15)

    def run(self, town, cycle_id):
        """From the organiser's word until the cycle stands in `rating`, all letters are sent and nothing is ready."""
        before = self._box.seen.letters
        self._as_organiser(town, actions.start_run, cycle_id=cycle_id)
        sent = before + town.branches
        waiting.until(lambda: self._box.seen.letters >= sent, seconds=SECONDS_MAX, what=self._stuck)
        self._until_rest("open", "rating")

    def bells(self):
        """Messages pushed into the broker so far."""
        return self._valkey.info("commandstats").get("cmdstat_lpush", {"calls": 0})["calls"]

    def after_a_beat(self):
        """Wait for the beat, so that what it rings next is known: every `BEAT_SECONDS` one bell a service."""
        before = self.bells()
        waiting.until(lambda: self.bells() >= before + len(SERVICES), seconds=60, what=self._stuck, pause=0.02)

    @staticmethod
    def rung_by_beat(wall_s):
        """The beat's own rings in a time that began right after it rang."""
        return len(SERVICES) * int(wall_s / BEAT_SECONDS)

    def _start_worker(self):
        self._worker = self._box.program("deploy.worker", "--concurrency", "1")
        self.after_a_beat()

    def _as_organiser(self, town, action, **values):
        actor = console(Role.ORGANISER, unit_id=town.id)
        with unit("assessment", actor) as session:
            return action(session, actor, **values).id

    def _until_rest(self, *stages):
        waiting.until(lambda: self._rests(stages), seconds=120, what=self._stuck)

    def _rests(self, stages):
        return self._connection.execute(REST, [list(stages)]).fetchone()[0]

    def _stuck(self):
        rows = self._connection.execute(STUCK).fetchall()
        return "\n".join([*(row[0] for row in rows[:20]), self._box.said("deploy.worker")()])
