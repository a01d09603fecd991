"""Say what a chosen step changes beside the bars: a wider period, or a longer step in its place."""

from dataclasses import replace

from dash.development.base_component import Component

from components.consumption.filters import STEPS, period_name
from components.consumption.gestures import address
from components.kit import Child, alert, link
from core.i18n import _
from data.metering.consumption.rules.view import over
from data.metering.consumption.types import Preset, SeriesStep, View


def step_notes(before: View, after: View, wanted: object) -> list[Component]:
    """Return a note where the step `wanted` led to another period or step than was asked for."""
    if wanted == after.step:
        return [] if _period(before) == _period(after) else [_widened(before)]
    if wanted not in {step.value for step in SeriesStep}:
        return []
    title = _(
        "Trop de barres pour les lire par {step}\u00a0: voici {drawn}",
        step=_(STEPS[SeriesStep(str(wanted))]).lower(),
        drawn=_("les semaines") if after.step is SeriesStep.WEEK else _("les mois"),
    )
    days = replace(over(after, Preset.DAYS30), step=SeriesStep.DAY, wish=None)
    month = link(_("Voir les 30 derniers jours"), address(days))
    text: list[Child] = [_("Pour voir des jours, choisissez une période plus courte."), " ", month]
    return [alert(title, text)]


def _period(view: View) -> tuple[object, ...]:
    return view.preset, view.first, view.last


def _widened(before: View) -> Component:
    back = _("Revenir à la période d’avant ({period})", period=period_name(before, None))
    text: list[Child] = [
        _("Une période plus courte ne ferait qu’une ou deux barres d’un an."),
        " ",
        link(back, address(before)),
    ]
    return alert(_("La période est passée à trois ans"), text)
