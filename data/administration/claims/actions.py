"""Claim a delivery point, and decide on claims, each in one transaction."""

from datetime import datetime, timedelta

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.database import wait_for_turn
from core.errors import Conflict, Invalid, NotFound
from core.i18n import N_
from data.administration.claims.models import PceClaim
from data.administration.claims.queries import list_doubts, match_index, visible
from data.administration.claims.rules import (
    MOST_A_DAY,
    MOST_CHECKED,
    check_read_on,
    checked_answer,
)
from data.administration.claims.types import ClaimState, IndexMatch, MeterIndex
from data.administration.samples.actions import erase_sample_of
from data.contracts.actions.notices import people_of, staff_by_home
from data.controls.types import NewPiece
from data.identity.accounts.models import Organisation
from data.identity.audit.actions import note
from data.metering.pces.actions import assign_holder, attach_unheld, find_or_create_pce
from data.metering.pces.models import Pce
from data.metering.pces.rules import number_of
from data.notifications.actions import post_to_accounts
from data.notifications.types import NotificationEvent, NotificationKind, Severity
from data.rights.actions import holders_moved

PATH = "/points"
DAY = timedelta(days=1)
_GONE = N_("Cette demande est introuvable, ou déjà traitée.")


def claim_by_index(
    db: Session, viewer: Viewer, number: str, index: MeterIndex, *, now: datetime
) -> ClaimState:
    """Claim a delivery point by what its meter shows; return whether it waits or is attached.

    It is attached at once if its readings confirm the index, and nobody holds it or could read
    that index here. Anything else waits for the distributor, with the same answer whatever the
    reason: nothing is learnt of a point, nor of its holder. Raise Invalid, or Conflict beyond the
    limits.
    """
    viewer.require(Permission.PCES_ADD)
    check_read_on(index.read_on, viewer.today)
    _wait(db, viewer, number)
    claim = _new_claim(db, viewer, number, now)
    claim.index_m3, claim.read_on = index.volume_m3, index.read_on
    if _is_confirmed(db, viewer, claim, index):
        claim.state, claim.decided_at = ClaimState.ATTACHED, now
    _keep(db, viewer, claim, now)
    return claim.state


def claim_by_letter(
    db: Session, viewer: Viewer, number: str, letter: NewPiece, *, now: datetime
) -> ClaimState:
    """Claim a delivery point with the distributor's letter, which a person reads."""
    viewer.require(Permission.PCES_ADD)
    _wait(db, viewer, number)
    claim = _new_claim(db, viewer, number, now)
    claim.letter_name, claim.letter_kind = letter.name, letter.kind
    claim.letter_sha256 = letter.sha256
    claim.storage_key = letter.storage_key
    _keep(db, viewer, claim, now)
    return claim.state


def check_claim(db: Session, viewer: Viewer, number: str, *, now: datetime) -> None:
    """Raise what would refuse a claim on `number`, before its letter is sent."""
    viewer.require(Permission.PCES_ADD)
    _new_claim(db, viewer, number, now)


def _wait(db: Session, viewer: Viewer, number: str) -> None:
    """Let claims of an organisation, and those on a PCE, be counted one after the other."""
    home = select(Organisation.id).where(Organisation.id == viewer.organisation_id)
    db.execute(home.with_for_update(key_share=True))
    wait_for_turn(db, f"claims of {number_of(number)}")


def _new_claim(db: Session, viewer: Viewer, number: str, now: datetime) -> PceClaim:
    """Return a claim that waits, not stored yet. Raise Invalid or Conflict."""
    if viewer.staff:
        raise Invalid(N_("Un point s’attribue à une organisation depuis la liste des PCE."))
    number = number_of(number)
    mine = PceClaim.organisation_id == viewer.organisation_id
    same_claim = mine, PceClaim.number == number, PceClaim.state == ClaimState.WAITING
    if db.scalar(select(exists().where(*same_claim))):
        raise Conflict(N_("Une demande attend déjà pour le PCE {pce}."), pce=number)
    own_pce = Pce.holder_id == viewer.organisation_id, Pce.number == number
    if db.scalar(select(exists().where(*own_pce))):
        raise Conflict(N_("Le PCE {pce} est déjà à votre organisation."), pce=number)
    if _count(db, now, mine) >= MOST_A_DAY:
        raise Conflict(
            N_("Votre organisation a fait {most} demandes en un jour : reprenez demain."),
            most=MOST_A_DAY,
        )
    return PceClaim(
        organisation_id=viewer.organisation_id,
        user_id=viewer.user_id,
        number=number,
        state=ClaimState.WAITING,
        created_at=now,
    )


def _count(db: Session, now: datetime, condition: object) -> int:
    query: Select[int] = select(func.count(PceClaim.id)).where(PceClaim.created_at > now - DAY)
    return db.scalar(query.where(condition)) or 0  # type: ignore[arg-type]


