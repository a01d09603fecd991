"""Demo works: those of the sites whose consumption fell, and recent ones still to be measured."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from core.access import Viewer
from data.metering.pces.types import PceRow
from data.money.retrofits import actions
from data.money.retrofits.types import RetrofitDraft, RetrofitKind
from jobs.demo.sites import DemoSite

DAY = timedelta(days=1)
MOST = 5
SITE_DAYS = 24  # of the works themselves
CENTS_PER_KWH = 55  # of a year, from which costs are invented
_DONE = (
    (RetrofitKind.BOILER, "Chaudière à condensation et régulation"),
    (RetrofitKind.INSULATION, "Isolation des combles et de la façade nord"),
    (RetrofitKind.CONTROLS, "Régulation par zone et réduit de nuit"),
    (RetrofitKind.WINDOWS, "Remplacement des menuiseries"),
    (RetrofitKind.VENTILATION, "Ventilation double flux"),
)


def add_works(
    db: Session,
    viewer: Viewer,
    rows: Sequence[PceRow],
    sites: Mapping[str, DemoSite],
    now: datetime,
) -> None:
    """Declare the works of an organisation's sites."""
    for draft in _works(viewer, rows, sites):
        actions.add(db, viewer, draft, now=now)


def _works(
    viewer: Viewer, rows: Sequence[PceRow], sites: Mapping[str, DemoSite]
) -> Iterator[RetrofitDraft]:
    done = [row for row in rows if sites[row.number].story.works][: MOST - 1]
    for row, (kind, name) in zip(done, _DONE, strict=False):
        demo_site = sites[row.number]
        last = (demo_site.story.works or viewer.today) - DAY
        cents = demo_site.reference_kwh * CENTS_PER_KWH
        yield RetrofitDraft(row.number, kind, name, last - SITE_DAYS * DAY, last, cents)
    recent = next(row for row in rows if row not in done) if len(rows) > len(done) else rows[-1]
    last = viewer.today - 40 * DAY
    kind, name = _DONE[2]
    yield RetrofitDraft(recent.number, kind, name, last - 5 * DAY, last)
