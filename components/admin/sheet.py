"""People invited from a sheet: the file, what it would send, then the confirmation."""

import re
from collections.abc import Mapping, Sequence

from dash import dcc
from dash.development.base_component import Component

from components.admin.ids import Ids
from components.admin.words import language_word, role_word
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
from data.people.types import Line, Place, Problem, Sheet
from i18n import _, number, plural

ACCEPTED = ".xlsx,.csv,text/csv"
FEW = 20  # lines shown of each
_PLACE = re.compile(r"^\w+ \d+, [^:]*?\s*:\s*")  # `Ligne 7, colonne « Nom » : `


def sheet_page(place: Place) -> Component:
    model = f"/admin/modele?organisation={place.id}&format="
    return page(
        _("Inviter depuis un fichier"),
        _("Ouvrir des dizaines d’accès à {organisation} d’un coup.", organisation=place.name),
        crumbs=((_("Administration"), "/admin"), (_("Importer"), None)),
        actions=(
            button(_("Modèle CSV"), href=f"{model}csv", icon="download", download=True),
            button(
                _("Modèle Excel"),
                href=f"{model}xlsx",
                icon="file-earmark-spreadsheet",
                download=True,
            ),
        ),
        children=[
            deposit(place),
            html.Div(id=Ids.PREVIEW, className="stack"),
            dcc.Store(id=Ids.PREVIEWED),
            dcc.Store(id=Ids.PLACE, data=place.id),
            html.Div(
                button(_("Confirmer"), id=Ids.CONFIRM, icon="send", kind="primary"),
                id=Ids.SHEET_ACTIONS,
                className="form-actions",
                hidden=True,
            ),
        ],
    )


def deposit(place: Place) -> Component:
    field = file_field(
        Ids.FILE,
        _("Feuille de personnes"),
        ACCEPTED,
        action=f"/admin/feuille/{place.id}",
        send=_("Contrôler"),
        answer=Ids.SENT,
        multiple=False,
        hint=_(
            "XLSX ou CSV, une ligne par personne : nom, adresse électronique, rôle, langue, et les"
            " étiquettes des PCE auxquels la limiter, séparées par des virgules."
        ),
    )
    return card(field, title=_("La feuille"), hint=_("rien ne part avant votre confirmation"))


def preview(name: str, found: Sheet) -> list[Component]:
    kpis = [
        Kpi(_("Invitations à envoyer"), number(len(found.lines))),
        Kpi(_("Lignes refusées"), number(found.refused)),
    ]
    return [
        card(
            [kpi_strip(kpis), verdict(found)],
            title=_("Ce que ferait « {name} »", name=name),
        ),
        *([lines_card(found.lines)] if found.lines else []),
        *([problems_card(found.problems)] if found.problems else []),
    ]


def verdict(found: Sheet) -> Component:
    if not found.lines:
        return alert(_("Rien à envoyer"), _("Corrigez la feuille, puis redéposez-la."), "info")
    if not found.problems:
        return alert(_("Tout est bon"), _("Confirmez pour envoyer ces invitations."), "ok")
    return alert(
        _("Les lignes bonnes peuvent partir"),
        _(
            "Corrigez les autres, puis redéposez la feuille : celles qui sont parties sont"
            " reconnues."
        ),
        "warn",
    )


def lines_card(lines: Sequence[Line]) -> Component:
    rows = [
        [
            number(one.line),
            one.invitation.name,
            one.invitation.email,
            role_word(one.invitation.role),
            language_word(one.invitation.language),
            ", ".join(one.invitation.tags) or _("tous"),
        ]
        for one in lines[:FEW]
    ]
    head = [
        _("Ligne"),
        _("Nom"),
        _("Adresse électronique"),
        _("Rôle"),
        _("Langue"),
        _("PCE visibles"),
    ]
    return card(
        table(head, rows, caption=_("Invitations à envoyer"), numbers=[0]),
        title=_("Invitations à envoyer"),
        hint=_more(len(lines)),
        flush=True,
    )


def problems_card(problems: Sequence[Problem]) -> Component:
    rows = [[number(one.line), one.column, repair(one)] for one in problems[:FEW]]
    return card(
        table(
            [_("Ligne"), _("Colonne"), _("Que corriger")],
            rows,
            caption=_("Problèmes de la feuille"),
            numbers=[0],
        ),
        title=_("À corriger dans la feuille"),
        hint=_more(len(problems)),
        flush=True,
    )


def repair(problem: Problem) -> str:
    """Its sentence without the line and the column that begin it: they stand apart."""
    bare = _PLACE.sub("", _(problem.message, **problem.params))
    typed = str(problem.params.get("email", ""))  # an address stays as it is written
    return bare if typed and bare.startswith(typed) else bare[:1].upper() + bare[1:]


def _more(count: int) -> str:
    """How many lines there are, where not all of them are shown."""
    if count <= FEW:
        return plural("{count} ligne", "{count} lignes", count)
    return _("les {few} premières sur {count}", few=FEW, count=number(count))


def done(count: int) -> list[Component]:
    said = plural("{count} invitation envoyée", "{count} invitations envoyées", count)
    return [alert(said, [link(_("Voir les invitations"), "/admin")], "ok")]


def confirm_text(found: Sheet) -> str:
    return plural("Envoyer {count} invitation", "Envoyer {count} invitations", len(found.lines))


def file_name(answer: Mapping[str, object]) -> str:
    return str(answer.get("name") or "")[:200]
