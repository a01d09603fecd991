"""Rules of webhooks: event contents, retries and suspension."""

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from core.i18n import N_
from core.unicode_safety import undirected
from data.exchange.hooks.types import LONGEST_NAME, FailureOutcome, HookEvent, Topic, WantedHook
from data.metering.consumption.types import PceNews
from data.metering.pces.types import Holes, PceScope
from data.notifications.rules import problems_in_url, target_of

MOST = 500  # maximum number of lines in an event: about 40 kB
RESENT = 100  # deliveries resent by one press
NOTHING = N_("Choisissez au moins un événement.")
_TAKEN = N_("Un autre webhook porte déjà ce nom.")
_ALIKE = N_("Un autre webhook sans nom pointe vers le même site : donnez un nom à celui-ci.")
OLD_SECRET = timedelta(hours=24)  # time during which the previous secret also signs
# minutes between attempts: over three days in all, then given up
_DELAYS = (1, 5, 15, 60, 180, 360, 720, 1440, 1440)
_FOR_GOOD = frozenset({"http 410", "private"})
_TYPES: Mapping[Topic, tuple[str, str]] = {  # `type` of the event, and the name of its list
    Topic.RIGHTS: ("droit_acces.etat", "droits_acces"),
    Topic.CONTROLS: ("preuve.statut", "preuves"),
    Topic.READINGS: ("donnees.disponibles", "pce"),
    Topic.PING: ("ping", ""),
}
_SAID = ("etat_droit_acces", "statut_controle_preuve", "date_fin")
_SORTS: Mapping[PceNews, str] = {
    PceNews.DAYS: "informatives",
    PceNews.PERIODS: "publiees",
    PceNews.INJECTED: "injections_publiees",
}
_Span = tuple[date, date]


def problems_in(draft: WantedHook, names: Collection[str] = ()) -> Mapping[str, str]:
    """Return the problems of a form by field: `name`, `url`, `topics`.

    `names` are those of the other webhooks: the new name must differ.
    """
    wrong = problems_in_url(draft.url.strip(), webhook=True)
    named = stored_name(draft)
    is_duplicate = (named or not wrong) and display_name(draft).casefold() in {
        name.casefold() for name in names
    }
    problems = {
        "name": (_TAKEN if named else _ALIKE) if is_duplicate else None,
        "url": wrong,
        "topics": None if draft.topics else NOTHING,
    }
    return {name: words for name, words in problems.items() if words}


def stored_name(draft: WantedHook) -> str:
    """Return the name as it is stored; "" when none was given."""
    return " ".join(undirected(draft.name).split())[:LONGEST_NAME]


def display_name(draft: WantedHook) -> str:
    """Return the displayed name: the given one, else the target of the URL."""
    return stored_name(draft) or target_of(draft.url.strip())


def type_of(topic: Topic) -> str:
    """Return the `type` of the topic's events."""
    return _TYPES[topic][0]


def list_of(topic: Topic) -> str:
    """Return the name of the list in `data`; "" for a ping, which has none."""
    return _TYPES[topic][1]


def sort_of(news: PceNews) -> str:
    """Return the word for the sort of data that changed."""
    return _SORTS[news]


def body_of(event: HookEvent, now: datetime) -> dict[str, Any]:
    """Return the posted body: `type`, `timestamp` (UTC) and `data`, always with a list."""
    kind, name = type_of(event.topic), list_of(event.topic)
    data = {name: [dict(line) for line in event.lines]} if name else {}
    stamp = now.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return {"type": kind, "timestamp": stamp, "data": data}


def first_pce_and_state(told: HookEvent) -> tuple[str, str]:
    """Return the first PCE of an event and its state or date, for the journal."""
    first: Mapping[str, Any] = told.lines[0] if told.lines else {}
    summary = next((str(first[name]) for name in _SAID if first.get(name)), "")
    return str(first.get("id_pce", "")), summary


def readable(scope: PceScope, days: _Span, sort: PceNews) -> _Span | None:
    """Return the part of changed `days` that `scope` allows to read; None if nothing.

    For published periods, `days` is one period, readable as a whole or not at all.
    """
    first, last, holes = _opened(scope, sort)
    if sort is not PceNews.DAYS:
        inside = (first or days[0]) <= days[0] and days[1] <= (last or days[1])
        cut = any(days[0] <= end and start <= days[1] for start, end in holes)
        return days if inside and not cut else None
    return _cut(max(days[0], first or days[0]), min(days[1], last or days[1]), holes)


def _opened(scope: PceScope, sort: PceNews) -> tuple[date | None, date | None, Holes]:
    if sort is PceNews.INJECTED:
        return scope.injected_first, scope.injected_last, scope.injected_holes
    if sort is PceNews.PERIODS:
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


def line_of_days(number: str, sort: PceNews, days: _Span) -> dict[str, Any]:
    """Return the line saying that data of a PCE changed between two days."""
    first, last = (day.isoformat() for day in days)
    return {"id_pce": number, "donnees": sort_of(sort), "date_debut": first, "date_fin": last}


def failure_outcome(error: str, attempts: int, now: datetime, *, served: bool) -> FailureOutcome:
    """Return what happens to a delivery that failed.

    `served` says that its webhook accepted something since. Only a 410 and a private address fail
    for good at once: any other refusal may be temporary and is retried for days. A single body that
    is always refused does not stop the others.
    """
    if error in _FOR_GOOD:
        return FailureOutcome(None, off=True)
    if attempts > len(_DELAYS):
        return FailureOutcome(None, off=not served)
    return FailureOutcome(now + timedelta(minutes=_DELAYS[max(0, attempts - 1)]), off=False)
