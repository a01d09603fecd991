"""`/admin?part=connections`: load the connections part of the administration."""

from collections.abc import Mapping

from dash.development.base_component import Component

from components.mirror.detail_query import read_detail
from components.mirror.page import connections_page
from core.access import Permission
from data.exchange.mirror.queries.status import get_standing
from data.request import Request


def connections(request: Request, query: Mapping[str, str]) -> Component:
    db, viewer = request.db, request.viewer
    viewer.require(Permission.MIRROR)
    if request.portal.upstream is None:
        return connections_page(None, viewer, opened=False)
    standing = get_standing(
        db, viewer, request.portal.upstream.a_day, request.now, read_detail(query)
    )
    return connections_page(standing, viewer, opened=True)
