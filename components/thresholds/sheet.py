"""Thresholds from a sheet: the file, what it would do, then the confirmation."""

import re
from collections.abc import Mapping, Sequence
from itertools import groupby

from dash import dcc
from dash.development.base_component import Component

from components.kit import (
    Kpi,
    alert,
    button,
    card,
    file_field,
    html,
    kpi_strip,
    link,
    page,
    table,
)
from components.thresholds.ids import Ids
from data.thresholds.types import Imported, SheetProblem
from i18n import _, number, plural

ACCEPTED = ".xlsx,.csv,text/csv"
FEW_LINES = 8
MOST_GROUPS = 40
_LINE = re.compile(r"^\w+ [\d\s]+(, [^:]*)?\s*:\s*")  # `Ligne 7, colonne « PCE » : `


def sheet_page() -> Component:
    return page(
        _("Importer des seuils"),
        _("Régler des centaines de PCE d’un coup, depuis un tableur."),
        crumbs=((_("Seuils"), "/seuils"), (_("Importer"), None)),
        actions=(
            button(
                _("Modèle vide"),
                href="/export/seuils?format=xlsx&template=1",
                icon="file-earmark-spreadsheet",
                download=True,
            ),
            button(
                _("Mes seuils"), href="/export/seuils?format=xlsx", icon="download", download=True
            ),
        ),
        children=[
            deposit(),
            html.Div(id=Ids.PREVIEW),
            dcc.Store(id=Ids.PREVIEWED),
            sheet_actions(),
        ],
    )


def deposit() -> Component:
    field = file_field(
        Ids.FILE,
        _("Feuille de seuils"),
        ACCEPTED,
        action="/seuils/feuille",
        send=_("Contrôler"),
        answer=Ids.SENT,
        multiple=False,
        hint=_("XLSX ou CSV, une ligne par PCE : exportez vos seuils, changez-les, redéposez-les."),
    )
    return card(field, title=_("La feuille"), hint=_("rien ne change avant votre confirmation"))


def sheet_actions() -> Component:
    """Shown once a file was read; the confirmation says how many lines it takes."""
    return html.Div(
        [
            button(_("Lignes refusées, en fichier"), id=Ids.REJECTS, icon="file-earmark-x"),
            button(_("Confirmer"), id=Ids.CONFIRM, icon="check-lg", kind="primary"),
        ],
        id=Ids.SHEET_ACTIONS,
        className="form-actions thresholds-sheet-line",
        hidden=True,
    )


def preview(name: str, found: Imported) -> list[Component]:
    """Counts, then the problems grouped by what repairs them."""
    refused = refused_lines(found.problems)
    kpis = [
        Kpi(_("Seuils à créer"), number(found.created)),
        Kpi(_("Seuils à changer"), number(found.changed)),
        Kpi(_("Déjà ainsi"), number(found.same)),
        Kpi(_("Lignes refusées"), number(refused)),
    ]
    return [
        card(
            [kpi_strip(kpis), *(verdict(found, refused))],
            title=_("Ce que ferait « {name} »", name=name),
        ),
        *([problems_card(found.problems)] if found.problems else []),
    ]


def refused_lines(problems: Sequence[SheetProblem]) -> int:
    return len({problem.line for problem in problems})


def verdict(found: Imported, refused: int) -> list[Component]:
    if not found.created and not found.changed:
        return [alert(_("Rien à enregistrer"), _("Aucune ligne bonne ne change un seuil."), "info")]
    if not refused:
        return [alert(_("Tout est bon"), _("Confirmez pour enregistrer ces seuils."), "ok")]
    return [
        alert(
            _("Les lignes bonnes peuvent être enregistrées"),
            _("Les autres restent à corriger : prenez-les en fichier, puis redéposez ce fichier."),
            "warn",
        )
    ]


def problems_card(problems: Sequence[SheetProblem]) -> Component:
    """One line a kind of problem: how many, in which column, on which lines of the file."""
    key = _kind_of
    groups = [list(group) for _k, group in groupby(sorted(problems, key=key), key=key)]
    groups.sort(key=len, reverse=True)
    rows = [
        [
            number(len(group)),
            group[0].column or "–",
            repair(group[0]),
            lines_text([problem.line for problem in group]),
        ]
        for group in groups[:MOST_GROUPS]
    ]
    head = [_("Nombre"), _("Colonne"), _("Que corriger"), _("Lignes")]
    return card(
        table(head, rows, caption=_("Problèmes de la feuille, par réparation"), numbers=[0]),
        title=_("À corriger dans la feuille"),
        hint=plural("{count} problème", "{count} problèmes", len(problems)),
        flush=True,
    )


def repair(problem: SheetProblem) -> str:
    """Its sentence without the line that begins it: the lines of a group stand apart."""
    said = _(problem.message, **problem.params)
    bare = _LINE.sub("", said)
    return bare[:1].upper() + bare[1:]


def _kind_of(problem: SheetProblem) -> tuple[str, str]:
    return problem.column, problem.message


def lines_text(lines: Sequence[int]) -> str:
    """`3, 8, 12 et 40 autres`."""
    shown = ", ".join(number(line) for line in sorted(lines)[:FEW_LINES])
    more = len(lines) - FEW_LINES
    if more <= 0:
        return shown
    others = plural("{count} autre", "{count} autres", more)
    return _("{lines} et {others}", lines=shown, others=others)


def done(found: Imported, name: str) -> list[Component]:
    created = plural("{count} seuil créé", "{count} seuils créés", found.created)
    changed = plural("{count} changé", "{count} changés", found.changed)
    return [
        alert(
            _("Seuils de « {name} » enregistrés", name=name),
            [f"{created}, {changed}. ", link(_("Voir les seuils"), "/seuils")],
            "ok",
        )
    ]


def confirm_text(found: Imported) -> str:
    total = found.created + found.changed
    return plural("Enregistrer {count} seuil", "Enregistrer {count} seuils", total)


def file_name(answer: Mapping[str, object]) -> str:
    return str(answer.get("name") or "")[:200]
