"""Delete expired work data: messages, receipts, letters, proofs, contracts, readings."""

from datetime import datetime
from typing import Any

from sqlalchemy import String, cast, delete, exists, func, literal, or_, select, update
from sqlalchemy.orm import Session

from core.database import change_rows
from core.i18n import PARIS
from data.administration.claims.models import PceClaim
from data.administration.subjects.queries.unscoped import GONE
from data.contracts.models import Contract, ContractSignature, ContractText, Onboarding, SigningCode
from data.controls.models import Control, Deposit, DepositedControl, Message, ProofPiece
from data.exchange.hooks.models import HookDelivery
from data.exports.models import Export, ExportedPce, ExportPick
from data.identity.accounts.models import Organisation
from data.metering.consumption.actions import (
    mark_standings_stale,
    store_period_shares,
    update_remaining_periods,
)
from data.metering.consumption.models import (
    ConsumptionPeriod,
    InjectionPeriod,
    MonthlyConsumption,
    PeriodDay,
    Reading,
    ReadingRevision,
)
from data.metering.pces.models import Pce
from data.metering.weather.models import WeatherOwnDay
from data.notifications.models import (
    Notice,
    NoticeBatch,
    NoticeEvent,
    NoticeMute,
    NoticeSnooze,
    Notification,
)
from data.notifications.types import MessageDelivery, NoticeState
from data.rights.models import (
    AccessRight,
    HolderLink,
    ImportLine,
    RightAct,
    RightActLine,
    RightImport,
    RightLetterRow,
)
from data.rights.queries.due import OPEN
from data.runs.models import Run, RunDelivery

_LEFT = (MessageDelivery.SENT, MessageDelivery.FAILED)
_PCES = 50  # PCEs whose months are deleted in one transaction


def keep_notices(db: Session, before: datetime, limit: int) -> int:
    """Delete old notices, sent mails and hook deliveries, and events without any notice left."""
    old = Notice.created_at < before, Notice.state != NoticeState.PENDING
    gone = _erase(db, Notice.id, select(Notice.id).where(*old).limit(limit))
    sent = Notification.created_at < before, Notification.state.in_(_LEFT)
    gone += _erase(db, Notification.id, select(Notification.id).where(*sent).limit(limit))
    told_programs = HookDelivery.created_at < before, HookDelivery.state.in_(_LEFT)
    posted = select(HookDelivery.id).where(*told_programs)
    gone += _erase(db, HookDelivery.id, posted.limit(limit))
    has_notice = exists().where(Notice.event_id == NoticeEvent.id)
    events = select(NoticeEvent.id).where(NoticeEvent.created_at < before, ~has_notice)
    _erase(db, NoticeEvent.id, events.limit(limit))
    used = or_(
        exists().where(Notice.batch_id == NoticeBatch.id),
        exists().where(Notification.batch_id == NoticeBatch.id),
    )
    batches = select(NoticeBatch.id).where(NoticeBatch.created_at < before, ~used)
    _erase(db, NoticeBatch.id, batches.limit(limit))
    for table in (NoticeMute, NoticeSnooze):
        _erase(db, table.id, select(table.id).where(table.ended_at < before).limit(limit))
    return gone


def keep_receipts(db: Session, before: datetime, limit: int) -> int:
    """Delete runs, exports and acts on rights that ended long ago and whose file is gone."""
    runs = select(Run.id).where(Run.finished_at < before, Run.stored_name == "").limit(limit)
    ids = list(db.scalars(runs))
    for key in (ImportLine.run_id, RightImport.run_id, RunDelivery.run_id):
        _where(db, key, ids)
    _where(db, Run.id, ids)
    acts = list(db.scalars(select(RightAct.id).where(RightAct.finished_at < before).limit(limit)))
    _where(db, RightActLine.act_id, acts)
    _where(db, RightAct.id, acts)
    exports = select(Export.id).where(Export.finished_at < before, Export.stored_name == "")
    export_ids = list(db.scalars(exports.limit(limit)))
    _where(db, ExportedPce.export_id, export_ids)
    _where(db, Export.id, export_ids)
    _erase(db, ExportPick.id, select(ExportPick.id).where(ExportPick.created_at < before))
    return len(ids) + len(export_ids) + len(acts)


def keep_letters(db: Session, before: datetime, limit: int) -> int:
    """Delete letters whose link no longer allows an answer, and these links."""
    standing = (
        select(HolderLink.token_hash)
        .join(AccessRight, AccessRight.id == HolderLink.right_id)
        .where(AccessRight.state.in_(OPEN))
    )
    old = RightLetterRow.created_at < before, RightLetterRow.token_hash.not_in(standing)
    query = select(RightLetterRow.id, RightLetterRow.token_hash).where(*old).limit(limit)
    rows = db.execute(query).all()
    _where(db, RightLetterRow.id, [row.id for row in rows])
    _where(db, HolderLink.token_hash, [row.token_hash for row in rows])
    return len(rows)


