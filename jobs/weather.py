"""Load temperatures from an operator's file or the configured provider."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import structlog

from core.database import Database
from core.errors import Invalid, Unreadable
from core.i18n import N_, PARIS, _
from data.metering.weather.actions import load_days, note_fetch
from data.metering.weather.channels import PROVIDERS, WeatherProvider
from data.metering.weather.files import read
from data.metering.weather.queries import find_last_fetch, list_places
from data.metering.weather.rules.fetch_schedule import is_due
from data.metering.weather.types import StationSource, WeatherFile, WeatherLoad
from jobs.os_errors import reason_of

Echo = Callable[[str], object]
LATELY = 40  # days requested again: first values are corrected later


def load_file(database: Database, path: Path, echo: Echo) -> int:
    """Store the days in `path`, one transaction per station.

    Return 1 when a line was left out, else 0.
    """
    try:
        octets = path.read_bytes()
    except OSError as error:
        raise Unreadable(
            N_("ce fichier ne peut pas être ouvert ({reason})."), reason=reason_of(error)
        ) from error
    weather_file = read(octets)
    _keep(database, weather_file, StationSource.FILE, echo)
    return 1 if weather_file.faults or not weather_file.days else 0


def fetch(
    database: Database, provider: WeatherProvider, first: date, last: date, echo: Echo
) -> int:
    """Store the provider's days of every station from `first` to `last`.

    Return 1 when some were refused, else 0.
    """
    _result, refused = _ask(database, provider, (first, last), echo)
    return 1 if refused else 0


def _ask(
    database: Database, provider: WeatherProvider, span: tuple[date, date], echo: Echo
) -> tuple[WeatherLoad, int]:
    """Return the result of storing an answer, and the number of refused days."""
    with database.reading() as db:
        places = list_places(db)
    try:
        weather_file = provider.days(places, *span)
    except OSError as error:  # of requests too
        raise Unreadable(N_("Le service météo ne répond pas.")) from error
    return _keep(database, weather_file, StationSource.SERVICE, echo), len(weather_file.faults)


def fetch_due(database: Database, provider: WeatherProvider, now: datetime) -> bool:
    """Ask `provider` when it is due; record an outage, shown by `/health`, and retry later.

    Return whether it was asked. If killed half-way, the next call asks for the same days.
    """
    with database.reading() as db:
        last = find_last_fetch(db)
    if not is_due(last, now):
        return False
    today, problem, outcome = now.astimezone(PARIS).date(), "", (WeatherLoad(), 0)
    days = LATELY if last is None or last.done_at is None else (now - last.done_at).days + LATELY
    try:
        span = since(today, days), today
        outcome = _ask(database, provider, span, structlog.get_logger().info)
    except Unreadable as error:
        problem = error.message
        structlog.get_logger().warning("weather.unanswered", problem=problem)
    with database.transaction() as db:
        note_fetch(db, now, problem, *outcome)
    return True


def provider_of(name: str, address: str) -> WeatherProvider:
    """Return the provider of the settings; raise Invalid without one."""
    if not name or not address:
        raise Invalid(
            N_(
                "Aucun service météo n’est réglé : renseignez PORTAL_WEATHER_PROVIDER et"
                " PORTAL_WEATHER_ADDRESS."
            )
        )
    return PROVIDERS[name](address)


def since(today: date, days: int | None) -> date:
    """Return the first requested day."""
    return today - timedelta(days=days or LATELY)


def _keep(
    database: Database, weather_file: WeatherFile, source: StationSource, echo: Echo
) -> WeatherLoad:
    total = WeatherLoad()
    for code, days in sorted(weather_file.days.items()):
        with database.transaction() as db:
            total += load_days(db, code, days, source)
    echo(
        f"stations={len(weather_file.days)} days={sum(map(len, weather_file.days.values()))}"
        f" new={total.new} changed={total.changed} same={total.same}"
    )
    for line, sentence, params in weather_file.faults:
        words = _(sentence, **params)
        echo(_("Ligne {line} : {words}", line=line, words=words) if line else words)
    return total
