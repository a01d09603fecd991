"""Give routes access to the portal they belong to."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypedDict, cast

from flask import current_app, g, has_app_context, request
from sqlalchemy.orm import Session

from api.concurrency_limit import Running
from api.request_cache import RecentCache
from core.access import Permission, Viewer
from core.errors import Unauthenticated, Unreadable
from core.i18n import N_
from data.administration.samples.queries import has_sample
from data.contracts.queries import count_waiting
from data.controls.queries import count_to_do
from data.controls.types.pieces import Findings
from data.identity.settings.types import OperatorSettings
from data.metering.pces.queries import has_several
from data.portal import Portal
from data.request import Request
from data.thresholds.queries import count_bell
from data.thresholds.types.alerts import BellCount

VERSION = "0.1.0"


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalContext(Portal):
    """A portal that answers over HTTP, with what a process keeps between two requests."""

    running: Running = field(default_factory=Running)
    findings: RecentCache[tuple[object, ...], Findings] = field(
        default_factory=lambda: RecentCache(20)
    )
    undrawn: RecentCache[tuple[str, int], Unreadable] = field(
        default_factory=lambda: RecentCache(1000)
    )

    @property
    def settings(self) -> OperatorSettings:
        """The operator's settings in force, read once a request.

        Another process may have changed them: nothing of them is kept beyond. Those of the
        environment where the database is gone.
        """
        if not has_app_context():
            return self.read_settings()
        if "outage" in g:
            return self.origin
        if "settings" not in g:
            g.settings = self.read_settings()
        return cast("OperatorSettings", g.settings)


def portal() -> PortalContext:
    """Return the portal that serves this request."""
    return cast("PortalContext", current_app.extensions["portal"])


def now() -> datetime:
    """Return the time of this request, the same throughout."""
    if "now" not in g:
        g.now = portal().clock()
    return cast("datetime", g.now)


def viewer_now() -> Viewer:
    """Return the viewer that the guard found for this request."""
    viewer: Viewer | None = g.get("viewer")
    if viewer is None:
        raise Unauthenticated(N_("Votre session est terminée : connectez-vous de nouveau."))
    return viewer


def request_on(db: Session, viewer: Viewer) -> Request:
    """What is known of this request, on a session that its edge opened."""
    reads, dropped_files = g.setdefault("reads", {}), g.setdefault("dropped_files", set())
    return Request(db, viewer, now(), portal(), request.remote_addr or "", reads, dropped_files)


@contextmanager
def open_reading(
    permission: Permission | None = None, *, streams: bool = False
) -> Iterator[Request]:
    """Open this request, to read, for a viewer who has `permission`; see `Database.reading`.

    Raises Unauthenticated, Forbidden.
    """
    viewer = viewer_now()
    if permission is not None:
        viewer.require(permission)
    with portal().database.reading(streams=streams) as db:
        yield request_on(db, viewer)


@contextmanager
def open_writing(permission: Permission | None = None) -> Iterator[Request]:
    """Open this request, to write in one transaction, for a viewer who has `permission`.

    Raises Unauthenticated, Forbidden.
    """
    viewer = viewer_now()
    if permission is not None:
        viewer.require(permission)
    with portal().database.transaction() as db:
        yield request_on(db, viewer)


def bell_of(viewer: Viewer) -> BellCount:
    """Return the counts of the bell on a page."""
    if not viewer.may(Permission.NOTICES):
        return BellCount()
    with portal().database.reading() as db:
        return count_bell(db, viewer, now=now())


def menu_counts(viewer: Viewer) -> dict[str, int]:
    """Return the menu counts by path: controls and contracts that wait for this person."""
    counters_by_path: Mapping[str, tuple[Permission, Callable[[Session, Viewer], int]]] = {
        "/controles": (Permission.CONTROLS_READ, count_to_do),
        "/contrats": (Permission.CONTRACTS_WRITE, count_waiting),
    }
    with portal().database.reading() as db:
        return {
            path: count(db, viewer)
            for path, (permission, count) in counters_by_path.items()
            if viewer.may(permission)
        }


class FrameExtras(TypedDict):
    """Counts shown in the frame of a page, besides its menu."""

    bell: BellCount
    to_do: dict[str, int]
    sample: bool


def told_of(viewer: Viewer) -> FrameExtras:
    with portal().database.reading() as db:
        sample = has_sample(db, viewer)
    return FrameExtras(bell=bell_of(viewer), to_do=menu_counts(viewer), sample=sample)


def sees_several(viewer: Viewer) -> bool:
    """Return whether the viewer sees more than one PCE."""
    with portal().database.reading() as db:
        return has_several(db, viewer)
