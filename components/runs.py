"""Files on their way in: the deposit, what each run is doing, and its receipt."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Literal

from dash import dcc
from dash.development.base_component import Component

from components.kit import (
    alert,
    button,
    card,
    chip,
    definition_list,
    empty,
    file_field,
    html,
    link,
    page,
    progress,
    text_field,
)
from data.runs.rules import sentences_of
from data.runs.types import MOST_SHOWN, RunRow, RunState
from i18n import N_, _, clock, number, plural, size

ACCEPTED = ".xlsx,.csv,.json,.ndjson,.txt,text/csv,text/plain,application/json"
POLL_MS = 1000


class Ids(StrEnum):
    FILES = "runs-files"
    DEPOSITED = "runs-deposited"  # what the server answered to the last deposit
    PCE = "runs-pce"
    LIST = "runs-list"
    RECEIPT = "runs-receipt"
    POLL = "runs-poll"  # of the list
    WATCH = "runs-watch"  # of one receipt
    SHOWN = "runs-shown"
    MISSING_PCE = "runs-missing-pce"
    MISSING_PCE_ERROR = "runs-missing-pce-error"
    RESUME = "runs-resume"
    ASK = "runs-ask"


Tone = Literal["info", "ok", "warn", "bad"]
STATES: Mapping[RunState, tuple[str, str, Tone]] = {
    RunState.DRAFT: (N_("À confirmer"), "pencil", "warn"),
    RunState.DROPPED: (N_("Abandonné"), "slash-circle", "warn"),
    RunState.RECEIVED: (N_("En attente"), "hourglass-split", "info"),
    RunState.WORKING: (N_("En cours"), "arrow-repeat", "info"),
    RunState.DONE: (N_("Terminé"), "check-circle-fill", "ok"),
    RunState.REFUSED: (N_("Refusé"), "x-circle-fill", "bad"),
}
ASKS: tuple[str, str, Tone] = (N_("PCE à indiquer"), "question-circle", "warn")


def state_chip(row: RunRow) -> Component:
    """What has become of a file: one that only waits for its PCE is not refused."""
    word, icon, tone = ASKS if row.asks_pce else STATES[row.state]
    return chip(_(word), icon=icon, tone=tone)


def run_button(row: RunRow) -> Component:
    label = _("Indiquer le PCE") if row.asks_pce else _("Voir le reçu")
    return button(label, href=f"/operations?run={row.id}", small=True)


def runs_page(rows: Sequence[RunRow], *, may_import: bool) -> Component:
    """The deposit above, the last runs below, refreshed while one is at work."""
    children: list[Component] = []
    if may_import:
        children.append(deposit())
    latest = _("les {count} plus récents", count=MOST_SHOWN)
    children.append(
        card(
            html.Div(run_list(rows), id=Ids.LIST),
            title=_("Derniers fichiers"),
            hint=latest,
            flush=True,
        )
    )
    return page(
        _("Opérations"),
        _("Déposer des relevés, suivre chaque fichier, retrouver son reçu."),
        children=[*children, poll(Ids.POLL, active=is_busy(rows))],
    )


def is_busy(rows: Sequence[RunRow]) -> bool:
    return any(row.state in {RunState.RECEIVED, RunState.WORKING} for row in rows)


def poll(id_: Ids, *, active: bool) -> Component:
    return dcc.Interval(id=id_, interval=POLL_MS, disabled=not active)


def deposit() -> Component:
    pce = text_field(
        Ids.PCE,
        _("PCE, si le fichier ne le dit pas"),
        hint=_("14 chiffres, ou GI et 6 chiffres. Laissez vide si la cellule est remplie."),
        placeholder="09999999910001",
    )
    field = file_field(
        Ids.FILES,
        _("Fichiers de relevés"),
        ACCEPTED,
        action="/operations/depot",
        send=_("Déposer"),
        answer=Ids.DEPOSITED,
        fields={"pce": Ids.PCE},
        beside=pce,
        hint=_(
            "Feuilles XLSX (jour, semaine, mois) ou JSON de l’Espace Client, "
            "lignes ADICT ou notre CSV ; plusieurs à la fois."
        ),
    )
    return card(field, title=_("Déposer des relevés"), hint=_("un fichier refusé ne change rien"))


def run_list(rows: Sequence[RunRow]) -> Component:
    if not rows:
        return empty(
            "inbox",
            _("Aucun fichier pour l’instant"),
            _("Un fichier déposé apparaît ici avec son état, puis son reçu."),
        )
    return html.Ul([run_item(row) for row in rows], className="item-list")


def run_item(row: RunRow) -> Component:
    """One line: name, what came of it and when, state, and the way to its receipt."""
    busy = " item-busy" if is_busy([row]) else ""
    return html.Li(
        [
            html.Div(
                [
                    html.Div(row.file_name, className="item-title"),
                    html.Div([summary(row), html.Br(), deposited(row)], className="item-note"),
                    *([run_progress(row)] if row.state is RunState.WORKING else []),
                ],
                className="item-main",
            ),
            state_chip(row),
            run_button(row),
        ],
        className=f"item{busy}",
    )


def run_progress(row: RunRow) -> Component:
    return progress(
        row.done,
        row.total,
        _("Avancement de {file}", file=row.file_name),
        plural("{count} PCE enregistré", "{count} PCE enregistrés", row.done),
    )


def summary(row: RunRow) -> str:
    """What came of the file, in one sentence."""
    if row.problem is not None:
        return problem_text(row)
    if row.state is RunState.RECEIVED:
        return _("La lecture va commencer.")
    counts = row.counts
    days, periods = counts.get("days", 0), counts.get("periods", 0)
    held = plural("{count} jour", "{count} jours", days)
    if periods:  # a weekly or a monthly sheet holds no day at all
        more = plural("{count} période", "{count} périodes", periods)
        held = f"{held} · {more}" if days else more
    news = plural("{count} nouveau", "{count} nouveaux", counts.get("new", 0))
    changed = plural("{count} corrigé", "{count} corrigés", counts.get("changed", 0))
    known = plural(
        "{count} déjà connu ou dépassé par un relevé plus récent",
        "{count} déjà connus ou dépassés par un relevé plus récent",
        counts.get("same", 0),
    )
    return f"{held} · {news} · {changed} · {known}"


def deposited(row: RunRow) -> str:
    """When the file came and from whom."""
    return _("Déposé le {when} par {who}", when=clock(row.created_at), who=row.who)


def problems_of(row: RunRow) -> list[str]:
    return sentences_of(*row.problem) if row.problem else []


def problem_text(row: RunRow) -> str:
    """The first line that is wrong, and that there are others."""
    first, *others = problems_of(row)
    more = _("D’autres lignes sont à corriger aussi.")
    return f"{first} {more}" if others else first


def run_page(row: RunRow) -> Component:
    """One run and its receipt, at a permanent address."""
    return page(
        row.file_name,
        _("Le reçu d’un fichier : ce qu’il contenait, ce qui a changé."),
        crumbs=((_("Opérations"), "/operations"), (_("Reçu n° {id}", id=row.id), None)),
        actions=(button(_("Déposer un autre fichier"), href="/operations", icon="upload"),),
        children=[
            html.Div(receipt(row), id=Ids.RECEIPT),
            html.Div(ask_pce(), hidden=not row.asks_pce, id=Ids.ASK),
            poll(Ids.WATCH, active=is_busy([row])),
            dcc.Store(id=Ids.SHOWN, data=row.id),
        ],
    )


def ask_pce() -> Component:
    """What a file without a PCE waits for: no need to send it again."""
    return card(
        [
            text_field(
                Ids.MISSING_PCE,
                _("PCE de ce fichier"),
                hint=_("14 chiffres, ou GI suivi de 6 chiffres."),
                placeholder="09999999910001",
            ),
            html.Div(
                button(_("Reprendre le fichier"), id=Ids.RESUME, kind="primary"),
                className="form-actions",
            ),
        ],
        title=_("Quel est le PCE de ce fichier ?"),
    )


def receipt(row: RunRow) -> Component:
    blocks: list[Component] = [definition_list(receipt_facts(row))]
    if row.state in {RunState.RECEIVED, RunState.WORKING}:
        blocks.insert(0, run_progress(row))
    if row.problem is not None:
        blocks.insert(0, refusal(row))
    return card([html.Div(state_chip(row), className="receipt-state"), *blocks])


def refusal(row: RunRow) -> Component:
    """Why nothing was kept of a file; one that waits for its PCE has nothing wrong with it."""
    if row.asks_pce:
        return alert(_("Le fichier attend son PCE"), problem_text(row), "warn")
    said, other = problems_of(row), link(_("Choisir un autre fichier"), "/operations")
    title = _("Le fichier n’a pas été enregistré, rien n’a changé")
    if len(said) == 1:
        return alert(title, [said[0], " ", other], "bad")
    text: list[str | Component] = [
        _("Corrigez ces lignes, puis déposez à nouveau le fichier."),
        " ",
        other,
    ]
    lines = html.Ul([html.Li(line) for line in said], className="receipt-lines")
    return alert(title, text, "bad", actions=lines)


def receipt_facts(row: RunRow) -> list[tuple[str, str]]:
    facts = [
        (_("Déposé"), _("le {when} par {who}", when=clock(row.created_at), who=row.who)),
        (_("Taille"), size(row.file_size)),
    ]
    if row.pce:
        facts.append((_("PCE indiqué"), row.pce))
    if row.finished_at is not None:
        facts.append((_("Terminé"), clock(row.finished_at)))
    return facts + counted_facts(row.counts)


def counted_facts(counts: Mapping[str, int]) -> list[tuple[str, str]]:
    """What the file held and what it changed; empty before the first delivery is stored."""
    if not counts:
        return []
    return [
        (_("PCE"), number(counts.get("pces", 0))),
        (_("Jours"), number(counts.get("days", 0))),
        (_("dont absents"), number(counts.get("absent", 0))),
        (_("Périodes"), number(counts.get("periods", 0))),
        (_("Volume"), f"{number(counts.get('m3', 0))}\u00a0m³"),
        (_("Énergie"), f"{number(counts.get('kwh', 0))}\u00a0kWh"),
        (_("Nouveaux"), number(counts.get("new", 0))),
        (_("Corrigés"), number(counts.get("changed", 0))),
        (_("Déjà connus"), number(counts.get("same", 0))),
    ]
