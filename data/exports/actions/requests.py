"""Request an export, and remove one."""

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.errors import Conflict, Forbidden, Invalid
from core.i18n import N_
from core.queue import enqueue
from core.queue_types import NewItem
from data.exports.actions.lifecycle import MAKE_EXPORT
from data.exports.models import Export, ExportedPce
from data.exports.queries import get_estimate, get_export
from data.exports.queries.lists import BUSY, sum_stored_bytes
from data.exports.rules import SHEET_ROWS, packed, too_long
from data.exports.types import ExportEstimate, ExportLimits, ExportSpec, ExportState
from data.identity.accounts.models import Organisation
from data.identity.audit.actions import note

NOTHING = N_("Il n’y a rien à exporter : aucune donnée lisible pour ces PCE et cette période.")


def ask(
    db: Session,
    viewer: Viewer,
    wanted: ExportSpec,
    *,
    limits: ExportLimits,
    now: datetime,
    tell: bool = False,
) -> int:
    """Create an export, or return the id of the same one in progress.

    Requests of an organisation are serialised, so that they cannot exceed `limits` together.
    """
    viewer.require(Permission.CONSUMPTION_EXPORT)
    viewer.require_contract()
    mine = select(Organisation.id).where(Organisation.id == viewer.organisation_id)
    db.execute(mine.with_for_update(key_share=True))
    same = _same(db, viewer, wanted)
    if same is not None:
        return same
    return open_export(
        db, viewer, wanted, validated(db, viewer, wanted, limits), now=now, tell=tell
    )


def validated(
    db: Session, viewer: Viewer, wanted: ExportSpec, limits: ExportLimits
) -> ExportEstimate:
    """Return the estimate of an export; raise Invalid when it is empty or exceeds the limits."""
    expected = get_estimate(db, viewer, wanted)
    if not expected.rows:
        raise Invalid(NOTHING)
    if too_long(wanted, expected.rows):
        raise Invalid(
            N_(
                "Un classeur XLSX tient {most} lignes au plus, il en faudrait {rows} : choisissez"
                " le CSV, ou un fichier par PCE."
            ),
            most=SHEET_ROWS,
            rows=expected.rows,
        )
    used_octets, waiting = sum_stored_bytes(db, viewer)
    if waiting >= limits.waiting:
        raise Conflict(
            N_("Votre organisation attend déjà {waiting} exports : laissez-les finir d’abord."),
            waiting=waiting,
        )
    if used_octets + expected.octets > limits.quota_megabytes * 1_000_000:
        raise Conflict(
            N_(
                "Les exports gardés pour votre organisation occupent {used} Mo sur {most} Mo :"
                " supprimez-en, puis recommencez."
            ),
            used=-(-used_octets // 1_000_000),
            most=limits.quota_megabytes,
        )
    return expected


def _same(db: Session, viewer: Viewer, spec: ExportSpec) -> int | None:
    """Return the id of this person's unfinished export with the same request, or None."""
    query = select(Export).where(
        Export.user_id == viewer.user_id,
        Export.state.in_(BUSY),
        Export.content == spec.content,
        Export.file == spec.file,
        Export.apart == spec.file_per_pce,
        Export.first_day.is_not_distinct_from(spec.first),
        Export.last_day.is_not_distinct_from(spec.last),
    )
    choice = packed(spec.choice)
    return next((row.id for row in db.scalars(query) if row.choice == choice), None)


def open_export(  # noqa: PLR0913
    db: Session,
    viewer: Viewer,
    spec: ExportSpec,
    expected: ExportEstimate,
    *,
    now: datetime,
    tell: bool,
    schedule_id: int | None = None,
) -> int:
    row = Export(
        organisation_id=viewer.organisation_id,
        user_id=viewer.user_id,
        schedule_id=schedule_id,
        state=ExportState.WAITING,
        content=spec.content,
        file=spec.file,
        apart=spec.file_per_pce,
        choice=packed(spec.choice),
        first_day=spec.first,
        last_day=spec.last,
        tell=tell,
        expected_rows=expected.rows,
        expected_octets=expected.octets,
        total=expected.pces,
        created_at=now,
    )
    db.add(row)
    db.flush()
    item = NewItem(
        viewer.organisation_id,
        {"export": row.id},
        key=str(row.id),
        priority=len(str(expected.rows)),  # shorter ones first
    )
    enqueue(db, MAKE_EXPORT, item, now)
    detail = {"content": spec.content, "rows": expected.rows, "pces": expected.pces}
    note(db, now, "exports.asked", ("export", row.id), actor=viewer.actor, detail=detail)
    return row.id


def repeat_export(
    db: Session, viewer: Viewer, export_id: int, *, limits: ExportLimits, now: datetime
) -> int:
    """Create the same export again, with today's rights and data."""
    row = get_export(db, viewer, export_id)
    return ask(db, viewer, row.spec, limits=limits, now=now)


def remove(db: Session, viewer: Viewer, export_id: int, *, now: datetime) -> None:
    """Remove an export or its file; unreferenced files are deleted by the clock."""
    viewer.require(Permission.CONSUMPTION_EXPORT)
    row = get_export(db, viewer, export_id)
    if not row.mine and not viewer.may(Permission.PCES_WRITE):
        raise Forbidden(N_("Seule la personne qui l’a demandé peut supprimer cet export."))
    gone = {"state": ExportState.GONE, "stored_name": "", "kept_until": now}
    db.execute(update(Export).where(Export.id == export_id).values(**gone))
    db.execute(delete(ExportedPce).where(ExportedPce.export_id == export_id))
    note(db, now, "exports.removed", ("export", export_id), actor=viewer.actor)


def note_download(db: Session, viewer: Viewer, export_id: int, *, now: datetime) -> None:
    note(db, now, "exports.downloaded", ("export", export_id), actor=viewer.actor)
