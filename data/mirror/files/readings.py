"""Readings as ADICT streams them: each line is taken, or is a fault that says why."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from data.consumption.files.adict import AdictReader
from data.consumption.files.ledger import Account, Ledger, PeriodKey, Span, Values
from data.consumption.types import Delivery, FileFormat
from data.errors import Unreadable
from data.mirror.rules.answers import check_faults, check_lines, gravest
from data.mirror.rules.planning import Days
from data.mirror.types import JSON, Fault, Heard, Part, Task
from data.runs.files.refused import Refused, shown
from i18n import N_, short_day

_CONSUMED = N_(
    "Ligne {line} : c’est du gaz consommé, alors que du gaz injecté était demandé. La ligne est"
    " laissée de côté."
)
_INJECTED = N_(
    "Ligne {line} : c’est du gaz injecté, alors que du gaz consommé était demandé. La ligne est"
    " laissée de côté."
)
_OTHER_PCE = N_(
    "Ligne {line} : elle concerne le PCE {found}, alors que le PCE {pce} était demandé. La ligne"
    " est laissée de côté."
)
_OUTSIDE = N_(
    "Ligne {line} : la journée du {day} est hors de la période demandée. La ligne est laissée de"
    " côté."
)
_DAY = timedelta(days=1)
MOST_LINES = 10_000  # of a year of one PCE, which has 366 days
_UNREADABLE = N_(
    "Ligne {line} : elle n’a pas la structure d’un relevé. La ligne est laissée de côté."
)


def heard(
    found: Iterable[tuple[int, object] | Fault], task: Task, asked: Days, today: date
) -> Heard:
    """What was answered to *task* about the days *asked*; nothing of it is an error.

    Down for more lines than so many days have, or more refused than are borne.
    """
    reader = AdictReader(_Asked(task, asked, today))
    faults: list[Fault] = []
    lines = 0
    for one in found:
        lines += 1
        fault = one if isinstance(one, Fault) else _taken(reader, *one)
        if fault is not None:
            faults.append(fault)
        check_faults(len(faults))
        check_lines(lines, MOST_LINES)
    return Heard(_delivery(reader), lines, tuple(faults), gravest(reader.refusals))


def _taken(reader: AdictReader, line: int, document: object) -> Fault | None:
    try:
        reader.take(line, document)
    except Refused as refused:
        return Fault(line, refused.message, plain(refused.params))
    except Exception:  # noqa: BLE001 (whatever a parser lets through is a fault of the line)
        return Fault(line, _UNREADABLE)
    return None


def plain(params: Mapping[str, object]) -> dict[str, JSON]:
    """*params* as they may be kept."""
    return {
        name: value if isinstance(value, int) else shown(value) for name, value in params.items()
    }


def _delivery(reader: AdictReader) -> Delivery | None:
    try:
        (delivery,) = reader.ledger.finish(FileFormat.ADICT).deliveries
    except Unreadable:  # not a line of it was taken
        return None
    return delivery


class _Asked(Ledger):
    """Lines of the PCE, the sort and the days that were asked for, and no other."""

    def __init__(self, task: Task, asked: Days, today: date) -> None:
        super().__init__(today=today)
        self._number, (self._first, self._end) = task.number, asked
        self._injected = task.part is Part.INJECTED

    def account(self, pce: str | None, alias: str = "") -> Account:
        if pce is not None and pce != self._number:
            raise Refused(_OTHER_PCE, found=pce, pce=self._number)
        return super().account(self._number, alias)

    def add_day(self, account: Account, gas_day: date, values: Values, line: int) -> None:
        self._require(gas_day, gas_day)
        super().add_day(account, gas_day, values, line)

    def add_period(self, account: Account, key: PeriodKey, values: Values, line: int) -> None:
        """One that begins before the days asked for, or ends after them, is of them too."""
        self._require(key[1], key[2])
        super().add_period(account, key, values, line)

    def add_injection(self, account: Account, span: Span, values: Values, line: int) -> None:
        """As a period of consumption; *span* ends on the morning that follows its last day."""
        self._require(span[0], span[1] - _DAY, injected=True)
        super().add_injection(account, span, values, line)

    def _require(self, first: date, last: date, *, injected: bool = False) -> None:
        if injected is not self._injected:
            raise Refused(_INJECTED if injected else _CONSUMED)
        if last < self._first or first > self._end:
            raise Refused(_OUTSIDE, day=short_day(first))
