"""Query active thresholds, a line for each PCE, for exports and sheets."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from core.access import Viewer
from core.database import blocks
from data.metering.pces.models import Pce
from data.metering.pces.queries import visible as visible_pces
from data.thresholds.models import Threshold, ThresholdPce, ThresholdVersion
from data.thresholds.queries.visible import get_pce_ids_query, visible
from data.thresholds.rules.serializer import unpacked
from data.thresholds.types import KnownThreshold, SheetRow


def load_known_thresholds(
    db: Session, viewer: Viewer, numbers: Collection[str]
) -> dict[str, list[KnownThreshold]]:
    """Return the organisation's thresholds that name each PCE, oldest first."""
    thresholds_by_number: dict[str, list[KnownThreshold]] = {}
    for block in blocks(sorted(set(numbers))):
        pces = visible_pces(viewer).with_only_columns(Pce.id).where(Pce.number.in_(block))
        ids = list(db.scalars(pces))
        # by ThresholdPce's key rather than Pce's
        query = _named(viewer).where(ThresholdPce.pce_id.in_(ids))
        for number, key, draft, count, tag, version in db.execute(query):
            threshold = KnownThreshold(key, unpacked(draft), count > 1 or tag != "", version)
            thresholds_by_number.setdefault(number, []).append(threshold)
    return thresholds_by_number


def list_sheet_rows(db: Session, viewer: Viewer) -> tuple[SheetRow, ...]:
    """Return a line for each PCE named by a threshold; tags are not expanded."""
    rows = db.execute(_named(viewer))
    return tuple(
        SheetRow(line, number, unpacked(draft), key)
        for line, (number, key, draft, *_rest) in enumerate(rows, start=2)
    )


def _named(viewer: Viewer) -> Select[Any]:
    others = (
        select(func.count())
        .select_from(ThresholdPce)
        .where(ThresholdPce.threshold_id == Threshold.id)
        .correlate(Threshold)
        .scalar_subquery()
    )
    return (
        visible(viewer)
        .join(ThresholdPce, ThresholdPce.threshold_id == Threshold.id)
        .join(Pce, Pce.id == ThresholdPce.pce_id)
        .join(
            ThresholdVersion,
            and_(
                ThresholdVersion.threshold_id == Threshold.id,
                ThresholdVersion.number == Threshold.version,
            ),
        )
        .where(
            Threshold.organisation_id == viewer.organisation_id,
            Threshold.removed_at.is_(None),
            Pce.id.in_(get_pce_ids_query(viewer)),
        )
        .with_only_columns(
            Pce.number,
            Threshold.id,
            ThresholdVersion.draft,
            others,
            Threshold.tag,
            Threshold.version,
        )
        .order_by(Pce.search, Pce.number, Threshold.id)
    )
