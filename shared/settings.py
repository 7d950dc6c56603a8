"""Every setting with its reason; read once from the environment (prefix XIAOZU_), then frozen."""

import re
from email.utils import parseaddr
from functools import lru_cache
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

Cipher = Literal["aes", "sm4"]
Digest = Literal["sha256", "sm3"]
SERVICES: tuple[str, ...] = ("activities", "assessment", "notify")
HERE = ("localhost", "127.0.0.1", "::1")
SENDER = re.compile(r"[^@\s<>,;:\"]{1,64}@[^@\s<>,;:\".]{1,63}(\.[^@\s<>,;:\".]{1,63}){1,4}")
# Their help pages: the sender has to be the account that signs in (553, 501).
ACCOUNT_ONLY = ("163.com", "126.com", "yeah.net", "qq.com", "aliyun.com", "sina.com", "139.com")
NO_SENDER = "发件人（XIAOZU_MAIL_FROM）“{sender}”不是能收信的邮箱地址：请写成邮件账号的完整地址，例如 office@163.com。"
OTHER_SENDER = (
    "发件人（XIAOZU_MAIL_FROM）是 {sender}，登录邮件服务器的账号是 {account}："
    "这家服务商只收同一个地址发的信，请改成一样。"
)


class Settings(BaseSettings):
    """What differs from one installation to the next. A county's cluster differs from one box by these alone."""

    model_config = SettingsConfigDict(env_prefix="XIAOZU_", frozen=True, extra="ignore")

    data: Path = Field(Path("data"), description="The one folder that holds an installation's state.")
    database_url: str = Field("", description="PostgreSQL for the services; empty: the box starts its own.")
    migrate_database_url: str = Field("", description="The owner's login, only for migrations.")
    app_password: str = Field(
        "", description="With it the migration makes the services' own login on a server that stands alone."
    )
    redis_url: str = Field(
        "",
        description="Redis or Valkey for the bells; empty: no bells, the sweep alone works. An ACL user a service needs"
        " ~xiaozu:<service>.* and ~xiaozu:_kombu.binding*, and the commands that deploy/embedded/valkey.py lists.",
    )
    services: str = Field(",".join(SERVICES), description="The services that this process serves and works for.")

    secret_key: str = Field("", description="32 bytes in base64: seals ID and telephone numbers.")
    cipher: Cipher = Field(
        "aes", description="Seals them from now on: AES-256-GCM or SM4-GCM; what was sealed before can be read."
    )
    digest: Digest = Field(
        "sha256",
        description="By which ID numbers are found and the history is chained: HMAC-SHA256 or HMAC-SM3. Chosen before"
        " the first ID number: once there is one, nothing is found by another.",
    )
    public_url: str = Field(
        "",
        pattern=r"^(https?://[^\s/]\S*)?$",
        description="Where people open it, for links in letters; empty: letters say to sign in as usual.",
    )
    gateways: str = Field(
        "", description="Addresses or networks of gateways in front, by commas: only these are believed about others."
    )
    connections: int = Field(1000, ge=100, description="Connections that a web process keeps; who is idle gives way.")
    connections_each: int = Field(
        500,
        ge=50,
        description="Of these from one address; a village behind one address is 200 phones, not an attacker.",
    )
    hosts: str = Field(
        "", description="Names that are answered, by commas; the machine's own always. Empty: whatever it is called."
    )
    docs_signed_in: bool = Field(default=False, description="Shows the documentation of the API only who is signed in.")
    production: bool = Field(default=False, description="Refuses to move the office's date and to load a demo.")

    access_days: int = Field(180, ge=0, description="Days for which the access log is kept; 0: none is written.")
    access_address_days: int = Field(
        0, ge=0, description="Days for which source addresses are kept beside it; 0: none."
    )
    syslog: str = Field(
        "",
        pattern=r"^((udp|tcp)://[^\s/:]+(:\d{1,5})?|unix:/\S+)?$",
        description="A collector that gets the access log too: udp://host:514, tcp://host:601 or unix:/dev/log.",
    )

    metrics_key: str = Field(
        "",
        repr=False,
        description="Whoever watches from outside (Prometheus) reads /metrics with it as his bearer token, 16 letters"
        " at least; empty: there is no such page.",
    )

    traces: str = Field(
        "",
        pattern=r"^(https?://[^\s/]\S*|/\S+)?$",
        description="Where traces go (OpenTelemetry): a collector that speaks OTLP over HTTP, such as"
        " http://10.1.2.3:4318/v1/traces, or a file; empty: none are made.",
    )

    pool_size: int = Field(5, description="Twice as many connections a web process opens at most; a worker needs one.")
    statement_seconds: int = Field(30, description="A statement that takes longer is ended by PostgreSQL.")
    chunk_groups: int = Field(5000, ge=1, le=20000, description="Groups in one piece of the year-end run, at most.")
    files_mb: int = Field(2048, ge=1, description="Files of a branch and its groups, in MB, until a township decides.")

    backup_hour: int = Field(2, ge=-1, le=23, description="One box makes a backup at this hour each day; -1: never.")
    backup_folder: str = Field("", description="Where to, say on another disk; empty: within the data folder.")

    mail_host: str = Field("", description="SMTP server; empty: letters are put as .eml files in the data folder.")
    mail_port: int = Field(25, description="Its port.")
    mail_user: str = Field("", description="Its account, if it wants one.")
    mail_password: str = Field("", description="Its password, if it wants one.")
    mail_tls: Literal["none", "starttls", "tls"] = Field("none", description="How the connection is protected.")
    mail_from: str = Field("xiaozu@localhost", description="The sender that people see.")
    mail_per_minute: int = Field(600, ge=1, description="At most so many letters a minute, over all workers.")
    mail_seconds: float = Field(10.0, description="A mail server that says nothing for so long counts as away.")
    places: str = Field(
        "",
        description="Places beyond the providers' own that may be called, by commas and exactly, such as the county's"
        " gateway http://10.1.2.3:8080, or an OpenID provider. Only these may be within a house, or without TLS.",
    )
    call_seconds: float = Field(10.0, gt=0, description="A provider that has not answered after so long is hung up on.")
    head_mail: str = Field(
        "",
        pattern=r"^([^@\s<>,;:\"]{1,64}@[^@\s<>,;:\"]{1,189})?$",
        description="Where the head of the chain goes daily by mail, out of this house; empty: nowhere.",
    )
    quiet_from: int = Field(21, ge=0, le=24, description="No letters from this hour (Asia/Shanghai).")
    quiet_to: int = Field(7, ge=0, le=24, description="Letters again from this hour.")

    session_idle_minutes: int = Field(30, description="A sitting ends after so long without a request.")
    session_hours: int = Field(12, description="A sitting ends after so long in any case.")
    lock_tries: int = Field(5, description="Wrong passwords before whoever tries them has to wait (等保 2.0).")
    lock_minutes: int = Field(5, description="How long he waits; others, and devices that are known, do not.")
    first_password_hours: int = Field(72, ge=1, description="How long a first password opens, if none is chosen.")
    slip_days: int = Field(14, ge=1, le=60, description="The same of those that are handed out on slips of paper.")
    address_days: int = Field(180, ge=1, description="How long it is kept from where people signed in, or failed to.")
    totp_roles: str = Field("", description="Roles that also need a one-time code, until the office decides itself.")

    @model_validator(mode="after")
    def _sender_can_be_one(self) -> Self:
        """A server that is not this machine itself takes no sender without a domain; a service only the account."""
        sender, account = parseaddr(self.mail_from)[1].lower(), self.mail_user.lower()
        if not self.mail_host or self.mail_host in HERE:
            return self
        if not SENDER.fullmatch(sender):
            raise ValueError(NO_SENDER.format(sender=self.mail_from))
        if "@" in account and account != sender and self.mail_host.lower().endswith(ACCOUNT_ONLY):
            raise ValueError(OTHER_SENDER.format(sender=sender, account=account))
        return self

    @property
    def served(self) -> tuple[str, ...]:
        """The services that this process carries, in the order of the house."""
        wanted = {name.strip() for name in self.services.split(",")}
        return tuple(name for name in SERVICES if name in wanted)


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process."""
    return Settings()
