"""Making the bundle, on a machine with a way to the registry: the lock decides what goes in, byte for byte."""

import json
import re
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from deploy.bundle.needs import NEEDS

PROCESSORS = ("x86_64", "aarch64")
PYTHONS = ((3, 11), (3, 12), (3, 13))  # Debian 12, Ubuntu 24.04, Debian 13
GLIBC = (5, 12, 17, 24, 26, 27, 28)  # 2.28: Debian 10, openEuler 20.03; of a release's wheels the oldest that there is
ALIASES = {"manylinux1": 5, "manylinux2010": 12, "manylinux2014": 17}
FOLDERS = ("services", "shared", "deploy", "docs")
FILES = ("pyproject.toml", "README.md", "LICENSE", "production.lock")
TOP = ("install.sh", "windows.bat", "windows.txt")  # of this package; they stand at the top of the archive
PLATFORM = re.compile(r"(manylinux\d{1,4})_|manylinux_2_(\d{1,3})_")
NOT_FOUND = re.compile(r"No matching distribution found for ([A-Za-z0-9._-]{1,100})==")
ONE = re.compile(r"(?m)^(?=[a-z0-9])")
ELSEWHERE = re.compile(r"; sys_platform == 'win32'")


class Target(NamedTuple):
    """A machine that the bundle is for."""

    processor: str
    python: tuple[int, int]

    @property
    def options(self) -> list[str]:
        """As pip has it; what is named first is taken first."""
        named = [f"manylinux_2_{minor}_{self.processor}" for minor in GLIBC]
        named += [f"{alias}_{self.processor}" for alias in ALIASES]
        version = "".join(map(str, self.python))
        words = ["--python-version", version, "--implementation", "cp"]
        for abi in (f"cp{version}", "abi3", "none"):
            words += ["--abi", abi]
        for platform in named:
            words += ["--platform", platform]
        return words


def make(root: Path, into: Path) -> Path:
    """The archive, made from the project's files under version control; its name has the version."""
    version = tomllib.loads((root / "pyproject.toml").read_text())["project"]["version"]
    into.mkdir(parents=True, exist_ok=True)
    done = into / f"xiaozu-{version}.tar"
    with tempfile.TemporaryDirectory(dir=into) as made:
        wheels = Path(made)
        missing = gather(root / "production.lock", wheels)
        needs = needed(wheels, missing)
        (wheels / NEEDS).write_text(json.dumps(needs, indent=1))
        pack(root, wheels, done)
    return done


def gather(lock: Path, wheels: Path) -> dict[str, list[str]]:
    """Download what the lock names, for every target; returns what has no wheel, by processor."""
    missing: dict[str, set[str]] = {each: set() for each in PROCESSORS}
    for processor in PROCESSORS:
        for python in PYTHONS:
            missing[processor] |= download(lock, Target(processor, python), wheels)
    return {processor: sorted(names) for processor, names in missing.items()}


def download(lock: Path, target: Target, wheels: Path) -> set[str]:
    """The wheels of one target, each by its hash in the lock; returns the names of those that there are none of."""
    entries = wanted(lock.read_text())
    missing: set[str] = set()
    asked = wheels / "asked.txt"
    while True:
        asked.write_text("".join(text for name, text in entries.items() if name not in missing))
        words = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
        words += ["--require-hashes", "--only-binary=:all:", "--dest", str(wheels), *target.options, "-r", str(asked)]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        asked.unlink()
        if not done.returncode:
            return missing
        found = NOT_FOUND.search(done.stderr)
        if not found or found[1] in missing:
            raise SystemExit(done.stderr)
        missing.add(found[1])


def wanted(lock: str) -> dict[str, str]:
    """The lock's entries by name, those of other systems left out; markers away: all but one speak of this machine."""
    entries = (entry for entry in ONE.split(lock) if entry and not ELSEWHERE.search(entry))
    return {entry.split("==")[0]: re.sub(r" ; [^\\]{1,200}\\", r" \\", entry) for entry in entries}


def needed(wheels: Path, missing: dict[str, list[str]]) -> dict[str, Any]:
    """What the wheels need of the machine, read from their names."""
    names = [file.name for file in wheels.glob("*.whl")]
    return {
        "python": PYTHONS,
        "wheels": {each: {"glibc": (2, glibc(names, each)), "missing": missing[each]} for each in PROCESSORS},
    }


def glibc(names: Iterable[str], processor: str) -> int:
    """The oldest minor version of glibc 2 that serves every wheel made for a processor."""
    platforms = (name.removesuffix(".whl").rsplit("-", 1)[1] for name in names if name.endswith(f"_{processor}.whl"))
    return max((min(_minors(platform)) for platform in platforms), default=min(GLIBC))


def _minors(platform: str) -> list[int]:
    return [ALIASES.get(alias) or int(minor) for alias, minor in PLATFORM.findall(platform)]


def pack(root: Path, wheels: Path, done: Path) -> None:
    """Everything below one folder, owned by nobody in particular; wheels are compressed already."""
    top = done.name.removesuffix(".tar")
    listed = ["git", "-C", str(root), "ls-files", "-z", "--", *FOLDERS, *FILES]
    told = subprocess.run(listed, capture_output=True, text=True, check=True).stdout
    found = {name: root / name for name in told.split("\0") if name}
    found |= {name: root / "deploy" / "bundle" / name for name in TOP}
    found |= {f"wheels/{file.name}": file for file in wheels.glob("*.whl")} | {NEEDS: wheels / NEEDS}
    part = done.with_suffix(".part")
    with tarfile.open(part, "w") as archive:
        for name, file in sorted(found.items()):
            archive.add(file, f"{top}/{name}", filter=_nobodys)
    part.replace(done)


def _nobodys(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = "root"
    entry.mode = 0o755 if entry.mode & 0o100 else 0o644
    return entry
