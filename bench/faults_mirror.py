"""Kill the mirror at random: nothing is lost, nothing is doubled.

A distributor answers over HTTP; a process mirrors it and is ended with SIGKILL at a random moment,
night after night. Whatever is left half-way is taken up by the next process. In the end tables,
faults and counts of each round are compared with those of a portal that nobody disturbed.
"""

import json
import logging
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import func, select
from werkzeug import Request, Response

from bench.kills import Verdict, compare, emptied, preload, quiet, run_and_kill
from core.database import Database
from data.exchange.mirror.channels import open_upstream
from data.exchange.mirror.models import MirrorFault, MirrorRight, MirrorRound, MirrorTask
from data.exchange.mirror.types import RoundState
from data.identity.audit.models import AuditEvent
from data.metering.consumption.actions import differing_months, last_pce
from data.metering.consumption.models import (
    ConsumptionPeriod,
    InjectionPeriod,
    MonthlyConsumption,
    PeriodDay,
    Reading,
    ReadingRevision,
)
from data.metering.pces.models import Pce, PceEventRow
from tests.data.exchange.mirror.distributor import (
    DONE,
    KEY,
    address_of,
    connect,
    lines,
    right_line,
    serving,
    token_answer,
    told,
)
from tests.data.exchange.mirror.readings import (
    CONTRACT,
    METER,
    day_line,
    injected_line,
    period_line,
)
from tests.factories import make_people
from tests.jobs.mirrored import work

BEGIN = datetime(2026, 11, 25, 1, 15, tzinfo=UTC)  # 02:15 in Paris
STEP = timedelta(days=31)  # from a night to the next: all is due again
DEAD = timedelta(minutes=2)  # between two processes: the lease of the first is over
NUMBERS = [f"0999999993{n:04d}" for n in range(6)]
WITHOUT_DAYS = NUMBERS[-1]  # known by its published periods alone
FEEDS = "09999999939999"  # feeds gas in
FED = {
    "role_tiers": "AUTORISE_CONTRAT_INJECTION",
    "perim_donnees_conso_debut": None,
    "perim_donnees_conso_fin": None,
    "perim_donnees_inj_debut": "2025-01-01",
    "perim_donnees_inj_fin": "2027-08-31",
}
FIRST = date(2025, 9, 1)
TABLES = (
    *(Reading, ReadingRevision, MonthlyConsumption, ConsumptionPeriod),
    *(InjectionPeriod, PceEventRow, PeriodDay),
)
COUNTED = ("pces", "lines", "new", "changed", "same", "faults", "injected")
_DAY = timedelta(days=1)


@dataclass
class Other:
    """The distributor: what it says depends on the site, the day and the night alone."""

    night: int = 0

    def __call__(self, environ: Any, start: Any) -> Any:
        return self._answer(Request(environ))(environ, start)

    def _answer(self, asked: Request) -> Response:
        if asked.path == "/oauth2/token":
            return token_answer()
        place = asked.path.split("/")
        if place[-1] == "droits_acces":
            told_of = [*((n, {}) for n in NUMBERS), (FEEDS, FED)]
            return lines(*(right_line(id_pce=n, id_droit_acces=n, **v) for n, v in told_of), DONE)
        number, sort = place[-2:]
        if sort == "donnees_contractuelles":
            block = CONTRACT["donnees_contractuelles"] | {"tarif_acheminement": f"T{self._turn}"}
            return told(CONTRACT | {"donnees_contractuelles": block})
        if sort == "donnees_techniques":
            return told(METER)
        first, last = (date.fromisoformat(asked.args[name]) for name in ("date_debut", "date_fin"))
        if sort == "donnees_consos_informatives":
            days = () if number == WITHOUT_DAYS else self._days(number, first, last)
            return lines(*days, DONE)
        line = injected_line if sort == "donnees_injections_publiees" else period_line
        return lines(*self._periods(line, number, first, last), DONE)

    @property
    def _turn(self) -> int:
        return 1 + self.night % 4

    def _days(self, number: str, first: date, last: date) -> Iterator[Any]:
        end = (BEGIN + self.night * STEP).date()
        day = max(first, FIRST)
        while day <= min(last, end - _DAY):
            chance = random.Random(f"{number}/{day}/{(end - day).days // 20}")
            roll, volume = chance.random(), chance.randrange(9)
            if roll < 0.02:
                yield day_line(day.isoformat(), volume, "beaucoup", pce=number)
            elif roll > 0.03:
                yield day_line(day.isoformat(), volume, volume * 11, pce=number)
            day += _DAY

    def _periods(
        self, line: Callable[..., Any], number: str, first: date, last: date
    ) -> Iterator[Any]:
        day = FIRST
        while day + STEP < (BEGIN + self.night * STEP).date():
            if first <= day + STEP and day <= last:
                yield line(str(day), str(day + STEP), day.month, day.month * 11, pce=number)
            day += STEP


