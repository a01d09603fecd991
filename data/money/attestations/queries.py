"""Query the attestations of the viewer's organisation."""

from sqlalchemy import ColumnElement, Select, false, func, select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.database import NO_ID
from core.errors import NotFound
from core.i18n import N_
from data.identity.accounts.models import User
from data.money.attestations.models import AttestationRow
from data.money.attestations.types import Attestation, AttestationDraft, AttestationFile
from data.versioned_table import VersionedTable

_row = AttestationRow
_GONE = N_("Cette attestation est introuvable.")


def is_theirs(viewer: Viewer) -> ColumnElement[bool]:
    """Return whether an attestation is the organisation's, of which a restricted viewer has none.

    It speaks of all the sites of an entity, whatever their tags.
    """
    if viewer.limited:
        return false()
    mine: ColumnElement[bool] = _row.organisation_id == viewer.organisation_id
    return mine


ATTESTATIONS = VersionedTable(
    _row, _GONE, _GONE, _row.removed_at.is_(None), Permission.PCES_WRITE, is_theirs
)


def visible(viewer: Viewer) -> Select[AttestationRow]:
    """Select the attestations of the viewer's organisation, without removed ones."""
    viewer.require(Permission.CONSUMPTION_READ)
    return select(_row).where(is_theirs(viewer), ATTESTATIONS.standing)


def list_attestations(db: Session, viewer: Viewer) -> tuple[Attestation, ...]:
    """Return the attestations, the latest year first, by entity or group."""
    query = visible(viewer).outerjoin(User, User.id == _row.user_id)
    columns = (
        _row.id, _row.year, _row.label, _row.name, func.coalesce(User.name, ""), _row.created_at
    )  # fmt: skip
    ordered = query.with_only_columns(*columns).order_by(_row.year.desc(), _row.label, _row.id)
    return tuple(
        Attestation(id_, AttestationDraft(year, label), name, person, created_at)
        for id_, year, label, name, person, created_at in db.execute(ordered)
    )


def get_file(db: Session, viewer: Viewer, attestation_id: int) -> AttestationFile:
    """Return where the file of a visible attestation is. Raise NotFound."""
    query = visible(viewer).where(_row.id == min(attestation_id, NO_ID - 1))
    row = db.scalar(query)
    if row is None:
        raise NotFound(_GONE)
    return AttestationFile(row.name, row.sha256, row.storage_key)


def sum_stored_bytes(db: Session, viewer: Viewer) -> int:
    """Sum the bytes of the organisation's attestations, removed ones too; 0 for staff."""
    if viewer.staff:
        return 0
    query = select(func.coalesce(func.sum(_row.size), 0))
    return db.scalar(query.where(_row.organisation_id == viewer.organisation_id)) or 0


def list_stored_keys(db: Session) -> frozenset[str]:
    """Return the storage keys of all attestations, for the purge of files."""
    return frozenset(db.scalars(select(_row.storage_key)))
