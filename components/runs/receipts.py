"""The receipt of a file: what it held, what it changed, what of it was left out."""

from collections.abc import Mapping

from dash import dcc
from dash.development.base_component import Component

from components.kit import alert, button, card, definition_list, html, link, page, text_field
from components.runs.ids import Ids
from components.runs.words import (
    WHY_IGNORED,
    is_busy,
    poll,
    problem_text,
    problems_of,
    run_progress,
    state_chip,
)
from components.signatures.words import PATH as SIGNATURE
from data.runs.types import RunRow, RunState
from i18n import _, clock, number, plural, size


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
    if row.state is RunState.DONE and row.counts.get("temperatures"):
        blocks.append(warmth(row))
    if row.problem is not None:
        blocks.insert(0, left_out(row) if row.state is RunState.DONE else refusal(row))
    return card([html.Div(state_chip(row), className="receipt-state"), *blocks])


def refusal(row: RunRow) -> Component:
    """Why nothing was kept of a file; one that waits for its PCE has nothing wrong with it."""
    if row.asks_pce:
        return alert(_("Le fichier attend son PCE"), problem_text(row), "warn")
    said, other = problems_of(row), link(_("Choisir un autre fichier"), "/operations")
    title = _("Le fichier n’a pas été enregistré, rien n’a changé")
    if len(said) == 1:
        return alert(title, [*said[0], " ", other], "bad")
    text: list[str | Component] = [
        _("Corrigez ces lignes, puis déposez à nouveau le fichier."),
        " ",
        other,
    ]
    lines = html.Ul([html.Li(line) for line in said], className="receipt-lines")
    return alert(title, text, "bad", actions=lines)


def left_out(row: RunRow) -> Component:
    """The lines of a file that were not taken, where the others were."""
    left = row.counts.get("left", 0)
    lines = html.Ul([html.Li(line) for line in problems_of(row)], className="receipt-lines")
    return alert(
        plural("{count} ligne n’a pas été gardée", "{count} lignes n’ont pas été gardées", left),
        _("Le reste du fichier est gardé. Corrigez ces lignes, puis déposez-les à nouveau."),
        "warn",
        actions=lines,
    )


def warmth(row: RunRow) -> Component:
    """Which temperature stands where several say one, and where that of the file is seen."""
    hidden = row.counts.get("hidden", 0)
    said = [
        plural(
            "{count} jour garde la température de son relevé\u00a0: celle du fichier n’y change"
            " rien.",
            "{count} jours gardent la température de leur relevé\u00a0: celle du fichier n’y change"
            " rien.",
            hidden,
        )
    ]
    order = _(
        "La température d’un jour est d’abord celle de son relevé, sinon celle qui est déposée pour"
        " son PCE, sinon celle de sa station."
    )
    ways: list[str | Component] = []
    if row.pce:
        ways = [
            link(_("Voir ses consommations"), f"/consommations?pce={row.pce}"),
            " · ",
            link(_("Voir sa signature"), f"{SIGNATURE}?pce={row.pce}"),
        ]
    text = " ".join([*(said if hidden else []), order])
    return alert(_("Quelle température compte"), text, "info", actions=html.P(ways) if ways else ())


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
    known = [
        (_("Nouveaux"), number(counts.get("new", 0))),
        (_("Corrigés"), number(counts.get("changed", 0))),
        (_("Déjà connus"), number(counts.get("same", 0))),
        (_("Ignorés"), number(counts.get("ignored", 0))),
        *((_(why), number(counts[name])) for name, why in WHY_IGNORED.items() if counts.get(name)),
    ]
    pces = (_("PCE"), number(counts.get("pces", 0)))
    degrees = counts.get("temperatures", 0)
    warm = [(_("Températures"), number(degrees))] if degrees else []
    if counts.get("hidden"):
        warm.append((_("dont cachées par leur relevé"), number(counts["hidden"])))
    fed = counts.get("injections", 0)
    if fed:
        warm.append((_("Périodes de gaz injecté"), number(fed)))
    if warm and not counts.get("days") and not counts.get("periods"):
        return [pces, *warm, *known]  # none of it is consumption
    return [
        pces,
        (_("Jours"), number(counts.get("days", 0))),
        (_("dont absents"), number(counts.get("absent", 0))),
        (_("Périodes"), number(counts.get("periods", 0))),
        (_("Volume"), f"{number(counts.get('m3', 0))}\u00a0m³"),
        (_("Énergie"), f"{number(counts.get('kwh', 0))}\u00a0kWh"),
        *warm,
        *known,
    ]
