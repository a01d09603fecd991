"""Gather the statements of a file by PCE: each day once, valid dates only."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TypeVar

from core.errors import Unreadable
from core.i18n import N_, short_day
from data.metering.consumption.files.days import EARLIEST, LATEST
from data.metering.consumption.files.faults import ReadingFaults
from data.metering.consumption.types import (
    DayStatement,
    FileFormat,
    InjectionStatement,
    PceDelivery,
    PeriodKind,
    PeriodStatement,
    Quality,
    ReadingsFile,
    Status,
)
from data.provenance import DataSource
from data.runs.files.refusals import RefusedCell

_NOT_OVER = N_(
    "La journée du {day} n’est pas finie : elle va jusqu’au {following} à 6 h, sa valeur n’est pas"
    " gardée. Déposez-la après."
)
PeriodKey = tuple[PeriodKind, date, date]
K = TypeVar("K")
S = TypeVar("S", PeriodStatement, InjectionStatement)
Span = tuple[date, date]  # from the morning of one gas day to the morning of another


@dataclass(slots=True)
class PceLedger:
    alias: str = ""
    days: dict[date, DayStatement] = field(default_factory=dict)
    day_lines: dict[date, int] = field(default_factory=dict)
    periods: dict[PeriodKey, PeriodStatement] = field(default_factory=dict)
    period_lines: dict[PeriodKey, int] = field(default_factory=dict)
    injections: dict[Span, InjectionStatement] = field(default_factory=dict)
    injection_lines: dict[Span, int] = field(default_factory=dict)


@dataclass(slots=True)
class LineValues:
    """The figures of one line as integers; see `types` for the units."""

    energy: int | None = None
    volume: int | None = None
    start: int | None = None
    end: int | None = None
    coefficient: int | None = None
    temperature: int | None = None
    quality: Quality | None = None
    status: Status = Status.UNKNOWN
    source: DataSource = DataSource.DISTRIBUTOR
    rollover: bool = False
    converted: int | None = None

    def settle(self) -> Quality:
        """Return the quality.

        Absence clears a 0 beside it; a value without qualification is measured.
        """
        if self.quality is Quality.ABSENT or (self.energy is None and self.volume is None):
            self.energy = self.volume = None
            return Quality.ABSENT
        return Quality.MEASURED if self.quality is None else self.quality


class Ledger:
    """Collects lines into one ReadingsFile; `exported` and `today` bound the dates when known.

    `aside` holds the lines that are left out while the others are kept: those of a day that is not
    over, unless `keep_unfinished`.
    """

    def __init__(
        self,
        exported: date | None = None,
        today: date | None = None,
        *,
        keep_unfinished: bool = False,
    ) -> None:
        self.exported = exported
        self.aside = ReadingFaults()
        self._last = min(exported or LATEST, today or LATEST)
        self._unfinished_from = LATEST if keep_unfinished else today or LATEST
        self._accounts: dict[str | None, PceLedger] = {}

    def account(self, pce: str | None, alias: str = "") -> PceLedger:
        account = self._accounts.get(pce)
        if account is None:
            account = self._accounts[pce] = PceLedger()
        if alias:
            account.alias = alias
        return account

    def add_day(self, account: PceLedger, gas_day: date, values: LineValues, line: int) -> None:
        """Add a gas day.

        Raise RefusedCell for an impossible date or contradictory duplicate lines.
        """
        self._check(gas_day)
        quality = values.settle()
        if self._is_early(gas_day, values):
            return
        statement = DayStatement(
            gas_day,
            values.energy,
            values.volume,
            values.start,
            values.end,
            values.coefficient,
            values.temperature,
            quality,
            values.status,
            values.rollover,
            values.source,
        )
        existing_entry = account.days.setdefault(gas_day, statement)
        if existing_entry is statement:
            account.day_lines[gas_day] = line
        elif existing_entry != statement:
            raise RefusedCell(
                N_(
                    "Lignes {first_line} et {line} : la journée du {day} y est deux fois, avec des"
                    " valeurs différentes. Gardez la bonne."
                ),
                first_line=account.day_lines[gas_day],
                day=short_day(gas_day),
            )

    def add_period(self, account: PceLedger, key: PeriodKey, values: LineValues, line: int) -> None:
        self._check(key[1])
        self._check(key[2])
        quality = values.settle()
        if self._is_early(key[2], values):
            return
        statement = PeriodStatement(
            *key,
            values.energy,
            values.volume,
            values.start,
            values.end,
            values.coefficient,
            quality,
            values.status,
        )
        _add_once(account.periods, account.period_lines, key, statement, line)

    def add_injection(self, account: PceLedger, span: Span, values: LineValues, line: int) -> None:
        """Add a period of injected gas, from one morning to another."""
        key = first, last = _days_of(span)
        self._check(first)
        self._check(last)
        quality = values.settle()
        if self._is_early(last, values):
            return
        statement = InjectionStatement(
            first,
            last,
            values.energy,
            values.volume,
            values.converted,
            values.coefficient,
            quality,
            values.status,
        )
        _add_once(account.injections, account.injection_lines, key, statement, line)

    def add_span(self, account: PceLedger, span: Span, values: LineValues, line: int) -> None:
        """Add a published period from one morning to another; ignore one without length and use."""
        first, end = span
        if end == first and not values.energy and not values.volume:
            return
        self.add_period(account, (PeriodKind.PUBLISHED, *_days_of(span)), values, line)

    def finish(self, file_format: FileFormat) -> ReadingsFile:
        """Return everything collected, in chronological order.

        Raise Unreadable when there is nothing.
        """
        deliveries = tuple(
            PceDelivery(
                pce,
                tuple(account.days[day] for day in sorted(account.days)),
                tuple(account.periods[key] for key in sorted(account.periods)),
                account.alias,
                injections=tuple(account.injections[key] for key in sorted(account.injections)),
            )
            for pce, account in self._accounts.items()
            if account.days or account.periods or account.injections
        )
        aside = self.aside.together()
        if not deliveries:
            raise aside or Unreadable(
                N_("Ce fichier ne contient aucun relevé. Vérifiez la période demandée.")
            )
        return ReadingsFile(
            file_format,
            self.exported or _latest(deliveries),
            deliveries,
            aside,
            self.aside.count,
            deposited=_deposited(deliveries),
        )

    def _is_early(self, last: date, values: LineValues) -> bool:
        """Leave out the value of a gas day, or of a period, that is not over: it cannot be whole.

        A gas day ends at 6 the next morning (domain.md §1.4).
        """
        if last < self._unfinished_from or (values.energy is None and values.volume is None):
            return False
        day_labels = {"day": short_day(last), "following": short_day(last + timedelta(days=1))}
        self.aside.add(lambda: Unreadable(_NOT_OVER, **day_labels))
        return True

    def _check(self, gas_day: date) -> None:
        if gas_day < EARLIEST:
            raise RefusedCell(
                N_("Ligne {line} : la date {day} est trop ancienne pour un relevé de gaz."),
                day=short_day(gas_day),
            )
        if gas_day > self._last:
            raise RefusedCell(
                N_(
                    "Ligne {line} : la date {day} est dans l’avenir, le fichier s’arrête au plus"
                    " tard au {last}."
                ),
                day=short_day(gas_day),
                last=short_day(self._last),
            )


def _deposited(deliveries: Iterable[PceDelivery]) -> date | None:
    """Return the first day whose value is marked as deposited, reconstructed ones excluded."""
    days = (day for delivery in deliveries for day in delivery.days)
    return min(
        (
            day.gas_day
            for day in days
            if day.source is DataSource.DEPOSIT and day.quality > Quality.RECONSTRUCTED
        ),
        default=None,
    )


def _days_of(span: Span) -> tuple[date, date]:
    """Return the first and last gas day of `span`; raise RefusedCell when it is under one day."""
    first, end = span
    if end <= first:
        raise RefusedCell(
            N_("Ligne {line} : la période du {first} finit le {last}, avant un jour entier."),
            first=short_day(first),
            last=short_day(end),
        )
    return first, end - timedelta(days=1)


def _add_once(statements: dict[K, S], lines: dict[K, int], key: K, statement: S, line: int) -> None:
    """Add the statement of a period; raise RefusedCell where another line contradicts it."""
    existing = statements.setdefault(key, statement)
    if existing is statement:
        lines[key] = line
    elif existing != statement:
        raise RefusedCell(
            N_(
                "Lignes {first_line} et {line} : la période du {first} au {last} y est deux"
                " fois, avec des valeurs différentes. Gardez la bonne."
            ),
            first_line=lines[key],
            first=short_day(statement.first_day),
            last=short_day(statement.last_day),
        )


def _latest(deliveries: tuple[PceDelivery, ...]) -> date:
    days = [delivery.days[-1].gas_day for delivery in deliveries if delivery.days]
    periods = [period.last_day for delivery in deliveries for period in delivery.periods]
    injected = [period.last_day for delivery in deliveries for period in delivery.injections]
    return max(days + periods + injected)
