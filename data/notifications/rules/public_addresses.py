"""Check that an address is on the public internet and well-formed."""

import re
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, unquote, urlsplit

from core.i18n import N_

_LONGEST = 2000
_LONGEST_NAME = 253  # characters (RFC 1035), and 63 of each of its labels
_NAME = re.compile(r"[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*\.?", re.ASCII)
_UNICAST = IPv6Network("2000::/3")  # all public IPv6 addresses
_NAT64 = IPv6Network("64:ff9b::/96")  # how a network without IPv4 reaches the public one
# Blocks without public hosts that Python considers global: protocols, obsolete relays,
# documentation (IANA's registries), and the metadata address of clouds.
_NO_HOSTS = tuple(
    ip_network(block)
    for block in (
        "192.0.0.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.175.48.0/24",
        "168.63.129.16/32",
        "2001::/23",
        "2002::/16",
        "2620:4f:8000::/48",
        "3fff::/20",
    )
)
_HTTPS = 443
_FIRST_FREE = 1024  # lower ports belong to services, and only 443 is HTTPS
# Higher ports that browsers refuse (fetch standard), and those of databases, queues, caches and
# remote management.
_OTHER_SERVICES = frozenset(
    {1433, 1521, 1719, 1720, 1723, 1883, 2049, 2181, 2375, 2376, 2379, 2380, 3306, 3389, 3659}
    | {4045, 4190, 5060, 5061, 5432, 5671, 5672, 5900, 5984, 5985, 5986, 6000, 6379, 6443, 6566}
    | {6665, 6666, 6667, 6668, 6669, 6679, 6697, 8883, 9042, 9092, 9200, 9300, 10080, 10250}
    | {11211, 27017}
)
_ISATAP = frozenset({0x00005EFE, 0x02005EFE})  # before the IPv4 address at the end (RFC 5214)
_SCHEME = re.compile(r"[a-z][a-z0-9+]{1,30}://\S+", re.ASCII | re.IGNORECASE)
# Apprise options that set timeouts, retries, certificate checks or redirects.
_OPTIONS = re.compile(
    r"[?&;]\s*[-+:]?\s*(rto|cto|timeout|retry|wait|verify|redirects?)\s*=", re.IGNORECASE
)


def is_public(address: str) -> bool:
    """Return whether an IP address is public, also when wrapped in IPv6."""
    try:
        ip: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if any(ip in block for block in _NO_HOSTS):
        return False
    if isinstance(ip, IPv4Address):
        return ip.is_global and not ip.is_multicast
    if ip.ipv4_mapped is not None or ip in _NAT64:
        return is_public(str(_last(ip)))
    if ip not in _UNICAST or not ip.is_global:
        return False
    isatap = int(ip) >> 32 & 0xFFFFFFFF in _ISATAP
    return is_public(str(_last(ip))) if isatap else True


def _last(address: IPv6Address) -> IPv4Address:
    return IPv4Address(int(address) & 0xFFFFFFFF)


def problems_in_url(url: str, *, webhook: bool) -> str | None:
    """Return why `url` is not accepted; None when it can be tried."""
    if not url:
        return N_("Donnez une adresse.")
    if len(url) > _LONGEST:
        return N_("Cette adresse est trop longue : 2 000 signes au plus.")
    if not url.isprintable() or not _SCHEME.fullmatch(url):
        return N_(
            "Cette adresse n’est pas valable : elle doit commencer par un mot suivi de « :// »."
        )
    if webhook:
        return _problems_in_webhook(url)
    if forces_an_option(url):
        return N_(
            "Retirez de cette adresse les options rto, cto, timeout, retry, wait, verify et"
            " redirect : c’est le portail qui les règle."
        )
    return None


def forces_an_option(url: str) -> bool:
    """Return whether an Apprise address sets an option that is ours, however quoted."""
    return bool(_OPTIONS.search(unquoted(url)))


def unquoted(url: str) -> str:
    """Return `url` unquoted, also when quoted several times."""
    for _turn in range(3):
        url = unquote(url)
    return url


def target_of(url: str) -> str:
    """Return the target of an address without secrets: `discord://…`, `https://host:1/…`."""
    scheme = url.partition("://")[0].lower()
    host = urlsplit(url).netloc.rpartition("@")[2].lower() if scheme == "https" else ""
    return f"{scheme}://{host}/…" if host else f"{scheme}://…"


def _problems_in_webhook(url: str) -> str | None:
    parts = _split(url)
    if parts is None or not parts.hostname:
        return N_("Cette adresse n’est pas valable : il lui faut un nom de site.")
    if not _is_port(parts):
        return N_("Le port de cette adresse n’est pas valable : il va de 1 à 65535.")
    if parts.scheme != "https":
        return N_("Un webhook se donne par une adresse « https:// ».")
    if parts.username or parts.password:
        return N_("L’adresse ne doit porter ni nom ni mot de passe : la signature suffit.")
    if not url.isascii():
        return N_(
            "Donnez cette adresse sans accent, telle que la barre d’un navigateur la copie"
            " (xn--… pour un nom)."
        )
    return _problems_in_host(parts.hostname) or _problems_in_port(parts.port or _HTTPS)


def _problems_in_host(host: str) -> str | None:
    literal = re.fullmatch(r"(0x[0-9a-f]+|[0-9]+)(\.(0x[0-9a-f]+|[0-9]+))*\.?|.*:.*", host)
    if not literal and "." not in host and host != "localhost":
        return N_("Le nom de cette adresse est incomplet : il y faut un point.")
    inside = not is_public(host) if literal else _is_local_name(host)
    if inside:
        return N_("Cette adresse est celle d’un réseau privé : elle est refusée.")
    if not literal and not _is_name(host):
        return N_("Le nom de cette adresse ne peut pas être celui d’un site public.")
    return None


def _problems_in_port(port: int) -> str | None:
    if port == _HTTPS or (port >= _FIRST_FREE and port not in _OTHER_SERVICES):
        return None
    return N_(
        "Ce port est celui d’un autre service : un webhook écoute au 443, ou à un port comme 8443."
    )


def _split(url: str) -> SplitResult | None:
    try:
        return urlsplit(url)
    except ValueError:
        return None


def _is_port(parts: SplitResult) -> bool:
    try:
        return parts.port != 0
    except ValueError:  # not a number, or too large
        return False


def _is_name(host: str) -> bool:
    """Return whether a resolver accepts it: other names would be retried for days."""
    return len(host) <= _LONGEST_NAME and bool(_NAME.fullmatch(host))


def _is_local_name(host: str) -> bool:
    return "." not in host.rstrip(".") or host.rstrip(".").endswith(
        (".localhost", ".local", ".internal", ".home.arpa")
    )
