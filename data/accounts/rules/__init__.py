"""Rules of accounts: session lifetime, attempt limits, e-mail addresses."""

import re
import unicodedata
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from core.access import Role
from core.errors import TooMany
from core.i18n import N_
from data.accounts.types import FactorPolicy, OpenSession, SessionLimits
from data.accounts.types.security import CredentialState

RESET_LASTS = timedelta(hours=1)
ENROLMENT_LASTS = timedelta(minutes=15)
TRIES_KEPT = timedelta(days=1)
SEEN_EVERY = timedelta(minutes=1)
AHEAD = timedelta(hours=1)  # a sign of life further in the future is of a clock set back since
KNOWN_FOR = timedelta(days=30)  # a network after its owner came in from it: a bill a month
MOST_LINKS = 20  # open at once for one person: more fill a mailbox
BROWSER_TOLD = timedelta(days=1)  # an account so young has no other browser to compare with
FACTOR_ROLES = frozenset({Role.ACCOUNT_MANAGER, Role.ADMINISTRATOR})


def folded(text: str) -> str:
    """Lower case, without accents: what a guesser tries first."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c))


def address_in(text: str, *, anywhere: bool = True) -> str | None:
    """The e-mail address that *text* is, in ASCII and lower case; None when it is none.

    With *anywhere* it can be written to from the whole internet, else a network of one's own will
    do. An encoded word (RFC 2047) passes for an address, and is one's name in a mail reader.
    """
    from email_validator import EmailNotValidError, validate_email

    try:
        validation = validate_email(
            text,
            allow_smtputf8=False,
            check_deliverability=False,
            globally_deliverable=anywhere,
            strict=True,
        )
    except EmailNotValidError:
        return None
    address = (validation.ascii_email or "").lower()
    return None if "=?" in address else address


def is_alive(
    started_at: datetime, last_seen_at: datetime, now: datetime, limits: SessionLimits
) -> bool:
    """Whether a session not yet closed still stands: neither idle nor old."""
    idle = now - last_seen_at >= timedelta(minutes=limits.idle_minutes)
    old = now - started_at >= timedelta(hours=limits.absolute_hours)
    return not idle and not old


def is_stale(last_seen_at: datetime, now: datetime) -> bool:
    """Whether the sign of life is old enough to be worth writing again, or of a wrong clock."""
    return now - last_seen_at >= SEEN_EVERY or last_seen_at > now + AHEAD


def needs_factor(role: Role, policy: FactorPolicy, *, demo_password: bool) -> bool:
    """Whether *role* may do nothing with a password alone."""
    spared = policy.demo and demo_password
    return policy.required and role in FACTOR_ROLES and not spared


def must_enrol(session: OpenSession, policy: FactorPolicy) -> bool:
    """Whether this session is to turn a second factor on before anything else."""
    if session.coded or session.strong:
        return False
    return needs_factor(session.viewer.role, policy, demo_password=session.demo_password)


def credential_state(
    revoked_at: datetime | None, expires_at: datetime, now: datetime
) -> CredentialState:
    if revoked_at is not None:
        return CredentialState.REVOKED
    return CredentialState.LIVE if expires_at > now else CredentialState.EXPIRED


def is_new_browser(
    *, known_browser: bool, others: bool, created_at: datetime, now: datetime
) -> bool:
    """Whether to tell the owner of a session in a browser not *known*; *others* are known."""
    return not known_browser and (others or now - created_at >= BROWSER_TOLD)


TRIED = N_(
    "Trop d’essais : recommencez dans {minutes} minutes, ou choisissez un nouveau mot "
    "de passe par « Mot de passe oublié »."
)
LINKS_ASKED = N_(
    "Trop de demandes de nouveau mot de passe : cherchez le lien dans vos messages, "
    "ou recommencez dans {minutes} minutes."
)
CLIENT_TRIED = N_("Trop d’essais de cet accès : recommencez dans {minutes} minutes.")
CODES_TRIED = N_("Trop de codes essayés : recommencez dans {minutes} minutes.")


def check_tries(tries: int, limits: SessionLimits, message: str = TRIED) -> None:
    """Raise TooMany, which says *message*, once *tries* of the window are used up."""
    if tries >= limits.tries:
        raise TooMany(message, minutes=limits.window_minutes, seconds=limits.window_minutes * 60)


def check_codes_of_the_day(tries: int, limits: SessionLimits) -> None:
    """Raise TooMany once the *tries* of codes of the application of a day are used up."""
    if tries >= limits.codes_a_day:
        raise TooMany(N_("Trop de codes essayés en 24 heures : utilisez un code de secours."))


def is_app_code(text: str) -> bool:
    """Whether *text* looks like a code of an application: six digits, spaces aside."""
    return re.fullmatch(r"[0-9]{6}", "".join(text.split())) is not None


def recovery_code_of(text: str) -> str:
    """The recovery code that *text* means, as it was made: capitals, without marks or spaces."""
    return re.sub(r"[^A-Z0-9]", "", text.upper())


def network_of(address: str) -> str:
    """Return the network by which attempts are counted: an IPv4 address, or an IPv6 /64."""
    return _network(address, 32)


def place_of(address: str) -> str:
    """Where the tries of one e-mail are counted together: the /24 of IPv4, the /64 of IPv6.

    Wider than an address, so that neither a provider that gives its owner another one, nor a
    guesser with a few of them, counts as somebody else.
    """
    return _network(address, 24)


def _network(address: str, bits: int) -> str:
    """The network of *bits* around an IPv4 address, even as IPv6 writes it; the /64 of IPv6."""
    try:
        network_address = ip_address(address)
    except ValueError:
        return address
    if isinstance(network_address, IPv6Address):
        network_address = network_address.ipv4_mapped or network_address
    length = bits if isinstance(network_address, IPv4Address) else 64
    return str(ip_network((network_address.packed, length), strict=False))


_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
    ("curl", "curl"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def device_of(user_agent: str) -> str:
    """`Firefox · Linux`: enough to know one's own machine again."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return " · ".join(part for part in (browser, system) if part)
