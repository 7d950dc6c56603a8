"""What an installation was asked, and the files that follow from it. Pure: nothing here looks at the machine."""

from dataclasses import dataclass
from pathlib import Path
from string import Template

CONFIG = Path("/etc/xiaozu")
ENVIRONMENT = CONFIG / "xiaozu.env"
CERTIFICATE, KEY = CONFIG / "tls.crt", CONFIG / "tls.key"
UNIT = Path("/etc/systemd/system/xiaozu.service")
SITE = Path("/etc/nginx/conf.d/xiaozu.conf")
SCRIPT = Path("/usr/local/sbin/xiaozu-box")
COMMAND = Path("/usr/local/bin/xiaozu")
PORT = 8000


@dataclass(frozen=True, kw_only=True)
class Answers:
    """Where it stands, whose it is, by which name people open it."""

    name: str  # a host name or an address of this machine
    program: Path  # .venv/bin/xiaozu
    data: Path
    user: str = "xiaozu"
    port: int = PORT
    plain: bool = False  # no gateway: http, for everybody on the network to read
    systemd: bool = True
    backups: Path | None = None
    six: bool = True  # whether the machine speaks IPv6; nginx refuses to listen where it does not

    @property
    def url(self) -> str:
        """What people type."""
        return f"http://{self.name}:{self.port}/" if self.plain else f"https://{self.name}/"


# `up` watches its programs by itself; the unit watches `up`. What is not named below cannot be written.
SERVICE = Template("""\
[Unit]
Description=xiaozu 小组
Wants=network-online.target
After=network-online.target

[Service]
User=$user
EnvironmentFile=$environment
ExecStart="$program" up --data "$data" --host $host --port $port
Restart=always
RestartSec=5
TimeoutStopSec=60
KillMode=mixed
UMask=0077
NoNewPrivileges=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectSystem=strict
ProtectHome=read-only
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectControlGroups=yes
RestrictSUIDSGID=yes
RestrictRealtime=yes
LockPersonality=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
ReadWritePaths="$data"$backups

[Install]
WantedBy=multi-user.target
""")

# The program believes this gateway alone about who asks (XIAOZU_GATEWAYS); /metrics is asked for from within.
GATEWAY = Template("""\
server {
    listen 80;$also_80
    server_name $name;
    return 308 https://$$host$$request_uri;
}

server {
    listen 443 ssl;$also_443
    server_name $name;
    server_tokens off;
    ssl_certificate $certificate;
    ssl_certificate_key $key;
    ssl_protocols TLSv1.2 TLSv1.3;
    client_max_body_size 40m;
    client_header_timeout 15s;
    client_body_timeout 30s;

    location = /metrics {
        return 404;
    }
    location / {
        proxy_pass http://127.0.0.1:$port;
        proxy_http_version 1.1;
        proxy_set_header Host $$http_host;
        proxy_set_header Connection "";
        proxy_set_header X-Forwarded-For $$remote_addr;
        proxy_set_header X-Forwarded-Proto $$scheme;
        proxy_connect_timeout 3s;
        proxy_read_timeout 120s;
        proxy_buffering off;
        proxy_next_upstream off;
    }
}
""")

# As systemd reads them: a line is taken as it stands, whatever a shell would make of it.
SETTINGS = """\
settings() {
  while IFS= read -r line || [ -n "$$line" ]; do
    case "$$line" in
      XIAOZU_*=*)
        value="$${line#*=}"
        case "$$value" in
          \\"*\\" | \\'*\\') value="$${value#?}" && value="$${value%?}" ;;
        esac
        export "$${line%%=*}=$$value"
        ;;
    esac
  done <'$environment'
}
"""

# What is asked of an installation by hand is done as its user: what root writes there, the service could not read.
ASKED = Template(f"""\
#!/bin/sh
# xiaozu of this installation: with its settings, in its folder, as its user
set -eu
[ "$${{1:-}}" = install ] && exec '$program' "$$@"
[ -r '$environment' ] || {{ echo "请用 root 运行：sudo xiaozu $$*" >&2; exit 1; }}
{SETTINGS}settings
export XIAOZU_DATA='$data' HOME='$data'
exec $become'$program' "$$@"
""")

# Where no systemd is: the same, kept alive by a loop. The system's own start-up calls it (a line `@reboot` in cron).
KEEPER = Template(
    f"""\
#!/bin/sh
# xiaozu: start, stop, status
set -eu
data='$data'
pid="$$data/keeper.pid"

# After the machine was cut off, its number may be another's.
alive() {{
  [ -r "$$pid" ] && {{ tr '\\0' ' ' <"/proc/$$(cat "$$pid")/cmdline"; }} 2>/dev/null | grep -qF "$${{0##*/}} keep"
}}

{SETTINGS}"""
    """\

case "$${1:-start}" in
  start)
    alive && { echo "已经在运行。"; exit 0; }
    exec setsid "$$0" keep >>"$$data/keeper.log" 2>&1 </dev/null &
    ;;
  keep)
    echo $$$$ >"$$pid"
    settings
    child=
    trap '[ -z "$$child" ] || ! kill -TERM "$$child" || wait "$$child" || true; rm -f "$$pid"; exit 0' TERM INT
    while :; do
      $become'$program' up --data "$$data" --host $host --port $port &
      child=$$!
      wait "$$child" || true
      sleep 5 &
      wait $$! || true
    done
    ;;
  stop)
    alive || { echo "没有运行。"; exit 0; }
    kill -TERM "$$(cat "$$pid")"
    while alive; do sleep 0.2; done
    ;;
  status)
    '$program' status --data "$$data"
    ;;
  *)
    echo "用法：$$0 start|stop|status" >&2; exit 2
    ;;
esac
"""
)


def written(asked: Answers) -> dict[Path, tuple[str, int]]:
    """Every file of an installation by its path: what stands in it, and its mode. Settings that are there are kept."""
    values = {
        "user": asked.user,
        "environment": ENVIRONMENT,
        "program": asked.program,
        "data": asked.data,
        "host": "0.0.0.0" if asked.plain else "127.0.0.1",  # noqa: S104  asked for, and said aloud
        "port": asked.port,
        "name": asked.name,
        "certificate": CERTIFICATE,
        "key": KEY,
        "backups": f' "-{asked.backups}"' if asked.backups else "",
        "also_80": "\n    listen [::]:80;" if asked.six else "",
        "also_443": "\n    listen [::]:443 ssl;" if asked.six else "",
        "become": f"setpriv --reuid '{asked.user}' --regid '{asked.user}' --init-groups " if asked.user else "",
    }
    files = {ENVIRONMENT: (settings_of(asked), 0o640), COMMAND: (ASKED.substitute(values), 0o755)}
    if asked.systemd:
        files[UNIT] = (SERVICE.substitute(values), 0o644)
    else:
        files[SCRIPT] = (KEEPER.substitute(values), 0o755)
    if not asked.plain:
        files[SITE] = (GATEWAY.substitute(values), 0o644)
    return files


def settings_of(asked: Answers) -> str:
    """The settings file to begin with; shared/settings.py has them all, each with its reason."""
    lines = ["# 小组的设置，一行一个，改了要重新启动；全部的设置和用途见 shared/settings.py", "XIAOZU_PRODUCTION=true"]
    lines += [f"XIAOZU_PUBLIC_URL={asked.url}", f"XIAOZU_HOSTS={asked.name}"]
    if not asked.plain:
        lines += ["XIAOZU_GATEWAYS=127.0.0.1"]
    if asked.backups:
        lines += [f"XIAOZU_BACKUP_FOLDER={asked.backups}"]
    return "\n".join([*lines, ""])
