"""What an event says, when it is tried again, and when a webhook is left alone."""

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from data.consumption.types import News
from data.hooks.types import LONGEST_NAME, Fate, Told, Topic, WantedHook
from data.notifications.rules import problems_in_url, target_of
from data.pces.types import Holes, PceScope
from data.signs import undirected
from i18n import N_

MOST = 500  # things that one event tells of: some forty thousand octets
RESENT = 100  # deliveries that one press sends again
NOTHING = N_("Choisissez au moins un événement.")
_TAKEN = N_("Un autre webhook porte déjà ce nom.")
_ALIKE = N_("Un autre webhook sans nom pointe vers le même site : donnez un nom à celui-ci.")
OLD_SECRET = timedelta(hours=24)  # that the secret of before still signs
_DELAYS = (1, 5, 15, 60, 180, 360, 720, 1440, 1440)  # minutes: over three days, then given up
_FOR_GOOD = frozenset({"http 410", "private"})
_TYPES: Mapping[Topic, tuple[str, str]] = {  # its type, and what its list is called
    Topic.RIGHTS: ("droit_acces.etat", "droits_acces"),
    Topic.CONTROLS: ("preuve.statut", "preuves"),
    Topic.READINGS: ("donnees.disponibles", "pce"),
    Topic.PING: ("ping", ""),
}
_SAID = ("etat_droit_acces", "statut_controle_preuve", "date_fin")
_SORTS: Mapping[News, str] = {
    News.DAYS: "informatives",
    News.PERIODS: "publiees",
    News.INJECTED: "injections_publiees",
}
_Span = tuple[date, date]


def problems_in(wanted: WantedHook, names: Collection[str] = ()) -> Mapping[str, str]:
    """What is wrong with what the form asks for, field by field: `name`, `url`, `topics`.

    *names* are those of the other webhooks, of which none is called alike.
    """
    wrong = problems_in_url(wanted.url.strip(), webhook=True)
    named = given_name(wanted)
    alike = (named or not wrong) and called(wanted).casefold() in {
        name.casefold() for name in names
    }
    found = {
        "name": (_TAKEN if named else _ALIKE) if alike else None,
        "url": wrong,
        "topics": None if wanted.topics else NOTHING,
    }
    return {name: words for name, words in found.items() if words}


def given_name(wanted: WantedHook) -> str:
    """The name that was typed, as it is kept; "" for none."""
    return " ".join(undirected(wanted.name).split())[:LONGEST_NAME]


def called(wanted: WantedHook) -> str:
    """Its name: where it leads when it was given none."""
    return given_name(wanted) or target_of(wanted.url.strip())


def type_of(topic: Topic) -> str:
    """The `type` of its events."""
    return _TYPES[topic][0]


def list_of(topic: Topic) -> str:
    """What the list of its `data` is called; "" of a ping, which has none."""
    return _TYPES[topic][1]


def sort_of(news: News) -> str:
    """How a line says what sort of data changed."""
    return _SORTS[news]


def body_of(told: Told, now: datetime) -> dict[str, Any]:
    """What is posted: `type`, `timestamp` (UTC) and `data`, a list whether of one or of many."""
    kind, name = type_of(told.topic), list_of(told.topic)
    data = {name: [dict(line) for line in told.lines]} if name else {}
    stamp = now.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return {"type": kind, "timestamp": stamp, "data": data}


def headline(told: Told) -> tuple[str, str]:
    """Its first PCE and what is said of it, for the journal."""
    first: Mapping[str, Any] = told.lines[0] if told.lines else {}
    said = next((str(first[name]) for name in _SAID if first.get(name)), "")
    return str(first.get("id_pce", "")), said


def readable(scope: PceScope, days: _Span, sort: News) -> _Span | None:
    """What may be told of changed *days*: those of the first to the last that *scope* lets read.

    Of published periods, *days* are one, which is read whole or not at all.
    """
    first, last, holes = _opened(scope, sort)
    if sort is not News.DAYS:
        inside = (first or days[0]) <= days[0] and days[1] <= (last or days[1])
        cut = any(days[0] <= end and start <= days[1] for start, end in holes)
        return days if inside and not cut else None
    return _cut(max(days[0], first or days[0]), min(days[1], last or days[1]), holes)


def _opened(scope: PceScope, sort: News) -> tuple[date | None, date | None, Holes]:
    if sort is News.INJECTED:
        return scope.injected_first, scope.injected_last, scope.injected_holes
    if sort is News.PERIODS:
        return scope.published_first, scope.published_last, scope.published_holes
    return scope.first, scope.last, scope.holes


def _cut(first: date, last: date, holes: Holes) -> _Span | None:
    for start, end in holes:
        if start <= first <= end:
            first = end + timedelta(days=1)
    for start, end in reversed(holes):
        if start <= last <= end:
            last = start - timedelta(days=1)
    return (first, last) if first <= last else None


def line_of_days(number: str, sort: News, days: _Span) -> dict[str, Any]:
    """That data of a PCE changed, from a day to another: the sort is the word of its call."""
    first, last = (day.isoformat() for day in days)
    return {"id_pce": number, "donnees": sort_of(sort), "date_debut": first, "date_fin": last}


def fate_of(error: str, attempts: int, now: datetime, *, served: bool) -> Fate:
    """What becomes of what was not taken, *served* when its webhook took something since.

    Only 410 and a private address are for good at once: any other refusal may be a mistake of an
    evening, and is tried for days. A body that alone is never taken does not stop the others.
    """
    if error in _FOR_GOOD:
        return Fate(None, off=True)
    if attempts > len(_DELAYS):
        return Fate(None, off=not served)
    return Fate(now + timedelta(minutes=_DELAYS[max(0, attempts - 1)]), off=False)
