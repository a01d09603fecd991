"""A file that fills a small table: where it is dropped, what it would do, then the confirmation."""

from collections.abc import Mapping
from enum import StrEnum

from dash import dcc
from dash.development.base_component import Component

from components.kit import Kpi, alert, button, card, file_field, html, kpi_strip, link
from components.thresholds.sheet import problems_card, refused_lines
from data.runs.types import SheetSorted
from i18n import _, number, plural

ACCEPTED = ".xlsx,.csv,text/csv"


class Ids(StrEnum):
    FILE = "sheets-file"
    SENT = "sheets-sent"
    KIND = "sheets-kind"  # which of the tables it fills
    PREVIEW = "sheets-preview"
    PREVIEWED = "sheets-previewed"  # of which file, and how many it would create and change
    ACTIONS = "sheets-actions"
    CONFIRM = "sheets-confirm"
    REJECTS = "sheets-rejects"


def deposit(kind: str, label: str, hint: str) -> list[Component]:
    """All that a page needs to take the sheet *kind*; nothing is kept before the confirmation."""
    field = file_field(
        Ids.FILE,
        label,
        ACCEPTED,
        action=f"/feuilles/{kind}",
        send=_("Contrôler"),
        answer=Ids.SENT,
        multiple=False,
        hint=hint,
    )
    return [
        card(field, title=_("La feuille"), hint=_("rien ne change avant votre confirmation")),
        html.Div(id=Ids.PREVIEW),
        dcc.Store(id=Ids.KIND, data=kind),
        dcc.Store(id=Ids.PREVIEWED),
        html.Div(
            [
                button(_("Lignes refusées, en fichier"), id=Ids.REJECTS, icon="file-earmark-x"),
                button(_("Confirmer"), id=Ids.CONFIRM, icon="check-lg", kind="primary"),
            ],
            id=Ids.ACTIONS,
            className="form-actions thresholds-sheet-line",
            hidden=True,
        ),
    ]


def files_of(kind: str, mine: str) -> tuple[Component, ...]:
    """The template to download, and what is kept, as *mine* names it."""
    address = f"/export/feuilles/{kind}?format=xlsx"
    return (
        button(
            _("Modèle vide"),
            href=f"{address}&template=1",
            icon="file-earmark-spreadsheet",
            download=True,
        ),
        button(mine, href=address, icon="download", download=True),
    )


def preview(name: str, found: SheetSorted[object]) -> list[Component]:
    """Counts, then the problems grouped by what repairs them."""
    refused = refused_lines(found.problems)
    kpis = [
        Kpi(_("Lignes à ajouter"), number(len(found.new))),
        Kpi(_("Lignes à changer"), number(len(found.changed))),
        Kpi(_("Déjà ainsi"), number(found.same)),
        Kpi(_("Lignes refusées"), number(refused)),
    ]
    return [
        card(
            [kpi_strip(kpis), _verdict(found, refused)],
            title=_("Ce que ferait « {name} »", name=name),
        ),
        *([problems_card(found.problems)] if found.problems else []),
    ]


def _verdict(found: SheetSorted[object], refused: int) -> Component:
    if not total_of(found):
        return alert(_("Rien à enregistrer"), _("Aucune ligne bonne ne change rien."), "info")
    if not refused:
        return alert(_("Tout est bon"), _("Confirmez pour enregistrer ces lignes."), "ok")
    return alert(
        _("Les lignes bonnes peuvent être enregistrées"),
        _("Les autres restent à corriger : prenez-les en fichier, puis redéposez ce fichier."),
        "warn",
    )


def total_of(found: SheetSorted[object]) -> int:
    return len(found.new) + len(found.changed)


def confirm_text(found: SheetSorted[object]) -> str:
    return plural("Enregistrer {count} ligne", "Enregistrer {count} lignes", total_of(found))


def done(found: SheetSorted[object], name: str, back: str) -> list[Component]:
    added = plural("{count} ligne ajoutée", "{count} lignes ajoutées", len(found.new))
    changed = plural("{count} changée", "{count} changées", len(found.changed))
    return [
        alert(
            _("« {name} » est enregistré", name=name),
            [f"{added}, {changed}. ", link(_("Voir le résultat"), back)],
            "ok",
        )
    ]


def file_name(answer: Mapping[str, object] | None) -> str:
    return str((answer or {}).get("name") or "")[:200]
