"""One box for years: what is written for it holds together, is written once, and starts again whatever ends it."""

import os
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.request import urlopen

import psutil
import pytest
from cryptography import x509

from deploy.box import Box
from deploy.install import Answers, lacking, machine, settle, written
from deploy.install.answers import CERTIFICATE, COMMAND, ENVIRONMENT, KEY, SCRIPT, SITE, UNIT
from shared.settings import Settings
from tests.deploy.commands import call
from tests.deploy.started import ROOT, eventually
from tests.installed import copied

PROGRAM = ROOT / ".venv" / "bin" / "xiaozu"


def answers(**otherwise: object) -> Answers:
    given: dict[str, object] = {"name": "xiaozu.example", "program": PROGRAM, "data": Path("/var/lib/xiaozu")}
    return Answers(**(given | otherwise))  # type: ignore[arg-type]  words of its own


def below(root: Path, path: Path) -> Path:
    return root / path.relative_to("/")


def test_a_unit_is_one_that_systemd_takes_and_lets_it_write_its_data_alone(tmp_path: Path) -> None:
    settle(answers(backups=Path("/mnt/disk")), tmp_path, ())
    unit = below(tmp_path, UNIT)

    said = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False)
    lines = unit.read_text().splitlines()
    assert (said.returncode, [line for line in said.stderr.splitlines() if "xiaozu" in line]) == (0, [])
    assert 'ReadWritePaths="/var/lib/xiaozu" "-/mnt/disk"' in lines
    assert {"User=xiaozu", "ProtectSystem=strict", "NoNewPrivileges=yes", "Restart=always"} <= {*lines}


def test_settings_are_those_that_the_program_knows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settle(answers(backups=Path("/mnt/disk")), tmp_path, ())
    lines = [line for line in below(tmp_path, ENVIRONMENT).read_text().splitlines() if line and line[0] != "#"]
    told = dict(line.split("=", 1) for line in lines)
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    known = Settings()

    assert {name.removeprefix("XIAOZU_").lower() for name in told} <= {*Settings.model_fields}
    assert (known.production, known.public_url, known.gateways) == (True, "https://xiaozu.example/", "127.0.0.1")
    assert known.backup_folder == "/mnt/disk"


def test_done_again_it_changes_nothing_and_keeps_what_somebody_has_set(tmp_path: Path) -> None:
    settle(answers(), tmp_path, ())
    certificate, settings = below(tmp_path, CERTIFICATE).read_bytes(), below(tmp_path, ENVIRONMENT)
    settings.write_text("XIAOZU_MAIL_HOST=smtp.example\n")

    assert settle(answers(), tmp_path, ()) == []
    assert settle(answers(port=8001), tmp_path, ()) == [str(UNIT), str(SITE)]
    assert settings.read_text() == "XIAOZU_MAIL_HOST=smtp.example\n"
    assert below(tmp_path, CERTIFICATE).read_bytes() == certificate


def test_by_another_name_it_is_not_installed_over_settings_that_answer_to_the_old_one(tmp_path: Path) -> None:
    settle(answers(), tmp_path, ())

    assert not [said for said in lacking(answers(), tmp_path, ()) if "网页的名字" in said]
    assert [
        said for said in lacking(answers(name="other.example"), tmp_path, ()) if "网页的名字是 xiaozu.example" in said
    ]


@pytest.mark.parametrize("name", ["xiaozu.example:8443", "fd00::1", "-x", "a_b"])
def test_what_no_address_of_a_page_can_hold_is_no_name(tmp_path: Path, name: str) -> None:
    assert any("不是域名" in said for said in lacking(answers(name=name), tmp_path, ()))


def test_a_machine_without_ipv6_gets_a_site_that_nginx_can_open() -> None:
    assert "listen [::]:443 ssl;" in written(answers())[SITE][0]
    assert "[::]" not in written(answers(six=False))[SITE][0]


def test_what_is_done_by_hand_is_done_with_the_settings_as_they_stand_and_in_the_folder(tmp_path: Path) -> None:
    told = tmp_path / "told"
    told.write_text('#!/bin/sh\nprintf \'%s|\' "$XIAOZU_MAIL_FROM" "$XIAOZU_MAIL_PASSWORD" "$XIAOZU_DATA" "$@"\n')
    told.chmod(0o755)
    settings = tmp_path / "xiaozu.env"
    settings.write_text('# 设置\nXIAOZU_MAIL_FROM=小组 <a@b.cn>\nXIAOZU_MAIL_PASSWORD="a$b&c d"')
    text = written(answers(program=told, user=""))[COMMAND][0].replace(str(ENVIRONMENT), str(settings))
    done = subprocess.run(
        ["/bin/sh", "-c", text, "xiaozu", "backup", "/mnt/u 盘"], capture_output=True, text=True, check=True
    )

    assert done.stdout == "小组 <a@b.cn>|a$b&c d|/var/lib/xiaozu|backup|/mnt/u 盘|"


def test_by_hand_it_is_done_as_the_user_of_the_service() -> None:
    assert "exec setpriv --reuid 'xiaozu'" in written(answers())[COMMAND][0]


