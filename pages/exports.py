"""`/exports`: what to take away, the files that are made of it, one of them."""

from datetime import datetime

from dash.development.base_component import Component

from components.contracts.needed import contract_needed
from components.exports.form import estimate_shown
from components.exports.listing import export_page
from components.exports.page import Facts, exports_page, nothing_page
from data.access import Permission, Viewer
from data.db import Session
from data.exports import queries
from data.exports.rules import read_asked
from data.exports.types import Asked
from data.pces import queries as pces
from data.pces.rules import month_of
from data.rights.queries import awaited
from i18n import N_, _
from pages.page import Page


def layout(
    *, db: Session, viewer: Viewer, now: datetime, export: str = "", **query: str
) -> Component:
    if export:
        return export_page(queries.get_shown(db, viewer, number_in(export)), now)
    total, rows = pces.count_pces(db, viewer), queries.list_shown(db, viewer)
    if not total and not rows:
        return nothing_page(viewer, awaited(db, viewer))
    pick = number_in(query.get("picked", ""))
    picked = queries.get_picked(db, viewer, pick)
    asked = asked_in(query, viewer, picked)
    wanted, problems = read_asked(asked, viewer.today)
    found = queries.estimate(db, viewer, wanted) if wanted else None
    return exports_page(
        Facts(
            asked,
            pces.tags(db, viewer),
            total,
            rows,
            queries.list_schedules(db, viewer),
            estimate_shown(asked, found, problems),
            viewer.today,
            now,
            pick,
            contract_needed(viewer, _("Les fichiers déjà prêts restent à télécharger.")),
        )
    )


def asked_in(query: dict[str, str], viewer: Viewer, picked: tuple[str, ...]) -> Asked:
    """What the address asks for: a selection, a tag or a search, of the last twelve months."""
    tag, text = (query.get(name, "")[:100] for name in ("tag", "q"))
    which = "picked" if "picked" in query else "tag" if tag else "text" if text else "all"
    first = month_of(viewer.today, -12)
    return Asked(
        which=which,
        tag=tag,
        text=text,
        picked=picked,
        first=first.isoformat(),
        last=viewer.today.isoformat(),
    )


def number_in(text: str) -> int:
    """The number in an address; 0, which nothing has, for anything else."""
    is_number = text.isascii() and text.isdigit() and len(text) < 10  # noqa: PLR2004
    return int(text) if is_number else 0


PAGE = Page(
    path="/exports",
    name="exports",
    title=N_("Exports"),
    menu=N_("Exports"),
    permission=Permission.CONSUMPTION_EXPORT,
    layout=layout,
    shots=("", "?export={export}", "?q=zzz"),
    wants=("now",),
)
