"""`/exports`: the export form, the files, one export."""

from dash.development.base_component import Component

from components.contracts.contract_required import contract_needed
from components.exports.form import estimate_shown
from components.exports.listing import export_page
from components.exports.page import ExportPageFacts, exports_page, nothing_page
from core.access import Permission, Viewer
from core.i18n import N_, _
from data.exports import queries
from data.exports.rules import read_asked
from data.exports.types import ExportForm
from data.metering.pces import queries as pces
from data.metering.pces.rules import month_of
from data.request import Request
from data.rights.queries import get_awaited_rights
from pages.page import PageSpec, Section


def layout(request: Request, *, export: str = "", **query: str) -> Component:
    db, viewer = request.db, request.viewer
    if export:
        return export_page(queries.get_shown(db, viewer, number_in(export)), request.now)
    total, rows = pces.count_pces(db, viewer), queries.list_shown(db, viewer)
    if not total and not rows:
        return nothing_page(viewer, get_awaited_rights(db, viewer))
    pick = number_in(query.get("picked", ""))
    picked = queries.get_picked(db, viewer, pick)
    form = asked_in(query, viewer, picked)
    spec, problems = read_asked(form, viewer.today)
    size_estimate = queries.get_estimate(db, viewer, spec) if spec else None
    return exports_page(
        viewer,
        ExportPageFacts(
            form,
            pces.count_by_tag(db, viewer),
            total,
            rows,
            queries.list_schedules(db, viewer),
            estimate_shown(form, size_estimate, problems),
            viewer.today,
            request.now,
            pick,
            contract_needed(viewer, _("Les fichiers déjà prêts restent à télécharger.")),
        ),
    )


def asked_in(query: dict[str, str], viewer: Viewer, picked: tuple[str, ...]) -> ExportForm:
    """Return the form of an address: a selection, tag or search, over twelve months."""
    tag, text = (query.get(name, "")[:100] for name in ("tag", "q"))
    which = "picked" if "picked" in query else "tag" if tag else "text" if text else "all"
    first = month_of(viewer.today, -12)
    return ExportForm(
        which=which,
        tag=tag,
        text=text,
        picked=picked,
        first=first.isoformat(),
        last=viewer.today.isoformat(),
    )


def number_in(text: str) -> int:
    """Return the number in an address; 0, which does not exist, if invalid."""
    is_number = text.isascii() and text.isdigit() and len(text) < 10  # noqa: PLR2004
    return int(text) if is_number else 0


PAGE = PageSpec(
    path="/exports",
    name="exports",
    title=N_("Exports"),
    section=Section.READINGS,
    permission=Permission.CONSUMPTION_EXPORT,
    layout=layout,
    shots=("", "?export={export}", "?q=zzz"),
)
