"""Say why a site drifts, and link to what shows it."""

from collections.abc import Mapping
from datetime import date, timedelta
from urllib.parse import urlencode

from components.fleet.labels import PATH
from components.signatures.labels import PATH as SIGNATURE
from core.i18n import N_, _, month_name, short_day
from data.analysis.signatures.types import Cause, ProbableCause
from data.metering.consumption.rules.drifts import DEFAULT_LIST
from data.metering.consumption.rules.fleet import months_shown

WEEKS = timedelta(days=28)  # before the change, to show it
UNKNOWN = ("question-circle", N_("Cause à trouver"))
LOOKS: Mapping[Cause, tuple[str, str]] = {
    Cause.BASELOAD: ("droplet", N_("Talon monté")),
    Cause.LEVEL: ("graph-up-arrow", N_("Hausse générale")),
    Cause.OUT_OF_USE: ("calendar-week", N_("Chauffe le week-end")),
    Cause.HEATING: ("thermometer-half", N_("Plus de kWh par degré")),
    Cause.NOT_STOPPED: ("sun", N_("Chauffage non arrêté")),
    Cause.EARLY: ("calendar-plus", N_("Chauffage repris tôt")),
    Cause.ZERO: ("slash-circle", N_("Compteur à zéro")),
}


def cause_look(why: ProbableCause | None) -> tuple[str, str]:
    """Return the icon and the words of a probable cause, neutral in colour."""
    icon, words = LOOKS[why.cause] if why else UNKNOWN
    return icon, _(words)


def since_words(why: ProbableCause) -> str:
    """Return `depuis décembre 2025`: a day where only the last weeks are known to exceed."""
    since = why.since
    if why.is_part:
        return _("en partie depuis le {day}", day=short_day(since))
    if since.day > 1:
        return _("depuis le {day}", day=short_day(since))
    words = N_("depuis {month} {year} au moins") if why.is_older else N_("depuis {month} {year}")
    return _(words, month=month_name(since), year=since.year)


def cause_cell(why: ProbableCause | None) -> dict[str, str]:
    icon, words = cause_look(why)
    return {"word": words, "icon": icon, "tone": ""}


def evidence_address(
    number: str, why: ProbableCause | None, today: date, drifts: str = DEFAULT_LIST
) -> str:
    """Return the address that shows a drift: the signature, or the days around the change.

    `drifts` is the list that leads there, of `write_drift_list`.
    """
    here = {"pce": number, "drifts": drifts}
    if why is None or why.cause in {Cause.BASELOAD, Cause.HEATING, Cause.LEVEL}:
        return f"{SIGNATURE}?{urlencode(here)}"
    days = {
        "from": (why.since - WEEKS).isoformat(),
        "to": min(why.until, today).isoformat(),
        "step": "day",
    }
    return f"/consommations?{urlencode(here | days)}"


def alert_address(number: str, today: date) -> str:
    """Return the address of a threshold that sees the drift of a site over its last 12 months.

    It is corrected for climate, and learnt from the days before those months.
    """
    before = months_shown(today)[0] - timedelta(days=1)
    query = {"new": "1", "pce": number, "kind": "weather", "learnt": before.isoformat()}
    return f"/seuils?{urlencode(query | {'de': PATH})}"
