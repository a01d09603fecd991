"""Query a deposit of readings for a person who can confirm it."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from core.access import Viewer
from core.paging import RowBlock
from data.metering.consumption.models import Reading
from data.metering.consumption.rules.plausibility import FEW_DAYS, meant_unit
from data.metering.consumption.types import DepositCheck, DepositReceipt
from data.metering.pces.models import Pce
from data.metering.pces.queries import count_readers, list_chosen, list_pces, visible
from data.metering.pces.types import PceFilter, PceRow
from data.runs.queries import get_run, list_batch, list_parts
from data.runs.types import ENERGY_USES, ColumnUse, RunPart, RunRow

MOST_SITES = 5000  # a larger fleet is not searched for a lookalike site
MOST_COMPARED = 3  # at most so many parts of a deposit are searched
OFFERED = 12


def get_check(db: Session, viewer: Viewer, run_id: int, at: str = "") -> DepositCheck:
    """Return the whole deposit of a run; raise NotFound for another organisation's.

    `at` names the part whose curve is shown: `run-place`.
    """
    run = get_run(db, viewer, run_id)
    runs = list_batch(db, viewer, run)
    parts = list_parts(
        db, viewer, [deposit_run.id for deposit_run in runs if deposit_run.is_unconfirmed]
    )
    waiting = [part for part in parts if part.odd and not part.accepted][:MOST_COMPARED]
    candidates = {(part.run_id, part.place): find_lookalike(db, viewer, part) for part in waiting}
    lookalikes_by_place = {place: number for place, number in candidates.items() if number}
    numbers = sorted({part.pce for part in parts})
    given_numbers = {run.pce for run in runs if run.pce}
    chosen = list_chosen(db, viewer, [*numbers, *lookalikes_by_place.values(), *given_numbers])
    names = {row.number: row.alias for row in chosen}
    changed_numbers = sorted({part.pce for part in parts if _is_change(part)})
    readers = count_readers(db, viewer, changed_numbers)
    sites = list_sites(db, viewer) if any(deposit_run.takes_pce for deposit_run in runs) else []
    units = {(part.run_id, part.place): unit_of(runs, part) for part in waiting}
    energy_uses = {place: use for place, use in units.items() if use}
    return DepositCheck(runs, parts, names, readers, at, lookalikes_by_place, sites, energy_uses)


def unit_of(runs: Sequence[RunRow], part: RunPart) -> ColumnUse | None:
    """What the energy of an odd part would be read as, were it said in another unit."""
    run = next(run for run in runs if run.id == part.run_id)
    uses = [ColumnUse(column.use) for column in run.columns if column.use in ENERGY_USES]
    if not run.takes_columns or len(uses) != 1 or part.checked["measure"] != "energy_wh":
        return None
    return meant_unit(uses[0], part.checked["doubt"])


def map_site_names(db: Session, viewer: Viewer, runs: Sequence[RunRow]) -> Mapping[str, str]:
    """Return the names of the PCEs of `runs` by number, of those that the viewer can see."""
    numbers = sorted({run.point for run in runs if run.point})
    return {row.number: row.alias for row in list_chosen(db, viewer, numbers)} if numbers else {}


def _is_change(part: RunPart) -> bool:
    """Return whether others would read something new; only its organisation sees ignored values."""
    counts = part.checked.get("counts", {})
    return bool(counts.get("new") or counts.get("changed"))


def list_sites(db: Session, viewer: Viewer, text: str = "") -> list[PceRow]:
    """Return the PCEs matching `text` for which the viewer may deposit readings."""
    return list_pces(db, viewer, _depositable(viewer, text), block=RowBlock(OFFERED))[0]


def _depositable(viewer: Viewer, text: str = "") -> PceFilter:
    return PceFilter(text=text, holder=None if viewer.staff else viewer.organisation_id)


def find_lookalike(db: Session, viewer: Viewer, part: RunPart) -> str | None:
    """Return the number of the PCE whose known days a part of a file repeats, from `list_sites`.

    None when there are several, or too many PCEs to search in an interactive request.
    """
    sample = [(date.fromisoformat(day), amount) for day, amount in part.checked.get("sample", ())]
    if not sample or list_pces(db, viewer, _depositable(viewer), block=RowBlock(0))[1] > MOST_SITES:
        return None
    numbers = db.scalars(_repeating(viewer, part, sample).limit(2)).all()
    return numbers[0] if len(numbers) == 1 else None


def _repeating(viewer: Viewer, part: RunPart, sample: Sequence[tuple[date, int]]) -> Select[str]:
    measure_column = (
        Reading.energy_wh if part.checked["measure"] == "energy_wh" else Reading.volume_dm3
    )
    same = case(
        (or_(*(and_(Reading.gas_day == day, measure_column == value) for day, value in sample)), 1)
    )
    sites = visible(viewer).with_only_columns(Pce.id).where(Pce.number != part.pce)
    if not viewer.staff:
        sites = sites.where(Pce.holder_id == viewer.organisation_id)
    return (
        select(Pce.number)
        .join(Reading, Reading.pce_id == Pce.id)
        .where(Pce.id.in_(sites), Reading.gas_day.in_([day for day, _ in sample]))
        .group_by(Pce.number)
        .having(
            func.count(same) >= FEW_DAYS, func.count(same) * 10 >= func.count(measure_column) * 9
        )
    )


def get_receipt(db: Session, viewer: Viewer, run_id: int) -> DepositReceipt:
    """Return the outcome of one file; raise NotFound for another organisation's."""
    run = get_run(db, viewer, run_id)
    part = next(iter(list_parts(db, viewer, [run.id], 1)), None)
    return DepositReceipt(run, part, map_site_names(db, viewer, [run]).get(run.point or "", ""))
