"""Rules of programs: permissions, first calls and rate limits."""

from collections.abc import Collection, Mapping
from datetime import datetime, time, timedelta
from math import ceil

from core.access import Permission
from core.i18n import PARIS
from data.accounts.types.security import ApiScope
from data.programs.types import SCOPE, CallTurn, ProgramPace

AN_ID, A_SECRET, A_PCE = "ec_…", "…", "…"  # what each has of their own
CARRIED_ON = " \\\n  "  # a command goes on with its next line
BURST = 10  # calls that may come at once after a silence
_MINUTE = timedelta(minutes=1)
_OPENS: Mapping[ApiScope, frozenset[Permission]] = {
    ApiScope.PCES_READ: frozenset({Permission.PCES_READ}),
    ApiScope.CONSUMPTION_READ: frozenset({Permission.CONSUMPTION_READ}),
    ApiScope.RIGHTS_READ: frozenset({Permission.RIGHTS_READ}),
    ApiScope.RIGHTS_WRITE: frozenset(
        {
            Permission.RIGHTS_READ,  # of what it declares
            Permission.RIGHTS_DECLARE,
            Permission.RIGHTS_RENEW,
            Permission.RIGHTS_WRITE,
        }
    ),
    ApiScope.CONTROLS_READ: frozenset({Permission.CONTROLS_READ}),
    ApiScope.CONTROLS_WRITE: frozenset({Permission.CONTROLS_READ, Permission.CONTROLS_ANSWER}),
}


def opened_by(scopes: Collection[ApiScope]) -> frozenset[Permission]:
    """What a program with these scopes may do, as far as its organisation may."""
    return frozenset().union(*(_OPENS[scope] for scope in scopes))


def next_turn(ready_at: datetime, now: datetime, pace: ProgramPace) -> CallTurn:
    """Whether a call may come *now*, the one before having left *ready_at* (GCRA).

    So many a minute, evenly; after a silence, BURST at once. What is later than BURST calls leave
    was said by a clock that ran ahead: it holds nobody.
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
    """The seconds until the next midnight of Paris: a day's calls begin again."""
    local = now.astimezone(PARIS)
    midnight = datetime.combine(local.date() + timedelta(days=1), time(), PARIS)
    return max(1, ceil(midnight.timestamp() - now.timestamp()))


def commands(address: str, year: int, pce: str = A_PCE) -> tuple[str, str, str]:
    """A token, the rights, a year of a PCE, at the portal of *address*; each says a refusal."""
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
