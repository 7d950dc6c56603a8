"""Plain Celery in the trial: the same letters to the same mail server, the same deadlines, the same kills."""

import os
import time

import redis

from bench.chaos import plain_app
from bench.chaos.faults import Stack
from deploy.embedded.children import kept_port

QUIET_SECONDS = 90  # without a letter and beyond its visibility timeout: nothing more will come
REST_SECONDS = 600
DEADLINES = """
    select d.id, count(f.deadline_id), coalesce(bool_or(f.at < d.due_at), false)
    from bench.deadline d left join bench.fired f on f.deadline_id = d.id group by d.id"""


class Plain(Stack):
    """A web, a worker of two processes and a beat; a sweep it has none, and is spared those kills."""

    def __init__(self, box, branches, *, safe):
        super().__init__(box)
        os.environ.update(box.naive_environment | {"BENCH_SAFE": str(int(safe))})
        self.port, self.branches, self.headers = kept_port(box.folder / "web.port"), branches, {}
        self.name = "Celery, safe" if safe else "Celery, defaults"
        celery = ("celery", "-A", "bench.chaos.plain_app")
        self.commands = {
            "web": ("uvicorn", "bench.chaos.plain_app:web", "--port", str(self.port), "--log-level", "warning"),
            "worker": (*celery, "worker", "-c", "2", "--loglevel=WARNING"),
            "beat": (*celery, "beat", "--loglevel=WARNING", "-s", str(box.folder / "beat"), "--pidfile="),
        }
        with box.connect() as connection:
            connection.execute(plain_app.TABLES)

    def set_deadline(self, load, number):
        load.ask(f"/deadlines/{number}?seconds={1 + number * 7 % 30}", None, "")

    def send_notice(self, load, number):
        return load.ask("/notices", {"number": number, "branches": self.branches}, "") is not None

    def rest(self):
        """Wait until nothing has come for longer than anything is held back."""
        until, quiet, seen = time.monotonic() + REST_SECONDS, time.monotonic(), 0
        while time.monotonic() < min(until, quiet + QUIET_SECONDS):
            self.supervise()
            size = self.box.book.stat().st_size
            if size != seen:
                seen, quiet = size, time.monotonic()
            time.sleep(1)

    def letters(self, came):
        """As ours; of unknown fate it calls none."""
        with self.box.connect() as connection:
            rows = connection.execute("select id from bench.letter").fetchall()
        return {divmod(number, self.branches): came.pop(str(number), []) for (number,) in rows}, set()

    def deadlines(self):
        with self.box.connect() as connection:
            return connection.execute(DEADLINES).fetchall()

    def held(self):
        """Messages that a killed worker had in hand and the broker gives out again after its visibility timeout."""
        broker = redis.Redis.from_url(os.environ["BENCH_REDIS_URL"])
        return broker.hlen("unacked") + broker.llen("celery")
