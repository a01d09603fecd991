"""`load-weather`, `fetch-weather` and `weather-station` manage temperatures and stations."""

from datetime import UTC, datetime
from pathlib import Path

import click

from core.i18n import PARIS
from data.metering.consumption.actions import describe_served
from data.metering.weather.types import StationPlace
from jobs import weather
from jobs.commands.portal import CommandPortal, pass_portal


@click.command(name="load-weather")
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
@pass_portal
@click.pass_context
def load_weather(ctx: click.Context, portal: CommandPortal, path: Path) -> None:
    """Enregistrer un CSV de températures : station ; jour ; moyenne ; minimum ; maximum.

    Les lignes qui ont un sens sont gardées, chacune des autres est dite.
    """
    ctx.exit(weather.load_file(portal.database, path, click.echo))


@click.command(name="fetch-weather")
@click.option("--days", type=click.IntRange(1, 20_000), help="Jours demandés, 40 d’ordinaire.")
@pass_portal
@click.pass_context
def fetch_weather(ctx: click.Context, portal: CommandPortal, days: int | None) -> None:
    """Demander les températures de chaque station au service des réglages."""
    settings = portal.settings
    provider = weather.provider_of(settings.weather_provider, settings.weather_address)
    today = datetime.now(UTC).astimezone(PARIS).date()
    first = weather.since(today, days)
    ctx.exit(weather.fetch(portal.database, provider, first, today, click.echo))


@click.command(name="weather-station")
@click.argument("code")
@click.option("--name", default="", help="Nom de la station.")
@click.option("--at", nargs=2, type=float, help="Latitude et longitude, en degrés.")
@click.option("--area", "areas", multiple=True, help="Début des codes postaux qu’elle sert.")
@click.option("--pce", "pces", multiple=True, help="PCE qu’elle sert, où qu’il soit.")
@pass_portal
def weather_station(
    portal: CommandPortal,
    *,
    code: str,
    name: str,
    at: tuple[float, float] | None,
    areas: tuple[str, ...],
    pces: tuple[str, ...],
) -> None:
    """Dire d’une station où elle est et qui elle sert : départements, codes postaux, PCE."""
    place = StationPlace(code, *(at or (None, None)))
    with portal.database.transaction() as db:
        describe_served(db, place, name, areas, pces)
