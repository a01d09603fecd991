"""Readings as ADICT streams them: each line is taken, or is a fault that says why."""

from collections.abc import Iterable, Mapping
from datetime import date

from data.consumption.files.adict import AdictReader, is_injected
from data.consumption.files.ledger import Account, Ledger, PeriodKey, Values
from data.consumption.types import Delivery, FileFormat
from data.errors import Unreadable
from data.mirror.rules.answers import silence_of
from data.mirror.rules.planning import Days
from data.mirror.types import JSON, Fault, Heard
from data.runs.files.refused import Refused, shown
from i18n import N_, short_day

_INJECTED = N_(
    "Ligne {line} : c’est du gaz injecté (sens « Production »). Le miroir ne lit que les"
    " consommations : la ligne est laissée de côté."
)
_OTHER_PCE = N_(
    "Ligne {line} : elle parle du PCE {found}, alors que le PCE {pce} était demandé. La ligne est"
    " laissée de côté."
)
_OUTSIDE = N_(
    "Ligne {line} : la journée du {day} n’est pas de la période demandée. La ligne est laissée de"
    " côté."
)
_UNREADABLE = N_("Ligne {line} : elle n’est pas faite comme un relevé. Elle est laissée de côté.")


def heard(
    found: Iterable[tuple[int, object] | Fault], number: str, asked: Days, today: date
) -> Heard:
    """What was answered about PCE *number* and the days *asked*; nothing of it is an error."""
    reader = AdictReader(_Asked(number, asked, today))
    faults: list[Fault] = []
    lines = 0
    for one in found:
        lines += 1
        if isinstance(one, Fault):
            faults.append(one)
            continue
        fault = _taken(reader, *one)
        if fault is not None:
            faults.append(fault)
    silence = silence_of(*reader.refusal) if reader.refusal else None
    return Heard(_delivery(reader), lines, tuple(faults), silence)


def _taken(reader: AdictReader, line: int, document: object) -> Fault | None:
    try:
        if isinstance(document, dict) and is_injected(document):
            raise Refused(_INJECTED)  # noqa: TRY301 (as what the reader refuses)
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
    """Lines of the PCE and the days that were asked for, and no other."""

    def __init__(self, number: str, asked: Days, today: date) -> None:
        super().__init__(today=today)
        self._number, (self._first, self._end) = number, asked

    def account(self, pce: str | None, alias: str = "") -> Account:
        if pce is not None and pce != self._number:
            raise Refused(_OTHER_PCE, found=pce, pce=self._number)
        return super().account(self._number, alias)

    def add_day(self, account: Account, gas_day: date, values: Values, line: int) -> None:
        if not self._first <= gas_day <= self._end:
            raise Refused(_OUTSIDE, day=short_day(gas_day))
        super().add_day(account, gas_day, values, line)

    def add_period(self, account: Account, key: PeriodKey, values: Values, line: int) -> None:
        """One that begins before the days asked for, or ends after them, is of them too."""
        if key[2] < self._first or key[1] > self._end:
            raise Refused(_OUTSIDE, day=short_day(key[1]))
        super().add_period(account, key, values, line)
