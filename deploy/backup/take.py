"""A backup of a running box: the cluster, its log since the last one, the files and the secrets, in one file."""

import gzip
import json
import tarfile
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from deploy.backup import cluster, envelope
from deploy.backup.folder import WRITTEN, clear_halves
from deploy.backup.refusals import said
from deploy.backup.scratch import scratch
from deploy.box.state import Box
from deploy.embedded.postgres import Postgres

FACTS = "facts.json"
CLUSTER, LOG = "postgres/cluster", "postgres/log"
COMPRESSED = 1  # of 9: the rest costs three times the time for a tenth of the size
# What is not an installation's state, or is made anew: the cluster comes from the server itself.
LEFT_OUT = {"postgres", "valkey", "log", "backups", "scratch", "backup.json", "reserve"}
NOW = "select clock_timestamp(), coalesce(max(id), 0), pg_current_wal_lsn()::text from office.happening"


@dataclass(frozen=True)
class Taken:
    """A backup that is there: where, how large in bytes, what was seen in it when it was tried."""

    file: Path
    size: int
    facts: dict[str, Any]


def take(box: Box, folder: Path, passphrase: str) -> Taken:
    """Make a backup in a folder, try it, and only then let it count. Raises BackupRefusal; nothing is left then."""
    from deploy.backup.trying import try_out

    server = cluster.server_of(box)
    with scratch(box.data) as room, cluster.owner_of(server) as owner, said():
        clear_halves(folder)
        facts, start = _packed(room / "body", box.data, server, owner)
        file = folder / WRITTEN.format(at=datetime.fromisoformat(facts["taken_at"]).astimezone())
        half = file.with_name(f"{file.name}.part")
        try:
            envelope.seal(room / "body", half, passphrase, facts)
            (room / "body").unlink()
            try_out(half, passphrase, room / "tried")
            half.replace(file)
        finally:
            half.unlink(missing_ok=True)
        envelope.sync(folder)
        cluster.let_go_before(owner, start)
    return Taken(file, file.stat().st_size, facts)


def _packed(body: Path, data: Path, server: Postgres, owner: Any) -> tuple[dict[str, Any], str]:  # noqa: ANN401
    """Write the body; returns what is known of it, and from where on the log is needed beside it."""
    from deploy.migrate import fingerprint

    first = cluster.hold_log(owner)
    taken_at, happenings, start = owner.execute(NOW).fetchone()
    with said(), gzip.open(body, "wb", compresslevel=COMPRESSED) as packed:
        body.chmod(0o600)
        with tarfile.open(fileobj=packed, mode="w|", bufsize=cluster.PIECE) as tar:
            size = cluster.base_into(tar, server, CLUSTER)
            size += _log_into(tar, data / CLUSTER / "pg_wal", first, owner, start)
            size += _rest_into(tar, data)
            ended_at, ended, _ = owner.execute(NOW).fetchone()
            facts = {
                "taken_at": taken_at.astimezone(UTC).isoformat(timespec="seconds"),
                "ended_at": ended_at.astimezone(UTC).isoformat(),
                "happenings": [happenings, ended],
                "log_from": first,
                "postgres": owner.info.server_version // 10_000,
                "migrated": fingerprint(),
                "unpacked": size,
            }
            _put(tar, FACTS, json.dumps(facts, ensure_ascii=False).encode())
    return facts, start


def _log_into(tar: tarfile.TarFile, log: Path, first: str | None, owner: Any, start: str) -> int:  # noqa: ANN401
    if first is None:
        return 0
    last = owner.execute("select pg_walfile_name(%s)", [start]).fetchone()[0]  # whole: the base backup began a new one
    size = 0
    for segment in cluster.segments(log, first, last):
        tar.add(segment, f"{LOG}/{segment.name}", filter=_plain)
        size += segment.stat().st_size
    return size


def _rest_into(tar: tarfile.TarFile, data: Path) -> int:
    """Files, letters, secrets; what vanishes meanwhile was on its way out anyway."""
    size = 0
    for top in sorted(data.iterdir()):
        if top.name in LEFT_OUT or top.name.startswith("box."):
            continue
        for each in sorted([top, *top.rglob("*")] if top.is_dir() else [top]):
            try:
                tar.add(each, str(each.relative_to(data)), recursive=False, filter=_plain)
                size += each.stat().st_size if each.is_file() else 0
            except FileNotFoundError:
                continue
    return size


def _plain(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member


def _put(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode = len(data), 0o600
    tar.addfile(info, BytesIO(data))
