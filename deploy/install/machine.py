"""What an installation needs of the machine, asked before anything is written; and the writing, safe to do again."""

import os
import pwd
import re
import shutil
import socket
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from deploy.box.state import BoxRefusal
from deploy.install.answers import CERTIFICATE, COMMAND, ENVIRONMENT, KEY, SCRIPT, SITE, UNIT, Answers, written

NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
PATH = re.compile(r"/[^\s\"'%$\\;{}]{0,4000}")  # it stands in a unit, a script and a site, as it is
CALLED = re.compile(r"exec '([^'\n]{1,4096})' \"\$@\"")
FOLDER = re.compile(r"XIAOZU_DATA='([^'\n]{1,4096})'")
GIB = 2**30
ROOM = 3 * GIB  # programs' data of a first year, a backup, and what is kept free
RUNNING = Path("/run/systemd/system")  # is there where systemd is what began the machine
DAYS = 825  # browsers take no certificate for longer
SBIN = "/usr/sbin"  # where Debian has nginx; not everybody who is root looks there


def lacking(asked: Answers, root: Path, certificate: Sequence[Path]) -> list[str]:
    """What stands in the way, a sentence each; nothing has been written yet."""
    said = []
    if not NAME.fullmatch(asked.name):
        said.append(f"“{asked.name}”不是域名，也不是地址：例如 xiaozu.example.gov.cn、192.168.1.10。")
    if not all(PATH.fullmatch(str(path)) for path in (asked.data, asked.program, asked.backups or asked.data)):
        said.append("文件夹的名字里不能有引号、空格、换行、百分号和美元符号：请换一个。")
    if root == Path("/") and os.geteuid() != 0:
        said.append("安装要写系统的文件夹，请用 root 运行：sudo xiaozu install …")
    said += _before(asked, root)
    if not asked.plain and not nginx():
        said.append("没有 nginx，不能用 https：请先 apt install nginx；只在单位内网试用的，可以加 --plain（不加密）。")
    free = shutil.disk_usage(next(each for each in (root / asked.data.relative_to("/")).parents if each.exists())).free
    if free < ROOM:
        said.append(
            f"{asked.data} 所在的磁盘只剩 {free / GIB:.1f} GB，至少要 {ROOM // GIB} GB：请换一个文件夹（--data）。"
        )
    if taken(asked.port):
        said.append(f"端口 {asked.port} 已经有别的程序在用：请先停下它，或者用 --port 换一个。")
    said += [f"没有这个文件，或者读不了：{file}" for file in certificate if not os.access(file, os.R_OK)]
    return said


def _before(asked: Answers, root: Path) -> list[str]:
    """What has to be there, or be otherwise, of the program, the backups' disk and an earlier installation."""
    said = []
    if not os.access(asked.program, os.X_OK):
        said.append(f"没有找到程序 {asked.program}：请先在项目文件夹里 make install。")
    if root == Path("/") and (closed := hidden(asked.program)):
        said.append(f"程序用到 {closed}，别的用户读不到：请把项目移到 /opt/xiaozu，用系统的 Python 再 make install。")
    if asked.backups and root == Path("/") and not asked.backups.is_dir():
        said.append(f"备份文件夹 {asked.backups} 不在：请先接好那块硬盘，建好文件夹。")
    if (name := named(root)) and name != asked.name:
        said.append(
            f"这里已经装好，网页的名字是 {name}：要换成 {asked.name}，请先改 {ENVIRONMENT} 里的"
            f" XIAOZU_PUBLIC_URL 和 XIAOZU_HOSTS；原来自己做的证书，请删除 {CERTIFICATE} 再装。"
        )
    return said


def taken(port: int) -> bool:
    """Whether somebody listens there; our own installation does, once it runs."""
    with socket.socket() as asking:
        asking.settimeout(1)
        return asking.connect_ex(("127.0.0.1", port)) == 0 and not running()


@dataclass(frozen=True)
class Installed:
    """What stands there: the script by which people ask things of it, which program that calls, and in which folder."""

    script: str
    program: Path
    data: Path


def is_installed(root: Path) -> bool:
    """Whether `install` has been here, and we may see what it wrote."""
    return os.access(root / COMMAND.relative_to("/"), os.R_OK) and (root != Path("/") or os.geteuid() == 0)


def installed(root: Path) -> Installed:
    """What an installation below `root` says of itself."""
    script = (root / COMMAND.relative_to("/")).read_text()
    called, data = CALLED.search(script), FOLDER.search(script)
    if not called or not data:
        msg = f"{COMMAND} 不是 xiaozu install 写的样子：请先再装一次。"
        raise BoxRefusal(msg)
    return Installed(script, Path(called[1]), Path(data[1]))


def call(root: Path, before: Path, after: Path) -> list[Path]:
    """Let what starts with the machine, and what people type, call another program; returns what was written."""
    done = []
    for path in (UNIT, SCRIPT, COMMAND):
        file = root / path.relative_to("/")
        if file.exists() and str(before) in (text := file.read_text()):
            beside = file.with_name(f".{file.name}")
            beside.write_text(text.replace(str(before), str(after)))
            beside.chmod(file.stat().st_mode & 0o777)
            beside.replace(file)
            done.append(path)
    if root == Path("/") and RUNNING.exists():
        subprocess.run(["systemctl", "daemon-reload"], check=False)
    return done


