"""Makes the secrets of an installation in containers, once: `python -m deploy.compose.secrets FOLDER`.

One file for each. What is there stays as it is: without the key of the personal fields they could not be read again.
"""

import hashlib
import os
import secrets
import sys
from collections.abc import Callable
from pathlib import Path

from deploy.box.state import new_key
from deploy.embedded.valkey import ALL, SERVICES, rights

READABLE = 0o444  # by the users of the containers; the folder itself is its owner's alone
# Redis before 7.2 knows no `client|setinfo`, and its client goes on without.
NEWER = "+client|setinfo"


def make(folder: Path) -> list[str]:
    """Make what is missing; returns the names of what was made."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    made: list[str] = []

    def kept(name: str, new: Callable[[], str] = lambda: secrets.token_urlsafe(32)) -> str:
        file = folder / name
        if not file.exists():
            with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, READABLE), "w") as out:
                out.write(new())
            made.append(name)
        return file.read_text()

    owner, app = kept("owner_password"), kept("xiaozu_app_password")
    kept("xiaozu_secret_key", new_key)
    kept("xiaozu_migrate_database_url", lambda: f"postgresql://owner:{owner}@postgres:5432/xiaozu")
    kept("xiaozu_database_url", lambda: f"postgresql://xiaozu_app:{app}@postgres:5432/xiaozu")
    users = {user: kept(f"redis_password_{user}") for user in (*SERVICES, ALL)}
    for user in SERVICES:
        kept(f"redis_url_{user}", lambda user=user: _redis(user, users[user]))  # type: ignore[misc]
    kept("xiaozu_redis_url", lambda: _redis(ALL, users[ALL]))
    kept("redis_users", lambda: _acl(users))
    return made


def _redis(user: str, password: str) -> str:
    return f"redis://{user}:{password}@redis:6379/0"


def _acl(passwords: dict[str, str]) -> str:
    """The users of the broker as its own file has them; nobody without a name, and no password but as a hash."""
    may = rights()
    lines = [
        f"user {user} on #{hashlib.sha256(password.encode()).hexdigest()} -@all {may[user].replace(NEWER + ' ', '')}"
        for user, password in passwords.items()
    ]
    return "\n".join(["user default off", *lines, ""])


def main() -> None:
    """Make them, and say which."""
    folder = Path(sys.argv[1])
    made = make(folder)
    sys.stdout.write(
        f"生成了 {len(made)} 个密钥文件。请另存一份 xiaozu_secret_key：丢了它，身份证号、手机号再也读不出来。\n"
    )


if __name__ == "__main__":
    main()
