"""Our programs with one kind of work more, a deadline whose effect is a row that nothing keeps from coming twice.

`python -m bench.chaos.programs web|worker|beat|sweep …`, each as it is run anywhere else.
"""

import sys

from sqlalchemy import text

from shared import work
from shared.db import unit

TASK = "notify.trial_deadline"
TABLES = """
    create table notify.trial (id bigint primary key, due_at timestamptz not null);
    create table notify.trial_effect (trial_id bigint not null, at timestamptz not null);
    grant select, insert on notify.trial, notify.trial_effect to xiaozu_notify;
"""
ADD = text("""
    insert into notify.trial values (:id, office.now() + make_interval(secs => :seconds))
    on conflict do nothing returning due_at""")


@work.task(TASK, batch=16, attempts_max=50)
def fire(session, payload):
    """The deadline has come."""
    session.execute(text("insert into notify.trial_effect values (:trial, office.now())"), payload)


def set_deadline(number: int, seconds: float):
    """A deadline in so many seconds, in one transaction with the work that waits for it."""
    with unit("notify") as session:
        due_at = session.scalar(ADD, {"id": number, "seconds": seconds})
        if due_at:
            work.post(session, TASK, key=f"trial:{number}", payload={"trial": number}, run_at=due_at)
    return {"id": number}


def main():
    """Be one of them."""
    role = sys.argv.pop(1)
    if role == "web":
        from fastapi.routing import APIRoute

        from deploy import web

        web.app.router.routes.insert(0, APIRoute("/trials/{number}", set_deadline, methods=["POST"]))
        web.main()
    else:
        from deploy import beat, sweep, worker

        {"worker": worker, "beat": beat, "sweep": sweep}[role].main()


if __name__ == "__main__":
    main()
