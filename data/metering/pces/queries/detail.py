"""Query all the details of a PCE."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Viewer
from data.metering.pces.models import Pce, PceEventRow
from data.metering.pces.queries.lists import get_pce_columns, list_pce_rows
from data.metering.pces.queries.visible import get_scope, list_events, visible, visible_with_grant
from data.metering.pces.types import EventKind, PceDetail, PceScope


def get_detail(db: Session, viewer: Viewer, number: str) -> PceDetail:
    """Return all that is shown of a PCE; raise NotFound when it is not visible."""
    scope = get_scope(db, viewer, number)
    (row,) = list_pce_rows(
        db, viewer, visible_with_grant(viewer, *get_pce_columns(viewer)).where(Pce.id == scope.id)
    )
    pce = db.execute(visible(viewer).where(Pce.id == scope.id)).scalar_one()
    then = _on_last_day(db, scope)
    contract, meter = scope.contractual, scope.technical
    street = pce.street if meter else ""
    return PceDetail(
        row=row,
        address=", ".join(
            part for part in (street, f"{pce.postal_code} {pce.city}".strip()) if part
        ),
        commissioned_on=pce.commissioned_on if contract else None,
        ended_on=row.ended_on,
        reference_kwh=pce.reference_kwh if contract else None,
        profile=pce.profile if contract else "",
        meter_serial=then.get(EventKind.METER, pce.meter_serial) if meter else "",
        meter_digits=pce.meter_digits if meter else None,
        supplier=then.get(EventKind.SUPPLIER, pce.supplier) if contract else "",
        technical=pce.technical if meter else {},
        contract=pce.contract if contract else {},
        events=list_events(db, viewer, scope),
        street=street,
    )


def _on_last_day(db: Session, scope: PceScope) -> dict[EventKind, str]:
    """Return the values, on the last day of `scope`, of what has changed since."""
    if scope.last is None or not scope.reads_days:
        return {}
    later = (
        select(PceEventRow.kind, PceEventRow.before)
        .where(PceEventRow.pce_id == scope.id, PceEventRow.day > scope.last)
        .order_by(PceEventRow.day.desc())
    )
    return {kind: before or "" for kind, before in db.execute(later)}
