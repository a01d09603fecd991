"""Render the five steps and the page around them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from dash import dcc
from dash.development.base_component import Component

from components import kit
from components.kit import html
from components.rights.ids import Ids
from core.i18n import N_, _, clock, number, plural
from data.rights.rules.attempts import MOST_TRIES, SHARE, TOGETHER
from data.rights.types import ImportCounts, ImportPreview, Stop, Stopped, TryReason

REJECTS = "/droits/import/rejets"
_FEW, _SEEN = 5, 120  # unread lines shown, and characters of each


class ImportStep(IntEnum):
    FILE = 1
    COLUMNS = 2
    CHECK = 3
    CONFIRM = 4
    FOLLOW = 5


NAMES: Mapping[ImportStep, str] = {
    ImportStep.FILE: N_("Fichier"),
    ImportStep.COLUMNS: N_("Colonnes"),
    ImportStep.CHECK: N_("Contrôle"),
    ImportStep.CONFIRM: N_("Confirmation"),
    ImportStep.FOLLOW: N_("Suivi"),
}
WORDS: Mapping[str, ImportStep] = {
    "columns": ImportStep.COLUMNS,
    "check": ImportStep.CHECK,
    "confirm": ImportStep.CONFIRM,
}


@dataclass(frozen=True, slots=True)
class Frame:
    """The frame of a step: its run, and the result of each step."""

    step: ImportStep
    run: int | None = None
    notes: Mapping[ImportStep, str] | None = None
    back: bool = False  # earlier steps can be opened again


def import_page(
    frame: Frame | None, children: kit.Children, *, actions: kit.Children = ()
) -> Component:
    """Return the import page; without `frame`, the page outside the five steps."""
    crumbs = ((_("Droits d’accès"), "/droits"), (_("Import"), None))
    return kit.page(
        _("Importer des droits d’accès") if frame else _("Imports de droits d’accès"),
        _("Déclarer en une fois les droits d’un fichier, sans aucun changement silencieux.")
        if frame
        else _("Les fichiers de déclarations des organisations, et le reçu de chacun."),
        crumbs=crumbs,
        actions=actions,
        children=[
            *([stepper(frame)] if frame else []),
            *(children if isinstance(children, list | tuple) else [children]),
            dcc.Store(id=Ids.RUN, data=frame.run if frame else None),
            dcc.Store(id=Ids.STEPPED),
        ],
    )


def lines_note(count: int) -> str:
    return plural("{count} ligne", "{count} lignes", count)


def file_note(name: str, lines: int) -> str:
    """Return `droits.xlsx, 512 lignes`."""
    return f"{name}, {lines_note(lines)}"


def check_note(counts: ImportCounts) -> str:
    """Return `512 lignes, 51 à corriger`."""
    pending_count = counts.waiting + counts.rejected
    rest = plural("{count} à corriger", "{count} à corriger", pending_count)
    return f"{lines_note(counts.lines)}, {rest}" if pending_count else lines_note(counts.lines)


def stepper(frame: Frame) -> Component:
    return kit.steps(_("Étapes de l’import"), [_step(frame, step) for step in ImportStep])


def _step(frame: Frame, step: ImportStep) -> kit.StepItem:
    done = step < frame.step
    state: kit.StepState = "done" if done else "here" if step is frame.step else "ahead"
    name: kit.Child = _(NAMES[step])
    if done and frame.back and step is not ImportStep.FILE:
        word = next(word for word, labelled_step in WORDS.items() if labelled_step is step)
        name = kit.link(name, f"/droits/import?run={frame.run}&step={word}")
    return kit.StepItem(name, (frame.notes or {}).get(step, ""), state)


def download_button(label: str, href: str, *, small: bool = False) -> Component:
    """Return a download link styled as a button."""
    return kit.button(label, href=href, icon="download", download=True, small=small)


def line_downloads(count: int, address: str) -> list[Component]:
    """Return the links to `count` lines as XLSX and CSV, at `address` with a query string."""
    lines = plural("{count} ligne", "{count} lignes", count)
    return [
        download_button(f"{ending.upper()} · {lines}", f"{address}&format={ending}")
        for ending in ("xlsx", "csv")
    ]


def listed(lines: Sequence[kit.Children]) -> Component:
    return html.Ul([html.Li(line) for line in lines], className="rights-lines")


def unread_alerts(found: ImportPreview) -> list[Component]:
    """Return the unread lines above the header: the user must check that none is a declaration."""
    title = plural(
        "{count} ligne n’est pas lue, au-dessus des autres",
        "{count} lignes ne sont pas lues, au-dessus des autres",
        len(found.above),
    )
    lines = [_("Ligne {line} : {text}", line=number(line), text=text[:_SEEN])
             for line, text in found.above[:_FEW]]  # fmt: skip
    rest = len(found.above) - len(lines)
    if rest:
        lines.append(plural("et {count} autre", "et {count} autres", rest))
    return kit.only_if(found.above, kit.alert(title, listed(lines), "warn"))


def unchecked_alerts(preview: ImportPreview) -> list[Component]:
    """Return a notice on a file with too many failed lookups, which is no longer compared."""
    if preview.stopped is None:
        return []
    until = clock(preview.stopped.until) if preview.stopped.until else ""
    together = TOGETHER * MOST_TRIES
    why = _STOPPED[preview.stopped.why]
    text = _(why, most=MOST_TRIES, together=together, share=SHARE, until=until)
    title = _("Ce fichier n’est pas comparé aux PCE du distributeur")
    return [kit.alert(title, text, "bad"), *failed_lookup_cards(preview.stopped)]


def failed_lookup_cards(stopped: Stopped) -> list[Component]:
    """Return the lines that count as failed lookups, all shown before, with reasons."""
    if not stopped.tries:
        return []
    head = [_("Fichier"), _("Ligne"), _("PCE"), _("Ce qui ne correspond pas")]
    rows = [
        [
            attempt.file_name or _("formulaire"),
            number(attempt.line) if attempt.line else "–",
            attempt.number,
            _(_REASONS[attempt.reason]) if attempt.reason else "–",
        ]
        for attempt in stopped.tries
    ]
    title = plural(
        "{count} essai compte depuis 24 heures",
        "{count} essais comptent depuis 24 heures",
        stopped.tried,
    )
    hint = _("les {few} derniers", few=number(len(rows))) if len(rows) < stopped.tried else ""
    body = kit.table(head, rows, caption=title, numbers=[1])
    return [kit.card(body, title=title, hint=hint, flush=True)]


_REASONS: Mapping[TryReason, str] = {
    TryReason.PCE: N_("PCE inconnu à ce code postal"),
    TryReason.HOLDER: N_("titulaire ou adresse qui n’est pas celui du contrat"),
}


_STOPPED: Mapping[Stop, str] = {
    Stop.FILE: N_(
        "Trop de ses lignes ne correspondent à rien que le distributeur connaisse : PCE inconnu à"
        " son code postal, titulaire qui n’est pas celui du contrat, ou adresse qui n’est pas la"
        " sienne. Un fichier peut en avoir {most}, et une de plus pour {share} lignes justes. Ses"
        " premières lignes fausses sont nommées plus bas : corrigez ces colonnes, puis déposez-le"
        " de nouveau ; tel quel, il ne peut pas être confirmé."
    ),
    Stop.SUM: N_(
        "Seul, il passerait ; avec les essais des dernières 24 heures, il désigne plus de PCE, de"
        " titulaires ou d’adresses inconnus que permis : {most} à chacun, {together} à tous les"
        " comptes de votre organisation, et un de plus pour {share} PCE bien désignés. Corrigez les"
        " lignes nommées plus bas, ou contrôlez-le de nouveau le {until}. Le distributeur peut"
        " lever cette limite."
    ),
    Stop.DAY: N_(
        "Les essais des dernières 24 heures, par fichier ou par formulaire, ont passé la limite :"
        " {most} à chacun, {together} à tous les comptes de votre organisation, et un de plus pour"
        " {share} PCE bien désignés. Aucun fichier n’est confronté, même juste. Contrôlez-le de"
        " nouveau le {until}, ou appelez le distributeur, qui peut lever cette limite."
    ),
}
