"""Render the totals of bills and the row of each, with its verdict and gaps first."""

from collections import Counter
from collections.abc import Sequence

from dash.development.base_component import Component

from components.bills.figures import euros, kwh, period, read_words, site_of
from components.bills.form import PATH
from components.bills.words import NATURES, VERDICTS
from components.kit import Children, Kpi, chip, empty, html, kpi_strip, link, table
from core.i18n import _, number
from data.money.bills.types import BillPoint, BillVerdict, JudgedBill, Judgement, Nature


def figures_strip(judgements: Sequence[Judgement]) -> Component:
    """Return the number of differing bills, their energy with its amount, and the amounts."""
    counts = Counter(judgement.verdict for judgement in judgements)
    return kpi_strip(
        [
            Kpi(_("Factures qui diffèrent"), number(counts[BillVerdict.DIFFERS])),
            _energy(_("Énergie facturée de trop"), judgements, 1),
            _energy(_("Énergie facturée de moins"), judgements, -1),
            _amounts(judgements),
        ]
    )


def _energy(label: str, judgements: Sequence[Judgement], sign: int) -> Kpi:
    """Return the energy billed in excess (`sign` 1) or short (-1), with its amount.

    What bills to check may add is beside it.
    """
    energy, cents = _sums(judgements, BillVerdict.DIFFERS, sign)
    maybe, maybe_cents = _sums(judgements, BillVerdict.TO_CHECK, sign)
    notes = [_("soit {amount}", amount=euros(cents))] if cents else []
    if maybe:
        doubt = _("et {amount} à vérifier", amount=kwh(maybe))
        notes.append(f"{doubt} ({euros(maybe_cents)})" if maybe_cents else doubt)
    return Kpi(label, number(energy / 1000), "kWh", " · ".join(notes) or None)


def _sums(judgements: Sequence[Judgement], verdict: BillVerdict, sign: int) -> tuple[int, int]:
    """Return the Wh and the cents of the gaps on one side, of bills with a verdict."""
    gaps = [
        judgement
        for judgement in judgements
        if judgement.verdict is verdict and judgement.off and sign * (judgement.gap_wh or 0) > 0
    ]
    energy = sum(abs(judgement.gap_wh or 0) for judgement in gaps)
    return energy, sum(abs(judgement.gap_cents or 0) for judgement in gaps)


def _amounts(judgements: Sequence[Judgement]) -> Kpi:
    """Return the amounts not explained by energy prices; excess and shortfall are not netted."""
    if all(judgement.amount_cents is None for judgement in judgements):
        return Kpi(_("Montants au-delà de vos prix"), "–", None, _("aucun n’a pu être comparé"))
    gaps = [
        judgement.amount_cents or 0
        for judgement in judgements
        if judgement.first_of(BillPoint.AMOUNT_OFF)
    ]
    below = -sum(min(0, gap) for gap in gaps)
    above = sum(max(0, gap) for gap in gaps)
    if below and not above:
        return Kpi(_("Montants en deçà de vos prix"), number(below / 100, 2), "€")
    note = _("et {amount} en deçà, sur d’autres", amount=euros(below)) if below else None
    return Kpi(_("Montants au-delà de vos prix"), number(above / 100, 2), "€", note)


def bills_table(judged_bills: Sequence[JudgedBill]) -> Component:
    if not judged_bills:
        return empty("search", _("Aucune facture ici"), _("Choisissez un autre verdict."))
    head = [_("Facture"), _("Écart (kWh)"), _("Son coût (€)"), _("Écart de prix (€)"),
            _("Facturé (kWh)"), _("Relevé (kWh)")]  # fmt: skip
    rows = [_row(judged_bill) for judged_bill in judged_bills]
    return table(head, rows, caption=_("Factures saisies"), numbers=range(1, 6), cards=True)


def _row(judged_bill: JudgedBill) -> list[Children]:
    bill, judgement = judged_bill.bill, judged_bill.judgement
    draft = bill.draft
    name = draft.number or _("sans numéro")
    return [
        [
            html.Div(
                [link(name, f"{PATH}?bill={bill.id}"), verdict_chip(judgement.verdict)],
                className="bills-name",
            ),
            html.Div(site_of(bill)),
            html.Div(period(draft.first, draft.last), className="muted small nowrap"),
        ],
        _gap(judgement, draft.nature),
        _cents(judgement.gap_cents),
        _cents(judgement.amount_cents),
        number(draft.energy_wh / 1000),
        read_words(judgement.low_wh, judgement.high_wh).replace("\u00a0kWh", ""),
    ]


def _gap(judgement: Judgement, nature: Nature) -> Children:
    if judgement.gap_wh is None:
        why = _(NATURES[nature]) if nature is Nature.ESTIMATED else ""
        return [html.Div("–"), html.Div(why, className="muted small nowrap")] if why else "–"
    gap = _signed(judgement.gap_wh / 1000, 0)
    if judgement.by_a_day:
        why = _("à un jour près")
    elif judgement.first_of(BillPoint.REGULARISED) and round(judgement.gap_wh / 1000):
        why = _("régularisée")
    elif judgement.verdict is BillVerdict.AGREES and round(judgement.gap_wh / 1000):
        why = _("dans la tolérance")
    else:
        return gap
    return [html.Div(gap), html.Div(why, className="muted small nowrap")]


def _cents(value: int | None) -> str:
    return "–" if value is None else _signed(value / 100, 2)


def _signed(value: float, digits: int) -> str:
    sign = "+" if round(value, digits) > 0 else ""
    return f"{sign}{number(value, digits)}"


def verdict_chip(verdict: BillVerdict) -> Component:
    labels = VERDICTS[verdict]
    return chip(_(labels.word), icon=labels.icon, tone=labels.tone)
