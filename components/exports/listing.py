"""Render the list of exports with progress and download links."""

from collections.abc import Sequence
from datetime import datetime

from dash import dcc
from dash.development.base_component import Component

from components import kit
from components.exports.form import schedule_form
from components.exports.ids import Ids, export_button, own_button, schedule_button
from components.exports.labels import (
    CLOSED,
    STATES,
    asked_words,
    export_outcome,
    file_words,
    pces_words,
    problem_text,
    progress_words,
    rows_words,
    schedule_words,
    selected_pces_text,
    title_of,
    which_words,
)
from components.kit import html
from core.i18n import N_, _, clock, long_day, number, short_day, size
from data.exports.types import ExportRow, ExportState, ScheduleRow

POLL_MS = 1000
MANY = 50


def is_busy(rows: Sequence[ExportRow]) -> bool:
    return any(row.busy for row in rows)


def poll(id_: Ids, *, active: bool) -> Component:
    return dcc.Interval(id=id_, interval=POLL_MS, disabled=not active)


def state_chip(row: ExportRow) -> Component:
    word, glyph, tone = CLOSED if row.closed else STATES[row.state]
    return kit.chip(_(word), icon=glyph, tone=tone)


def list_card(rows: Sequence[ExportRow], now: datetime) -> Component:
    return kit.card(
        html.Div(export_list(rows, now), id=Ids.LIST),
        title=_("Exports de votre organisation"),
        hint=_("les {count} plus récents", count=MANY),
        flush=True,
    )


def export_list(rows: Sequence[ExportRow], now: datetime) -> Component:
    if not rows:
        return kit.empty(
            "box-arrow-down",
            _("Aucun export pour l’instant"),
            _("Choisissez les données ci-dessus : le fichier se prépare, puis reste ici."),
        )
    return html.Ul([export_item(row, now) for row in rows], className="item-list")


def export_item(row: ExportRow, now: datetime) -> Component:
    """Return the line of an export: its content, progress, request and actions."""
    labels = (selected_pces_text(row), export_outcome(row), asked_words(row))
    notes: list[Component] = [html.Div(words) for words in labels]
    if row.closed:
        notes.append(html.Div(_(_WHY_CLOSED)))
    title = kit.link(title_of(row.spec), address(row))
    more = [working(row, now)] if row.state is ExportState.WORKING else []
    buttons = html.Div(acts(row), className="exports-acts")
    return kit.plain_item(title, [notes], [state_chip(row), buttons], more=more)


_WHY_CLOSED = N_(
    "Un droit a changé depuis : le fichier contient des données qui ne vous sont plus"
    " accessibles. Refait, il contiendra ce qui est lisible aujourd’hui."
)


def address(row: ExportRow) -> str:
    return f"/exports?export={row.id}"


def working(row: ExportRow, now: datetime) -> Component:
    label = _("Avancement : {what}", what=title_of(row.spec))
    return kit.progress(row.done, row.total, label, progress_words(row, now))


def acts(row: ExportRow, *, alone: bool = False) -> list[Component]:
    """Return the possible actions: download, repeat, cancel or delete."""
    buttons: list[Component] = []
    if row.state is ExportState.DONE and not row.closed:
        words = _("Télécharger · {size}", size=size(row.file_size))
        href = f"/exports/{row.id}/fichier"
        buttons.append(kit.button(words, href=href, download=True, icon="download", small=True))
    if row.closed or row.state in {ExportState.FAILED, ExportState.GONE}:
        buttons.append(_act("again", _("Refaire"), row, alone=alone))
    if row.state not in {ExportState.FAILED, ExportState.GONE}:
        words = _("Annuler") if row.busy else _("Supprimer")
        buttons.append(_act("remove", words, row, alone=alone))
    return buttons


def _act(verb: str, words: str, row: ExportRow, *, alone: bool) -> Component:
    name = f"{title_of(row.spec)}, {clock(row.created_at)}"
    return kit.button(
        words,
        id=own_button(verb, row.id) if alone else export_button(verb, row.id),
        small=True,
        kind="danger" if verb == "remove" else "secondary",
        **kit.aria(label=f"{words}, {name}"),
    )


