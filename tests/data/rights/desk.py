"""What somebody does with files of rights, each act in its transaction."""

import hashlib

from sqlalchemy import select

from data.rights.actions import charge_lookups, confirm, open_import, preview
from data.rights.models import AccessRight
from data.rights.queries import get_import_receipt
from data.rights.types import CheckTerms, Delays, Purpose
from data.runs.files import Incoming, folder_of
from data.runs.types import DepositLimits
from tests.factories import NOW
from tests.queue_work import work_runs

DELAYS = Delays()


class Desk:
    def __init__(self, database, var, viewer):
        self.database, self.var, self.viewer = database, var, viewer

    def deposit(self, name, content, purpose=Purpose.RIGHTS):
        file = Incoming(folder_of(self.var), 10**8)
        file.write(content)
        kept = file.keep(name)
        assert kept.sha256 == hashlib.sha256(content).hexdigest()
        with self.database.transaction() as db:
            return open_import(
                db,
                self.viewer,
                kept,
                DepositLimits(),
                folder_of(self.var),
                purpose=purpose,
                now=NOW,
            )

    def preview(self, run):
        with self.database.reading() as db:
            terms = CheckTerms(DELAYS, NOW, self.spend)
            return preview(db, self.viewer, run, folder_of(self.var), terms)

    def spend(self, seen):
        return self.act(lambda db, viewer, _run: charge_lookups(db, viewer, seen, NOW), seen.run_id)

    def act(self, action, run, *args, **kwargs):
        with self.database.transaction() as db:
            return action(db, self.viewer, run, *args, **kwargs)

    def store(self, run):
        self.preview(run)
        self.act(confirm, run, now=NOW)
        work_runs(self.database, self.var, NOW)
        return self.receipt(run)

    def receipt(self, run):
        with self.database.reading() as db:
            return get_import_receipt(db, self.viewer, run)

    def rights(self):
        with self.database.reading() as db:
            return db.scalars(select(AccessRight).order_by(AccessRight.number)).all()