def keep_proofs(db: Session, before: datetime, limit: int) -> int:
    """Drop the content of proof pieces of controls closed long ago; keep rows and digests.

    The journal of controls is verified against these rows. Claims of delivery points decided long
    ago are deleted. Once nothing refers to the stored bytes, the purge of proofs deletes them
    within the hour.
    """
    claims = select(PceClaim.id).where(PceClaim.decided_at < before).limit(limit)
    claim_ids = list(db.scalars(claims))
    _where(db, PceClaim.id, claim_ids)
    over = func.coalesce(Control.decided_at, Control.closed_at)
    alive = (
        select(Control.id)
        .join(AccessRight, AccessRight.id == Control.right_id)
        .where(or_(over.is_(None), over >= before, AccessRight.state.in_(OPEN)))
    )
    needed = select(DepositedControl.deposit_id).where(DepositedControl.control_id.in_(alive))
    deposits = select(Deposit.id).where(Deposit.sent_at < before, Deposit.id.not_in(needed))
    messages = select(Message.id).where(Message.at < before, Message.control_id.not_in(alive))
    old = or_(ProofPiece.deposit_id.in_(deposits), ProofPiece.message_id.in_(messages))
    query = select(ProofPiece.id).where(old, ~ProofPiece.storage_key.startswith(GONE)).limit(limit)
    ids = list(db.scalars(query))
    key = literal(GONE, String).concat(cast(ProofPiece.id, String))
    change_rows(db, update(ProofPiece).where(ProofPiece.id.in_(ids)).values(storage_key=key))
    return len(ids) + len(claim_ids)


def keep_contracts(db: Session, before: datetime, limit: int) -> int:
    """Delete contracts ended before a date with their signed texts, then unused dossiers.

    The history of each contract is kept, by number.
    """
    day = before.astimezone(PARIS).date()
    ids = list(db.scalars(select(Contract.id).where(Contract.ended_on < day).limit(limit)))
    texts = select(ContractText.id).where(ContractText.contract_id.in_(ids))
    for key in (SigningCode.version_id, ContractSignature.version_id):
        change_rows(db, delete(key.class_).where(key.in_(texts)))
    _where(db, ContractText.contract_id, ids)
    change_rows(db, update(Contract).where(Contract.renews_id.in_(ids)).values(renews_id=None))
    _where(db, Contract.id, ids)
    bound = exists().where(Contract.organisation_id == Onboarding.organisation_id)
    is_contracted = exists().where(
        Organisation.id == Onboarding.organisation_id, Organisation.contracted_until >= day
    )
    dossiers = select(Onboarding.organisation_id).where(
        Onboarding.changed_at < before, ~bound, ~is_contracted
    )
    _erase(db, Onboarding.organisation_id, dossiers)
    return len(ids)


def keep_readings(db: Session, before: datetime, _limit: int) -> int:
    """Delete the readings of some PCEs before a month; return how many months.

    The days, sums and months of a PCE are deleted in one transaction.
    """
    first = before.astimezone(PARIS).date().replace(day=1)
    month, own = MonthlyConsumption.month, WeatherOwnDay
    # PCEs with months first: most have some, and their other rows are deleted with them.
    alone: tuple[tuple[Any, Any], ...] = (
        (MonthlyConsumption.pce_id, month),
        (own.pce_id, own.day),
        (InjectionPeriod.pce_id, InjectionPeriod.last_day),
        (ConsumptionPeriod.pce_id, ConsumptionPeriod.last_day),
    )
    queries = (select(key).where(at < first).distinct().limit(_PCES) for key, at in alone)
    ids = next(filter(None, (list(db.scalars(query)) for query in queries)), [])
    db.execute(select(Pce.id).where(Pce.id.in_(ids)).order_by(Pce.id).with_for_update(of=Pce))
    for key, at in (
        (Reading.pce_id, Reading.gas_day),
        (ReadingRevision.pce_id, ReadingRevision.gas_day),
        (ConsumptionPeriod.pce_id, ConsumptionPeriod.last_day),
        (InjectionPeriod.pce_id, InjectionPeriod.last_day),
        (own.pce_id, own.day),
    ):
        change_rows(db, delete(key.class_).where(key.in_(ids), at < first))
    update_remaining_periods(db, ids, first)
    for pce_id in ids:
        store_period_shares(db, pce_id)
    change_rows(db, delete(PeriodDay).where(PeriodDay.pce_id.in_(ids), PeriodDay.gas_day < first))
    mark_standings_stale(db, ids)
    months = delete(MonthlyConsumption).where(MonthlyConsumption.pce_id.in_(ids), month < first)
    return change_rows(db, months) or len(ids)  # no month: only other rows were left


def _erase(db: Session, key: Any, query: Any) -> int:  # noqa: ANN401 (a column, a SELECT)
    return _where(db, key, list(db.scalars(query)))


def _where(db: Session, key: Any, values: list[Any]) -> int:  # noqa: ANN401 (a column)
    if values:
        change_rows(db, delete(key.class_).where(key.in_(values)))
    return len(values)
