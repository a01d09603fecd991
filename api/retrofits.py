"""Download the one-page PDF of the savings of works."""

from flask import Blueprint, Response

from api.consumption_downloads import attached
from api.context import open_reading, portal
from core.access import Permission
from core.errors import Conflict
from core.i18n import set_language
from data.money.retrofits.files import savings_report
from data.money.retrofits.queries import get_measured
from data.money.retrofits.rules.words import refusal_words
from data.rights.rules.reads import EXPORTED

routes = Blueprint("retrofits", __name__)


@routes.get("/export/travaux/<int:retrofit_id>.pdf")
def export_savings(retrofit_id: int) -> Response:
    """Export the savings of works; raise Conflict with the reason when they are not measured."""
    with open_reading(Permission.CONSUMPTION_EXPORT) as context:
        viewer = context.viewer
        set_language(viewer.language)
        measured = get_measured(context.db, viewer, retrofit_id)
    if measured.savings is None:
        raise Conflict(refusal_words(measured))
    context.record_read(measured.retrofit.draft.pce, EXPORTED)
    with portal().running.one_more(viewer.user_id):
        body = savings_report(measured, measured.savings, viewer.organisation, viewer.today)
    return attached(body, f"economie-{measured.retrofit.draft.pce}-{viewer.today:%Y-%m-%d}.pdf")
