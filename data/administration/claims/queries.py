"""Query claims: one's own, and for the distributor those that wait."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import Session

from core.access import OrganisationKind, Permission, Viewer
from core.database import NO_ID
from core.errors import NotFound
from core.i18n import N_
from data.administration.claims.models import PceClaim
from data.administration.claims.rules import NEAR, SEEN_WITHIN, match_of, range_of
from data.administration.claims.types import (
    ClaimDoubt,
    ClaimLetter,
    ClaimRow,
    ClaimState,
    ClaimToDecide,
    IndexMatch,
    MeterIndex,
)
from data.controls.queries import list_stored_keys
from data.identity.accounts.models import Organisation, User
from data.identity.audit.models import AuditEvent
from data.identity.audit.queries import READ
from data.metering.consumption.models import Reading
from data.metering.pces.models import Pce, PceEventRow, PceGrant
from data.metering.pces.types import EventKind
from data.money.attestations import queries as attestations
from data.rights.models import AccessRight
from data.rights.queries.due import OPEN

MOST_SHOWN = 20
MOST_WAITING = 200
YEAR = timedelta(days=365)


def visible(viewer: Viewer) -> Select[PceClaim]:
    """Select the claims of the viewer's organisation, or all of them for staff."""
    query = select(PceClaim)
    if viewer.staff:
        return query
    return query.where(PceClaim.organisation_id == viewer.organisation_id)


def list_claims(db: Session, viewer: Viewer) -> tuple[ClaimRow, ...]:
    """Return the latest claims of the viewer's organisation, the newest first."""
    viewer.require(Permission.PCES_ADD)
    newest = PceClaim.created_at.desc(), PceClaim.id.desc()
    return _rows(db, visible(viewer).order_by(*newest).limit(MOST_SHOWN))


def list_waiting_claims(db: Session, viewer: Viewer, *, now: datetime) -> tuple[ClaimToDecide, ...]:
    """Return the claims that wait for the distributor, the oldest first."""
    viewer.require(Permission.PCES_CREATE)
    waiting = visible(viewer).where(PceClaim.state == ClaimState.WAITING)
    rows = _rows(db, waiting.order_by(PceClaim.created_at, PceClaim.id).limit(MOST_WAITING))
    numbers = {row.number for row in rows}
    query = (
        select(Pce.number, Pce.holder_id, Pce.holder_name, Pce.city, Organisation.name)
        .outerjoin(Organisation, Organisation.id == Pce.holder_id)
        .where(Pce.number.in_(numbers))
    )
    places = {row.number: row for row in db.execute(query)}
    claims = []
    for row in rows:
        place = places.get(row.number)
        match = match_index(db, viewer, row.number, row.index)
        doubts = list_doubts(db, viewer, row.number, row.organisation_id, now=now)
        claim = ClaimToDecide(row, match, doubts)
        if place is not None:
            is_other = place.holder_id not in {None, row.organisation_id}
            claim = replace(
                claim,
                taken_from=place.holder_id if is_other else 0,
                holder=place.name or "",
                contract_holder=place.holder_name,
                city=place.city,
            )
        claims.append(claim)
    return tuple(claims)


def list_doubts(
    db: Session, viewer: Viewer, number: str, organisation_id: int, *, now: datetime
) -> tuple[ClaimDoubt, ...]:
    """Return what leaves a claim of an organisation on a PCE to a person, whatever its index.

    The log of reads also tells of a right that was cancelled with its import. The answer is not for
    the organisation that claims: it tells of other organisations.
    """
    viewer.require(Permission.PCES_ADD)
    on_pce, is_claim = Pce.number == number, PceClaim.number == number
    is_open = or_(
        AccessRight.state.in_(OPEN),
        AccessRight.closed_at.is_(None),
        AccessRight.closed_at > now - SEEN_WITHIN,
    )
    grant = exists().where(PceGrant.pce_id == Pce.id, on_pce)
    right = exists().where(AccessRight.number == number, is_open)
    distributors = select(Organisation.id).where(Organisation.kind == OrganisationKind.DISTRIBUTOR)
    read = exists().where(
        AuditEvent.object_type == READ,
        AuditEvent.object_id == number,
        AuditEvent.at > now - SEEN_WITHIN,
        func.coalesce(AuditEvent.organisation_id, 0).not_in(distributors),
    )
    holder = exists().where(on_pce, or_(Pce.holder_id.is_not(None), Pce.holder_since.is_not(None)))
    move = exists().where(
        PceEventRow.pce_id == Pce.id, PceEventRow.kind == EventKind.HOLDER, on_pce
    )
    other = PceClaim.organisation_id != organisation_id, PceClaim.state == ClaimState.WAITING
    same = PceClaim.organisation_id == organisation_id, PceClaim.state == ClaimState.REFUSED
    facts = {
        ClaimDoubt.READ: or_(grant, right, read),
        ClaimDoubt.HELD: or_(holder, move),
        ClaimDoubt.DISPUTED: exists().where(is_claim, *other),
        ClaimDoubt.REFUSED: exists().where(is_claim, *same),
    }
    answers = db.execute(select(*facts.values())).one()
    return tuple(doubt for doubt, is_true in zip(facts, answers, strict=True) if is_true)


