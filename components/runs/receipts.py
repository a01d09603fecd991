"""Render the receipt of a file: contents, changes and ignored lines."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from dash import dcc
from dash.development.base_component import Component

from components.kit import (
    StepItem,
    alert,
    button,
    card,
    columns,
    definition_list,
    html,
    link,
    page,
    steps,
)
from components.runs.columns import changed_columns_text
from components.runs.curve import curve_card
from components.runs.ids import Ids
from components.runs.labels import (
    WHY_IGNORED,
    columns_question,
    is_busy,
    period_text,
    poll,
    problem_text,
    problems_of,
    run_progress,
    state_chip,
    undo_ways,
)
from components.signatures.labels import PATH as SIGNATURE
from core.i18n import _, clock, number, plural, size
from data.metering.consumption.types import DepositReceipt
from data.runs.types import STORED, RunRow, RunState


def run_page(deposit_receipt: DepositReceipt, now: datetime, theme: str) -> Component:
    """Return the receipt of a run, at its permanent address."""
    row = deposit_receipt.run
    return page(
        _("Déposer des relevés"),
        row.file_name,
        crumbs=((_("Relevés"), "/operations"), (_("Reçu n° {id}", id=row.id), None)),
        actions=(button(_("Déposer un autre fichier"), href="/operations", icon="upload"),),
        children=[
            html.Div(receipt(deposit_receipt, now, theme), id=Ids.RECEIPT, className="stack"),
            poll(Ids.WATCH, active=is_busy([row])),
            dcc.Store(id=Ids.SHOWN, data=row.id),
        ],
    )


def receipt(deposit_receipt: DepositReceipt, now: datetime, theme: str) -> list[Component]:
    """Return the outcome of a file: changes, link to the curve and undo period."""
    row = deposit_receipt.run
    facts = definition_list(receipt_facts(row, deposit_receipt.name))
    blocks: list[Component] = [html.Div(state_chip(row), className="receipt-state"), facts]
    if is_busy([row]):
        blocks.insert(1, run_progress(row))
    if row.state is RunState.DONE and row.counts.get("temperatures"):
        blocks.append(temperature_note(row))
    alerts = _verdict(row, now)
    if row.problem is not None and row.state is RunState.REFUSED:
        alerts.append(refusal_alert(row))
    elif row.problem is not None and row.state is RunState.DONE:
        alerts.append(left_out_alert(row))
    receipt_card = card(blocks, title=_("Reçu n° {id}", id=row.id))
    drawn = (
        curve_card(deposit_receipt.part.checked, theme, done=True) if deposit_receipt.part else None
    )
    body = receipt_card if drawn is None else columns([drawn], [receipt_card], kind="2-1")
    return [_receipt_steps(row), *alerts, body]


def _receipt_steps(row: RunRow) -> Component:
    stored = row.state in STORED
    added = row.counts.get("new", 0) + row.counts.get("changed", 0)
    note = {
        RunState.DONE: plural("{count} valeur changée", "{count} valeurs changées", added),
        RunState.UNDONE: _("annulé"),
        RunState.DROPPED: _("abandonné"),
        RunState.REFUSED: _("refusé"),
    }.get(row.state, _("traitement en cours"))
    return steps(
        _("Étapes du dépôt"),
        [
            StepItem(_("Fichier"), f"{row.file_name}, {size(row.file_size)}", "done"),
            StepItem(_("Vérification"), period_text(row.days), "done"),
            StepItem(_("Confirmation"), note, "done" if stored else "here"),
        ],
    )


def _verdict(row: RunRow, now: datetime) -> list[Component]:
    """Return what the deposit changed, with links."""
    if row.state not in STORED:
        return []
    ways = [*_curve_way(row), *undo_ways(row, now)]
    if row.state is RunState.UNDONE:
        text = _("Les valeurs d’avant sont de nouveau affichées. Le fichier reste ici 30 jours.")
        if not row.has_file:
            text = _("Les valeurs d’avant sont de nouveau affichées.")
        return [alert(_("Dépôt annulé"), text, "info", actions=ways)]
    return [_changes(row, ways), *_moved(row)]


def _moved(row: RunRow) -> list[Component]:
    """Return a notice if the counts changed between check and storage."""
    moved = row.counts.get("moved", 0)
    if not moved:
        return []
    title = plural(
        "D’autres données sont arrivées entre la vérification et l’enregistrement de {count} PCE",
        "D’autres données sont arrivées entre la vérification et l’enregistrement de {count} PCE",
        moved,
    )
    return [alert(title, _("Les nombres de ce reçu ont été comptés à l’enregistrement."), "info")]


def _changes(row: RunRow, ways: Sequence[Component]) -> Component:
    counts = row.counts
    new, changed = counts.get("new", 0), counts.get("changed", 0)
    title = _changed_text(new, changed)
    same, ignored = counts.get("same", 0), counts.get("ignored", 0)
    known_words = plural(
        "{count} était déjà connue, à l’identique.",
        "{count} étaient déjà connues, à l’identique.",
        same,
    )
    ignored_words = plural("{count} est ignorée.", "{count} sont ignorées.", ignored)
    text = [
        *(
            [_("Période du fichier : {period}.", period=period_text(row.days))]
            if row.days[0]
            else []
        ),
        *([known_words] if same else []),
        *([ignored_words] if ignored else []),
        *_contested_text(counts),
    ]
    return alert(title, " ".join(text), "ok" if new + changed else "info", actions=ways)


def _contested_text(counts: Mapping[str, int]) -> list[str]:
    """Say where a value that the distributor's overrides can still be seen; only days show one."""
    contested = counts.get("contested", 0)
    if not contested or not counts.get("days"):
        return []
    sentence = plural(
        "La valeur du distributeur reste en vigueur pour {count} jour : la vôtre est à côté, dans"
        " le détail du jour.",
        "La valeur du distributeur reste en vigueur pour {count} jours : la vôtre est à côté, dans"
        " le détail de chaque jour.",
        contested,
    )
    return [sentence]


