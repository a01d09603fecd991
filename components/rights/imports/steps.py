"""The five steps, always in sight, and the page around them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from dash import dcc
from dash.development.base_component import Component

from components.kit import Children, alert, aria, button, html, icon, link, page
from components.rights.ids import Ids
from data.rights.types import Preview
from i18n import N_, _

REJECTS = "/droits/import/rejets"


class Step(IntEnum):
    FILE = 1
    COLUMNS = 2
    CHECK = 3
    CONFIRM = 4
    FOLLOW = 5


NAMES: Mapping[Step, str] = {
    Step.FILE: N_("Fichier"),
    Step.COLUMNS: N_("Colonnes"),
    Step.CHECK: N_("Contrôle"),
    Step.CONFIRM: N_("Confirmation"),
    Step.FOLLOW: N_("Suivi"),
}
WORDS: Mapping[str, Step] = {
    "columns": Step.COLUMNS,
    "check": Step.CHECK,
    "confirm": Step.CONFIRM,
}


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around a step: which run it is of, and what each step has to say."""

    step: Step
    run: int | None = None
    notes: Mapping[Step, str] | None = None
    back: bool = False  # the steps before may be gone to again


def import_page(frame: Frame, children: Children, *, actions: Children = ()) -> Component:
    crumbs = ((_("Droits d’accès"), "/droits"), (_("Import"), None))
    return page(
        _("Importer des droits d’accès"),
        _("Déclarer en une fois les droits d’un fichier, sans rien changer en silence."),
        crumbs=crumbs,
        actions=actions,
        children=[
            stepper(frame),
            *(children if isinstance(children, list | tuple) else [children]),
            dcc.Store(id=Ids.RUN, data=frame.run),
        ],
    )


def stepper(frame: Frame) -> Component:
    return html.Nav(
        html.Ol([_step(frame, step) for step in Step]),
        className="rights-steps",
        **aria(label=_("Étapes de l’import")),
    )


def _step(frame: Frame, step: Step) -> Component:
    done, here = step < frame.step, step is frame.step
    mark: Component | str = icon("check-lg", 14) if done else str(step.value)
    name: Component | str = _(NAMES[step])
    if done and frame.back and step is not Step.FILE:
        word = next(word for word, known in WORDS.items() if known is step)
        name = link(name, f"/droits/import?run={frame.run}&step={word}")
    note = (frame.notes or {}).get(step, "")
    look = "rights-step-here" if here else "rights-step-done" if done else ""
    said = aria(current="step") if here else {}
    return html.Li(
        [
            html.Span(mark, className="rights-step-mark"),
            html.Div([html.B(name), html.Span(note)]),
        ],
        className=look,
        **said,
    )


def download_button(label: str, href: str, *, small: bool = False) -> Component:
    """A file to take away."""
    return button(label, href=href, icon="download", download=True, small=small)


def listed(lines: Sequence[Children]) -> Component:
    return html.Ul([html.Li(line) for line in lines], className="rights-lines")


def unchecked(found: Preview) -> list[Component]:
    """Said of a file that asks too much in vain: nothing of the distributor's answer is shown."""
    if found.checked:
        return []
    title = _("Ce fichier n’est pas confronté aux PCE du distributeur")
    text = _(
        "Plus d’une ligne sur vingt désigne un PCE inconnu à son code postal, ou un titulaire qui"
        " n’est pas celui du contrat, ou trop d’essais ont été faits aujourd’hui. Relisez ces"
        " colonnes, reprenez demain, ou appelez le distributeur : d’ici là, il ne peut pas être"
        " confirmé."
    )
    return [alert(title, text, "bad")]
