"""Describe the state of a file, in its list and on its receipt."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Literal

from dash import dcc
from dash.development.base_component import Component

from components.kit import NONE, Child, StateLabel, aria, button, label_chip, progress
from components.runs.ids import Ids, undo_button
from components.upstream_message import quoted_sentence
from core.i18n import N_, _, clock, plural, short_day
from data.metering.consumption.files.columns import guess_uses, is_readable
from data.runs.rules import told_of
from data.runs.types import RunRow, RunState, RunTask

POLL_MS = 1000
STATES: Mapping[RunState, StateLabel] = {
    RunState.DRAFT: StateLabel("À confirmer", "pencil", "warn"),
    RunState.DROPPED: StateLabel("Abandonné", "slash-circle", "warn"),
    RunState.RECEIVED: StateLabel("En attente", "hourglass-split", "info"),
    RunState.WORKING: StateLabel("En cours", "arrow-repeat", "info"),
    RunState.DONE: StateLabel("Enregistré", "check-circle-fill", "ok"),
    RunState.REFUSED: StateLabel("Refusé", "x-circle-fill", "bad"),
    RunState.UNDONE: StateLabel("Annulé", "arrow-counterclockwise", "mute"),
}
# Why a differing value was ignored, by the name of its count.
WHY_IGNORED: Mapping[str, str] = {
    "contested": N_("dont contestés : le distributeur a donné une autre valeur"),
    "provisional": N_("dont provisoires, alors qu’une valeur définitive existe"),
    "older": N_("dont plus anciens que la valeur en vigueur"),
    "blank": N_("dont vides, alors qu’une valeur existe"),
}
ASKS_PCE = StateLabel("PCE à indiquer", "question-circle", "warn")
ASKS_COLUMNS = StateLabel("Colonnes à indiquer", "question-circle", "warn")


def state_chip(row: RunRow) -> Component:
    """Return the state of a file; one that lacks its PCE or columns is pending, not refused."""
    if row.asks_pce:
        return label_chip(ASKS_PCE)
    return label_chip(ASKS_COLUMNS if row.asks_columns else STATES[row.state])


def run_button(row: RunRow) -> Component:
    label = _("Voir le reçu")
    if row.asks_pce:
        label = _("Indiquer le PCE")
    elif row.asks_columns:
        label = _("Indiquer les colonnes")
    elif row.is_unconfirmed:
        label = _("Vérifier")
    return button(label, href=f"/operations?run={row.id}", small=True)


def is_busy(rows: Sequence[RunRow]) -> bool:
    return any(row.is_busy for row in rows)


def poll(id_: Ids, *, active: bool) -> Component:
    return dcc.Interval(id=id_, interval=POLL_MS, disabled=not active)


def run_progress(row: RunRow) -> Component:
    """Return the progress of a run; a file is read completely before it is processed."""
    words = _done(row) if row.total else _("Lecture du fichier…")
    return progress(row.done, row.total, _("Avancement de {file}", file=row.file_name), words)


def _done(row: RunRow) -> str:
    pces = row.counts.get("pces", 0)
    if row.task is RunTask.CHECK:
        return plural("{count} PCE vérifié", "{count} PCE vérifiés", pces)
    if row.task is RunTask.UNDO:
        return plural("{count} PCE annulé", "{count} PCE annulés", pces)
    return plural("{count} PCE enregistré", "{count} PCE enregistrés", pces)


def period_text(days: tuple[date | None, date | None]) -> str:
    """Return `du 01/12/2025 au 28/11/2026`; a dash without days."""
    first, last = days
    if first is None or last is None:
        return NONE
    if first == last:
        return short_day(first)
    return _("du {first} au {last}", first=short_day(first), last=short_day(last))


def undo_ways(row: RunRow, now: datetime, *, small: bool = False) -> list[Component]:
    """Return the button that undoes or restores a deposit, if possible."""
    if row.may_be_undone(now):
        label, verb, icon = _("Annuler ce dépôt"), "undo", "arrow-counterclockwise"
    elif row.may_be_restored:
        label, verb, icon = _("Rétablir ce dépôt"), "restore", "arrow-clockwise"
    else:
        return []
    named = aria(label=f"{label} : {row.file_name}") if small else {}
    return [button(label, id=undo_button(verb, row.id), icon=icon, small=small, **named)]


def summary(row: RunRow) -> list[Child]:
    """Return the outcome of a file in one sentence."""
    if row.asks_columns:
        _title, words, _tone = columns_question(row)
        return words
    if row.problem is not None and row.state is RunState.REFUSED:
        return problem_text(row)
    if row.state is RunState.RECEIVED:
        return [_("La lecture va commencer.")]
    if row.state is RunState.DROPPED:
        return [_("Aucune donnée n’a été enregistrée.")]
    counts = row.counts
    news = plural("{count} nouveau", "{count} nouveaux", counts.get("new", 0))
    changed = plural("{count} corrigé", "{count} corrigés", counts.get("changed", 0))
    same, ignored = counts.get("same", 0), counts.get("ignored", 0)
    known_label = plural("{count} déjà connu", "{count} déjà connus", same)
    lost = [plural("{count} ignoré", "{count} ignorés", ignored)] if ignored else []
    rejected_count = counts.get("left", 0)
    hidden = counts.get("hidden", 0)
    under = [plural("{count} sans effet", "{count} sans effet", hidden)] if hidden else []
    aside = (
        [plural("{count} ligne écartée", "{count} lignes écartées", rejected_count)]
        if rejected_count
        else []
    )
    return [
        " · ".join(
            [*_file_contents_text(counts), news, changed, known_label, *lost, *under, *aside]
        )
    ]


def _file_contents_text(counts: Mapping[str, int]) -> list[str]:
    """Return the contents of a file, without days if it has only periods or temperatures."""
    days, periods = counts.get("days", 0), counts.get("periods", 0)
    degrees = counts.get("temperatures", 0)
    content_labels = [plural("{count} jour", "{count} jours", days)]
    if periods:
        content_labels.append(plural("{count} période", "{count} périodes", periods))
    if fed := counts.get("injections", 0):
        content_labels.append(
            plural("{count} période de gaz injecté", "{count} périodes de gaz injecté", fed)
        )
    if degrees:
        content_labels.append(plural("{count} température", "{count} températures", degrees))
    return content_labels if days or len(content_labels) == 1 else content_labels[1:]


def deposited(row: RunRow) -> str:
    """Say when the file was deposited, and its author."""
    return _("Déposé le {when} par {who}", when=clock(row.created_at), who=row.who)


def columns_question(row: RunRow) -> tuple[str, list[Child], Literal["info", "warn"]]:
    """Return what is asked about the columns of a file that is not read yet, why, and its tone."""
    if row.column_uses or not is_readable(guess_uses(row.columns)):
        title = _("Le fichier n’est pas encore lu : indiquez ses colonnes")
        return title, problem_text(row), "warn"
    guessed = _("Elles sont reconnues à leurs en-têtes : corrigez-les si besoin, puis continuez.")
    return _("Ces colonnes sont-elles les bonnes ?"), [guessed], "info"


def problems_of(row: RunRow) -> list[list[Child]]:
    """Return a sentence per wrong line, with the distributor's words marked."""
    return [quoted_sentence(message) for message in told_of(*row.problem)] if row.problem else []


def problem_text(row: RunRow) -> list[Child]:
    """Return the first wrong line, and whether there are others."""
    first, *others = problems_of(row)
    return [*first, " ", _("D’autres lignes sont à corriger aussi.")] if others else first
