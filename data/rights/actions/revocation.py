"""Revoke rights: by the third party, by the distributor, or by undoing an import."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.errors import Conflict, NotFound
from core.i18n import N_
from data.identity.audit.actions import note
from data.rights.actions import letters
from data.rights.actions.enumeration import count_taken_back
from data.rights.actions.grants import keep_grants
from data.rights.actions.holder_moves import say_ended
from data.rights.actions.rate_limits import TAKEN_BACK
from data.rights.actions.third_party_notices import tell
from data.rights.actions.transitions import RightAuthor, chosen, locked, move
from data.rights.actions.withdrawn_warnings import withdraw_warnings
from data.rights.models import AccessRight, RightEventRow
from data.rights.queries.due import OPEN
from data.rights.types import Changed, RightActor, RightState, RightTrigger, UndoResult

_BLOCK = 500


def revoke(
    db: Session,
    viewer: Viewer,
    uids: Collection[str],
    *,
    now: datetime,
    gathering: letters.Gathering | None = None,
) -> list[Changed]:
    """End active rights, all of `uids` or none.

    An organisation ends its own rights. Staff end any right at the holder's request, which then
    counts as a refusal of later declarations. Notices are sent as `gathering` says.
    """
    viewer.require(Permission.RIGHTS_WRITE)
    rights = chosen(db, viewer, uids)
    if viewer.staff:
        viewer.require(Permission.RIGHTS_SETTLE)
    own = [right for right in rights if right.organisation_id == viewer.organisation_id]
    others = [right for right in rights if right.organisation_id != viewer.organisation_id]
    if any(not right.role.authorised for right in own):
        raise Conflict(
            N_(
                "Un droit de titulaire ne peut pas être révoqué : il finit quand le titulaire"
                " change."
            )
        )
    changed = move(db, own, RightTrigger.REVOKED, RightAuthor(RightActor.THIRD_PARTY, now, viewer))
    changed += move(
        db, others, RightTrigger.REVOKED, RightAuthor(RightActor.DISTRIBUTOR, now, viewer)
    )
    tell(db, others, RightTrigger.REVOKED, now, leaves=gathering.leaves if gathering else None)
    say_ended(db, rights, now, gathering)
    return changed


def cancel(
    db: Session, viewer: Viewer, uids: Collection[str], *, now: datetime, many: bool = False
) -> list[Changed]:
    """Cancel unanswered declarations; the same may be declared again.

    With `many`, only still doubtful identities count as attempts: cancelling a whole file confirms
    no guess.
    """
    viewer.require(Permission.RIGHTS_RENEW)
    rights = chosen(db, viewer, uids)
    if any(right.organisation_id != viewer.organisation_id for right in rights):
        raise NotFound(N_("Ce droit d’accès est introuvable."))
    count_taken_back(db, viewer, rights, now)
    by, known_rights = (
        RightAuthor(RightActor.THIRD_PARTY, now, viewer),
        _known_elsewhere(db, rights),
    )
    if many:
        known_rights = []
    others = [right for right in rights if right not in known_rights]
    changed = move(db, known_rights, RightTrigger.CANCELLED, by)
    return changed + move(db, others, RightTrigger.CANCELLED, by, act=TAKEN_BACK)


def _known_elsewhere(db: Session, rights: Sequence[AccessRight]) -> list[AccessRight]:
    """Return the rights already known to the distributor or the holder, whose cancellation counts.

    Rights relayed to a remote distributor are left out: it counts attempts itself.
    """
    written_ids = letters.told_of(db, [right.id for right in rights])
    return [
        right
        for right in rights
        if not right.relayed and (right.state is RightState.RECHECK or right.id in written_ids)
    ]


def end_contract(
    db: Session, viewer: Viewer, organisation_id: int, *, now: datetime
) -> list[Changed]:
    """End all open rights of a third party whose contract is over."""
    viewer.require(Permission.RIGHTS_SETTLE)
    mine = AccessRight.organisation_id == organisation_id
    rights = locked(db, mine, AccessRight.state.in_(OPEN))
    changed = move(
        db, rights, RightTrigger.CONTRACT_ENDED, RightAuthor(RightActor.DISTRIBUTOR, now, viewer)
    )
    tell(db, rights, RightTrigger.CONTRACT_ENDED, now)
    say_ended(db, rights, now)
    return changed


def close_for_contract(db: Session, organisation_id: int, *, now: datetime) -> int:
    """End all open rights of a third party whose contract ended by itself; return how many."""
    mine = AccessRight.organisation_id == organisation_id
    rights = locked(db, mine, AccessRight.state.in_(OPEN))
    changed = move(db, rights, RightTrigger.CONTRACT_ENDED, RightAuthor(RightActor.SYSTEM, now))
    tell(db, rights, RightTrigger.CONTRACT_ENDED, now)
    say_ended(db, rights, now)
    return len(changed)


def undo(
    db: Session, viewer: Viewer, run_id: int, *, now: datetime, unleft: bool = False
) -> UndoResult:
    """Cancel a whole import as if it had never existed.

    Raise Conflict once anything depends on it: a sent letter, an answer, a renewal. Unsent notices
    to holders' accounts are withdrawn; the number of those already notified is returned.
    """
    viewer.require(Permission.RIGHTS_DECLARE)
    mine = AccessRight.organisation_id == viewer.organisation_id
    rights = locked(db, mine, AccessRight.run_id == run_id)
    if not rights:
        raise NotFound(N_("Cet import n’a plus de droit à annuler."))
    ids = [right.id for right in rights]
    pairs = {(right.pce_id, right.organisation_id) for right in rights}
    if not unleft and any(right.relayed for right in rights):
        raise Conflict(
            N_(
                "Cet import ne peut plus être annulé : des droits ont déjà été envoyés au"
                " distributeur."
            )
        )
    if any(right.proof_state for right in rights):
        raise Conflict(
            N_(
                "Cet import ne peut plus être annulé : la preuve de certains droits est en"
                " contrôle."
            )
        )
    declared = {right.pce_id: right.created_at for right in rights}
    for block in _blocks(ids):
        if not _alone(db, block):
            raise Conflict(
                N_(
                    "Cet import ne peut plus être annulé : des titulaires ont été sollicités"
                    " depuis."
                )
            )
    count_taken_back(db, viewer, rights, now)
    for block in _blocks(ids):
        letters.forget(db, block)
        db.execute(delete(AccessRight).where(AccessRight.id.in_(block)))
        db.execute(delete(RightEventRow).where(RightEventRow.right_id.in_(block)))
    keep_grants(db, pairs)
    withdrawn_count = withdraw_warnings(db, declared, viewer.organisation_id)
    detail = {"rights": len(ids), "told": withdrawn_count}
    note(db, now, "rights.undone", ("run", run_id), actor=viewer.actor, detail=detail)
    return UndoResult(len(ids), withdrawn_count)


def _alone(db: Session, ids: Sequence[int]) -> bool:
    """Return whether nothing happened to these rights since declaration and nobody was told."""
    events = select(func.count()).where(RightEventRow.right_id.in_(ids))
    follows = select(AccessRight.id).where(
        AccessRight.renews_id.in_(ids), AccessRight.id.not_in(ids)
    )
    return (
        db.scalar(events) == len(ids)
        and db.scalar(follows.limit(1)) is None
        and letters.list_unsent(db, ids)
    )


def _blocks(ids: Sequence[int]) -> list[Sequence[int]]:
    return [ids[start : start + _BLOCK] for start in range(0, len(ids), _BLOCK)]
