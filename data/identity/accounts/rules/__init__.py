"""Rules of accounts: session lifetime, attempt limits, e-mail addresses."""

import re
import unicodedata
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from core.access import Role
from core.errors import TooMany
from core.i18n import N_
from data.identity.accounts.types import FactorPolicy, OpenSession, SessionLimits
from data.identity.accounts.types.security import CredentialState

RESET_LASTS = timedelta(hours=1)
ENROLMENT_LASTS = timedelta(minutes=15)
TRIES_KEPT = timedelta(days=1)
SEEN_EVERY = timedelta(minutes=1)
AHEAD = timedelta(hours=1)  # a later date means that the clock was set back since
# a network after its owner signed in from it: monthly visits are common
KNOWN_FOR = timedelta(days=30)
MOST_LINKS = 20  # open at once for one person: more would flood a mailbox
BROWSER_TOLD = timedelta(days=1)  # younger accounts have no other browser to compare with
FACTOR_ROLES = frozenset({Role.ACCOUNT_MANAGER, Role.ADMINISTRATOR})


def folded(text: str) -> str:
    """Return lower case without accents, as a guesser tries first."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c))


def address_in(text: str, *, anywhere: bool = True) -> str | None:
    """Return the e-mail address in ASCII and lower case, None when invalid.

    With `anywhere` it must be reachable from the internet, otherwise a private network is enough.
    Encoded words (RFC 2047) are refused, as mail readers display them as names.
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
    """Return whether an open session is neither idle nor too old."""
    idle = now - last_seen_at >= timedelta(minutes=limits.idle_minutes)
    old = now - started_at >= timedelta(hours=limits.absolute_hours)
    return not idle and not old


def is_stale(last_seen_at: datetime, now: datetime) -> bool:
    """Return whether the last-seen date should be updated, or comes from a wrong clock."""
    return now - last_seen_at >= SEEN_EVERY or last_seen_at > now + AHEAD


def needs_factor(role: Role, policy: FactorPolicy, *, demo_password: bool) -> bool:
    """Return whether `role` needs a second factor."""
    spared = policy.demo and demo_password
    return policy.required and role in FACTOR_ROLES and not spared


def must_enrol(session: OpenSession, policy: FactorPolicy) -> bool:
    """Return whether this session must activate a second factor before anything else."""
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
    """Return whether to notify the owner of an unknown browser.

    `others` says that some are known.
    """
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
    """Raise TooMany with `message` once the attempts of the window are used up."""
    if tries >= limits.tries:
        raise TooMany(message, minutes=limits.window_minutes, seconds=limits.window_minutes * 60)


def check_codes_of_the_day(tries: int, limits: SessionLimits) -> None:
    """Raise TooMany once a day's attempts at application codes are used up."""
    if tries >= limits.codes_a_day:
        raise TooMany(N_("Trop de codes essayés en 24 heures : utilisez un code de secours."))


def is_app_code(text: str) -> bool:
    """Return whether `text` looks like an application code: six digits, ignoring spaces."""
    return re.fullmatch(r"[0-9]{6}", "".join(text.split())) is not None


def recovery_code_of(text: str) -> str:
    """Return a typed recovery code in its original form: capitals, no separators."""
    return re.sub(r"[^A-Z0-9]", "", text.upper())


def network_of(address: str) -> str:
    """Return the network by which attempts are counted: an IPv4 address, or an IPv6 /64."""
    return _network(address, 32)


def place_of(address: str) -> str:
    """Return the network by which attempts on an e-mail are counted: IPv4 /24, IPv6 /64.

    Wider than an address, so that neither a changed address of the owner nor a guesser's few
    addresses count as another network.
    """
    return _network(address, 24)


def _network(address: str, bits: int) -> str:
    """Return the network of `bits` around an IPv4 (or mapped) address, the /64 of an IPv6."""
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
    """Return `Firefox · Linux`, enough to recognise one's own device."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return " · ".join(part for part in (browser, system) if part)
