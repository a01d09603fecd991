"""The readers' log: which granted PCE a person read or exported today, said once.

It is written after the answer is made, in a transaction of its own, and only by who reads by
somebody else's leave. What this worker already wrote it remembers: nearly every request asks the
database nothing. Nobody waits for another writer to have it written: it is kept, and written with
one of the next answers.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from flask import Blueprint, Response, current_app, g

from api.portal import now, portal
from data.access import Viewer
from data.db import Session
from data.errors import Busy
from data.rights.actions import note_read
from data.rights.queries import unsaid_reads

routes = Blueprint("readers", __name__)
_MOST = 20_000  # reads remembered by a worker
_MOST_WAITING = 500  # answers whose reads are still to be written: past them, one waits its turn
Key = tuple[int, str, str, date]


@dataclass(frozen=True, slots=True)
class Reads:
    """What one answer showed, and when."""

    viewer: Viewer
    keys: list[Key]
    at: datetime


class Told:
    """The reads that were written, or need not be; the oldest are forgotten first."""

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
    """Note what was shown, unless it failed."""
    viewer: Viewer | None = g.get("viewer")
    saw: Mapping[str, str] = g.get("saw", {})
    if viewer is None or not saw or viewer.staff or response.status_code != 200:  # noqa: PLR2004
        return response
    if viewer.behind:  # the distributor reads: see looking
        return response
    told: Told = current_app.extensions.setdefault("readers", Told())
    keys = told.new([(viewer.user_id, what, number, viewer.today) for number, what in saw.items()])
    if keys:
        told.keep(keys)
        told.waiting.append(Reads(viewer, keys, now()))
    if told.waiting:
        write_waiting(told)
    return response


def write_waiting(told: Told) -> None:
    """Write the reads that wait, or leave them for another answer while somebody else writes."""
    reads, told.waiting = told.waiting, []

    def write_all(db: Session) -> None:
        for one in reads:
            write(db, one)

    try:
        if len(reads) > _MOST_WAITING:
            with portal().database.transaction() as db:
                write_all(db)
        elif not portal().database.try_write(write_all, durable=True):
            told.waiting.extend(reads)
    except Busy:
        told.waiting.extend(reads)


def write(db: Session, reads: Reads) -> None:
    for action in {what for _user, what, _number, _day in reads.keys}:
        numbers = [number for _user, what, number, _day in reads.keys if what == action]
        unsaid = unsaid_reads(db, reads.viewer, numbers, action)
        note_read(db, reads.viewer, unsaid, action, now=reads.at)
