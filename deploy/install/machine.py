"""What an installation needs of the machine, asked before anything is written; and the writing, safe to do again."""

import os
import pwd
import re
import shutil
import socket
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from deploy.install.answers import CERTIFICATE, ENVIRONMENT, KEY, SITE, UNIT, Answers, written

NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.:-]{0,251}[A-Za-z0-9])?")
PATH = re.compile(r"/[^\s\"'%$\\;{}]{0,4000}")  # it stands in a unit, a script and a site, as it is
GIB = 2**30
ROOM = 3 * GIB  # programs' data of a first year, a backup, and what is kept free
RUNNING = Path("/run/systemd/system")  # is there where systemd is what began the machine
DAYS = 825  # browsers take no certificate for longer


def lacking(asked: Answers, root: Path, certificate: Sequence[Path]) -> list[str]:
    """What stands in the way, a sentence each; nothing has been written yet."""
    said = []
    if not NAME.fullmatch(asked.name):
        said.append(f"“{asked.name}”不是域名，也不是地址：例如 xiaozu.example.gov.cn、192.168.1.10。")
    if not all(PATH.fullmatch(str(path)) for path in (asked.data, asked.program, asked.backups or asked.data)):
        said.append("文件夹的名字里不能有引号、空格、换行、百分号和美元符号：请换一个。")
    if root == Path("/") and os.geteuid() != 0:
        said.append("安装要写系统的文件夹，请用 root 运行：sudo xiaozu install …")
    if not os.access(asked.program, os.X_OK):
        said.append(f"没有找到程序 {asked.program}：请先在项目文件夹里 make install。")
    if root == Path("/") and hidden(asked.program):
        said.append(f"程序放在 {asked.program.parents[2]}，别的用户读不到：请把项目移到 /opt/xiaozu，再 make install。")
    if not asked.plain and not shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin"):
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


def taken(port: int) -> bool:
    """Whether somebody listens there; our own installation does, once it runs."""
    with socket.socket() as asking:
        asking.settimeout(1)
        return asking.connect_ex(("127.0.0.1", port)) == 0 and not running()


def running() -> bool:
    """Whether it is ours that runs."""
    done = subprocess.run(["systemctl", "is-active", "--quiet", "xiaozu"], check=False) if RUNNING.exists() else None
    return bool(done and done.returncode == 0)


def hidden(program: Path) -> bool:
    """Whether a folder on the way to it is closed to others."""
    return any(not folder.stat().st_mode & 0o001 for folder in program.parents)


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
    """The data are his; the settings he may read."""
    shutil.chown(asked.data, asked.user, asked.user)
    shutil.chown(ENVIRONMENT, "root", asked.user)


def start(asked: Answers) -> list[str]:
    """Have systemd start it, now and with the machine; returns what a person has to do where there is none."""
    if not (asked.systemd and RUNNING.exists()):
        return ["这台机器没有 systemd：用 /usr/local/sbin/xiaozu-box start 启动，并把它加进开机启动。"]
    subprocess.run(["systemctl", "daemon-reload"], check=True)
    subprocess.run(["systemctl", "enable", "--now", UNIT.name], check=True)
    if not asked.plain:
        done = subprocess.run(["nginx", "-t"], capture_output=True, text=True, check=False)
        if done.returncode:
            return [f"nginx 的设置没有通过检查（{SITE}）：{done.stderr.strip()}"]
        subprocess.run(["systemctl", "reload-or-restart", "nginx"], check=True)
    return []
