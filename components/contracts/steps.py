"""Render the steps of a dossier: done, current and missing."""

from collections.abc import Sequence

from dash.development.base_component import Component

from components.kit import alert, aria, html, icon, link
from core.i18n import N_, _, plural
from data.contracts.rules.labels import STEPS
from data.contracts.types import DossierStep, StepLine

CONTRACT = "contract"  # the last step: the text
_WORDS = N_("Lire et envoyer le contrat")
_LATER = (DossierStep.INVITES, DossierStep.IMPORTS)


def step_address(step: str) -> str:
    return f"/contrats?etape={step}"


def next_step(step: DossierStep) -> str:
    """Return the step after `step`."""
    order = [*(contract_step.value for contract_step in DossierStep), CONTRACT]
    return order[order.index(step.value) + 1]


def next_address(line: StepLine) -> str:
    """Return the address of the next step, which shows what the saved one misses."""
    come = step_address(next_step(line.step))
    return f"{come}&apres={line.step}" if line.lacks else come


def first_step(lines: Sequence[StepLine]) -> str:
    """Return the first incomplete step, else the text."""
    return next((line.step.value for line in lines if line.lacks), CONTRACT)


def steps_nav(lines: Sequence[StepLine], here: str) -> Component:
    entries = [_entry(line.step.value, _(STEPS[line.step]), _state(line), here) for line in lines]
    ready = not any(line.lacks for line in lines)
    state = ("circle", _("prêt à lire")) if ready else ("circle", _("après le reste"))
    return html.Nav(
        html.Ol([*entries, _entry(CONTRACT, _(_WORDS), (*state, "mute"), here)]),
        className="contracts-steps",
        **aria(label=_("Étapes du dossier")),
    )


def step_position(lines: Sequence[StepLine], here: str) -> Component:
    """Say which step of how many is open, for phones, where the list of steps is far below."""
    order = [*(line.step.value for line in lines), CONTRACT]
    name = _(STEPS[DossierStep(here)]) if here != CONTRACT else _(_WORDS)
    label = _(
        "Étape {at} sur {count} : {name}",
        at=order.index(here) + 1, count=len(order), name=name,
    )  # fmt: skip
    return html.P(label, className="contracts-where")


def saved_step_alerts(lines: Sequence[StepLine], saved_step: str) -> list[Component]:
    """Return what the saved step misses; it can be completed later."""
    line = next(
        (step_line for step_line in lines if step_line.step == saved_step and step_line.lacks), None
    )
    if line is None:
        return []
    items = html.Ul(
        [html.Li(_(sentence, **blanks)) for sentence, blanks in line.lacks],
        className="rights-lines",
    )
    way = link(_("La compléter"), step_address(line.step))
    title = _("Étape « {name} » enregistrée ; il y manque :", name=_(STEPS[line.step]))
    return [alert(title, items, "warn", actions=[way])]


def _state(line: StepLine) -> tuple[str, str, str]:
    if line.done:
        return "check-circle-fill", _("fait"), "ok"
    if line.step in _LATER:
        return "circle", _("facultatif"), "mute"
    count = len(line.lacks)
    lacks = plural("{count} réponse manque", "{count} réponses manquent", count)
    return "exclamation-circle", lacks, "warn"


def _entry(step: str, words: str, state: tuple[str, str, str], here: str) -> Component:
    glyph, note, tone = state
    current = aria(current="step") if step == here else {}
    inside = [
        html.Span(icon(glyph), className=f"rights-mark rights-mark-{tone}"),
        html.Span([html.B(words), html.Span(note, className="contracts-step-note")], **current),
    ]
    look = "contracts-step contracts-step-here" if step == here else "contracts-step"
    return html.Li(link(inside, step_address(step), className=look))


def lacks_list(line: StepLine) -> list[Component]:
    """Return what a step misses."""
    if not line.lacks:
        return []
    items = [html.Li(_(sentence, **blanks)) for sentence, blanks in line.lacks]
    return [
        html.P(_("Il manque, dans ce qui est enregistré :")),
        html.Ul(items, className="rights-lines"),
    ]
