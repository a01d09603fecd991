"""Import readings for an operator's command, and check the monthly sums each night."""

import sys
from collections.abc import Callable, Iterable
from datetime import date, datetime
from pathlib import Path

import structlog
from tqdm import tqdm

from core.database import Database, blocks
from core.errors import PortalError, Unreadable
from core.i18n import N_, PARIS
from data.metering.consumption import actions, files
from data.metering.consumption.actions import (
    differing_months,
    differing_shares,
    last_pce,
    roll_up,
    store,
    store_period_shares,
)
from data.metering.consumption.rules.relayed_files import check_relayed
from data.metering.consumption.types import COUNT_NAMES, StoreOutcome
from data.metering.pces.actions import find_or_create_pce
from data.provenance import COMMAND
from data.runs.rules import sentences_of
from data.runs.types import ASKS_PCE, IGNORED
from jobs.job_findings import note_repairs
from jobs.os_errors import reason_of
from jobs.runs import numbers_of

PCES_AT_ONCE = 200
STANDING_AT_ONCE = 1000  # PCEs per transaction: a tenth of a second
THOUSANDTHS = frozenset({"m3", "kwh"})  # stored in dm³ and Wh


def import_readings(
    database: Database,
    paths: Iterable[Path],
    pce: str | None,
    now: datetime,
    echo: Callable[[str], object],
) -> int:
    """Store each file and print its result on one line; return 1 if one was refused, else 0."""
    status = 0
    for path in paths:
        try:
            outcome, aside = import_file(database, path, pce, now)
            echo(f"{path} {line_of(outcome)}")
            for sentence in sentences_of(aside.message, aside.params) if aside else ():
                echo(f"{path}: {sentence}")
        except PortalError as problem:
            # the page's message; the command has an option instead
            asks = problem.message == ASKS_PCE
            message = (
                N_("Ce fichier n’indique pas son PCE : ajoutez --pce.") if asks else problem.message
            )
            for sentence in sentences_of(message, problem.params):
                echo(f"{path}: {sentence}")
            status = 1
    return status


def line_of(outcome: StoreOutcome) -> str:
    """Return the counts of an outcome on one line.

    `days=363 absent=3 m3=2100 kwh=23181 new=363 changed=0 same=0 ignored=0`, then the other counts.
    `ignored` values differ from those in force and were not stored: the reasons follow.
    """
    counts = {name: getattr(outcome, field) for name, field in COUNT_NAMES.items()}
    counts |= {name: count for name in IGNORED if (count := getattr(outcome, name))}
    if outcome.temperatures:
        counts["temperatures"] = outcome.temperatures
    if outcome.injections:
        counts["injections"] = outcome.injections
    return " ".join(
        f"{name}={round(count / 1000) if name in THOUSANDTHS else count}"
        for name, count in counts.items()
    )


def import_file(
    database: Database, path: Path, pce: str | None, now: datetime
) -> tuple[StoreOutcome, PortalError | None]:
    """Store one file, one transaction per PCE; a file that cannot be read changes nothing.

    Return the outcome, and the error about lines left out, if any. An unknown PCE is created
    without a holder, until an administrator assigns it.
    """
    file = files.read(path.name, _octets(path), today=now.astimezone(PARIS).date())
    check_relayed(file, COMMAND)
    numbers = numbers_of([delivery.pce for delivery in file.deliveries], pce)
    outcome = StoreOutcome()
    pairs = list(zip(numbers, file.deliveries, strict=True))
    for number, delivery in tqdm(
        pairs, desc=path.name, unit="PCE", file=sys.stderr, leave=False, disable=None
    ):
        with database.transaction() as db:
            pce_id = find_or_create_pce(db, number, now=now, alias=delivery.alias)
            outcome += store(db, pce_id, delivery, as_of=file.as_of, now=now, provenance=COMMAND)
    return outcome, file.aside


def _octets(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Unreadable(
            N_("ce fichier ne peut pas être ouvert ({reason})."), reason=reason_of(error)
        ) from error


def stand_again(database: Database, now: datetime) -> int:
    """Recompute the standings that are outdated by the date or by a change; return how many.

    Standings are of a day: just after midnight, most PCEs are concerned.
    """
    today = now.astimezone(PARIS).date()
    with database.reading() as db:
        ids = actions.list_stale_standings(db, today)
    for block in blocks(ids, STANDING_AT_ONCE):
        with database.transaction() as db:
            actions.recompute_standings(db, block, today)
    return len(ids)


def check_standings(database: Database, var: Path, now: datetime) -> int:
    """Check the standings against the monthly sums; repair, log and record differences."""
    today = now.astimezone(PARIS).date()
    stand_again(database, now)
    with database.reading() as db:
        ids = range(1, last_pce(db) + 1)
    repaired = 0
    for block in blocks(ids, STANDING_AT_ONCE):
        with database.reading() as db:
            wrong = actions.find_differing_standings(db, block, today)
        for pce_id in wrong:
            structlog.get_logger().error("consumption.standing_differs", pce=pce_id)
        if wrong:
            with database.transaction() as db:
                actions.recompute_standings(db, wrong, today)
        repaired += len(wrong)
    repaired += _check_sums(database)
    note_repairs(var, "standings", repaired, now)
    return repaired


def _check_sums(database: Database) -> int:
    """Check the fleet sums; rebuild them all if any differs. Return how many differ."""
    with database.transaction() as db:
        actions.merge_sums(db)
    with database.reading() as db:
        wrong = actions.count_differing_sums(db)
    if wrong:
        structlog.get_logger().error("consumption.sums_differ", sums=wrong)
        with database.transaction() as db:
            actions.rebuild_sums(db)
    return wrong


def check_rollup(database: Database, var: Path, now: datetime) -> int:
    """Check the monthly sums against the readings; repair, log and record differences.

    First, check the days that share out periods, which these sums count, against the periods.
    """
    with database.reading() as db:
        count = last_pce(db) + 1
    repaired = 0
    for first in range(0, count, PCES_AT_ONCE):
        last = first + PCES_AT_ONCE - 1
        with database.reading() as db:
            apart = differing_shares(db, first, last)
        for pce_id in apart:
            _share_again(database, pce_id)
        with database.reading() as db:
            wrong = differing_months(db, first, last)
        for pce_id, month in wrong:
            _repair(database, pce_id, month)
        repaired += len(wrong) + len(apart)
        note_repairs(var, "rollup", repaired, now)
    return repaired


def _share_again(database: Database, pce_id: int) -> None:
    structlog.get_logger().error("consumption.shares_differ", pce=pce_id)
    with database.transaction() as db:
        store_period_shares(db, pce_id)


def _repair(database: Database, pce_id: int, month: date) -> None:
    structlog.get_logger().error("consumption.rollup_differs", pce=pce_id, month=month.isoformat())
    with database.transaction() as db:
        roll_up(db, pce_id, month, month)
