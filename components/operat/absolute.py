"""Render the gas of entities beside the absolute values of their category, and these values."""

from collections.abc import Sequence
from datetime import date

from dash.development.base_component import Component

from components import kit
from components.costs import OPERAT
from components.kit import html
from components.operat.long_list import long_list
from core.access import Permission, Viewer
from core.i18n import _, number, short_day
from data.money.operat.rules.absolute import TARGETS, WH, list_standings
from data.money.operat.types import INVENTED, AbsoluteStanding, OperatLine, StoredValue

VALUES = f"{OPERAT}?values=1"


def values_act(viewer: Viewer) -> list[Component]:
    """Return the way to the values, for the operator who enters them."""
    if not viewer.may(Permission.SETTINGS_WRITE):
        return []
    return [kit.button(_("Valeurs absolues"), href=VALUES, icon="list-columns")]


def absolute_card(
    lines: Sequence[OperatLine], values: Sequence[StoredValue], year: int
) -> Component:
    """Return the gas of each entity by m², beside the absolute value that it may meet instead.

    The furthest from its value comes first.
    """
    title = _("Valeur absolue {year}", year=TARGETS[0])
    acts = [kit.button(_("Valeurs absolues"), href=VALUES, small=True)] if values else []
    hint = _("un site respecte le décret par sa trajectoire ou par cette valeur")
    drafts = [stored.draft for stored in values]
    rows = list_standings(lines, drafts, date(year, 12, 31))
    if not values or not rows:
        text = html.P(_missing(values), className="card-text")
        return kit.card(text, title=title, hint=hint, actions=acts)
    head = [_("EFA"), _("Où elle en est"), _("Valeur absolue"), _("Gaz {year}", year=year)]
    caption = _("Valeur absolue, en kWh par m²")
    listed = long_list(head, [_row(row) for row in rows], caption, [2, 3])
    return kit.card(listed, title=title, hint=hint, actions=acts, flush=True)


def source_words(source: str) -> str:
    """Return the source of a value as typed; that of invented ones in the reader's language."""
    return _(INVENTED) if source == INVENTED else source


def _missing(values: Sequence[StoredValue]) -> str:
    if not values:
        return _(
            "Ce portail n’a encore aucune valeur absolue : son exploitant les reprend des arrêtés,"
            " qui les fixent par catégorie d’activité, en kWh par m² et par an."
        )
    return _("Ajoutez à chaque site sa catégorie d’activité et sa surface : sa valeur absolue"
             " s’affiche ici.")  # fmt: skip


def _row(row: AbsoluteStanding) -> list[kit.Children]:
    draft = row.entity.draft
    name = [
        html.Div(draft.name or draft.pce),
        html.Div(draft.category, className="muted small"),
    ]
    value: kit.Children = kit.NONE
    if row.value:
        value = [
            html.Div(_per_m2(row.value.wh_per_m2)),
            html.Div(source_words(row.value.source), className="muted small"),
        ]
    return [name, _standing(row), value, _per_m2(row.gas_wh_per_m2)]


def _standing(row: AbsoluteStanding) -> list[Component]:
    if row.value is None:
        return [kit.chip(_("catégorie sans valeur"), icon="question-circle")]
    if row.is_exceeded:
        note = _("le gaz seul la dépasse")
        mark = kit.chip(_("hors d’atteinte"), icon="x-circle", tone="bad")
    else:
        left_wh = row.value.wh_per_m2 - row.gas_wh_per_m2
        note = _("{energy} restent aux autres énergies", energy=_per_m2(left_wh))
        mark = kit.chip(_("possible"), icon="check-circle", tone="ok")
    return [mark, html.Div(note, className="muted small")]


def _per_m2(wh: int) -> str:
    return f"{number(wh / WH)}\u00a0kWh/m²"


def values_list(values: Sequence[StoredValue]) -> Component:
    """Return the absolute values of all categories, with the order that they come from."""
    title = _("Valeurs absolues")
    if not values:
        text = _("Aucune valeur absolue n’est encore saisie.")
        return kit.card(kit.empty("list-columns", title, text, []))
    head = [_("Catégorie d’activité"), _("Échéance"), _("Valeur absolue"), _("Depuis"),
            _("Source")]  # fmt: skip
    rows: list[list[kit.Children]] = [
        [
            stored.draft.category,
            str(stored.draft.target_year),
            _per_m2(stored.draft.wh_per_m2),
            short_day(stored.draft.first),
            source_words(stored.draft.source) or kit.NONE,
        ]
        for stored in values
    ]
    hint = _("toutes énergies ; pour une année, la dernière valeur publiée avant sa fin")
    listed = kit.table(head, rows, caption=title, numbers=[2], cards=True)
    return kit.card(listed, title=title, hint=hint, flush=True)


def values_page(
    viewer: Viewer, values: Sequence[StoredValue], deposit: Sequence[Component]
) -> Component:
    """Return the page of the values; `deposit` brings a sheet, for the operator alone."""
    title = _("Valeurs absolues")
    purpose = _("Les niveaux de consommation du décret, par catégorie d’activité.")
    edits = viewer.may(Permission.SETTINGS_WRITE)
    return kit.page(
        title,
        purpose,
        crumbs=((_("Préparation OPERAT"), OPERAT), (title, None)),
        children=[values_list(values), *(deposit if edits else [])],
        id="operat-values-page",
    )
