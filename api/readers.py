"""The readers' log: which granted PCE a person read or exported today, said once.

It is written after the answer is made, in a transaction of its own, and only by who reads by
somebody else's leave. What this worker already wrote it remembers: nearly every request asks the
database nothing.
"""

from collections import OrderedDict
from collections.abc import Mapping
from contextlib import suppress
from datetime import date

from flask import Blueprint, Response, current_app, g
from sqlalchemy.exc import OperationalError

from api.portal import now, portal
from data.access import Viewer
from data.rights.actions import note_read
from data.rights.queries import unsaid_reads

routes = Blueprint("readers", __name__)
_MOST = 20_000  # reads remembered by a worker
Key = tuple[int, str, str, date]


class Told:
    """The reads that were written, or need not be; the oldest are forgotten first."""

    def __init__(self) -> None:
        self._keys: OrderedDict[Key, None] = OrderedDict()

    def new(self, keys: list[Key]) -> list[Key]:
        return [key for key in keys if key not in self._keys]

    def keep(self, keys: list[Key]) -> None:
        for key in keys:
            self._keys[key] = None
        while len(self._keys) > _MOST:
            self._keys.popitem(last=False)


@routes.after_app_request
def write_reads(response: Response) -> Response:
    """Note what was shown, unless it failed; a database that is busy is asked the next time."""
    viewer: Viewer | None = g.get("viewer")
    saw: Mapping[str, str] = g.get("saw", {})
    if viewer is None or not saw or viewer.staff or response.status_code != 200:  # noqa: PLR2004
        return response
    if viewer.behind:  # the distributor reads: see looking
        return response
    told: Told = current_app.extensions.setdefault("readers", Told())
    keys = told.new([(viewer.user_id, what, number, viewer.today) for number, what in saw.items()])
    if keys:
        with suppress(OperationalError):
            write(viewer, keys)
            told.keep(keys)
    return response


def write(viewer: Viewer, keys: list[Key]) -> None:
    with portal().database.transaction() as db:
        for action in {what for _user, what, _number, _day in keys}:
            numbers = [number for _user, what, number, _day in keys if what == action]
            unsaid = unsaid_reads(db, viewer, numbers, action)
            note_read(db, viewer, unsaid, action, now=now())