def _is_confirmed(db: Session, viewer: Viewer, claim: PceClaim, index: MeterIndex) -> bool:
    """Return whether the index gave the delivery point to the viewer's organisation."""
    if _count(db, claim.created_at, PceClaim.number == claim.number) >= MOST_CHECKED:
        return False
    if match_index(db, viewer, claim.number, index) is not IndexMatch.INSIDE:
        return False
    if list_doubts(db, viewer, claim.number, claim.organisation_id, now=claim.created_at):
        return False
    return attach_unheld(db, viewer, claim.number, now=claim.created_at)


def _keep(db: Session, viewer: Viewer, claim: PceClaim, now: datetime) -> None:
    db.add(claim)
    db.flush()
    attached = claim.state is ClaimState.ATTACHED
    action = "claims.attached" if attached else "claims.requested"
    proof = "letter" if claim.storage_key else "index"
    detail = {"pce": claim.number, "proof": proof}
    note(db, now, action, ("claim", claim.id), actor=viewer.actor, detail=detail)
    if attached:
        erase_sample_of(db, claim.organisation_id, now=now)
        return
    for home, people in staff_by_home(db, Permission.PCES_CREATE).items():
        kind = NotificationKind.POINT_CLAIMED
        event = _event(claim, kind, home, viewer, f"claim:{claim.id}:{home}")
        post_to_accounts(db, event, people, now)


def _event(
    claim: PceClaim, kind: NotificationKind, home: int, viewer: Viewer, key: str
) -> NotificationEvent:
    return NotificationEvent(
        key=key,
        kind=kind,
        organisation_id=home,
        pce_number=claim.number,
        site=claim.number,
        severity=Severity.INFO,
        gas_day=viewer.today,
        params={
            "who": viewer.organisation,
            "accepted": claim.state.granted,
            "answer": claim.answer,
        },
        path=PATH,
        subject=("claim", claim.id),
    )


def accept(
    db: Session, viewer: Viewer, claim_id: int, *, taken_from: int = 0, now: datetime
) -> None:
    """Give a claimed delivery point to the organisation that asked for it.

    To take it from another organisation, `taken_from` must be the id of the one that holds it: it
    is notified, and its consents end. Raise Conflict for any other.
    """
    claim = _waiting(db, viewer, claim_id)
    find_or_create_pce(db, claim.number, now=now)
    holder = select(Pce.holder_id).where(Pce.number == claim.number)
    holder_id = db.scalar(holder.with_for_update())
    is_transfer = holder_id is not None and holder_id != claim.organisation_id
    if is_transfer and holder_id != taken_from:
        raise Conflict(
            N_("Ce PCE a changé de titulaire entre-temps : rechargez la page, puis décidez.")
        )
    moved = assign_holder(db, viewer, [claim.number], str(claim.organisation_id), now=now)
    holders_moved(db, moved, now=now)
    erase_sample_of(db, claim.organisation_id, now=now)
    _decide(db, viewer, claim, ClaimState.ACCEPTED, now)
    if is_transfer and holder_id is not None:
        people = people_of(db, holder_id, Permission.PCES_WRITE)
        kind = NotificationKind.POINT_LEFT
        event = _event(claim, kind, holder_id, viewer, f"claim:{claim.id}:left")
        post_to_accounts(db, event, people, now)


def refuse(db: Session, viewer: Viewer, claim_id: int, answer: str, *, now: datetime) -> None:
    """Refuse a claim with a sentence, which its organisation reads."""
    claim = _waiting(db, viewer, claim_id)
    claim.answer = checked_answer(answer)
    _decide(db, viewer, claim, ClaimState.REFUSED, now)


def _waiting(db: Session, viewer: Viewer, claim_id: int) -> PceClaim:
    """Return a claim that waits for the distributor, locked. Raise NotFound."""
    viewer.require(Permission.PCES_CREATE)
    return _locked(db, viewer, claim_id)


def _locked(db: Session, viewer: Viewer, claim_id: int) -> PceClaim:
    mine = PceClaim.id == claim_id, PceClaim.state == ClaimState.WAITING
    query = visible(viewer).where(*mine).with_for_update()
    claim = db.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if claim is None:
        raise NotFound(_GONE)
    return claim


def _decide(db: Session, viewer: Viewer, claim: PceClaim, state: ClaimState, now: datetime) -> None:
    claim.state, claim.decided_at = state, now
    db.flush()
    detail = {"pce": claim.number}
    note(db, now, f"claims.{state.value}", ("claim", claim.id), actor=viewer.actor, detail=detail)
    home, key = claim.organisation_id, f"claim:{claim.id}:decided"
    event = _event(claim, NotificationKind.POINT_DECIDED, home, viewer, key)
    post_to_accounts(db, event, [claim.user_id], now)


def cancel(db: Session, viewer: Viewer, claim_id: int, *, now: datetime) -> None:
    """Take back a claim of one's organisation that waits."""
    viewer.require(Permission.PCES_ADD)
    claim = _locked(db, viewer, claim_id)
    if claim.organisation_id != viewer.organisation_id:
        raise NotFound(_GONE)
    claim.state, claim.decided_at = ClaimState.CANCELLED, now
    note(db, now, "claims.cancelled", ("claim", claim.id), actor=viewer.actor)
