"""The rules of sending, without any machine: quiet hours, the rate, retries, the breaker."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notify.channels.rules import (
    Breaker,
    Bucket,
    Outcome,
    State,
    Step,
    breaker_after,
    burst_of,
    is_quiet,
    may_be_taken,
    next_allowed,
    reserve,
    retry_after,
    seen_so,
)
from services.notify.channels.rules.ways import BY_HAND
from shared.clock import moment
from shared.workdays import Workdays

NOW = datetime(2025, 3, 3, 1, tzinfo=UTC)
FAILED = [Outcome.TRANSIENT] * 5


@pytest.mark.parametrize(
    ("hour", "quiet_from", "quiet_to", "quiet"),
    [
        (22, 21, 7, True),
        (22, 21, 3, True),
        (12, 12, 14, True),
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


def test_what_is_quiet_until_midnight_goes_at_the_beginning_of_the_next_day():
    evening, midnight = moment(date(2025, 3, 3), 23), moment(date(2025, 3, 4))

    assert next_allowed(evening, workdays=Workdays(), quiet_from=22, quiet_to=24) == midnight


@pytest.mark.parametrize(
    ("per_minute", "per_second", "burst"), [(1, None, 1), (100, None, 11), (60, 1, 1), (100, 5, 3), (10, 50, 2)]
)
def test_a_burst_is_a_tenth_of_a_minute_and_one_more_as_far_as_a_second_carries_it(per_minute, per_second, burst):
    assert burst_of(per_minute, per_second) == burst


@pytest.mark.parametrize(("per_minute", "n", "seconds"), [(100, 3, 2), (15, 14, 60), (10, 9, 60)])
def test_who_finds_no_token_waits_until_so_many_are_refilled(per_minute, n, seconds):
    bucket, wait = reserve(Bucket(0.0, NOW), n, now=NOW, per_minute=per_minute, burst=20)

    assert wait.total_seconds() == pytest.approx(seconds)
    assert bucket == Bucket(-n, NOW)


def test_tokens_come_back_with_time_up_to_a_burst():
    before = Bucket(0.0, NOW - timedelta(seconds=2))

    assert reserve(before, 1, now=NOW, per_minute=100) == (Bucket(2.0, NOW), timedelta(0))
    assert reserve(before, 1, now=NOW + timedelta(hours=1), per_minute=100)[0].tokens == 10


@pytest.mark.parametrize(
    ("channel", "told", "account", "read", "said"),
    [
        ("inbox", True, True, True, "本人已看"),
        ("inbox", True, True, False, "还没有看"),
        ("inbox", True, False, False, "还没有账号，看不到"),
        ("inbox", False, True, True, ""),
        ("mail", True, True, True, ""),
        ("mail", False, True, True, ""),
    ],
)
def test_of_a_message_in_an_inbox_is_said_whether_its_owner_has_seen_it(channel, told, account, read, said):
    assert seen_so(channel, told=told, account=account, read=read) == said


BY_TELEPHONE = next(iter(BY_HAND))


@pytest.mark.parametrize(
    ("channel", "state", "steps"),
    [
        (BY_TELEPHONE, State.READY, {Step.TELL, Step.DISCARD}),
        (BY_TELEPHONE, State.FAILED, {Step.TELL}),
        ("mail", State.READY, set(Step) - {Step.TELL, Step.DISCARD}),
        ("mail", State.FAILED, set(Step) - {Step.TELL}),
    ],
)
def test_what_a_person_does_is_ticked_off_and_what_the_machine_does_is_sent_again(channel, state, steps):
    assert {step for step in Step if may_be_taken(channel, state, step)} == steps


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

    assert longer.opened == 10

    assert breaker_after(longer, [Outcome.SENT], now=NOW) == Breaker()


def test_what_holds_all_up_opens_it_at_once_and_what_was_not_tried_does_nothing():
    opened = breaker_after(Breaker(), [Outcome.HELD], now=NOW)

    assert opened == Breaker(4, 1, NOW + timedelta(minutes=2))
    assert breaker_after(opened, [Outcome.UNTRIED], now=NOW + timedelta(minutes=3)) == opened
    assert breaker_after(Breaker(failures=2), [Outcome.HELD], now=NOW) == opened


def test_four_failures_or_a_refused_address_open_nothing():
    assert breaker_after(Breaker(), FAILED[:4], now=NOW).open_until is None
    mixed = [*FAILED[:4], Outcome.PERMANENT, *FAILED[:4], Outcome.UNTRIED]
    assert breaker_after(Breaker(), mixed, now=NOW).open_until is None
