"""Create and revoke shared links, and record each opening."""

import secrets
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.i18n import N_
from data.analysis.marks.models import SharedLink
from data.analysis.marks.queries.links import OpenedLink
from data.analysis.marks.rules.links import (
    MOST,
    NOT_YOURS,
    clean_label,
    expiry,
    last_shared_day,
    offered_durations,
    sign_share,
)
from data.identity.accounts.queries import get_token_digest
from data.identity.audit.actions import note
from data.identity.audit.queries import READ
from data.metering.consumption import queries as consumption
from data.metering.consumption.rules.labels import has_values
from data.metering.consumption.rules.origin import in_energy
from data.metering.consumption.types import Series, View
from data.rights.rules.reads import SHARED

_OFF = N_("Choisissez une durée parmi celles que le portail permet.")
_EMPTY = N_("Il n’y a aucune valeur à montrer ces jours-là : choisissez une autre période.")
_FULL = N_("Vous avez déjà {most} liens actifs : révoquez-en un.")
_GONE = N_("Ce lien est introuvable.")


def share(  # noqa: PLR0913 (what a link is made of)
    db: Session,
    viewer: Viewer,
    view: View,
    *,
    days: int,
    most_days: int,
    label: str,
    secret: str,
    now: datetime,
) -> str:
    """Create a link that shows what `view` shows for `days` days; return its token.

    The token is not stored. Raise Invalid for a duration not allowed or days without a value,
    Forbidden for a PCE read through an access right: its holder consented to that reader alone.
    """
    viewer.require(Permission.MARKS_SHARE)
    if days not in offered_durations(most_days):
        raise Invalid(_OFF)
    # never in euros: prices belong to the organisation
    series = _sharable(db, viewer, view := in_energy(view))
    _refuse_too_many(db, viewer, now)
    nonce = secrets.token_urlsafe(24)
    row = SharedLink(
        organisation_id=viewer.organisation_id,
        user_id=viewer.user_id,
        pce_id=series.pce_id,
        token_hash=get_token_digest(nonce),
        label=clean_label(label),
        first_day=series.first,
        last_day=last_shared_day(series),
        step=view.step.value,
        unit=view.unit.value,
        data=view.data.value,
        created_at=now,
        expires_at=expiry(now, days),
    )
    db.add(row)
    db.flush()
    _note(db, viewer, row.id, "shared", now)
    return sign_share(row.id, nonce, secret)


def _sharable(db: Session, viewer: Viewer, view: View) -> Series:
    series = consumption.load_series(db, viewer, view)
    if not series.is_own:
        raise Forbidden(NOT_YOURS)
    if not has_values(series):
        raise Invalid(_EMPTY)
    return series


def _refuse_too_many(db: Session, viewer: Viewer, now: datetime) -> None:
    mine = SharedLink.user_id == viewer.user_id
    opens = SharedLink.revoked_at.is_(None), SharedLink.expires_at > now
    if (db.scalar(select(func.count(SharedLink.id)).where(mine, *opens)) or 0) >= MOST:
        raise Conflict(_FULL, most=MOST)


def revoke_link(db: Session, viewer: Viewer, link_id: int, *, now: datetime) -> None:
    """Revoke a link. Raise NotFound for a link of somebody else."""
    viewer.require(Permission.MARKS_WRITE)
    mine = SharedLink.id == link_id, SharedLink.user_id == viewer.user_id
    row = db.scalars(select(SharedLink).where(*mine)).one_or_none()
    if row is None:
        raise NotFound(_GONE)
    if row.revoked_at is None:
        row.revoked_at = now
        db.flush()
        _note(db, viewer, link_id, "revoked", now)


def note_opening(db: Session, opened: OpenedLink, *, now: datetime) -> None:
    """Count an opening and record it in the readers' log of the holder."""
    db.execute(
        update(SharedLink)
        .where(SharedLink.id == opened.link_id)
        .values(opened=SharedLink.opened + 1, opened_at=now)
    )
    note(db, now, SHARED, (READ, opened.series.number), actor=opened.sharer.actor)


def _note(db: Session, viewer: Viewer, link_id: int, what: str, now: datetime) -> None:
    note(db, now, f"links.{what}", ("link", link_id), actor=viewer.actor)
