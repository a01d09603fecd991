"""Record which granted PCEs a person reads or exports, once a day for each PCE.

Only readings made under another organisation's right are recorded. The record is written after the
response, in its own transaction. Each worker remembers what it has written, so almost no request
queries the database. No request waits for another writer: a pending record is kept and written with
a later response.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from flask import Blueprint, Response, current_app, g

from api.context import now, portal
from core.access import Viewer
from core.database import Session
from core.errors import Busy
from data.rights.actions import note_read
from data.rights.queries import list_unrecorded_reads

routes = Blueprint("readers", __name__)
_MOST = 20_000  # reads remembered by a worker
_MOST_WAITING = 500  # answers whose reads are still to be written: past them, one waits its turn
Key = tuple[int, str, str, date]


@dataclass(frozen=True, slots=True)
class Reads:
    """The reads of one response, and its time."""

    viewer: Viewer
    keys: list[Key]
    at: datetime


class RecordedReads:
    """Reads already written, or pending; the oldest are forgotten first."""

    def __init__(self) -> None:
        self._keys: OrderedDict[Key, None] = OrderedDict()
        self.waiting: list[Reads] = []  # for their turn to be written

    def new(self, keys: list[Key]) -> list[Key]:
        return [key for key in keys if key not in self._keys]

    def keep(self, keys: list[Key]) -> None:
        for key in keys:
            self._keys[key] = None
        while len(self._keys) > _MOST:
            self._keys.popitem(last=False)


@routes.after_app_request
def write_reads(response: Response) -> Response:
    """Record what was shown, unless the response failed."""
    viewer: Viewer | None = g.get("viewer")
    reads_by_pce: Mapping[str, str] = g.get("reads", {})
    if viewer is None or not reads_by_pce or viewer.staff:
        return response
    if response.status_code != 200:  # noqa: PLR2004
        return response
    if viewer.behind:  # the distributor reads: see looking
        return response
    read_log: RecordedReads = current_app.extensions.setdefault("readers", RecordedReads())
    keys = read_log.new(
        [(viewer.user_id, what, number, viewer.today) for number, what in reads_by_pce.items()]
    )
    if keys:
        read_log.keep(keys)
        read_log.waiting.append(Reads(viewer, keys, now()))
    if read_log.waiting:
        write_waiting(read_log)
    return response


def write_waiting(read_log: RecordedReads) -> None:
    """Write the pending reads, or leave them to a later response while another writer works."""
    reads, read_log.waiting = read_log.waiting, []

    def write_all(db: Session) -> None:
        for read_entry in reads:
            write(db, read_entry)

    try:
        if len(reads) > _MOST_WAITING:
            with portal().database.transaction() as db:
                write_all(db)
        elif not portal().database.try_write(write_all, durable=True):
            read_log.waiting.extend(reads)
    except Busy:
        read_log.waiting.extend(reads)


def write(db: Session, reads: Reads) -> None:
    for action in {what for _user, what, _number, _day in reads.keys}:
        numbers = [number for _user, what, number, _day in reads.keys if what == action]
        unsaid = list_unrecorded_reads(db, reads.viewer, numbers, action)
        note_read(db, reads.viewer, unsaid, action, now=reads.at)
