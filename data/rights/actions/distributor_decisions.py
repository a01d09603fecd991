"""Record the distributor's decisions on a holder's identity and on a proof."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.errors import Conflict
from core.i18n import N_
from data.notifications.types import NotificationKind
from data.rights.actions import letters
from data.rights.actions.holder_warnings import warn_holders
from data.rights.actions.rate_limits import Mailboxes
from data.rights.actions.third_party_notices import tell
from data.rights.actions.transitions import RightAuthor, chosen, locked, move
from data.rights.models import AccessRight
from data.rights.queries.detail import get_right
from data.rights.rules.pending import answer_due
from data.rights.rules.states import advance
from data.rights.types import (
    Changed,
    DeclarationDoubt,
    Delays,
    LetterKind,
    RightActor,
    RightDetail,
    RightTrigger,
)


def settle_identity(  # noqa: PLR0913 (passed by name)
    db: Session,
    viewer: Viewer,
    uid: str,
    *,
    confirmed: bool,
    delays: Delays,
    now: datetime,
    sure: bool = False,
) -> Changed:
    """Record whether the declared holder is the contract's.

    If so, a right of the holder itself becomes active; another one still needs the holder's
    consent. `sure` is required when the organisation's name differs from the contract's.
    """
    viewer.require(Permission.RIGHTS_SETTLE)
    (right,) = chosen(db, viewer, [uid])
    if right.relayed:
        raise Conflict(N_("Seul le distributeur à qui ce droit est envoyé peut en décider."))
    if confirmed and not sure:
        _refuse_doubt(get_right(db, viewer, uid))
    trigger = RightTrigger.DENIED
    if confirmed:
        trigger = RightTrigger.ASKED if right.role.authorised else RightTrigger.CONFIRMED
    if trigger is RightTrigger.ASKED:
        _refuse_flood(db, right, now)
    (changed,) = move(db, [right], trigger, RightAuthor(RightActor.DISTRIBUTOR, now, viewer))
    if trigger is RightTrigger.ASKED:
        right.answer_due = answer_due(viewer.today, delays)
        addressed = [(right.id, right.email)]
        letters.write(db, right.organisation_id, LetterKind.CONSENT, addressed, now)
    tell(db, [right], trigger, now)
    if trigger is RightTrigger.CONFIRMED:
        numbers_by_pce = {right.pce_id: right.number}
        warn_holders(
            db, numbers_by_pce, right.organisation_id, now, kind=NotificationKind.RIGHTS_SETTLED
        )
    return changed


def _refuse_flood(db: Session, right: AccessRight, now: datetime) -> None:
    """Raise Conflict when the mailbox has reached its daily limit of letters."""
    if not Mailboxes(db, right.organisation_id, now).take(right.email):
        raise Conflict(
            N_("L’adresse déclarée a reçu assez de demandes aujourd’hui : confirmez demain.")
        )


def _refuse_doubt(detail: RightDetail) -> None:
    if DeclarationDoubt.ASKER in detail.doubts:
        raise Conflict(
            N_(
                "{who} ne correspond pas au nom du contrat, « {holder} » : confirmez une seconde"
                " fois."
            ),
            who=detail.row.third_party,
            holder=detail.expected_holder or "–",
        )


def reject_proofs(db: Session, right_ids: Collection[int], *, now: datetime) -> list[Changed]:
    """End the active rights whose proof of consent was refused for good.

    Called by the clock once the refusal can no longer be undone (ADR 0018); the proof controls
    notify the third party.
    """
    if not right_ids:
        return []
    locked_rights = locked(db, AccessRight.id.in_(right_ids))
    active = [
        right
        for right in locked_rights
        if advance(right.state, RightTrigger.PROOF_REJECTED, RightActor.SYSTEM)
    ]
    return move(db, active, RightTrigger.PROOF_REJECTED, RightAuthor(RightActor.SYSTEM, now))