def _changed_text(new: int, changed: int) -> str:
    added = plural("{count} valeur ajoutée", "{count} valeurs ajoutées", new)
    corrected = plural("{count} corrigée", "{count} corrigées", changed)
    if not new and not changed:
        return _("Rien n’a changé : tout était déjà connu, ou une autre valeur est gardée")
    return ", ".join([*([added] if new else []), *([corrected] if changed else [])])


def _curve_way(row: RunRow) -> list[Component]:
    """Return the link to the days of the file, on the chart of its PCE."""
    address = curve_address(row)
    if address is None:
        return []
    return [button(_("Voir la courbe"), href=address, kind="primary", icon="bar-chart")]


def curve_address(row: RunRow) -> str | None:
    """Return the address of the chart; None unless the file has exactly one PCE."""
    first, last = row.days
    if row.point is None or first is None or last is None:
        return None
    return f"/consommations?pce={row.point}&from={first.isoformat()}&to={last.isoformat()}"


def refusal_alert(row: RunRow) -> Component:
    """Return why a file was not stored; one that lacks its PCE or columns is only pending."""
    if row.asks_pce:
        return alert(_("Le fichier attend son PCE"), problem_text(row), "warn")
    if row.takes_columns:
        return alert(*columns_question(row))
    problem_sentences, other = problems_of(row), link(_("Choisir un autre fichier"), "/operations")
    title = _("Le fichier n’a pas été enregistré, rien n’a changé")
    if len(problem_sentences) == 1:
        return alert(title, [*problem_sentences[0], " ", other], "bad")
    text: list[str | Component] = [
        _("Corrigez ces lignes, puis déposez à nouveau le fichier."),
        " ",
        other,
    ]
    lines = html.Ul([html.Li(line) for line in problem_sentences], className="receipt-lines")
    return alert(title, text, "bad", actions=lines)


