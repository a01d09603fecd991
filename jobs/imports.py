"""Working through confirmed files of declarations: read whole, then stored by blocks of lines."""

from datetime import datetime
from pathlib import Path

from data.access import Permission, Viewer
from data.db import Database
from data.errors import Forbidden
from data.rights.actions import learn_rights, read_lines, sort_rights, store_lines
from data.rights.files import Line
from data.rights.queries import last_stored
from data.rights.types import Delays
from data.runs import actions, queries
from data.runs.types import Claimed
from data.uncollected import uncollected
from i18n import N_, PARIS
from jobs.clock import Clock

BLOCK = 2500  # lines stored in one transaction
_GROWN = {0, 3, 15, 63}  # blocks after which those that follow meet several times as many rights


def prepare(
    database: Database, folder: Path, run: Claimed, delays: Delays, now: datetime
) -> tuple[Viewer, list[Line]]:
    """The lines still to store, as their owner confirmed them; raises what refuses the file."""
    today = now.astimezone(PARIS).date()
    with uncollected(), database.reading() as db:
        viewer = queries.find_depositor(db, run.id, today)
        if viewer is None:
            raise Forbidden(N_("Le compte qui a déposé ce fichier est fermé."))
        viewer.require(Permission.RIGHTS_DECLARE)
        viewer.require_contract()
        _, lines = read_lines(db, viewer, run.id, folder, delays=delays)
        last = last_stored(db, viewer, run.id)
    return viewer, [line for line in lines if line.line > last]


def store(
    database: Database,
    run: Claimed,
    read: tuple[Viewer, list[Line]],
    delays: Delays,
    clock: Clock,
) -> int:
    """Each block and its counts in one transaction: killed between two, the next call goes on."""
    viewer, lines = read
    blocks = [lines[start : start + BLOCK] for start in range(0, len(lines), BLOCK)]
    total = run.done + len(blocks)
    with database.transaction() as db:
        actions.begin(db, run, total, clock())
    for place, block in enumerate(blocks, start=run.done):
        with uncollected(), database.transaction() as db:
            counts = store_lines(db, viewer, run.id, block, delays=delays, now=clock())
            added = {
                "lines": counts.lines,
                "accepted": counts.accepted,
                "known": counts.known,
                "rejected": counts.rejected,
            }
            actions.move(db, run, place, added, clock())
        if place - run.done in _GROWN and place + 1 < total:
            with database.transaction() as db:
                learn_rights(db)
    with database.transaction() as db:
        actions.finish(db, run, total, clock())
    with database.transaction() as db:
        sort_rights(db)
    return total
