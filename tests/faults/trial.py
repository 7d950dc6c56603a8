"""Work for the fault tests, in processes of their own: `python -m tests.faults.trial producer|worker|sweep …`.

The producer writes a fact and posts its work in one transaction, as a request does; the effect has no constraint at
all, so that a second one would be seen.
"""

import os
import sys
import time

from sqlalchemy import text

from shared import work
from shared.db import Session, unit

TASKS = ("activities.trial", "activities.trial_deadline")
TABLES = """
    create table activities.fact (id bigint primary key, due_at timestamptz);
    create table activities.effect (fact_id bigint not null, at timestamptz not null, written_at timestamptz not null);
    grant select, insert on activities.fact, activities.effect to xiaozu_activities;
"""
DEADLINE_EVERY = 10  # every tenth fact is a deadline some seconds ahead
# The facts whose work is poison, and in which way: "7=dies;17=raises".
POISON = {
    int(fact): how
    for fact, _, how in (each.partition("=") for each in os.environ.get("TRIAL_POISON", "").split(";") if each)
}
GREED = 600_000_000  # bytes: more than a child of the pool may keep


def leave_effect(session: Session, payload: dict[str, int]) -> None:
    if how := POISON.get(payload["fact"]):
        poison(how)
    session.execute(text("insert into activities.effect values (:fact, now(), clock_timestamp())"), payload)


def poison(how: str) -> None:
    """What bad work does."""
    if how == "dies":
        os._exit(137)
    while how == "never ends":
        time.sleep(1)
    if how == "eats memory":
        raise MemoryError(len(b"x" * GREED))
    raise RuntimeError(how)


work.task(TASKS[0], batch=16, attempts_max=2 if POISON else 50, seconds_max=2 if POISON else 60)(leave_effect)
work.task(TASKS[1], batch=16, attempts_max=50)(leave_effect)


def produce(count: int, rate: float) -> None:
    """Write facts until there are so many; after a kill, go on where the database says."""
    while True:
        with unit("activities") as session:
            last = session.scalar(text("select coalesce(max(id), 0) from activities.fact"))
            if last >= count:
                return
            write_fact(session, last + 1)
        time.sleep(1 / rate)


def write_fact(session: Session, number: int) -> None:
    due_at = None
    if number % DEADLINE_EVERY == 0:
        due_at = session.scalar(text("select office.now() + make_interval(secs => :wait)"), {"wait": number % 7 + 0.5})
    session.execute(text("insert into activities.fact values (:id, :due_at)"), {"id": number, "due_at": due_at})
    name = TASKS[1] if due_at else TASKS[0]
    work.post(session, name, key=f"fact:{number}", payload={"fact": number}, run_at=due_at)


def main() -> None:
    role, sys.argv = sys.argv[1], [sys.argv[0], *sys.argv[2:]]
    if role == "producer":
        from shared import queue

        queue.hang_bells()
        produce(int(sys.argv[1]), float(sys.argv[2]))
    elif role == "worker":
        from deploy import worker

        worker.main()
    else:
        from deploy import sweep

        sweep.main()


if __name__ == "__main__":
    main()
