"""Render the fleet by tag or organisation: consumption, coverage and drift."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import urlencode

from dash.development.base_component import Component

from components.consumption.source import deposited_mark
from components.fleet.labels import PATH, euros, more_euros, quantity, signed
from components.kit import card, delta, empty, html, link, table
from components.kit.base import Children
from core.i18n import _, number, share
from data.metering.consumption.rules.fleet import write_fleet
from data.metering.consumption.types import DRIFTS, FleetGroup, FleetPart, FleetSpent, FleetView

TOGETHER = "/consommations"
SEVERAL = 2


def groups(
    view: FleetView, by_tag: Sequence[FleetGroup], by_holder: Sequence[FleetGroup]
) -> list[Component]:
    """Return a card per kind of group; the name of a group filters the page."""
    ranked = replace(view, part=FleetPart.ALL, text="")
    cards: list[Component] = []
    if by_tag:
        lines = [
            _line(fleet_group, replace(ranked, tag=fleet_group.key), {"tag": fleet_group.key})
            for fleet_group in by_tag
        ]
        hint = _(
            "un PCE de plusieurs étiquettes compte dans chacune\u202f; écarts à jours égaux, sans"
            " correction climatique"
        )
        cards.append(_card(_("Par étiquette"), hint, lines, costs=_costs(by_tag)))
    if len(by_holder) >= SEVERAL:
        lines = [
            _line(
                fleet_group,
                replace(ranked, holder=int(fleet_group.key)),
                {"holder": fleet_group.key},
            )
            for fleet_group in by_holder
        ]
        hint = _(
            "chaque PCE ne compte que chez son titulaire\u202f; écarts à jours égaux, sans"
            " correction climatique"
        )
        title = _("Par organisation titulaire")
        cards.append(_card(title, hint, lines, costs=_costs(by_holder)))
    return cards or [
        card(
            empty(
                "tags",
                _("Aucun groupe"),
                _("Mettez des étiquettes à vos PCE\u00a0: chacune aura ici ses totaux."),
                link(_("Aller aux PCE"), "/pces"),
            )
        )
    ]


def _costs(groups_: Sequence[FleetGroup]) -> bool:
    return any(fleet_group.spent for fleet_group in groups_)


def _card(title: str, hint: str, lines: Sequence[Sequence[Children]], *, costs: bool) -> Component:
    head = [
        _("Groupe"),
        _("PCE"),
        _("Consommé (kWh)"),
        _("Jours connus"),
        _("Écart (kWh)"),
        _("Écart (%)"),
        _("Écart brut > {percent}\u202f%", percent=number(DRIFTS)),
        _("Ensemble"),
    ]
    if costs:
        head[-1:-1] = [_("Coût (€)"), _("Écart (€)")]
    body = table(head, lines, caption=title, numbers=range(1, len(head) - 1))
    return card(body, title=title, hint=hint, flush=True)


def _line(
    group: FleetGroup, narrowed: FleetView, together: Mapping[str, str]
) -> Sequence[Children]:
    total = group.total
    change = total.face.percent
    due = total.days_expected
    return [
        link(group.name, PATH + write_fleet(narrowed)),
        number(total.pces),
        [quantity(total.energy_wh)[0], *deposited_mark(total.days_deposited)],
        share(total.days_known, due) if due else "–",
        "–" if change is None else signed(total.face.gap_wh),
        "–" if change is None else delta(change),
        _("{count} sur {all}", count=number(total.drifting), all=number(total.ranked)),
        *_spent(group.spent),
        link(
            [_("Voir"), html.Span(f" {group.name}", className="visually-hidden")],
            f"{TOGETHER}?{urlencode(together)}",
        ),
    ]


def _spent(spent: FleetSpent | None) -> list[Children]:
    """Return the cost and its change, with the number of PCEs that have a price."""
    if spent is None:
        return []
    if not spent.priced:
        return [_("sans prix"), "–"]
    gap = "–" if spent.spent is None else more_euros(spent.gap)
    cost = euros(spent.spent)
    if spent.priced == spent.pces:
        return [cost, gap]
    of = _("pour {count} PCE sur {all}", count=number(spent.priced), all=number(spent.pces))
    return [[cost, " ", html.Small(of)], gap]