def left_out_alert(row: RunRow) -> Component:
    """Return the lines that were not stored, although the others were."""
    rejected_count = row.counts.get("left", 0)
    lines = html.Ul([html.Li(line) for line in problems_of(row)], className="receipt-lines")
    return alert(
        plural(
            "{count} ligne n’a pas été gardée",
            "{count} lignes n’ont pas été gardées",
            rejected_count,
        ),
        _("Le reste du fichier est gardé. Déposez à nouveau ces lignes une fois corrigées."),
        "warn",
        actions=lines,
    )


def temperature_note(row: RunRow) -> Component:
    """Return which temperature is used if several are known, and links to see it."""
    hidden = row.counts.get("hidden", 0)
    sentences = [
        plural(
            "{count} jour garde la température de son relevé : celle du fichier n’est pas"
            " utilisée.",
            "{count} jours gardent la température de leur relevé : celle du fichier n’est pas"
            " utilisée.",
            hidden,
        )
    ]
    order = _(
        "La température d’un jour vient de son relevé, sinon du fichier déposé pour son PCE,"
        " sinon de sa station."
    )
    ways: list[str | Component] = []
    if row.pce:
        ways = [
            link(_("Voir ses consommations"), f"/consommations?pce={row.pce}"),
            " · ",
            link(_("Voir sa signature"), f"{SIGNATURE}?pce={row.pce}"),
        ]
    text = " ".join([*(sentences if hidden else []), order])
    return alert(_("Quelle température compte"), text, "info", actions=html.P(ways) if ways else ())


def receipt_facts(row: RunRow, name: str = "") -> list[tuple[str, str]]:
    """Return the facts of a receipt; `name` is that of its only PCE."""
    facts = [
        (_("Déposé"), _("le {when} par {who}", when=clock(row.created_at), who=row.who)),
        (_("Taille"), size(row.file_size)),
    ]
    if name:
        facts.append((_("Point de livraison"), name))
    if row.pce:
        facts.append((_("PCE indiqué"), row.pce))
    if row.column_uses:
        facts.append((_("Colonnes indiquées"), changed_columns_text(row)))
    if row.finished_at is not None:
        facts.append((_("Terminé"), clock(row.finished_at)))
    if row.undone_at is not None:
        facts.append((_("Annulé"), clock(row.undone_at)))
    elif row.undoable_until is not None:
        facts.append((_("Annulable"), _("jusqu’au {when}", when=clock(row.undoable_until))))
    if row.days != (None, None):
        facts.append((_("Période"), period_text(row.days)))
    return facts + counted_facts(row.counts, row.point)


def counted_facts(counts: Mapping[str, int], point: str | None = None) -> list[tuple[str, str]]:
    """Return the contents and changes of a file; empty before anything is stored.

    `point` is the number of its only PCE.
    """
    if not counts:
        return []
    change_rows = [
        (_("Nouveaux"), number(counts.get("new", 0))),
        (_("Corrigés"), number(counts.get("changed", 0))),
        (_("Déjà connus"), number(counts.get("same", 0))),
        (_("Ignorés"), number(counts.get("ignored", 0))),
        *((_(why), number(counts[name])) for name, why in WHY_IGNORED.items() if counts.get(name)),
    ]
    pces = (_("PCE"), point or number(counts.get("pces", 0)))
    degrees = counts.get("temperatures", 0)
    warm = [(_("Températures"), number(degrees))] if degrees else []
    if counts.get("hidden"):
        warm.append((_("dont cachées par leur relevé"), number(counts["hidden"])))
    fed = counts.get("injections", 0)
    if fed:
        warm.append((_("Périodes de gaz injecté"), number(fed)))
    if warm and not counts.get("days") and not counts.get("periods"):
        return [pces, *warm, *change_rows]  # no consumption in it
    contents = [
        (_("Jours"), counts.get("days", 0)),
        (_("dont absents"), counts.get("absent", 0)),
        (_("Périodes"), counts.get("periods", 0)),
    ]
    return [
        pces,
        *((name, number(count)) for name, count in contents if count),
        (_("Volume"), f"{number(counts.get('m3', 0))}\u00a0m³"),
        (_("Énergie"), f"{number(counts.get('kwh', 0))}\u00a0kWh"),
        *warm,
        *change_rows,
    ]