def test_the_data_of_a_trial_are_the_services_and_nobody_elses_home_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, home, given = tmp_path / "data", tmp_path / "home", set()
    for folder in (data / "postgres" / "cluster", data / "files", home / "papers"):
        folder.mkdir(parents=True)
    monkeypatch.setattr("deploy.install.machine.os.chown", lambda path, *_, **__: given.add(Path(path)))
    machine.hand_over(data, 4321, 4321)
    machine.hand_over(home, 4321, 4321)

    assert given == {data, *data.rglob("*"), home}


def test_what_does_not_start_is_said_in_its_own_words(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked: list[list[str]] = []

    def run(step: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        asked.append(step)
        return subprocess.CompletedProcess(step, int("-t" in step), "", "bind() to 0.0.0.0:80 failed")

    monkeypatch.setattr(machine, "RUNNING", tmp_path)
    monkeypatch.setattr("deploy.install.machine.subprocess.run", run)
    (said,) = machine.start(answers(), anew=True)

    assert "bind() to 0.0.0.0:80 failed" in said
    assert ["systemctl", "restart", "xiaozu.service"] in asked  # else it runs on by the files of before


@pytest.mark.parametrize("name", ["xiaozu.example", "192.168.1.10"])
def test_a_certificate_is_made_for_the_name_that_people_type_and_its_key_is_roots_alone(
    tmp_path: Path, name: str
) -> None:
    settle(answers(name=name), tmp_path, ())
    made = x509.load_pem_x509_certificate(below(tmp_path, CERTIFICATE).read_bytes())

    names = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert str(next(iter(names)).value) == name
    assert below(tmp_path, KEY).stat().st_mode & 0o777 == 0o600


def test_the_offices_own_certificate_takes_the_place_of_the_one_that_was_made(tmp_path: Path) -> None:
    settle(answers(), tmp_path, ())
    given = tmp_path / "own.crt", tmp_path / "own.key"
    for file in given:
        file.write_text(f"the office's {file.name}")
    settle(answers(), tmp_path, given)

    assert below(tmp_path, CERTIFICATE).read_text() == "the office's own.crt"
    assert below(tmp_path, KEY).read_text() == "the office's own.key"


def test_what_the_machine_lacks_is_said_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deploy.install.machine.ROOM", 2**60)
    monkeypatch.setattr("deploy.install.machine.shutil.which", lambda *_, **__: None)
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        asked = answers(name="a b;}", data=Path("/var/lib/xiao zu"), port=port, program=Path("/nowhere/bin/xiaozu"))
        said = "\n".join(lacking(asked, tmp_path, (tmp_path / "no.crt",)))

    for words in ("不是域名", "文件夹的名字", "没有找到程序", "没有 nginx", "的磁盘只剩", f"端口 {port}", "no.crt"):
        assert words in said
    assert list(tmp_path.iterdir()) == []


def test_the_command_says_what_it_wrote_and_that_plain_http_is_read_by_others(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    asked = ("install", "192.168.1.10", "--plain", "--port", port, "--into", str(tmp_path))
    done = call(*asked, data=Path("/srv/xiaozu"))

    assert done.returncode == 0, done.stderr
    assert "没有加密" in done.stderr
    assert f"http://192.168.1.10:{port}/" in done.stdout
    assert not below(tmp_path, SITE).exists()
    assert "--host 0.0.0.0" in below(tmp_path, UNIT).read_text()


# --- without systemd ---


@pytest.fixture
def script(tmp_path: Path, installed: Path) -> Iterator[Callable[[str], str]]:
    """The start script of an installation whose data lie ready, with its settings where the test has them."""
    data = copied(installed, tmp_path / "data")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    asked = answers(data=data, systemd=False, plain=True, user="", port=port)
    text = written(asked)[SCRIPT][0].replace(str(ENVIRONMENT), str(tmp_path / "xiaozu.env"))
    (tmp_path / "xiaozu.env").write_text("XIAOZU_PRODUCTION=true\n")
    file = tmp_path / "xiaozu-box"
    file.write_text(text)
    file.chmod(0o755)

    def called(word: str) -> str:
        done = subprocess.run([str(file), word], capture_output=True, text=True, check=True, timeout=120)
        return done.stdout

    yield called
    called("stop")


def test_without_systemd_a_script_starts_it_keeps_it_and_stops_it(script: Callable[[str], str], tmp_path: Path) -> None:
    def serving() -> Box | None:
        found = Box.read(tmp_path / "data")
        return found if found and psutil.pid_exists(found.pid) and found.serves and healthy(found) else None

    script("start")
    eventually(lambda: serving() is not None)
    first = serving()
    assert first
    assert "已经在运行" in script("start")
    os.kill(first.pid, signal.SIGKILL)
    eventually(lambda: (again := serving()) is not None and again.pid != first.pid)
    script("stop")

    assert serving() is None
    (tmp_path / "data" / "keeper.pid").write_text(str(os.getpid()))  # the machine was cut off: it is another's now
    assert "没有运行" in script("stop")


def healthy(found: Box) -> bool:
    try:
        with urlopen(f"{found.url}health", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
