"""Where a message may go: an address of the public internet, written as it should be."""

import re
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

from i18n import N_

_LONGEST = 2000
_NAT64 = IPv6Network("64:ff9b::/96")
_MAIL = re.compile(r"[^@\s<>,;:\"()\[\]\\]{1,64}@(?:[a-z0-9-]{1,63}\.)+[a-z0-9-]{2,63}", re.ASCII)
_SCHEME = re.compile(r"[a-z][a-z0-9+]{1,30}://\S+", re.ASCII | re.IGNORECASE)


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet, whatever form of IPv6 wraps it."""
    try:
        found: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo or (None, None))[1]
        if inner is None and found in _NAT64:
            inner = IPv4Address(int(found) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return found.is_global and not found.is_multicast


def problems_in_address(email: str) -> str | None:
    """Why *email* is no address to write to; None when it is."""
    if not email:
        return N_("Écrivez une adresse électronique.")
    if len(email) > 254 or not _MAIL.fullmatch(email):  # noqa: PLR2004 (RFC 5321)
        return N_("« {found} » n’est pas une adresse électronique.")
    return None


def problems_in_url(url: str, *, webhook: bool) -> str | None:
    """Why *url* leads nowhere we go; None when it may be tried."""
    if len(url) > _LONGEST or not url.isprintable() or not _SCHEME.fullmatch(url):
        return N_("Cette adresse n’en est pas une : elle commence par un mot suivi de « :// ».")
    return _problems_in_webhook(url) if webhook else None


def _problems_in_webhook(url: str) -> str | None:
    parts = _split(url)
    if parts is None or not parts.hostname:
        return N_("Cette adresse n’en est pas une : elle commence par un mot suivi de « :// ».")
    if parts.scheme != "https":
        return N_("Un webhook se donne par une adresse « https:// ».")
    if parts.username or parts.password:
        return N_("L’adresse ne doit porter ni nom ni mot de passe : la signature suffit.")
    literal = re.fullmatch(r"[0-9.]+|.*:.*", parts.hostname)
    inside = not is_public(parts.hostname) if literal else _is_local_name(parts.hostname)
    if inside:
        return N_("Cette adresse est celle d’un réseau privé : elle est refusée.")
    return None


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 (raises where it is none)
    except ValueError:
        return None
    return parts


def _is_local_name(host: str) -> bool:
    return "." not in host.rstrip(".") or host.rstrip(".").endswith(
        (".localhost", ".local", ".internal", ".home.arpa")
    )
