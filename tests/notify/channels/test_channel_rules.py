"""The rules of sending, without any machine: quiet hours, the rate, retries, the breaker."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notify.channels.rules import (
    Breaker,
    Bucket,
    Outcome,
    breaker_after,
    burst_of,
    is_quiet,
    next_allowed,
    reserve,
    retry_after,
)
from shared.clock import moment
from shared.workdays import Workdays

NOW = datetime(2025, 3, 3, 1, tzinfo=UTC)
FAILED = [Outcome.TRANSIENT] * 5


@pytest.mark.parametrize(
    ("hour", "quiet_from", "quiet_to", "quiet"),
    [
        (22, 21, 7, True),
        (6, 21, 7, True),
        (7, 21, 7, False),
        (21, 21, 7, True),
        (20, 21, 7, False),
        (13, 12, 14, True),
        (14, 12, 14, False),
        (3, 0, 0, False),
        (3, 0, 24, False),
        (23, 22, 24, True),
        (0, 22, 24, False),
    ],
)
def test_quiet_hours(hour, quiet_from, quiet_to, quiet):
    assert is_quiet(hour, quiet_from=quiet_from, quiet_to=quiet_to) is quiet


@pytest.mark.parametrize(
    ("at", "then"),
    [
        (moment(date(2025, 3, 3), 9), moment(date(2025, 3, 3), 9)),
        (moment(date(2025, 3, 3), 5), moment(date(2025, 3, 3), 7)),
        (moment(date(2025, 3, 3), 21), moment(date(2025, 3, 4), 7)),
        (moment(date(2025, 3, 7), 21), moment(date(2025, 3, 10), 7)),  # a Friday evening
        (moment(date(2025, 9, 30), 22), moment(date(2025, 10, 9), 7)),  # before the national holiday
        (moment(date(2025, 9, 28), 10), moment(date(2025, 9, 28), 10)),  # a Sunday that is worked
    ],
)
def test_letters_go_on_working_days_outside_the_quiet_hours(at, then):
    assert next_allowed(at, workdays=Workdays(), quiet_from=21, quiet_to=7) == then


@given(st.integers(1, 1200), st.lists(st.tuples(st.floats(0, 30), st.integers(1, 50)), min_size=1, max_size=60))
def test_no_minute_carries_more_than_the_rate(per_minute, asked):
    bucket, now = Bucket(0.0, NOW - timedelta(days=1)), NOW
    sent: list[tuple[datetime, int]] = []
    for pause, wanted in asked:
        now += timedelta(seconds=pause)
        n = min(wanted, burst_of(per_minute))
        bucket, wait = reserve(bucket, n, now=now, per_minute=per_minute)
        sent.append((now + wait, n))

    sent.sort()
    for start, _ in sent:
        # A microsecond's grace: instants are rounded.
        within = sum(n for at, n in sent if start <= at < start + timedelta(seconds=60, microseconds=-10))
        assert within <= per_minute


@given(st.integers(1, 100), st.lists(st.tuples(st.floats(0, 3), st.integers(1, 9)), min_size=1, max_size=60))
def test_no_second_carries_more_than_the_provider_takes(per_minute, asked):
    bucket, now, burst = Bucket(5.0, NOW - timedelta(days=1)), NOW, burst_of(per_minute, 5)
    sent: list[tuple[datetime, int]] = []
    for pause, wanted in asked:
        now += timedelta(seconds=pause)
        n = min(wanted, burst)
        bucket, wait = reserve(bucket, n, now=now, per_minute=per_minute, burst=burst)
        sent.append((now + wait, n))

    for start, _ in sent:
        assert sum(n for at, n in sent if start <= at < start + timedelta(seconds=1, microseconds=-10)) <= 5


def test_retries_double_up_to_four_hours():
    minutes = [retry_after(n, chance=0.5).total_seconds() / 60 for n in (0, 1, 2, 3, 8, 9, 100)]

    assert minutes == [1, 1, 2, 4, 128, 240, 240]
    assert retry_after(1, chance=0) == timedelta(seconds=30)


def test_the_breaker_opens_longer_each_time_and_closes_with_the_first_success():
    opened = breaker_after(Breaker(), FAILED, now=NOW)
    assert opened.open_until == NOW + timedelta(minutes=2)
    longer = breaker_after(opened, FAILED[:1], now=NOW)
    assert longer.open_until == NOW + timedelta(minutes=4)
    for _ in range(20):
        longer = breaker_after(longer, FAILED[:1], now=NOW)
    assert longer.open_until == NOW + timedelta(minutes=30)

    assert breaker_after(longer, [Outcome.SENT], now=NOW) == Breaker()


def test_four_failures_or_a_refused_address_open_nothing():
    assert breaker_after(Breaker(), FAILED[:4], now=NOW).open_until is None
    mixed = [*FAILED[:4], Outcome.PERMANENT, *FAILED[:4], Outcome.UNTRIED]
    assert breaker_after(Breaker(), mixed, now=NOW).open_until is None
