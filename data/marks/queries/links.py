"""Links that show some days of a PCE: those of a person, and what one of them opens."""

import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.access import Permission, Viewer
from data.accounts.models import User
from data.accounts.queries import find_person, fingerprint
from data.consumption import queries as consumption
from data.consumption.rules.words import has_values
from data.consumption.types import DataKind, Preset, Series, Step, Unit, View
from data.errors import NotFound
from data.marks.models import SharedLink
from data.marks.types import LinkRow, Shared
from data.pces.models import Pce
from data.pces.queries import holds, visible
from i18n import N_, PARIS

NO_LINK = N_(
    "Ce lien ne fonctionne pas, ou plus : demandez-en un autre à la personne qui vous l’a donné."
)
REVOKED, EXPIRED, NOT_HELD, LOST = (
    N_("Révoqué"),
    N_("Échu"),
    N_("Lu par un droit d’accès"),
    N_("Ce point de livraison n’est plus lisible pour vous"),
)


@dataclass(frozen=True, slots=True)
class Opened:
    """What a link shows, and who made it: they answer for each opening."""

    link_id: int
    sharer: Viewer
    series: Series
    expires_at: datetime


def list_links(db: Session, viewer: Viewer, now: datetime) -> tuple[LinkRow, ...]:
    """Those of the viewer, those that open something first, the latest first."""
    viewer.require(Permission.CONSUMPTION_READ)
    link = SharedLink
    readable = visible(viewer).with_only_columns(Pce.id)
    rows = db.execute(
        select(link, Pce.number, Pce.id.in_(readable), holds(viewer))
        .join(Pce, Pce.id == link.pce_id)
        .where(link.user_id == viewer.user_id)
        .order_by(link.id.desc())
    )
    found = [
        _row(row, number, now, "" if seen and held else NOT_HELD if seen else LOST)
        for row, number, seen, held in rows
    ]
    return tuple(sorted(found, key=lambda one: bool(one.ended)))


def _row(row: SharedLink, number: str, now: datetime, lost: str) -> LinkRow:
    seen = lost != LOST
    ended = REVOKED if row.revoked_at else EXPIRED if row.expires_at <= now else ""
    return LinkRow(
        row.id,
        row.label if seen else "",
        shown_by(row, number) if seen else None,
        row.created_at,
        row.expires_at,
        row.opened,
        row.opened_at,
        ended or lost,
    )


def shown_by(row: SharedLink, number: str) -> Shared:
    words = Step(row.step), Unit(row.unit), DataKind(row.data)
    return Shared(number, row.first_day, row.last_day, *words)


def open_link(db: Session, link_id: int, nonce: str, now: datetime) -> Opened:
    """What the link shows *now*; the same NotFound whatever it lacks.

    It is read as its maker: what they may not read any more, it shows no more; once they may read
    nothing of it, or read it by a right alone, may not share, or are no longer here, it opens
    nothing.
    """
    found = db.execute(
        select(SharedLink, Pce.number)
        .join(Pce, Pce.id == SharedLink.pce_id)
        .where(SharedLink.id == link_id)
    ).one_or_none()
    if found is None:
        raise NotFound(NO_LINK)
    row, number = found
    holds = hmac.compare_digest(row.token_hash, fingerprint(nonce))
    if not holds or row.revoked_at is not None or row.expires_at <= now:
        raise NotFound(NO_LINK)
    series = _series(db, row, number, now)
    return Opened(row.id, series[0], series[1], row.expires_at)


def _series(db: Session, row: Any, number: str, now: datetime) -> tuple[Viewer, Series]:  # noqa: ANN401
    today = now.astimezone(PARIS).date()
    sharer = find_person(db, select(User.id).where(User.id == row.user_id), today)
    if sharer is None or sharer.organisation_id != row.organisation_id:
        raise NotFound(NO_LINK)
    if not sharer.may(Permission.MARKS_SHARE):
        raise NotFound(NO_LINK)
    try:
        series = consumption.series(db, sharer, view_of(shown_by(row, number)))
    except NotFound:
        raise NotFound(NO_LINK) from None
    if not (series.held and has_values(series)):
        raise NotFound(NO_LINK)
    return sharer, series


def view_of(shown: Shared) -> View:
    """The screen of *shown*: compared with nothing, which would tell of other days."""
    return View(
        pce=shown.number,
        preset=Preset.FREE,
        first=shown.first,
        last=shown.last,
        step=shown.step,
        unit=shown.unit,
        compare=(),
        data=shown.data,
    )
