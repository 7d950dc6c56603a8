"""Signs of life: what gets on gives them, what takes long promises one, and what stands still gives none."""

import mmap
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from deploy.box import probe
from deploy.box.probe import Silence
from shared import pulse


@pytest.fixture
def sign(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], float]]:
    """This process is watched; what it has left so far."""
    monkeypatch.setattr(pulse, "_pulse", pulse._Pulse())
    monkeypatch.setattr(probe, "SLICE_SECONDS", 0.01)
    memory = mmap.mmap(-1, pulse.size(2))
    pulse.keep(memory, 1)
    yield lambda: max(pulse.MOMENT.unpack_from(memory, pulse.where(1, place))[0] for place in range(pulse.PLACES))
    assert memory[: pulse.where(1, pulse.OWN)].count(0) == pulse.where(
        1, pulse.OWN
    )  # another program's stay as they are


def test_who_gives_no_sign_is_silent(sign: Callable[[], float]):
    pulse.give()

    with pytest.raises(Silence):
        probe.hear(sign, seconds=3)


def test_who_gets_on_is_heard(sign: Callable[[], float]):
    threading.Timer(0.02, pulse.give).start()

    probe.hear(sign, seconds=1000)


def test_work_that_ends_by_itself_may_take_so_long_and_no_statement_in_it_shortens_that(sign: Callable[[], float]):
    with pulse.within(60):
        pulse.give(30)
        pulse.give()
        assert sign() > time.monotonic() + 50
        probe.hear(sign, seconds=3)

    with pytest.raises(Silence):
        probe.hear(sign, seconds=3)


def test_what_works_below_speaks_beside_its_parent(sign: Callable[[], float]):
    pulse.give()
    own = sign()
    pulse.work_below()
    pulse.give()

    assert sign() > own


def test_where_nobody_watches_nothing_is_left(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pulse, "_pulse", pulse._Pulse())

    pulse.give()
    with pulse.within(60):
        pulse.give()
