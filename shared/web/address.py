"""From where a request comes: the peer's address, or what a gateway says of it where a setting names that gateway."""

from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from fastapi import Request

from shared.settings import settings

Address = IPv4Address | IPv6Address
UNKNOWN = ""
V6, V6_LINE = 6, 64


def address_of(request: Request) -> str:
    """Where a request comes from, as text; empty where nothing says it (a test's client, a socket without a peer).

    `X-Forwarded-For` is read from right to left for as long as the one who wrote is a gateway of ours: whatever stands
    further left was typed by whoever wanted to.
    """
    found = _understood(request.client.host if request.client else "")
    said = [part.strip() for line in request.headers.getlist("x-forwarded-for") for part in line.split(",")]
    while found and said and is_gateway(found):
        found = _understood(said.pop()) or found
    return str(found) if found else UNKNOWN


def home_of(peer: str) -> str | None:
    """The line at which a peer sits; None for a gateway of ours, at which everybody does.

    An address; of IPv6 the part of it that is given to one line.
    """
    found = _understood(peer)
    if found is None or is_gateway(found):
        return None if found else UNKNOWN
    return str(ip_network((found, V6_LINE), strict=False)) if found.version == V6 else str(found)


def is_gateway(address: Address) -> bool:
    """Whether a setting names it as one that tells the truth about others."""
    return any(address in network for network in gateways(settings().gateways))


@lru_cache(maxsize=4)
def gateways(named: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """The addresses and networks that the setting names, split by commas."""
    return tuple(ip_network(one.strip(), strict=False) for one in named.split(",") if one.strip())


def _understood(said: str) -> Address | None:
    try:
        found = ip_address(said)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found