def running() -> bool:
    """Whether it is ours that runs."""
    done = subprocess.run(["systemctl", "is-active", "--quiet", "xiaozu"], check=False) if RUNNING.exists() else None
    return bool(done and done.returncode == 0)


def hidden(program: Path) -> Path | None:
    """Which of a program and the Python behind it stands in a folder that is closed to others."""
    python = (program.parent / "python").resolve()
    return next((each for each in (program, python) if any(not up.stat().st_mode & 0o001 for up in each.parents)), None)


def nginx() -> str | None:
    """Where nginx is."""
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:{SBIN}")


def named(root: Path) -> str:
    """By which name people open what is installed already; empty where nothing is, or where nobody says."""
    file = root / ENVIRONMENT.relative_to("/")
    lines = file.read_text().splitlines() if file.exists() else []
    told = dict(line.split("=", 1) for line in lines if line.startswith("XIAOZU_") and "=" in line)
    return urlsplit(told.get("XIAOZU_PUBLIC_URL", "")).hostname or ""


def settle(asked: Answers, root: Path, certificate: Sequence[Path]) -> list[str]:
    """Write what is missing or has changed, and return it; settings and a certificate that are there stay."""
    if root == Path("/"):
        become(asked)
    (root / asked.data.relative_to("/")).mkdir(mode=0o700, parents=True, exist_ok=True)
    done = []
    for path, (text, mode) in written(asked).items():
        file = root / path.relative_to("/")
        if file.exists() and (path == ENVIRONMENT or file.read_text() == text):
            continue
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(mode)
        done.append(str(path))
    if not asked.plain:
        done += certify(asked, root, certificate)
    if root == Path("/"):
        own(asked)
    return done


def certify(asked: Answers, root: Path, given: Sequence[Path]) -> list[str]:
    """Lay down the office's certificate and key, or make both where there are none."""
    files = [root / path.relative_to("/") for path in (CERTIFICATE, KEY)]
    if given:
        texts = [file.read_bytes() for file in given]
    elif all(file.exists() for file in files):
        return []
    else:
        texts = list(self_made(asked.name))
    for file, text, mode in zip(files, texts, (0o644, 0o600), strict=True):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.unlink(missing_ok=True)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as out:
            out.write(text)
    return [str(CERTIFICATE), str(KEY)]


def self_made(name: str) -> tuple[bytes, bytes]:
    """A certificate for a name or an address, and its key, as PEM."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    try:
        called: x509.GeneralName = x509.IPAddress(ip_address(name))
    except ValueError:
        called = x509.DNSName(name)
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name[:64])])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=DAYS))
        .add_extension(x509.SubjectAlternativeName([called]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem, unlocked = serialization.Encoding.PEM, serialization.NoEncryption()
    return made.public_bytes(pem), key.private_bytes(pem, serialization.PrivateFormat.PKCS8, unlocked)


def become(asked: Answers) -> None:
    """A user of its own, who can sign in nowhere."""
    try:
        pwd.getpwnam(asked.user)
    except KeyError:
        command = ["useradd", "--system", "--user-group", "--home-dir", str(asked.data), "--shell", "/usr/sbin/nologin"]
        subprocess.run([*command, asked.user], check=True)


def own(asked: Answers) -> None:
    """The data are his, those of an earlier trial too; the settings he may read."""
    user = pwd.getpwnam(asked.user)
    hand_over(asked.data, user.pw_uid, user.pw_gid)
    if asked.backups and asked.backups.stat().st_uid == 0:
        with suppress(OSError):  # a disk that knows no owners
            os.chown(asked.backups, user.pw_uid, user.pw_gid)
    shutil.chown(ENVIRONMENT, "root", asked.user)


def hand_over(data: Path, uid: int, gid: int) -> None:
    """Give a folder to a user; what lies in it only where it is an installation's, and no home that was named."""
    os.chown(data, uid, gid)
    for folder, below, names in os.walk(data) if (data / "postgres" / "cluster").exists() else ():
        for name in (*below, *names):
            with suppress(FileNotFoundError):  # a file of a service that runs
                os.chown(Path(folder, name), uid, gid, follow_symlinks=False)


def start(asked: Answers, *, anew: bool) -> list[str]:
    """Have systemd start it, now and with the machine; `anew`: what runs, runs by files that were written again.

    Returns what a person has to do, where there is no systemd or something does not start.
    """
    if not (asked.systemd and RUNNING.exists()):
        said = ["这台机器没有 systemd：用 /usr/local/sbin/xiaozu-box start 启动，并把它加进开机启动。"]
        return said if asked.plain else [*said, f"再重新启动 nginx（设置在 {SITE}）。"]
    steps = [["systemctl", "daemon-reload"], ["systemctl", "enable", UNIT.name]]
    steps += [["systemctl", "restart" if anew else "start", UNIT.name]]
    if not asked.plain:
        steps += [[nginx() or "nginx", "-t"], ["systemctl", "enable", "nginx"]]
        steps += [["systemctl", "reload-or-restart", "nginx"]]
    for step in steps:
        done = subprocess.run(step, capture_output=True, text=True, check=False)
        if done.returncode:
            return [f"没有做成：{' '.join(step)}。改好以后再装一次。它说：{done.stderr.strip()}"]
    return []
