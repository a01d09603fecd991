"""`/admin?part=connections`: load the connections part of the administration."""

from collections.abc import Mapping
from datetime import datetime

from dash.development.base_component import Component

from components.mirror.detail_query import looked_at
from components.mirror.page import connections_page
from core.access import Permission, Viewer
from core.database import Session
from data.mirror.queries.status import get_standing
from data.mirror.types import Address


def connections(
    db: Session, viewer: Viewer, upstream: Address | None, now: datetime, query: Mapping[str, str]
) -> Component:
    viewer.require(Permission.MIRROR)
    if upstream is None:
        return connections_page(None, viewer, opened=False)
    standing = get_standing(db, viewer, upstream.a_day, now, looked_at(query))
    return connections_page(standing, viewer, opened=True)
