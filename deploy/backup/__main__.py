"""`python -m deploy.backup DATA`: the backup of the day, beside whatever else the machine does."""

import os
import signal
import sys
from pathlib import Path

from deploy.backup import passphrase
from deploy.backup.folder import backups_folder, thin_out
from deploy.backup.refusals import BackupRefusal
from deploy.backup.take import take
from deploy.backup.telling import tell_failed, tell_taken, tell_unwritten
from deploy.box.state import Box

LEAST_URGENT = 19


def main(data: Path) -> None:
    """Make it, tell of it, and let go of the oldest; where it fails, the keeper hears why."""
    os.nice(LEAST_URGENT)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what is half made is taken away
    found = Box.read(data)
    if found is None:
        return
    known = passphrase.is_known(data)
    try:
        folder = backups_folder(data)
        taken = take(found, folder, passphrase.of_box(data))
    except BackupRefusal as refusal:
        sys.stderr.write(f"{refusal}\n")
        tell_failed(str(refusal).splitlines()[0])
        sys.exit(refusal.code)
    except Exception as error:
        tell_failed(f"程序出错（{type(error).__name__}），详情见 {data / 'log' / 'backup.log'}。")
        raise
    tell_taken(taken.file.name, taken.size, taken.facts["taken_at"])
    if not known:
        tell_unwritten()
    thin_out(folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
