"""Query a person's shared links, and the days that one opens."""

import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.errors import NotFound
from core.i18n import N_, PARIS
from data.analysis.marks.models import SharedLink
from data.analysis.marks.types import LinkRow, SharedView
from data.identity.accounts.models import User
from data.identity.accounts.queries import find_person, get_token_digest
from data.metering.consumption import queries as consumption
from data.metering.consumption.rules.labels import has_values
from data.metering.consumption.types import DataKind, Preset, Series, SeriesStep, Unit, View
from data.metering.pces.models import Pce
from data.metering.pces.queries import is_held, visible

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
class OpenedLink:
    """Content of an opened link and the user who made it, responsible for each opening."""

    link_id: int
    sharer: Viewer
    series: Series
    expires_at: datetime


def list_links(db: Session, viewer: Viewer, now: datetime) -> tuple[LinkRow, ...]:
    """Return the viewer's links: active ones first, then the latest first."""
    viewer.require(Permission.CONSUMPTION_READ)
    link = SharedLink
    readable = visible(viewer).with_only_columns(Pce.id)
    rows = db.execute(
        select(link, Pce.number, Pce.id.in_(readable), is_held(viewer))
        .join(Pce, Pce.id == link.pce_id)
        .where(link.user_id == viewer.user_id)
        .order_by(link.id.desc())
    )
    links = [
        _row(row, number, now, "" if is_readable and holds else NOT_HELD if is_readable else LOST)
        for row, number, is_readable, holds in rows
    ]
    return tuple(sorted(links, key=lambda one: bool(one.ended)))


def _row(row: SharedLink, number: str, now: datetime, lost: str) -> LinkRow:
    is_readable = lost != LOST
    ended = REVOKED if row.revoked_at else EXPIRED if row.expires_at <= now else ""
    return LinkRow(
        row.id,
        row.label if is_readable else "",
        get_shared_view(row, number) if is_readable else None,
        row.created_at,
        row.expires_at,
        row.opened,
        row.opened_at,
        ended or lost,
    )


def get_shared_view(row: SharedLink, number: str) -> SharedView:
    words = SeriesStep(row.step), Unit(row.unit), DataKind(row.data)
    return SharedView(number, row.first_day, row.last_day, *words)


def get_opened_link(db: Session, link_id: int, nonce: str, now: datetime) -> OpenedLink:
    """Return the content of a link at `now`.

    The days are read as its maker, so it shows only what they may still read. Raise NotFound,
    always with the same message, for an unknown, revoked or expired link, or when its maker may
    read nothing of it, reads it through an access right alone, may not share, or has left.
    """
    result = db.execute(
        select(SharedLink, Pce.number)
        .join(Pce, Pce.id == SharedLink.pce_id)
        .where(SharedLink.id == link_id)
    ).one_or_none()
    if result is None:
        raise NotFound(NO_LINK)
    row, number = result
    holds = hmac.compare_digest(row.token_hash, get_token_digest(nonce))
    if not holds or row.revoked_at is not None or row.expires_at <= now:
        raise NotFound(NO_LINK)
    series = _series(db, row, number, now)
    return OpenedLink(row.id, series[0], series[1], row.expires_at)


def _series(db: Session, row: Any, number: str, now: datetime) -> tuple[Viewer, Series]:  # noqa: ANN401
    today = now.astimezone(PARIS).date()
    sharer = find_person(db, select(User.id).where(User.id == row.user_id), today)
    if sharer is None or sharer.organisation_id != row.organisation_id:
        raise NotFound(NO_LINK)
    if not sharer.may(Permission.MARKS_SHARE):
        raise NotFound(NO_LINK)
    try:
        series = consumption.load_series(db, sharer, get_linked_view(get_shared_view(row, number)))
    except NotFound:
        raise NotFound(NO_LINK) from None
    if not (series.is_own and has_values(series)):
        raise NotFound(NO_LINK)
    return sharer, series


def get_linked_view(shared_view: SharedView) -> View:
    """Return the view that a link shows; without comparison, which would show other days."""
    return View(
        pce=shared_view.number,
        preset=Preset.FREE,
        first=shared_view.first,
        last=shared_view.last,
        step=shared_view.step,
        unit=shared_view.unit,
        compare=(),
        data=shared_view.data,
    )