def schedules_card(rows: Sequence[ScheduleRow]) -> Component:
    return kit.card(
        [
            html.P(
                _(
                    "Les données et les PCE choisis plus haut, exportés de nouveau chaque mois"
                    " avec les droits en vigueur ce jour-là ; le lien est envoyé par courriel."
                ),
                className="exports-note",
            ),
            schedule_form(),
            html.Div(schedule_list(rows), id=Ids.SCHEDULES),
        ],
        title=_("Chaque mois"),
    )


def schedule_list(rows: Sequence[ScheduleRow]) -> Component:
    if not rows:
        return html.P(_("Aucun export programmé."), className="exports-none")
    return html.Ul([schedule_item(row) for row in rows], className="item-list")


def schedule_item(row: ScheduleRow) -> Component:
    words = _("Arrêter")
    name = f"{title_of(row.spec)}, {schedule_words(row)}"
    next_label = _("Prochain : {day} · pour {who}", day=long_day(row.next_on), who=row.who)
    label = kit.aria(label=f"{words}, {name}")
    act = kit.button(words, id=schedule_button(row.id), small=True, kind="danger", **label)
    return kit.plain_item(title_of(row.spec), [[schedule_words(row), html.Br(), next_label]], [act])


def export_page(row: ExportRow, now: datetime) -> Component:
    """Return the page of one export, at its permanent address."""
    return kit.page(
        title_of(row.spec),
        _("Un export : où il en est, ce qu’il contient, comment vérifier le fichier."),
        crumbs=((_("Exports"), "/exports"), (_("Export n° {id}", id=row.id), None)),
        actions=(kit.button(_("Nouvel export"), href="/exports", icon="plus-lg"),),
        children=[
            html.Div(detail(row, now), id=Ids.DETAIL),
            poll(Ids.WATCH, active=row.busy),
            dcc.Store(id=Ids.SHOWN, data=row.id),
        ],
    )


def detail(row: ExportRow, now: datetime) -> Component:
    blocks: list[Component] = [html.Div(state_chip(row), className="receipt-state")]
    if row.problem is not None:
        blocks.append(kit.alert(_("Le fichier n’a pas été créé"), problem_text(row), "bad"))
    if row.closed:
        blocks.append(
            kit.alert(_("Ce fichier ne peut plus être téléchargé"), _(_WHY_CLOSED), "warn")
        )
    if row.busy:
        blocks.append(working(row, now))
    blocks.append(kit.definition_list(facts(row)))
    if row.state is ExportState.DONE:
        blocks.append(_digest(row))
    return kit.card(
        [*blocks, html.Div(acts(row, alone=True), className="exports-acts exports-acts-below")]
    )


def facts(row: ExportRow) -> list[tuple[str, str]]:
    export_request = row.spec
    fact_rows = [(_("PCE"), which_words(export_request)), (_("Format"), file_words(export_request))]
    if export_request.first and export_request.last:
        first, last = short_day(export_request.first), short_day(export_request.last)
        fact_rows.insert(1, (_("Période"), _("du {first} au {last}", first=first, last=last)))
    fact_rows.append((_("Demande"), asked_words(row)))
    if row.state is ExportState.DONE and row.kept_until:
        without = row.total - row.pces
        pces_label = pces_words(row.pces)
        if without > 0:
            pces_label = _(
                "{with_data}, et {without} sans donnée",
                with_data=pces_label,
                without=number(without),
            )
        fact_rows += [
            (_("Contenu"), f"{pces_label} · {rows_words(row.rows)}"),
            (_("Fichier"), row.file_name),
            (_("Taille"), size(row.file_size)),
            (_("Gardé jusqu’au"), clock(row.kept_until)),
        ]
    return fact_rows


def _digest(row: ExportRow) -> Component:
    """Return the SHA-256 of the file, to check a download with `sha256sum`."""
    digest_part = kit.copyable_text(row.sha256, what=_("l’empreinte SHA-256"))
    return html.Div(
        [html.Span("SHA-256", className="field-label"), digest_part], className="exports-sha"
    )
