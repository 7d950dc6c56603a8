"""What people are told while long work goes on: how far it is, how fast, how long it still takes."""

import pytest

from shared.progress import ROWS_AT_ONCE, Gauge, Progress, unheard


def test_the_time_that_is_left_follows_from_the_rate_since_the_last_start():
    half = Progress(whole=200, done=100, lately=50, seconds=10)

    assert (half.percent, half.rate, half.seconds_left) == (50, 5, 20)
    assert Progress(whole=200, done=199, lately=0, seconds=0).seconds_left is None
    assert Progress(whole=200, done=199, lately=0, seconds=3).percent == 99
    assert Progress(whole=0, done=0, lately=0, seconds=0).percent == 0


def test_a_gauge_counts_over_all_steps_and_tells_before_and_after_each_piece():
    told = []
    gauge = Gauge(lambda *said: told.append(said), 2 * ROWS_AT_ONCE + 3)

    pieces = [
        piece
        for step, rows in (("a", range(ROWS_AT_ONCE + 2)), ("b", range(ROWS_AT_ONCE + 1)))
        for piece in gauge.pieces(step, rows)
    ]

    assert [len(piece) for piece in pieces] == [ROWS_AT_ONCE, 2, ROWS_AT_ONCE, 1]
    assert [(step, done) for step, done, _ in told] == [
        *(("a", 0), ("a", ROWS_AT_ONCE), ("a", ROWS_AT_ONCE + 2)),
        *(("b", ROWS_AT_ONCE + 2), ("b", 2 * ROWS_AT_ONCE + 2), ("b", 2 * ROWS_AT_ONCE + 3)),
    ]
    assert {whole for _, _, whole in told} == {2 * ROWS_AT_ONCE + 3}


def test_what_a_report_raises_ends_the_work_before_its_next_piece():
    def report(_step: str, done: int, _whole: int) -> None:
        if done:
            raise InterruptedError

    written = []
    with pytest.raises(InterruptedError):
        for piece in Gauge(report, 3 * ROWS_AT_ONCE).pieces("a", range(3 * ROWS_AT_ONCE)):
            written += [piece]

    assert len(written) == 1
    assert list(Gauge(unheard, 0).pieces("nothing", [])) == []
