"""Render the upload of a sheet that fills a small table: preview and confirmation."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import Any

from dash import dcc
from dash.development.base_component import Component

from components.kit import Kpi, alert, button, card, file_field, html, kpi_strip, link, table
from core.i18n import _, number, plural
from data.runs.types import SheetProblem, SheetSorted

ACCEPTED = ".xlsx,.csv,text/csv"
FEW_LINES = 8
FEW_OTHERS = 5
MOST_GROUPS = 40
_LINE = re.compile(r"^\w+ [\d\s]+(, [^:]*?)?\s*:\s*")  # the prefix `Ligne 7, colonne « PCE » : `
Found = SheetSorted[Any]


class Ids(StrEnum):
    FILE = "sheets-file"
    SENT = "sheets-sent"
    KIND = "sheets-kind"  # the table that it fills
    PLACE = "sheets-place"  # the organisation; None for the viewer's own
    PREVIEW = "sheets-preview"
    PREVIEWED = "sheets-previewed"  # the file, and its counts of additions and changes
    ACTIONS = "sheets-actions"
    CONFIRM = "sheets-confirm"
    REJECTS = "sheets-rejects"


@dataclass(frozen=True, slots=True)
class SheetTexts:
    """Texts about a sheet of one kind, in its preview and after its confirmation."""

    counts: Callable[[Found], list[Kpi]]
    idle: Callable[[], Component]
    good: Callable[[], Component]
    partly: Callable[[], Component]
    confirm: Callable[[Found], str]
    done: Callable[[Found, str], list[Component]]
    lines: Callable[[Found], list[Component]] = lambda _found: []


def deposit(
    kind: str, label: str, hint: str, *, promise: str = "", place: int | None = None
) -> list[Component]:
    """Return the upload of a sheet of type `kind`; nothing is stored before confirmation."""
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
    promise = promise or _("rien ne change avant votre confirmation")
    return [
        card(field, title=_("La feuille"), hint=promise),
        html.Div(id=Ids.PREVIEW, className="stack"),
        dcc.Store(id=Ids.KIND, data=kind),
        dcc.Store(id=Ids.PLACE, data=place),
        dcc.Store(id=Ids.PREVIEWED),
        html.Div(
            [
                button(_("Lignes refusées, en fichier"), id=Ids.REJECTS, icon="file-earmark-x"),
                button(_("Confirmer"), id=Ids.CONFIRM, icon="check-lg", kind="primary"),
            ],
            id=Ids.ACTIONS,
            className="form-actions sheets-line",
            hidden=True,
        ),
    ]


def template_of(kind: str, *, place: int | None = None) -> Component:
    where = "" if place is None else f"&organisation={place}"
    return button(
        _("Modèle vide"),
        href=f"/export/feuilles/{kind}?format=xlsx&template=1{where}",
        icon="file-earmark-spreadsheet",
        download=True,
    )


def files_of(kind: str, mine: str) -> tuple[Component, ...]:
    """Return the links to the template and to the current rows, labelled `mine`."""
    address = f"/export/feuilles/{kind}?format=xlsx"
    return template_of(kind), button(mine, href=address, icon="download", download=True)


def preview(name: str, found: Found, words: SheetTexts) -> list[Component]:
    """Return the counts, then the problems grouped by how to fix them."""
    refused = len({problem.line for problem in found.problems})
    kpis = [*words.counts(found), Kpi(_("Lignes refusées"), number(refused))]
    build_verdict = words.partly if refused else words.good
    verdict = (build_verdict if found.new or found.changed else words.idle)()
    return [
        card([kpi_strip(kpis), verdict], title=_("Ce que ferait « {name} »", name=name)),
        *words.lines(found),
        *([problems_card(found.problems)] if found.problems else []),
    ]


def problems_card(problems: Sequence[SheetProblem]) -> Component:
    """Return a row per kind of problem: count, column, remedy and rows of the file."""
    key = _kind_of
    groups = [list(group) for _k, group in groupby(sorted(problems, key=key), key=key)]
    groups.sort(key=len, reverse=True)
    rows = [
        [
            number(len(group)),
            group[0].column or "–",
            repairs(group),
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
    """Return the message of a problem without its row prefix: rows are in their own column."""
    bare = _LINE.sub("", _(problem.message, **problem.params))
    typed = str(problem.params.get("email") or "")  # an address keeps its case
    return bare if typed and bare.startswith(typed) else bare[:1].upper() + bare[1:]


def repairs(group: Sequence[SheetProblem]) -> str:
    """Return how to fix a group of problems, with a few other wrong values of the column."""
    repair_label = repair(group[0])
    every = dict.fromkeys(str(problem_value.params.get("found") or "") for problem_value in group)
    others = [
        f"«\u00a0{problem_value}\u00a0»"
        for problem_value in list(every)[1 : 1 + FEW_OTHERS]
        if problem_value
    ]
    return (
        _("{said} Aussi : {others}.", said=repair_label, others=", ".join(others))
        if others
        else repair_label
    )


def _kind_of(problem: SheetProblem) -> tuple[str, str, str]:
    return problem.column, problem.message, str(problem.params.get("email") or "")


def lines_text(lines: Sequence[int]) -> str:
    """Return row numbers such as `3, 8, 12 et 40 autres`."""
    lines_label = ", ".join(number(line) for line in sorted(lines)[:FEW_LINES])
    more = len(lines) - FEW_LINES
    if more <= 0:
        return lines_label
    others = plural("{count} autre", "{count} autres", more)
    return _("{lines} et {others}", lines=lines_label, others=others)


def saved_lines_text(back: str) -> SheetTexts:
    """Return the texts for stored rows; `back` is the page that shows them."""
    return SheetTexts(
        counts=lambda found: [
            Kpi(_("Lignes à ajouter"), number(len(found.new))),
            Kpi(_("Lignes à changer"), number(len(found.changed))),
            Kpi(_("Déjà ainsi"), number(found.same)),
        ],
        idle=lambda: alert(
            _("Rien à enregistrer"), _("Aucune ligne ne change quoi que ce soit."), "info"
        ),
        good=lambda: alert(
            _("Tout est correct"), _("Confirmez pour enregistrer ces lignes."), "ok"
        ),
        partly=lambda: alert(
            _("Les lignes valides peuvent être enregistrées"),
            _(
                "Les autres restent à corriger : téléchargez-les, corrigez le fichier, puis"
                " redéposez-le."
            ),
            "warn",
        ),
        confirm=lambda found: plural(
            "Enregistrer {count} ligne",
            "Enregistrer {count} lignes",
            len(found.new) + len(found.changed),
        ),
        done=lambda found, name: _done(found, name, back),
        lines=_remarks,
    )


def _remarks(sheet_diff: Found) -> list[Component]:
    """Return the remarks to read before confirming."""
    return [
        alert(_("À vérifier"), _(remark, **params), "warn") for remark, params in sheet_diff.remarks
    ]


def _done(sheet_diff: Found, name: str, back: str) -> list[Component]:
    """Return the result: the rows stored, and the refused ones with their problems."""
    added = plural("{count} ligne ajoutée", "{count} lignes ajoutées", len(sheet_diff.new))
    changed = plural("{count} changée", "{count} changées", len(sheet_diff.changed))
    refused = len({problem.line for problem in sheet_diff.problems})
    refused_label = plural("{count} refusée", "{count} refusées", refused)
    summary = f"{added}, {changed}, {refused_label}. " if refused else f"{added}, {changed}. "
    return [
        alert(
            _("« {name} » est enregistré", name=name),
            [summary, link(_("Voir le résultat"), back)],
            "ok",
        ),
        *([problems_card(sheet_diff.problems)] if refused else []),
    ]


def file_name(answer: Mapping[str, object] | None) -> str:
    return str((answer or {}).get("name") or "")[:200]
