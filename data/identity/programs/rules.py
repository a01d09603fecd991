"""Rules of programs: permissions, first calls and rate limits."""

from collections.abc import Collection, Mapping
from datetime import datetime, time, timedelta
from math import ceil

from core.access import Permission
from core.i18n import PARIS
from data.identity.accounts.types.security import ApiScope
from data.identity.programs.types import SCOPE, CallTurn, ProgramPace

AN_ID, A_SECRET, A_PCE = "ec_…", "…", "…"  # placeholders of personal values
CARRIED_ON = " \\\n  "  # continuation of a command on the next line
BURST = 10  # calls allowed at once after a pause
_MINUTE = timedelta(minutes=1)
_OPENS: Mapping[ApiScope, frozenset[Permission]] = {
    ApiScope.PCES_READ: frozenset({Permission.PCES_READ}),
    ApiScope.CONSUMPTION_READ: frozenset({Permission.CONSUMPTION_READ}),
    ApiScope.RIGHTS_READ: frozenset({Permission.RIGHTS_READ}),
    ApiScope.RIGHTS_WRITE: frozenset(
        {
            Permission.RIGHTS_READ,  # of the rights it declares
            Permission.RIGHTS_DECLARE,
            Permission.RIGHTS_RENEW,
            Permission.RIGHTS_WRITE,
        }
    ),
    ApiScope.CONTROLS_READ: frozenset({Permission.CONTROLS_READ}),
    ApiScope.CONTROLS_WRITE: frozenset({Permission.CONTROLS_READ, Permission.CONTROLS_ANSWER}),
}


def opened_by(scopes: Collection[ApiScope]) -> frozenset[Permission]:
    """Return the permissions of a program with these scopes, within its organisation's."""
    return frozenset().union(*(_OPENS[scope] for scope in scopes))


def next_turn(ready_at: datetime, now: datetime, pace: ProgramPace) -> CallTurn:
    """Return whether a call is allowed at `now` (GCRA); `ready_at` is the stored state.

    Calls are spread evenly over a minute; after a pause, `BURST` at once. A `ready_at` further
    ahead than `BURST` calls comes from a clock that was wrong, and is ignored.
    """
    if not pace.a_minute:
        return CallTurn(0, now)
    each = _MINUTE / pace.a_minute
    start = max(ready_at, now) if ready_at <= now + each * BURST else now
    early = start - now - each * (BURST - 1)
    if early > timedelta():
        return CallTurn(max(1, ceil(early.total_seconds())), ready_at)
    return CallTurn(0, start + each)


def until_tomorrow(now: datetime) -> int:
    """Return the seconds until the next midnight in Paris, when the daily count restarts."""
    local = now.astimezone(PARIS)
    midnight = datetime.combine(local.date() + timedelta(days=1), time(), PARIS)
    return max(1, ceil(midnight.timestamp() - now.timestamp()))


def commands(address: str, year: int, pce: str = A_PCE) -> tuple[str, str, str]:
    """Return example commands for the portal at `address`: token, rights, a year of a PCE.

    Each command prints an error response.
    """
    called = 'curl -sS --fail-with-body -H "Authorization: Bearer $TOKEN"'
    params = {
        "grant_type": "client_credentials",
        "client_id": AN_ID,
        "client_secret": A_SECRET,
        "scope": SCOPE,
    }
    words = (
        f"TOKEN=$(curl -sS {address}/oauth2/token",
        *(f"-d {name}={value}" for name, value in params.items()),
        "| jq -r '.access_token // error(.error_description)')",
    )
    year_of = f"/pce/{pce}/donnees_consos_informatives?periode={year}"
    return (
        CARRIED_ON.join(words),
        f"{called}{CARRIED_ON}{address}{SCOPE}/droits_acces",
        f"{called}{CARRIED_ON}'{address}{SCOPE}{year_of}'",
    )
