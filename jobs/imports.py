"""Process confirmed files of declarations: read whole, then stored by blocks of lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from core.access import Permission, Viewer
from core.database import Database
from core.errors import Forbidden
from core.gc_pause import uncollected
from core.i18n import N_, PARIS
from core.queue_types import Progress
from data.rights.actions import learn_rights, read_lines, sort_rights, store_lines
from data.rights.files import DeclarationLine
from data.rights.queries import find_last_stored_line
from data.rights.types import Delays
from data.runs import actions, queries
from data.runs.types import ClaimedRun
from jobs.job_clock import Clock
from jobs.time_slices import WorkSlice

BLOCK = 500  # lines stored in one transaction: other writers wait for a tenth of a second
_GROWN = {4, 19, 79, 319}  # blocks after which statistics are refreshed, as rights have multiplied


@dataclass(frozen=True, slots=True)
class PreparedImport:
    """Lines of a confirmed file still to store, in blocks; the first block is number `first`."""

    viewer: Viewer
    blocks: Sequence[Sequence[DeclarationLine]]
    first: int

    @property
    def total(self) -> int:
        return self.first + len(self.blocks)


def prepare(
    database: Database, folder: Path, run: ClaimedRun, delays: Delays, now: datetime
) -> PreparedImport:
    """Return the lines still to store, as confirmed; raise what refuses the file."""
    today = now.astimezone(PARIS).date()
    with uncollected(), database.reading() as db:
        viewer = queries.find_depositor(db, run.id, today)
        if viewer is None:
            raise Forbidden(N_("Le compte qui a déposé ce fichier est fermé."))
        viewer.require(Permission.RIGHTS_DECLARE)
        viewer.require_contract()
        _, lines = read_lines(db, viewer, run.id, folder, delays=delays)
        last = find_last_stored_line(db, viewer, run.id)
    remaining_lines = [line for line in lines if line.line > last]
    blocks = [
        remaining_lines[start : start + BLOCK] for start in range(0, len(remaining_lines), BLOCK)
    ]
    return PreparedImport(viewer, blocks, run.done)


def store(
    run: ClaimedRun, prepared: PreparedImport, delays: Delays, clock: Clock, turn: WorkSlice
) -> bool:
    """Store blocks until the time slice ends; return whether all are stored.

    Each block and its counts are in one transaction: if killed, the next call goes on.
    """
    first, total = prepared.first, prepared.total
    with turn.transaction() as db:
        actions.begin(db, run, total)
    for place in range(run.done, total):
        if place > run.done and turn.is_over:
            return False
        with uncollected(), turn.transaction(Progress({}, place + 1, total)) as db:
            block = prepared.blocks[place - first]
            counts = store_lines(db, prepared.viewer, run.id, block, delays=delays, now=clock())
            added = {
                "lines": counts.lines,
                "accepted": counts.accepted,
                "known": counts.known,
                "rejected": counts.rejected,
            }
            actions.move(db, run, place, added)
        if place - first in _GROWN and place + 1 < total:
            with turn.transaction() as db:
                learn_rights(db)
    with turn.transaction() as db:
        actions.finish(db, run, total, clock())
    with turn.transaction() as db:
        sort_rights(db)
    return True
