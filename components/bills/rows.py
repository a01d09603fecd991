"""What the bills add up to, and each in a line: its verdict and its gaps come first."""

from collections import Counter
from collections.abc import Sequence

from dash.development.base_component import Component

from components.bills.figures import euros, period, read_words, site_of
from components.bills.form import PATH
from components.bills.words import VERDICTS
from components.kit import Children, Kpi, chip, empty, html, kpi_strip, link, table
from data.bills.types import Judged, Judgement, Point, Verdict
from i18n import _, number


def figures_strip(said: Sequence[Judgement]) -> Component:
    """How many differ, the kWh that do with what they are worth, and the amounts, apart."""
    counts = Counter(one.verdict for one in said)
    off = [one for one in said if one.verdict is Verdict.DIFFERS]
    return kpi_strip(
        [
            Kpi(_("Factures qui diffèrent"), number(counts[Verdict.DIFFERS])),
            _energy(_("Énergie facturée de trop"), off, 1),
            _energy(_("Énergie facturée de moins"), off, -1),
            _amounts(said),
        ]
    )


def _energy(label: str, off: Sequence[Judgement], sign: int) -> Kpi:
    """The kWh that are billed too much, or too little, and what these are worth."""
    some = [one for one in off if one.off and sign * (one.gap_wh or 0) > 0]
    energy = sum(abs(one.gap_wh or 0) for one in some)
    cents = sum(abs(one.gap_cents or 0) for one in some)
    note = _("soit {amount}", amount=euros(cents)) if cents else None
    return Kpi(label, number(energy / 1000), "kWh", note)


def _amounts(said: Sequence[Judgement]) -> Kpi:
    """What the amounts are beyond the prices of their kWh; what they lack is beside, not off it."""
    if all(one.amount_cents is None for one in said):
        return Kpi(_("Montants au-delà de vos prix"), "–", None, _("aucun n’a pu être comparé"))
    gaps = [one.amount_cents or 0 for one in said if one.first_of(Point.AMOUNT_OFF)]
    below = -sum(min(0, gap) for gap in gaps)
    above = sum(max(0, gap) for gap in gaps)
    if below and not above:
        return Kpi(_("Montants en deçà de vos prix"), number(below / 100, 2), "€")
    note = _("et {amount} en deçà, sur d’autres", amount=euros(below)) if below else None
    return Kpi(_("Montants au-delà de vos prix"), number(above / 100, 2), "€", note)


def bills_table(shown: Sequence[Judged]) -> Component:
    if not shown:
        return empty("search", _("Aucune facture ici"), _("Choisissez un autre verdict."))
    head = [_("Facture"), _("Écart (kWh)"), _("soit (€)"), _("Montant, hors prix (€)"), _("Site"),
            _("Période"), _("Facturé (kWh)"), _("Relevé (kWh)")]  # fmt: skip
    rows = [_row(one) for one in shown]
    return table(head, rows, caption=_("Factures saisies"), numbers=[1, 2, 3, 6, 7])


def _row(one: Judged) -> list[Children]:
    bill, said = one.bill, one.judgement
    draft = bill.draft
    name = draft.number or _("sans numéro")
    return [
        [
            html.Div(link(name, f"{PATH}?bill={bill.id}"), className="nowrap"),
            html.Div(verdict_chip(said.verdict)),
        ],
        _gap(said),
        _cents(said.gap_cents),
        _cents(said.amount_cents),
        site_of(bill),
        html.Span(period(draft.first, draft.last), className="nowrap"),
        number(draft.energy_wh / 1000),
        read_words(said.low_wh, said.high_wh).replace("\u00a0kWh", ""),
    ]


def _gap(said: Judgement) -> Children:
    if said.gap_wh is None:
        return "–"
    gap = _signed(said.gap_wh / 1000, 0)
    if said.by_a_day:
        why = _("à un jour près")
    elif said.verdict is Verdict.AGREES and round(said.gap_wh / 1000):
        why = _("dans la tolérance")
    else:
        return gap
    return [html.Div(gap), html.Div(why, className="muted small nowrap")]


def _cents(value: int | None) -> str:
    return "–" if value is None else _signed(value / 100, 2)


def _signed(value: float, digits: int) -> str:
    sign = "+" if round(value, digits) > 0 else ""
    return f"{sign}{number(value, digits)}"


def verdict_chip(verdict: Verdict) -> Component:
    words, glyph, tone = VERDICTS[verdict]
    return chip(_(words), icon=glyph, tone=tone)  # type: ignore[arg-type]
