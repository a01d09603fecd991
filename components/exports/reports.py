"""Render the button that asks for a report, on the page of its figures."""

from dash.development.base_component import Component

from components.exports.ids import report_button
from components.kit import button
from core.access import Permission, Viewer
from data.exports.types import Content


def report_act(
    viewer: Viewer, content: Content, words: str, *, year: int = 0, pce: str = ""
) -> list[Component]:
    """Return the button of a report, made in the background; nothing without the permission."""
    if not viewer.may(Permission.CONSUMPTION_EXPORT):
        return []
    return [
        button(words, id=report_button(content.value, year, pce), icon="file-earmark-bar-graph")
    ]