def prepare(database: Database) -> None:
    """An empty portal, and organisation 2 connected to the distributor."""
    emptied(database)
    with database.transaction() as db:
        make_people(db)
        connect(db, "usr-4471", created_at=BEGIN - STEP)


def mirror(url: str, root: str, now: datetime, ready: Any = None) -> None:
    """The process that is killed."""
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    database, address = Database(url), address_of(root)
    if ready is not None:
        ready.set()
    work(database, lambda who, clock: open_upstream(database, address, KEY, who, clock), now)
    database.close()


def disturb(url: str, root: str, other: Other, kills: int, seed: int) -> tuple[int, int]:
    """Mirror under *kills* SIGKILL, then in peace; how many nights, and kills that hit a round.

    Of each night one process at least is left in peace, to its end.
    """
    chance, database = random.Random(seed), Database(url)
    prepare(database)
    halfway = done = 0
    usual = 0.0
    while done < kills:
        now, took = BEGIN + other.night * STEP, None
        for _kill in range(20):
            if not usual or done >= kills:
                break
            database.close()  # nothing is shared with the process to come
            took = run_and_kill(mirror, (url, root, now), chance.uniform(0, 1.2 * usual))
            if took is not None:
                break
            done, now = done + 1, now + DEAD
            halfway += _count_open(database)
        if took is None:
            database.close()
            took = run_and_kill(mirror, (url, root, now), None)
        usual = max(usual / 2, took or 0.0)
        other.night += 1
    database.close()
    return other.night, halfway


def _count_open(database: Database) -> int:
    with database.reading() as db:
        open_ = select(func.count()).where(MirrorRound.state == RoundState.RUNNING)
        return db.scalar(open_) or 0


def undisturbed(url: str, root: str, other: Other, nights: int) -> None:
    database = Database(url)
    prepare(database)
    for other.night in range(nights):
        mirror(url, root, BEGIN + other.night * STEP)
    database.close()


def tables(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that must not depend on the kills, PCE by their number."""
    database, found = Database(url), {}
    with database.reading() as db:
        for model in TABLES:
            table = model.__table__
            columns = [c for c in table.c if c.name not in {"pce_id", "learnt_at", "told"}]
            query = select(Pce.number, *columns).join(table, table.c.pce_id == Pce.id)
            found[str(table.name)] = sorted(map(tuple, db.execute(query)), key=repr)
        for name, query in _others().items():
            found[name] = sorted(map(_plain, db.execute(query)), key=repr)
        found["roll-up"] = list(map(tuple, differing_months(db, 0, last_pce(db))))
        rounds = db.scalars(select(MirrorRound).order_by(MirrorRound.id))
        found["rounds"] = [(row.state, *(row.counts[n] for n in COUNTED)) for row in rounds]
    database.close()
    return found


def _others() -> dict[str, Any]:
    fault, task, right = MirrorFault, MirrorTask, MirrorRight
    return {
        "pces": select(
            Pce.number, Pce.tariff, Pce.city, Pce.reference_kwh, Pce.data_until, Pce.contract
        ),
        "faults": select(fault.round_id, fault.number, fault.part, fault.line, fault.params),
        "tasks": select(
            *(Pce.number, task.part, task.whole_from, task.whole_until, task.attempts),
            task.problem,
        ).join(Pce, Pce.id == task.pce_id),
        "rights": select(right.uid, right.number, right.state),
        "audit_events": select(AuditEvent.action, AuditEvent.object_id),
    }


def _plain(row: Any) -> tuple[Any, ...]:
    return tuple(
        json.dumps(value, sort_keys=True) if isinstance(value, dict | list) else value
        for value in row
    )


def torment(urls: tuple[str, str], kills: int, seed: int) -> Verdict:
    """Disturb the first database, leave the second in peace, and compare."""
    preload("jobs.mirror", "data.migrations", "bench.faults_mirror")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # it tells each call
    begin, other = time.monotonic(), Other()
    with quiet(), serving(other) as root:
        nights, halfway = disturb(urls[0], root, other, kills, seed)
        undisturbed(urls[1], root, other, nights)
    one, plain = tables(urls[0]), tables(urls[1])
    problems = list(compare(one, plain))
    if not one["injection_periods"]:
        problems.append("no injection was read")
    if not one["period_days"]:
        problems.append("no period stood for a day")
    if one["roll-up"]:
        problems.append(f"{len(one['roll-up'])} months of the roll-up differ from their days")
    took = time.monotonic() - begin
    return Verdict(kills, halfway, nights, len(one["readings"]), tuple(problems), took)
