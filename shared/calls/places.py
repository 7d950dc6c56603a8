"""Which places may be called: a provider's own, and those that the machine's settings name exactly. Pure."""

from urllib.parse import urlsplit


def place_of(address: str) -> str:
    """Scheme, host and port of an address, as an allow-list names them; empty where there are none."""
    try:
        parts = urlsplit(address)
        port = f":{parts.port}" if parts.port is not None else ""
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username is not None:
        return ""
    return f"{parts.scheme}://{parts.hostname.lower()}{port}"


def places(named: str) -> frozenset[str]:
    """What the machine's settings name, by commas."""
    return frozenset(place for each in named.split(",") if (place := place_of(each.strip())))


def unsendable(address: str) -> str | None:
    """The first sign of an address that no request can carry as it is: Chinese, a blank, a control sign."""
    return next((sign for sign in address if not sign.isascii() or not sign.isprintable() or sign == " "), None)
