"""Store, replace, remove and restore attestations; each action is in the journal."""

from datetime import datetime

from sqlalchemy import delete, func
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.database import change_rows
from core.errors import Conflict, Invalid, NotFound
from core.i18n import N_
from data.controls.types import NewPiece, PieceKind
from data.identity.audit.actions import note
from data.metering.prices.actions.entry import lock
from data.money.attestations.models import AttestationRow
from data.money.attestations.queries import ATTESTATIONS, visible
from data.money.attestations.rules import MOST_A_YEAR
from data.money.attestations.types import AttestationDraft
from data.versioned_table import RETURNS

_NOT_PDF = N_(
    "«\u00a0{name}\u00a0» n’est pas un PDF : déposez l’attestation comme la plateforme OPERAT l’a"
    " remise."
)
_FULL = N_("L’année {year} a déjà {most} attestations : retirez-en.")


def add(
    db: Session, viewer: Viewer, draft: AttestationDraft, piece: NewPiece, *, now: datetime
) -> int:
    """Store an attestation; return the id of the one that it replaces, 0 without.

    The same year and label is the same attestation. Raise Invalid, or Conflict when too many.
    """
    _check_writer(viewer)
    if piece.kind is not PieceKind.PDF:
        raise Invalid(_NOT_PDF, name=piece.name)
    lock(db, viewer)
    replaced = _take_place(db, viewer, draft, now)
    of_year = visible(viewer).where(AttestationRow.year == draft.year)
    count = of_year.with_only_columns(func.count(AttestationRow.id))
    if not replaced and (db.scalar(count) or 0) >= MOST_A_YEAR:
        raise Conflict(_FULL, year=draft.year, most=MOST_A_YEAR)
    row = AttestationRow(
        organisation_id=viewer.organisation_id, user_id=viewer.user_id, year=draft.year,
        label=draft.label, name=piece.name, size=piece.size, sha256=piece.sha256,
        storage_key=piece.storage_key, created_at=now,
    )  # fmt: skip
    db.add(row)
    db.flush()
    _note(db, viewer, now, "operat.attested", row)
    return replaced


def remove(db: Session, viewer: Viewer, attestation_id: int, *, now: datetime) -> None:
    """Remove an attestation, which can be restored for a day. Raise NotFound."""
    _check_writer(viewer)
    query = visible(viewer).where(AttestationRow.id == attestation_id).with_for_update()
    row = db.scalar(query)
    if row is None:
        raise NotFound(ATTESTATIONS.gone)
    row.removed_at = now
    _note(db, viewer, now, "operat.attestation_removed", row)


def restore(db: Session, viewer: Viewer, attestation_id: int, *, now: datetime) -> int:
    """Restore an attestation removed or replaced for less than a day; return its year, 0 if none.

    It takes the place of the one that replaced it.
    """
    _check_writer(viewer)
    lock(db, viewer)
    row = ATTESTATIONS.find_restorable(db, viewer, attestation_id, now)
    if row is None:
        return 0
    _take_place(db, viewer, AttestationDraft(row.year, row.label), now)
    row.removed_at = None
    _note(db, viewer, now, "operat.attestation_restored", row)
    return int(row.year)


def purge_removed(db: Session, *, now: datetime) -> int:
    """Delete the attestations that can no longer be restored, for a job; return their number."""
    late = AttestationRow.removed_at < now - RETURNS
    return change_rows(db, delete(AttestationRow).where(late))


def _check_writer(viewer: Viewer) -> None:
    viewer.require(Permission.PCES_WRITE)
    viewer.require_whole()


def _take_place(db: Session, viewer: Viewer, draft: AttestationDraft, now: datetime) -> int:
    """Remove the attestation of this year and label; return its id, 0 without."""
    same = AttestationRow.year == draft.year, AttestationRow.label == draft.label
    row = db.scalar(visible(viewer).where(*same))
    if row is None:
        return 0
    row.removed_at = now
    db.flush()
    return row.id


def _note(db: Session, viewer: Viewer, now: datetime, action: str, row: AttestationRow) -> None:
    detail = {"year": row.year, "label": row.label}
    note(db, now, action, ("attestation", row.id), actor=viewer.actor, detail=detail)
