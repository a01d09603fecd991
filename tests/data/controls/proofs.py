"""Controls for tests: rights drawn by dora, proofs sent by bob."""

import itertools
from decimal import Decimal

from sqlalchemy import select

from data.controls import actions, queries
from data.controls.models import Control
from data.controls.types import (
    ControlVerdict,
    DrawFilter,
    Motive,
    NewPiece,
    Picked,
    PieceKind,
    ProofDelays,
    Ruling,
    Sample,
)
from data.notifications.models import Notice, NoticeEvent, Notification
from data.rights.models import AccessRight
from tests.factories import NOW, PCE, make_pce, make_right

OTHER, THIRD = "09999999910002", "09999999910003"
NUMBERS = (PCE, OTHER, THIRD)
DELAYS = ProofDelays()
ACCEPT = Ruling(ControlVerdict.ACCEPT, verified=True)
AGAIN = Ruling(ControlVerdict.AGAIN, Motive.SIGNATURE, "Le cachet manque.")
REJECT = Ruling(ControlVerdict.REJECT, Motive.HOLDER)
_keys = itertools.count()


def make_rights(db, numbers=NUMBERS, organisation_id=2, **values):
    """Active rights of bob's organisation, their uids in the order of *numbers*."""
    found = []
    for number in numbers:
        pce = make_pce(db, number, holder_id=1, holder_name="Lycée des Tilleuls")
        found.append(make_right(db, pce, organisation_id, **values).uid)
    return found


def piece(name="autorisation.pdf", **values):
    facts = {"kind": PieceKind.PDF, "size": 1200, "sha256": "ab" * 32}
    return NewPiece(name, storage_key=f"key-{next(_keys)}", **(facts | values))


def opened(db, dora, draw, *, delays=DELAYS, now=NOW):
    seen = actions.preview_campaign(db, dora, draw, delays=delays)
    return actions.open_campaign(db, dora, draw, mark=seen.mark, delays=delays, now=now)


def asked(db, dora, rights, **values):
    """The uids of the controls opened on rights, in their order."""
    opened(db, dora, Picked(uids=tuple(rights)), **values)
    return [control_of(db, uid).uid for uid in rights]


def control_of(db, right_uid):
    """The last control of a right."""
    db.expire_all()
    query = select(Control).join(AccessRight, AccessRight.id == Control.right_id)
    query = query.where(AccessRight.uid == right_uid).order_by(Control.id.desc())
    return db.scalars(query).first()


def sent(db, bob, uids, *pieces, now=NOW):
    """Send pieces for controls, at once."""
    staged = actions.stage(db, bob, uids, pieces or [piece()], now=now)
    actions.send(db, bob, staged.uid, now=now)
    return staged.uid


def row(db, viewer, uid):
    return detail(db, viewer, uid).row


def detail(db, viewer, uid, now=NOW):
    db.expire_all()
    return queries.get_control(db, viewer, uid, now=now)


def decided(db, dora, uid, ruling=ACCEPT, *, now=NOW, delays=DELAYS):
    version = row(db, dora, uid).version
    return actions.decide(db, dora, uid, ruling, version=version, delays=delays, now=now)


def answered(db, viewer, uid, answers, *, deposit=None):
    """Answer points of the last deposit, or of another; what was answered before stays."""
    if deposit is None:
        deposit = next((one.uid for one in detail(db, viewer, uid).deposits), "")
    actions.answer_points(db, viewer, uid, answers, deposit=deposit, now=NOW)


def right_of(db, uid):
    db.expire_all()
    return db.scalars(select(AccessRight).where(AccessRight.uid == uid)).one()


def verified(database):
    """The journal and the tables, read whole; nothing is noted anywhere."""
    with database.reading(streams=True) as db:
        return queries.find_journal_breaks(db)


def facts(db, dora, uid):
    return [entry.fact for entry in queries.list_control_events(db, dora, uid)]


def mails(db):
    """(reader, kind, what is told of) of each mail."""
    query = select(Notification.user_id, Notification.kind, Notification.params)
    return [tuple(one) for one in db.execute(query.order_by(Notification.id))]


def rung(db):
    """(reader, kind, where it leads, what is told) of each line of an inbox."""
    query = select(Notice.user_id, NoticeEvent.kind, NoticeEvent.path, NoticeEvent.params)
    query = query.join(NoticeEvent, NoticeEvent.id == Notice.event_id)
    return [tuple(one) for one in db.execute(query.order_by(Notice.event_id, Notice.user_id))]


def sample(rate="50", seed=7, **among):
    return Sample(Decimal(rate), seed, DrawFilter(**among))