def count_waiting_claims(db: Session, viewer: Viewer) -> tuple[int, datetime | None]:
    """Return how many claims wait for the distributor, and since when."""
    if not viewer.may(Permission.PCES_CREATE):
        return 0, None
    query = select(func.count(PceClaim.id), func.min(PceClaim.created_at))
    count, oldest = db.execute(query.where(PceClaim.state == ClaimState.WAITING)).one()
    return count, oldest


def get_letter(db: Session, viewer: Viewer, claim_id: int) -> ClaimLetter:
    """Return the letter of a visible claim. Raise NotFound."""
    viewer.require(Permission.PCES_ADD)
    claim = db.scalar(visible(viewer).where(PceClaim.id == min(claim_id, NO_ID - 1)))
    if claim is None or claim.storage_key is None or claim.letter_kind is None:
        raise NotFound(N_("Cette lettre est introuvable."))
    kind = claim.letter_kind.value
    return ClaimLetter(claim.letter_name, kind, claim.letter_sha256, claim.storage_key)


def match_index(db: Session, viewer: Viewer, number: str, index: MeterIndex | None) -> IndexMatch:
    """Compare an index with the readings of a PCE, whoever holds it.

    Only whether they match leaves this function: it is what a claim is checked by.
    """
    viewer.require(Permission.PCES_ADD)
    pce = db.scalar(select(Pce).where(Pce.number == number))
    if pce is None or index is None:
        return IndexMatch.UNKNOWN
    before, after = _indexes_around(db, pce.id, index.read_on)
    if before is None:
        return IndexMatch.UNKNOWN
    shown_on, lowest_dm3 = before
    days = (index.read_on - shown_on).days
    if days > NEAR.days:
        return IndexMatch.UNKNOWN
    most_daily = select(func.max(Reading.volume_dm3)).where(
        Reading.pce_id == pce.id, Reading.gas_day.between(shown_on - YEAR, shown_on)
    )
    expected = range_of(lowest_dm3, after, db.scalar(most_daily) or 0, days)
    return match_of(index, expected, pce.meter_digits)


def _indexes_around(
    db: Session, pce_id: int, day: date
) -> tuple[tuple[date, int] | None, int | None]:
    """Return the last known index before `day` with the day it was shown, and the one after.

    The index at the end of a gas day is what the meter shows at 06:00 on the next day.
    """
    query = select(Reading.gas_day, Reading.index_end_dm3).where(
        Reading.pce_id == pce_id, Reading.index_end_dm3.is_not(None)
    )
    earlier = query.where(Reading.gas_day < day).order_by(Reading.gas_day.desc())
    later = query.where(Reading.gas_day.between(day, day + NEAR)).order_by(Reading.gas_day)
    before, after = db.execute(earlier.limit(1)).first(), db.execute(later.limit(1)).first()
    last_index = (before.gas_day + timedelta(days=1), before.index_end_dm3) if before else None
    return last_index, after.index_end_dm3 if after else None


def list_proof_keys(db: Session) -> frozenset[str]:
    """Return the storage keys in the store of proofs: pieces, letters and attestations."""
    letters = db.scalars(select(PceClaim.storage_key).where(PceClaim.storage_key.is_not(None)))
    pieces = list_stored_keys(db) | attestations.list_stored_keys(db)
    return pieces | frozenset(filter(None, letters))


def _rows(db: Session, query: Select[PceClaim]) -> tuple[ClaimRow, ...]:
    columns = query.add_columns(Organisation.name, User.name.label("person"))
    joined = columns.join(Organisation, Organisation.id == PceClaim.organisation_id)
    rows = db.execute(joined.outerjoin(User, User.id == PceClaim.user_id))
    return tuple(_row(claim, organisation, person or "") for claim, organisation, person in rows)


def _row(claim: PceClaim, organisation: str, person: str) -> ClaimRow:
    index = None
    if claim.index_m3 is not None and claim.read_on is not None:
        index = MeterIndex(claim.index_m3, claim.read_on)
    return ClaimRow(
        claim.id,
        claim.number,
        claim.organisation_id,
        organisation,
        person,
        index,
        claim.letter_name,
        claim.state,
        claim.created_at,
        claim.decided_at,
        claim.answer,
    )
