"""Parse streamed ADICT readings: each line is accepted, or is a fault with its reason."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from core.errors import Unreadable
from core.i18n import N_, short_day
from data.exchange.mirror.rules.answers import check_faults, check_lines, gravest
from data.exchange.mirror.rules.schedule import Days
from data.exchange.mirror.types import JSON, LineFault, MirrorPart, PceAnswer, ReadTask
from data.metering.consumption.files.adict import AdictReader
from data.metering.consumption.files.ledger import Ledger, LineValues, PceLedger, PeriodKey, Span
from data.metering.consumption.types import FileFormat, PceDelivery
from data.runs.files.refusals import RefusedCell, quoted_value

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
MOST_LINES = 10_000  # per year of one PCE
_UNREADABLE = N_(
    "Ligne {line} : elle n’a pas la structure d’un relevé. La ligne est laissée de côté."
)


def parse_answer(
    found: Iterable[tuple[int, object] | LineFault], task: ReadTask, asked: Days, today: date
) -> PceAnswer:
    """Return the answer to `task` about the days `asked`; bad lines become faults.

    Raise UpstreamDown for too many lines or too many faults.
    """
    reader = AdictReader(_Asked(task, asked, today))
    faults: list[LineFault] = []
    lines = 0
    for item in found:
        lines += 1
        fault = item if isinstance(item, LineFault) else _accepted_line(reader, *item)
        if fault is not None:
            faults.append(fault)
        check_faults(len(faults))
        check_lines(lines, MOST_LINES)
    return PceAnswer(_delivery(reader), lines, tuple(faults), gravest(reader.refusals))


def _accepted_line(reader: AdictReader, line: int, document: object) -> LineFault | None:
    try:
        reader.take(line, document)
    except RefusedCell as refused:
        return LineFault(line, refused.message, plain(refused.params))
    except Exception:  # noqa: BLE001 (whatever a parser lets through is a fault of the line)
        return LineFault(line, _UNREADABLE)
    return None


def plain(params: Mapping[str, object]) -> dict[str, JSON]:
    """Return `params` as they can be stored."""
    return {
        name: value if isinstance(value, int) else quoted_value(value)
        for name, value in params.items()
    }


def _delivery(reader: AdictReader) -> PceDelivery | None:
    try:
        (delivery,) = reader.ledger.finish(FileFormat.ADICT).deliveries
    except Unreadable:  # no line was accepted
        return None
    return delivery


class _Asked(Ledger):
    """Ledger that only accepts the requested PCE, kind and days."""

    def __init__(self, task: ReadTask, asked: Days, today: date) -> None:
        super().__init__(today=today, keep_unfinished=True)  # a distributor knows what it sends
        self._number, (self._first, self._end) = task.number, asked
        self._injected = task.part is MirrorPart.INJECTED

    def account(self, pce: str | None, alias: str = "") -> PceLedger:
        if pce is not None and pce != self._number:
            raise RefusedCell(_OTHER_PCE, found=pce, pce=self._number)
        return super().account(self._number, alias)

    def add_day(self, account: PceLedger, gas_day: date, values: LineValues, line: int) -> None:
        self._require(gas_day, gas_day)
        super().add_day(account, gas_day, values, line)

    def add_period(self, account: PceLedger, key: PeriodKey, values: LineValues, line: int) -> None:
        """Add a period; it may begin before the requested days, or end after them."""
        self._require(key[1], key[2])
        super().add_period(account, key, values, line)

    def add_injection(self, account: PceLedger, span: Span, values: LineValues, line: int) -> None:
        """Add an injection period; `span` ends on the morning after its last day."""
        self._require(span[0], span[1] - _DAY, injected=True)
        super().add_injection(account, span, values, line)

    def _require(self, first: date, last: date, *, injected: bool = False) -> None:
        if injected is not self._injected:
            raise RefusedCell(_INJECTED if injected else _CONSUMED)
        if last < self._first or first > self._end:
            raise RefusedCell(_OUTSIDE, day=short_day(first))
