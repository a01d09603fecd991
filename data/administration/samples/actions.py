"""Fill an account with a sample, and erase all of it, each in one transaction."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Table, delete, exists, or_, select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.errors import Conflict
from core.i18n import N_, PARIS, _
from data.administration.samples.queries import can_try_sample
from data.administration.samples.rules import is_over, list_sample_days
from data.identity.accounts.models import Organisation
from data.identity.audit.actions import note
from data.metering.consumption.actions import store
from data.metering.consumption.types import PceDelivery
from data.metering.pces.models import Pce, PceGrant
from data.metering.pces.rules import search_text
from data.metering.pces.types import Frequency
from data.migrations import tables
from data.notifications.models import Notice, NoticeEvent
from data.provenance import COMMAND
from data.sample_numbers import is_sample_row, sample_number
from data.thresholds.models import Threshold, ThresholdPce

ROOT = "pces"


def create_sample(db: Session, viewer: Viewer, *, now: datetime) -> str:
    """Create the invented delivery point of an organisation that has none; return its number.

    Its number is no PCE, so that no right, file or claim can name it.
    """
    viewer.require(Permission.PCES_ADD)
    home = select(Organisation.id).where(Organisation.id == viewer.organisation_id)
    db.execute(home.with_for_update(key_share=True))  # a second press waits for the first
    if not can_try_sample(db, viewer):
        raise Conflict(N_("Votre organisation a déjà un point de livraison."))
    number, alias = sample_number(viewer.organisation_id), _("Exemple : boulangerie inventée")
    pce = Pce(
        number=number,
        alias=alias,
        search=search_text(number, alias, "", viewer.organisation),
        holder_id=viewer.organisation_id,
        frequency=Frequency.MONTHLY,
        tariff="T2",
        meter_digits=5,
    )
    db.add(pce)
    db.flush()
    days = list_sample_days(viewer.organisation_id, viewer.today)
    delivery = PceDelivery(number, days, ())
    store(db, pce.id, delivery, as_of=viewer.today, now=now, provenance=COMMAND)
    note(db, now, "samples.created", ("pce", number), actor=viewer.actor)
    return number


def erase_sample(db: Session, viewer: Viewer, *, now: datetime) -> bool:
    """Erase the sample of the viewer's organisation with all that was set about it."""
    viewer.require(Permission.PCES_ADD)
    return erase_sample_of(db, viewer.organisation_id, now=now, actor=viewer.actor)


def erase_sample_of(
    db: Session, organisation_id: int, *, now: datetime, actor: tuple[int, int] | None = None
) -> bool:
    """Erase the sample of an organisation; return whether there was one."""
    number = sample_number(organisation_id)
    pce_id = db.scalar(select(Pce.id).where(Pce.number == number).with_for_update())
    if pce_id is None:
        return False
    thresholds = set(
        db.scalars(select(ThresholdPce.threshold_id).where(ThresholdPce.pce_id == pce_id))
    )
    pces = tables()[ROOT]
    for table, condition in reversed(_dependents(pces, pces.c.id == pce_id)):
        db.execute(delete(table).where(condition))
    _erase_thresholds(db, thresholds)
    events = select(NoticeEvent.id).where(NoticeEvent.pce_number == number)
    db.execute(delete(Notice).where(Notice.event_id.in_(events)))
    db.execute(delete(NoticeEvent).where(NoticeEvent.pce_number == number))
    note(db, now, "samples.erased", ("pce", number), actor=actor)
    return True


def _erase_thresholds(db: Session, threshold_ids: Collection[int]) -> None:
    """Erase the thresholds that watched nothing but the sample."""
    thresholds = tables()[Threshold.__tablename__]
    used = select(ThresholdPce.threshold_id).where(ThresholdPce.threshold_id.in_(threshold_ids))
    unused = set(threshold_ids) - set(db.scalars(used))
    for table, condition in reversed(_dependents(thresholds, thresholds.c.id.in_(unused))):
        db.execute(delete(table).where(condition))


def _dependents(
    table: Table, condition: ColumnElement[bool]
) -> list[tuple[Table, ColumnElement[bool]]]:
    """Return `table` and the tables whose rows refer to those rows, at any depth."""
    dependents = [(table, condition)]
    for child in tables().values():
        if child is table:
            continue
        for column in child.c:
            for key in column.foreign_keys:
                if key.column.table is table:
                    parents = select(key.column).where(condition)
                    dependents += _dependents(child, column.in_(parents))
    return dependents


def erase_old_samples(db: Session, now: datetime) -> int:
    """Erase the samples of organisations that have a point of their own, and old ones."""
    today = now.astimezone(PARIS).date()
    other = Pce.__table__.alias("other")
    has_own = or_(
        exists().where(other.c.holder_id == Pce.holder_id, other.c.id != Pce.id),
        exists().where(PceGrant.organisation_id == Pce.holder_id),
    )
    query = select(Pce.holder_id, Pce.data_until, has_own.label("has_own"))
    rows = db.execute(query.where(is_sample_row(Pce.number), Pce.holder_id.is_not(None))).all()
    return sum(
        erase_sample_of(db, row.holder_id, now=now)
        for row in rows
        if row.has_own or is_over(row.data_until, today)
    )
