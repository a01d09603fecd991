"""The connections of the administration: what is read for `/admin?part=connections`."""

from collections.abc import Mapping
from datetime import datetime

from dash.development.base_component import Component

from components.mirror.looked import looked_at
from components.mirror.page import connections_page
from data.access import Permission, Viewer
from data.db import Session
from data.mirror.queries.standing import get_standing
from data.mirror.types import Address


def connections(
    db: Session, viewer: Viewer, upstream: Address | None, now: datetime, query: Mapping[str, str]
) -> Component:
    viewer.require(Permission.MIRROR)
    if upstream is None:
        return connections_page(None, viewer, opened=False)
    found = get_standing(db, viewer, upstream.a_day, now, looked_at(query))
    return connections_page(found, viewer, opened=True)
