"""Load a fleet, people first, then sites by batches, so that it can resume."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.database import Database
from core.errors import Conflict
from core.gc_pause import uncollected
from core.i18n import N_
from data.analysis.signatures.actions import note_outdated
from data.controls.files.storage import Storage
from data.migrations import tables
from jobs.consumption import stand_again
from jobs.demo import journal
from jobs.demo.city_rights import add_city_rights
from jobs.demo.contracts import SealingDesk, add_contracts
from jobs.demo.controls import add_controls
from jobs.demo.grants import give_rights
from jobs.demo.money import add_money
from jobs.demo.people import create_people, organisation_ids
from jobs.demo.places import create_pces
from jobs.demo.plan import DemoPlan
from jobs.demo.preparation import BATCH, Preparation, rows_ahead
from jobs.demo.rights import add_rights
from jobs.demo.site_rows import SiteRows
from jobs.demo.sites import DemoSite
from jobs.demo.stations import add_stations
from jobs.demo.thresholds import add_thresholds
from jobs.demo.write import write_data


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
    with database.reading() as db:
        present = set(db.scalars(select(tables()["pces"].c.number)))
    preparation = Preparation(plan, present, now, database.sqlite, BATCH)
    done = _load_sites(database, preparation, progress)
    with uncollected():
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


def _load_sites(
    database: Database, preparation: Preparation, progress: Callable[[int], object]
) -> DemoLoad:
    """Write the missing sites, a batch in each transaction; the end of the load is on disk."""
    done = DemoLoad(0, 0)
    batches = preparation.list_batches()
    with rows_ahead(preparation) as rows:
        for batch, site_rows in zip(batches, rows, strict=True):
            if sites := preparation.list_missing(batch):
                with uncollected(), database.transaction(durable=False) as db:
                    readings = _write(db, preparation.plan.today, sites, site_rows)
                done = DemoLoad(done.pces + len(sites), done.readings + readings)
            progress(len(batch))
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


def _write(
    db: Session, today: date, sites: Sequence[DemoSite], site_rows: Sequence[SiteRows]
) -> int:
    """Write `sites` and all their data; return the number of readings."""
    organisations = organisation_ids(db)
    ids = create_pces(db, sites, organisations)
    give_rights(db, sites, ids, organisations, today)
    rows_by_pce = {ids[site.number]: rows for site, rows in zip(sites, site_rows, strict=True)}
    return write_data(db, rows_by_pce)
