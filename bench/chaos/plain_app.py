"""The same by plain Celery, as its handbook has it: a row and a message a letter, a message with an eta a deadline.

`uvicorn bench.chaos.plain_app:web`, `celery -A bench.chaos.plain_app worker`. The code is the careful one: rows are
committed before their messages go, what is marked is not done again. With BENCH_SAFE=1
everything is set that is said to make it safe.
"""

import os
import smtplib
from functools import cache

from celery import Celery
from fastapi import FastAPI
from pydantic import BaseModel
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

TABLES = """
    create schema if not exists bench;
    create table bench.letter (id bigint primary key, mail text not null, title text not null, sent_at timestamptz);
    create table bench.deadline (id bigint primary key, due_at timestamptz not null);
    create table bench.fired (deadline_id bigint not null, at timestamptz not null);
"""
SAFE = os.environ.get("BENCH_SAFE") == "1"
VISIBLE_SECONDS = 60  # longer than any eta of the trial, or each would be done twice; an hour by default
SAFELY = {
    "task_acks_late": True,
    "task_reject_on_worker_lost": True,
    "worker_prefetch_multiplier": 1,
    "task_publish_retry": True,
    "task_publish_retry_policy": {"max_retries": 20, "interval_start": 0.1, "interval_step": 0.2, "interval_max": 1},
    "broker_transport_options": {
        "visibility_timeout": VISIBLE_SECONDS,
        "socket_keepalive": True,
        "retry_on_timeout": True,
        "health_check_interval": 10,
    },
    "broker_connection_max_retries": None,
}
FAILS = (DBAPIError, OSError, smtplib.SMTPException)
RETRYING = {"autoretry_for": FAILS, "retry_backoff": True, "retry_backoff_max": 10, "max_retries": None}

app = Celery("plain", broker=os.environ.get("BENCH_REDIS_URL", "memory://"))
app.conf.update({"task_ignore_result": True, "broker_connection_retry_on_startup": True} | (SAFELY if SAFE else {}))
app.conf.beat_schedule = {"look": {"task": "bench.chaos.plain_app.look", "schedule": 3.0}}
web = FastAPI()


@cache
def engine():
    """The connections of this process; a dead one is not given out."""
    url = os.environ["BENCH_DATABASE_URL"].replace("postgresql:", "postgresql+psycopg:", 1)
    return create_engine(url, pool_pre_ping=True)


def row_of(statement, **values):
    """A statement in a transaction of its own; the first row that it gives."""
    with engine().begin() as connection:
        found = connection.execute(text(statement), values)
        return found.first() if found.returns_rows else None


class Notice(BaseModel):
    """What is sent, and to whom."""

    number: int
    branches: int


ADD = "insert into bench.letter (id, mail, title) values (:id, :mail, :title) on conflict do nothing"


@web.post("/notices")
def send_notice(asked: Notice):
    """Every letter a row; once they are committed a message for each that has not gone yet."""
    first = asked.number * asked.branches
    rows = [
        {"id": first + n, "mail": f"branch{n}@town.example", "title": f"第{asked.number}号通知"}
        for n in range(asked.branches)
    ]
    with engine().begin() as connection:
        connection.execute(
            text("insert into bench.letter (id, mail, title) values (:id, :mail, :title) on conflict do nothing"), rows
        )
    for row in rows:
        deliver.delay(row["id"])
    return {"id": asked.number}


@web.post("/deadlines/{number}")
def set_deadline(number: int, seconds: float):
    """A deadline in so many seconds."""
    row = row_of(
        "insert into bench.deadline values (:id, now() + make_interval(secs => :seconds))"
        " on conflict (id) do update set id = excluded.id returning due_at",
        id=number,
        seconds=seconds,
    )
    fire.apply_async([number], eta=row.due_at)
    return {"id": number}


@app.task(**(RETRYING if SAFE else {}))
def deliver(number):
    """One letter, unless it is marked as sent."""
    letter = row_of("select mail, title from bench.letter where id = :id and sent_at is null", id=number)
    if letter is None:
        return
    with smtplib.SMTP("127.0.0.1", int(os.environ["BENCH_MAIL_PORT"])) as line:
        line.sendmail("xiaozu@localhost", letter.mail, words(number, letter).encode())
    row_of("update bench.letter set sent_at = now() where id = :id", id=number)


def words(number, letter):
    """The letter as it goes over the wire."""
    head = f"From: xiaozu@localhost\r\nTo: {letter.mail}\r\nMessage-ID: <{number}@localhost>\r\n"
    return f"{head}Content-Type: text/plain; charset=utf-8\r\n\r\n{letter.title}\r\n"


@app.task(**(RETRYING if SAFE else {}))
def fire(number):
    """The deadline has come, unless it has fired."""
    row_of(
        "insert into bench.fired select :id, now() where not exists (select from bench.fired where deadline_id = :id)",
        id=number,
    )


@app.task
def look():
    """What the beat rings for."""
