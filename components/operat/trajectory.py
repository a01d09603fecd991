"""Render the trajectory of each functional entity towards 2030, 2040 and 2050."""

from collections.abc import Sequence

from dash.development.base_component import Component

from components import kit
from components.kit import html
from components.operat.long_list import long_list
from core.i18n import _, number, percent
from data.money.operat.rules.trajectory import STEPS, Trajectory, objective_wh, trajectories
from data.money.operat.types import OperatLine


def trajectory_card(year: int, lines: Sequence[OperatLine]) -> Component:
    """Return the gas of each entity beside its reference and its three objectives.

    The furthest from its objective comes first.
    """
    rows = sorted(trajectories(lines), key=lambda row: row.change, reverse=True)
    title = _("Trajectoire du gaz")
    if not rows:
        text = _(
            "Ajoutez à chaque site son année de référence, ses kWh PCI et ses DJU : la trajectoire"
            " vers −40, −50 et −60 % s’affiche ici, à climat égal."
        )
        return kit.card(html.P(text, className="card-text"), title=title)
    objectives = [_("Objectif {year} (−{percent} %)", year=end, percent=cut) for end, cut in STEPS]
    head = [_("EFA"), _("Où elle en est"), _("Référence"), str(year),
            _("À climat de la référence"), *objectives]  # fmt: skip
    listed = long_list(head, [_row(row) for row in rows], title, range(2, len(head)))
    hint = _("kWh PCI de gaz ; l’objectif du décret compte toutes les énergies de l’EFA")
    return kit.card(listed, title=title, hint=hint, flush=True)


def _row(row: Trajectory) -> list[kit.Children]:
    adjusted = "–" if row.adjusted_wh is None else _kwh(row.adjusted_wh)
    draft = row.entity.draft
    name = [html.Div(draft.name or draft.pce), html.Div(draft.efa, className="muted small")]
    return [
        name,
        _standing(row),
        [html.Div(_kwh(row.reference_wh)),
         html.Div(str(row.reference_year), className="muted small")],
        _kwh(row.current_wh),
        adjusted,
        *(_kwh(objective_wh(row.reference_wh, cut)) for _end, cut in STEPS),
    ]  # fmt: skip


def _standing(row: Trajectory) -> list[Component]:
    step = row.next_step
    last_met = STEPS[-1][0] if step is None else _before(step)
    if last_met:
        mark = kit.chip(_("objectif {year} tenu", year=last_met), icon="check-circle", tone="ok")
    else:
        mark = kit.chip(_("pas encore à −40 %"), icon="hourglass-split", tone="warn")
    note = percent(row.change)
    if row.adjusted_wh is None:
        note = _("{change}, climat non corrigé", change=note)
    return [mark, html.Div(note, className="muted small nowrap")]


def _before(step: tuple[int, int]) -> int:
    """Return the year of the objective before `step`, 0 for the first one."""
    place = STEPS.index(step)
    return STEPS[place - 1][0] if place else 0


def _kwh(wh: int) -> str:
    return number(wh / 1000)
