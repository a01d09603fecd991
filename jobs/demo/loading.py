"""Load a fleet, people first, then sites by batches, so that it can resume."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.database import Database
from core.errors import Conflict
from core.i18n import N_
from data.analysis.signatures.actions import note_outdated
from data.controls.files.storage import Storage
from data.migrations import tables
from jobs.consumption import stand_again
from jobs.demo import journal
from jobs.demo.city_rights import add_city_rights
from jobs.demo.contracts import SealingDesk, add_contracts
from jobs.demo.controls import add_controls
from jobs.demo.fleet import site
from jobs.demo.grants import give_rights
from jobs.demo.journal import DemoPlan
from jobs.demo.money import add_money
from jobs.demo.people import create_people, organisation_ids
from jobs.demo.places import create_pces
from jobs.demo.rights import add_rights
from jobs.demo.sites import DemoSite
from jobs.demo.stations import add_stations
from jobs.demo.thresholds import add_thresholds
from jobs.demo.world import Clock, World
from jobs.demo.write import write_data

BATCH = 40


@dataclass(frozen=True, slots=True)
class DemoLoad:
    """What a load wrote."""

    pces: int
    readings: int


def load(  # noqa: PLR0913 (passed by name)
    database: Database,
    plan: DemoPlan,
    now: datetime,
    *,
    more: bool = False,
    storage: Storage | None = None,
    contracts: SealingDesk | None = None,
    progress: Callable[[int], object] = lambda _done: None,
) -> DemoLoad:
    """Load `plan`, or resume an interrupted load; raise Conflict if the database has data.

    `progress` is called with the number of sites of each batch. Without `storage` for their proofs,
    there are no controls; without the desk of `contracts`, these are presumed on paper. If killed
    at any point, the next call goes on from the last batch written.
    """
    plan = _opened(database, plan, now, more=more)
    world = World(plan)
    clock = world.clock(now, sqlite=database.sqlite)
    done = DemoLoad(0, 0)
    with database.reading() as db:
        present = set(db.scalars(select(tables()["pces"].c.number)))
    for batch in _batches(plan):
        missing_sites = [site for site in batch if site.number not in present]
        if missing_sites:
            with database.transaction() as db:
                readings = _write(db, world, missing_sites, clock)
            done = DemoLoad(done.pces + len(missing_sites), done.readings + readings)
        progress(len(batch))
    stand_again(database, now)
    add_rights(database, plan, now)
    add_city_rights(database, plan, now)
    add_money(database, plan, now)
    add_thresholds(database, plan, now)
    if storage is not None:
        add_controls(database, plan, now, storage)
    if contracts is not None:
        add_contracts(database, plan, now, contracts)
    _end(database, plan, now)
    return done


def _end(database: Database, plan: DemoPlan, now: datetime) -> None:
    """End the load; the scheduler then judges the sites, while the portal is in use."""
    with database.transaction() as db:
        note_outdated(db, plan.today)
        journal.end(db, plan, now)


def _opened(database: Database, plan: DemoPlan, now: datetime, *, more: bool) -> DemoPlan:
    with database.transaction() as db:
        halfway = journal.interrupted(db)
        if halfway:
            return replace(halfway, password=plan.password, operator=plan.operator)
        if journal.is_empty(db):
            create_people(db, plan.password, plan.operator, now)
        elif not more or not journal.is_loaded(db):
            raise Conflict(
                N_(
                    "La base contient déjà des données : la démonstration ne se charge que dans "
                    "une base vide, ou s’ajoute à une démonstration avec --more."
                )
            )
        add_stations(db, plan.seed, plan.today)
        started = replace(plan, first=journal.loaded_so_far(db))
        journal.begin(db, started, now)
        return started


def _batches(plan: DemoPlan) -> Iterator[list[DemoSite]]:
    for start in range(plan.first, plan.first + plan.pces, BATCH):
        stop = min(start + BATCH, plan.first + plan.pces)
        yield [site(plan.seed, index, plan.today) for index in range(start, stop)]


def _write(db: Session, world: World, sites: Sequence[DemoSite], clock: Clock) -> int:
    """Write `sites` and all their data; return the number of readings."""
    organisations = organisation_ids(db)
    ids = create_pces(db, sites, organisations)
    give_rights(db, sites, ids, organisations, world.plan.today)
    return sum(write_data(db, world, site, ids[site.number], clock) for site in sites)
