"""The test cases of a distributor's own data set (domain.md §4.10), with their numbers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from data.metering.consumption.rules.calendar import month_end
from data.metering.consumption.types import Quality
from data.metering.pces.rules import month_of
from data.metering.pces.types import INJECTION, EventKind, Frequency
from data.rights.types import RightActor, RightDataKind
from jobs.demo.sites import DemoGrant, Owner, SiteEvent, SiteStory, Stretch

EVENTS = EventKind
OPEN = DemoGrant(valid_from=date(2021, 1, 1))
_SMALL: Mapping[str, Any] = {"frequency": Frequency.MONTHLY}
_LARGE: Mapping[str, Any] = {"frequency": Frequency.MONTHLY_LARGE}
_FEEDS: Mapping[str, Any] = {
    "frequency": Frequency.DAILY,
    "tariff": INJECTION,
    "reference_kwh": 0,
    "story": SiteStory(never=True),
}


class CaseAnswer(StrEnum):
    """Answer of the test set's API when the data of a PCE are requested (domain.md §4.9).

    It is an API code, the HTTP status for DOWN, or a code of ours where none is known. The
    readings, dates and rights of the site make the API give it (tests/jobs/test_demo_adict.py),
    except for DOWN, BROKEN_OFF and UNCONTRACTED, which a demo portal simulates.
    """

    LEFT = "1000000"  # out of service
    EXPIRED = "1000001"  # the right has ended
    NO_RIGHT = "1000002"
    NO_DATA = "1000008"  # no informative data, only published ones
    NOT_INFORMATIVE = "1000010"  # the right excludes informative data
    REVOKED = "1000014"  # by the holder
    BROKEN_OFF = "2000100"  # the stream fails half-way: the period must be requested again
    DOWN = "500"
    ENDED = "1000000004"  # of the declaration: the holder's contract has ended
    UNCONTRACTED = "9000001"  # the third party's own contract has ended, for informative data
    RENOUNCED = "9000004"  # revoked by the third party


SILENT: Mapping[CaseAnswer, Callable[[date], date]] = {  # last day received, seen from a day
    CaseAnswer.BROKEN_OFF: lambda today: month_of(today, -2).replace(day=17),
    CaseAnswer.DOWN: lambda today: month_of(today, -3) - timedelta(days=1),
}


@dataclass(frozen=True, slots=True)
class CasePce:
    """A PCE of the test set: its kind of site, and its imposed values."""

    number: str
    kind: str
    name: str
    imposed: Mapping[str, Any] = field(default_factory=dict)
    owner: Owner = Owner.CITY
    grant: DemoGrant | None = None
    answer: CaseAnswer | None = None  # None: its data
    recent_changes: Callable[[date], Mapping[str, Any]] | None = None  # changes before that day


def _changed(day: date, kind: EventKind, before: str, after: str) -> tuple[SiteEvent, ...]:
    return (SiteEvent(day, kind, before, after),)


def _everything(today: date) -> Mapping[str, Any]:
    """Return a site with all kinds of changes in the twelve months before `today`.

    An estimated month, an absent one with a change of meter, four missing days in another one, a
    day that the indexes restore, late corrections, and a new supplier.
    """
    estimated, lost, last = (month_of(today, -months) for months in (7, 2, 1))
    alone, meter = month_of(today, -5).replace(day=10), lost.replace(day=14)
    return {
        "story": SiteStory(
            corrected=True,
            new_meter=meter,
            stretches=(
                Stretch(estimated, month_end(estimated), Quality.ESTIMATED),
                Stretch(alone, alone, Quality.ABSENT),
                Stretch(lost, month_end(lost), Quality.ABSENT),
                Stretch(last.replace(day=11), last.replace(day=14), Quality.ABSENT),
            ),
        ),
        "events": (
            *_changed(month_of(today, -8), EVENTS.SUPPLIER, "Gaz du Levant", "Méthalia"),
            *_changed(meter, EVENTS.METER, "168B310477", "226K104820"),
        ),
    }


CASES: tuple[CasePce, ...] = (
    CasePce(
        "09999999900001",
        "lycee",
        "Campus des Tilleuls",
        {"frequency": Frequency.MONTHLY, "reference_kwh": 640_000, "supplier": "Méthalia"}
        | {"meter_serial": "226K104820"},
        grant=OPEN,
        recent_changes=_everything,
    ),
    CasePce(
        "09999999900617",
        "primary",
        "École des Tilleuls",
        {"frequency": Frequency.MONTHLY, "commissioned_on": date(2021, 8, 2)}
        | {"story": SiteStory(corrected=True, history_from=date(2021, 8, 2))}
        | {"events": (SiteEvent(date(2021, 8, 2), EVENTS.COMMISSIONED, None, None),)},
        grant=OPEN,
    ),
    CasePce(
        "GI999055",
        "pool",
        "Piscine de l’Étang",
        {"frequency": Frequency.DAILY, "reference_kwh": 2_640_000}
        | {"story": SiteStory(history_from=date(2022, 1, 1))}
        | {"events": _changed(date(2023, 2, 10), EVENTS.FREQUENCY, "MM", "JJ")},
        grant=replace(OPEN, without=frozenset({RightDataKind.TECHNICAL})),
        answer=CaseAnswer.UNCONTRACTED,
    ),
    CasePce(
        "09999999975102",
        "lodging",
        "Logement de fonction du Verger",
        {"frequency": Frequency.HALF_YEARLY, "reference_kwh": 11_800},
        grant=DemoGrant(
            date(2021, 11, 15),
            without=frozenset({RightDataKind.INFORMATIVE, RightDataKind.CONTRACTUAL}),
        ),
        answer=CaseAnswer.NOT_INFORMATIVE,
    ),
    CasePce(
        "GI999947",
        "lycee",
        "Lycée du Belvédère",
        {
            "frequency": Frequency.MONTHLY_LARGE,
            "supplier": "Méthalia",
            "story": SiteStory(never=True),
        }
        | {"events": _changed(date(2023, 1, 1), EVENTS.SUPPLIER, "Gaz du Levant", "Méthalia")},
        grant=OPEN,
        answer=CaseAnswer.NO_DATA,
    ),
    CasePce(
        "09999999928289",
        "gym",
        "Gymnase de la Garenne",
        {
            "frequency": Frequency.MONTHLY,
            "story": SiteStory(
                new_meter=date(2023, 3, 29),
                daily_from=date(2023, 8, 14),
                history_from=date(2023, 8, 14),
            ),
            "events": (
                *_changed(date(2023, 3, 29), EVENTS.METER, "117A204518", "223G990417"),
                *_changed(date(2023, 8, 14), EVENTS.FREQUENCY, "6M", "1M"),
            ),
            "meter_serial": "223G990417",
        },
        grant=OPEN,
    ),
    CasePce(
        "GI999159",
        "factory",
        "Usine du Four à Chaux",
        {"frequency": Frequency.DAILY, "reference_kwh": 9_200_000}
        | {"story": SiteStory(history_from=date(2022, 1, 1))}
        | {"events": _changed(date(2023, 2, 1), EVENTS.TARIFF, "T3", "T4")},
        owner=Owner.INDUSTRY,
        grant=OPEN,
    ),
    CasePce(
        "GI151947",
        "care",
        "EHPAD des Glycines",
        {"frequency": Frequency.MONTHLY_LARGE, "reference_kwh": 1_120_000},
        grant=OPEN,
    ),
    CasePce(
        "GI999092",
        "workshop",
        "Atelier de la Tuilerie (fermé)",
        {"frequency": Frequency.MONTHLY_LARGE, "ended_on": date(2025, 9, 30)},
        owner=Owner.INDUSTRY,
        grant=DemoGrant(last_day=date(2025, 9, 30)),
        answer=CaseAnswer.LEFT,
    ),
    CasePce(
        "09999999988256",
        "hall",
        "Mairie annexe du Moulin",
        {**_SMALL, "ended_on": date(2025, 12, 31)},
        grant=DemoGrant(valid_to=date(2025, 12, 31)),
        answer=CaseAnswer.ENDED,
    ),
    CasePce(
        "09999999900112", "library", "Médiathèque des Iris", _SMALL, answer=CaseAnswer.NO_RIGHT
    ),
    CasePce(
        "09999999930215",
        "nursery",
        "Crèche des Mésanges",
        _SMALL,
        grant=DemoGrant(valid_to=date(2026, 3, 31)),
        answer=CaseAnswer.EXPIRED,
    ),
    CasePce(
        "09999999932770",
        "theatre",
        "Théâtre du Pigeonnier",
        _SMALL,
        grant=DemoGrant(revoked_ago=190),
        answer=CaseAnswer.REVOKED,
    ),
    CasePce(
        "09999999970626",
        "museum",
        "Musée de la Source",
        _SMALL,
        grant=DemoGrant(revoked_ago=150, revoked_by=RightActor.THIRD_PARTY),
        answer=CaseAnswer.RENOUNCED,
    ),
    # Injection: allowed by the holder of the contract, then requested by the holder.
    CasePce("GI999602", "injection", "Méthanisation du Grand Pré", _FEEDS, Owner.INDUSTRY, OPEN),
    CasePce("GI999150", "injection", "Méthanisation de la Prairie", _FEEDS, Owner.INDUSTRY),
    CasePce(
        "GI999888",
        "kitchen",
        "Cuisine centrale du Lavoir",
        _LARGE,
        grant=OPEN,
        answer=CaseAnswer.DOWN,
    ),
    CasePce(
        "GI999054", "care", "EHPAD des Érables", _LARGE, grant=OPEN, answer=CaseAnswer.BROKEN_OFF
    ),
)
