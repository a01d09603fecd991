"""Load many demo controls, most of them decided, like a distributor's year."""

from collections.abc import Sequence
from datetime import datetime, time
from itertools import islice

from core.database import Database
from core.i18n import PARIS
from data.controls import actions
from data.controls.files.storage import Storage
from data.controls.types import ControlVerdict, Motive, Ruling
from jobs import controls as job
from jobs.demo.control_steps import Day, mandate_for_all
from jobs.demo.controls import DELAYS, ask_rights, open_campaign, people_of, told_long_ago
from jobs.demo.plan import DemoPlan

BLOCK = 100  # controls of one campaign, one mandate and one transaction
REFUSED = 4  # per block
OPENED, SENT, DECIDED = 16, 11, 9  # days ago
_IN_HAND = 10  # one block in this many is not decided
_ACCEPT = Ruling(ControlVerdict.ACCEPT, verified=True)
_REJECT = Ruling(ControlVerdict.REJECT, Motive.PERIMETER, "La période demandée n’est pas couverte.")


def add_many_controls(
    database: Database, plan: DemoPlan, now: datetime, storage: Storage, count: int
) -> int:
    """Open `count` controls on new rights, as far as there are sites; return how many."""
    done = 0
    while done < count:
        with database.transaction() as db:
            people = people_of(db, plan.today)
            rights = []
            if people is not None:
                most = min(BLOCK, count - done)
                rights = ask_rights(db, people.client, most, now, everywhere=True)
            if people is None or not rights:
                break
            noon = datetime.combine(plan.today, time(12), PARIS)
            day = Day(db, storage, plan.today, noon, people.client, people.staff, people.colleague)
            _play(day, rights, in_hand=done // BLOCK % _IN_HAND == 0)
            told_long_ago(db, people.client)
        done += len(rights)
    job.apply(database, now)
    with database.transaction() as db:
        told_long_ago(db)
    return done


def _play(day: Day, rights: Sequence[str], *, in_hand: bool) -> None:
    open_campaign(day.ago(OPENED), rights)
    proved = rights[len(rights) // 2 :] if in_hand else rights
    mandate_for_all(day.ago(SENT), proved)
    if in_hand:
        return
    then = day.ago(DECIDED)
    uids = iter([then.control_of(right) for right in rights])
    for batch, ruling in ((list(islice(uids, REFUSED)), _REJECT), (list(uids), _ACCEPT)):
        versions = dict.fromkeys(batch, 2)  # the version after the deposit
        actions.decide_many(then.db, then.staff, versions, ruling, delays=DELAYS, now=then.now)
