"""When a backup is due, where it lies, which ones are kept, and the passphrase that they are under."""

import os
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from deploy.backup import passphrase
from deploy.backup.folder import WRITTEN, backups_folder, backups_in, clear_halves, thin_out
from deploy.backup.keep import OLDEST_DAYS, is_due, kept
from deploy.backup.refusals import BackupRefusal
from deploy.backup.timer import Timer
from shared.settings import settings

ZONE = ZoneInfo("Asia/Shanghai")
NIGHT = datetime(2026, 11, 29, 2)  # noqa: DTZ001  the machine's own time, as in the names


def test_seven_days_four_weeks_and_twelve_months_are_kept() -> None:
    nightly = [NIGHT - timedelta(days=n) for n in range(500)]

    found = sorted(kept(nightly), reverse=True)

    assert found[:7] == nightly[:7]
    assert len({at.isocalendar()[:2] for at in found[7:]} | {at.isocalendar()[:2] for at in found[:7]}) >= 4
    assert len({(at.year, at.month) for at in found}) == 12
    assert len(found) <= 7 + 4 + 12
    assert (NIGHT - found[-1]).days < OLDEST_DAYS


def test_after_a_long_pause_the_old_ones_are_still_there() -> None:
    old = [NIGHT - timedelta(days=200 + n) for n in range(3)]

    assert kept([NIGHT, *old]) == {NIGHT, *old}


def test_none_is_older_than_the_page_on_personal_data_promises() -> None:
    assert kept([NIGHT, NIGHT - timedelta(days=OLDEST_DAYS + 1)]) == {NIGHT}
    assert kept([]) == set()


def test_of_several_on_a_day_the_last_is_kept() -> None:
    first, second = NIGHT, NIGHT + timedelta(hours=9)

    assert kept([first, second]) == {second}


@pytest.mark.parametrize(
    ("now", "tried", "due"),
    [
        ((29, 1, 59), (28, 2, 0), False),
        ((29, 2, 0), (28, 2, 0), True),
        ((29, 2, 1), (29, 2, 0), False),
        ((29, 9, 30), (27, 2, 0), True),  # the machine was off at night
        ((29, 1, 0), (27, 2, 0), True),
    ],
)
def test_it_is_due_once_its_hour_has_come(now: tuple[int, int, int], tried: tuple[int, int, int], due: bool) -> None:
    assert is_due(datetime(2026, 11, *now, tzinfo=ZONE), datetime(2026, 11, *tried, tzinfo=ZONE), 2) is due


def test_only_whole_backups_are_counted_and_thinned_out(tmp_path: Path) -> None:
    for n in range(60):
        (tmp_path / WRITTEN.format(at=NIGHT - timedelta(days=n))).touch()
    half, other = tmp_path / f"{WRITTEN.format(at=NIGHT)}.part", tmp_path / "花名册.xlsx"
    half.touch()
    other.touch()

    thin_out(tmp_path)

    assert set(backups_in(tmp_path)) == kept(NIGHT - timedelta(days=n) for n in range(60))
    assert half.exists()
    assert other.exists()


def test_what_a_killed_one_left_of_a_file_goes(tmp_path: Path) -> None:
    old, young = (tmp_path / f"{WRITTEN.format(at=NIGHT + timedelta(days=n))}.part" for n in (0, 1))
    old.touch()
    young.touch()
    os.utime(old, (0, 0))

    clear_halves(tmp_path)

    assert list(tmp_path.iterdir()) == [young]


def test_a_disk_that_is_away_is_said_and_nothing_is_put_in_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XIAOZU_BACKUP_FOLDER", str(tmp_path / "usb"))
    settings.cache_clear()

    with pytest.raises(BackupRefusal, match="没有接好"):
        backups_folder(tmp_path / "data")

    settings.cache_clear()
    assert not (tmp_path / "usb").exists()


def test_the_passphrase_is_made_once_unless_one_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = passphrase.of_box(tmp_path)

    assert passphrase.of_box(tmp_path) == made
    assert len(made.replace("-", "")) == 25
    monkeypatch.setenv("XIAOZU_BACKUP_PASSPHRASE", "our own")
    assert passphrase.of_box(tmp_path) == "our own"


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Somebody sits at the terminal; what he types, in order."""
    lines: list[str] = []
    monkeypatch.setattr("sys.stdin", SimpleNamespace(isatty=lambda: True))
    monkeypatch.setattr(passphrase, "getpass", lambda _question: lines.pop(0))
    return lines


def test_whoever_makes_the_first_backup_by_hand_chooses_the_passphrase_typed_twice(
    tmp_path: Path, typed: list[str]
) -> None:
    assert not passphrase.is_known(tmp_path)
    typed += ["柳河 清清 向东 流水 人家", "柳河 清清 向东 流水 人家"]

    assert passphrase.chosen(tmp_path) == "柳河 清清 向东 流水 人家"

    assert typed == []
    again = passphrase.chosen(tmp_path)  # nor is he asked again
    assert again == passphrase.of_box(tmp_path) == "柳河 清清 向东 流水 人家"


@pytest.mark.parametrize(
    ("lines", "why"), [(["too short"], "至少 12 位"), (["long enough it is", "another"], "不一样")]
)
def test_one_that_is_short_or_mistyped_is_refused_and_none_is_kept(
    tmp_path: Path, typed: list[str], lines: list[str], why: str
) -> None:
    typed += lines

    with pytest.raises(BackupRefusal, match=why):
        passphrase.chosen(tmp_path)

    assert not passphrase.is_known(tmp_path)


def test_who_types_none_has_one_made(tmp_path: Path, typed: list[str]) -> None:
    typed += [""]

    assert passphrase.chosen(tmp_path) == passphrase.of_box(tmp_path)


def test_nobody_is_asked_where_nobody_sits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", StringIO())

    with pytest.raises(BackupRefusal, match="XIAOZU_BACKUP_PASSPHRASE"):
        passphrase.asked()


def test_the_timer_starts_one_when_it_is_due_and_only_then(tmp_path: Path) -> None:
    state, begun = tmp_path / "backup.json", '{"tried": "2020-01-01T00:00:00+00:00"}'
    Timer(tmp_path).look({})
    assert not state.exists()  # the machine has just been switched on

    new = Timer(tmp_path, after=0)
    new.look({})
    assert new._child is None  # a new installation begins with the coming night

    state.write_text(begun)
    timer = Timer(tmp_path, after=0)
    timer.look({})
    timer.stop()
    assert timer._child is not None
    assert "2020" not in state.read_text()


def test_an_hour_of_minus_one_switches_it_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XIAOZU_BACKUP_HOUR", "-1")

    Timer(tmp_path, after=0).look({})

    assert not (tmp_path / "backup.json").exists()
