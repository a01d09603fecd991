"""Stands for the other side in tests of rounds: rights, days and what it says of them."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta

from core import worker
from data.exchange.mirror.types import MirrorPart, TheirRight
from data.rights.types import RightDataKind, RightRole, RightState
from jobs import mirror
from jobs.job_clock import clock_since
from tests.data.exchange.mirror.readings import (
    CONTRACT,
    METER,
    day_line,
    injected_line,
    period_line,
)
from tests.factories import PCE

DAY = timedelta(days=1)


def work(database, opening, now) -> int:
    """Open the rounds that are due and run them; return how many turns they took."""
    mirror.plan(database, now)
    return worker.drain(database, [mirror.round_handler(opening)], clock_since(now))


def right(number: str = PCE, **values) -> TheirRight:
    usual = {
        "uid": f"uid-{number}",
        "number": number,
        "role": RightRole.AUTHORISED_SUPPLY,
        "state": RightState.ACTIVE,
        "created_at": datetime(2024, 9, 2, 7, 31, tzinfo=UTC),
        "company": "LYCEE DES TILLEULS",
        "email": "intendance@tilleuls.example",
        "postal_code": "99123",
        "starts_on": date(2024, 9, 2),
        "ends_on": date(2027, 8, 31),
        "supply_first": date(2021, 9, 1),
        "supply_last": date(2027, 8, 31),
        "kinds": frozenset(RightDataKind),
    }
    return TheirRight(**usual | values)


class Other:
    """Answers as ADICT would; `says[number, part]`, if any, answers instead of it."""

    def __init__(self, *rights: TheirRight) -> None:
        self.listed = list(rights)
        self.days: dict[str, dict[date, int]] = defaultdict(dict)
        self.periods: dict[str, list[tuple[str, str, int]]] = defaultdict(list)
        self.fed: dict[str, list[tuple[str, str, int]]] = defaultdict(list)
        self.says = {}
        self.asked: list[tuple] = []
        self.calls = 0
        self.third_party = ""

    def open(self, _organisation_id, _clock):
        self.calls = 0
        return self

    def fill(self, number: str, first: date, volumes) -> None:
        self.days[number] |= {first + n * DAY: volume for n, volume in enumerate(volumes)}

    def rights(self, numbers=()):
        self._ask("rights")
        yield from self.listed

    def readings(self, number, part, first, last):
        self._ask(number, part, first, last)
        if (number, part) in self.says:
            yield from self.says[number, part](first, last)
        elif part is MirrorPart.INFORMATIVE:
            found = sorted(self.days[number].items())
            lines = [(day, volume) for day, volume in found if first <= day <= last]
            for place, (day, volume) in enumerate(lines, start=1):
                yield place, day_line(day.isoformat(), volume, volume * 11, pce=number)
        else:
            fed = part is MirrorPart.INJECTED
            line, told = (injected_line, self.fed) if fed else (period_line, self.periods)
            for place, (start, end, volume) in enumerate(told[number], start=1):
                if first.isoformat() <= end and start <= last.isoformat():
                    yield place, line(start, end, volume, volume * 11, pce=number)

    def contract(self, number):
        self._ask(number, MirrorPart.CONTRACTUAL)
        said = self.says.get((number, MirrorPart.CONTRACTUAL))
        return said() if said else CONTRACT

    def meter(self, number):
        self._ask(number, MirrorPart.TECHNICAL)
        said = self.says.get((number, MirrorPart.TECHNICAL))
        return said() if said else METER

    def _ask(self, *what) -> None:
        self.asked.append(what)
        self.calls += 1


def silent(code: str, message: str = "Rien."):
    """An answer that only says why there is none."""
    return lambda *_days: iter(
        [(1, {"consommation": None, "statut_restitution": {"code": code, "message": message}})]
    )


def raising(error: Exception):
    def say(*_days):
        raise error
        yield

    return say
