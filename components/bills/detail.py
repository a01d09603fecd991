"""Render a bill: its verdict, its figures beside the readings, and what to do."""

from collections.abc import Mapping

from dash.development.base_component import Component

from components.bills.figures import (
    amount_of,
    coefficient,
    days_ahead,
    days_missing,
    euros,
    gap_words,
    kwh,
    m3,
    period,
    read_words,
    site_of,
    title_of,
)
from components.bills.form import PATH
from components.bills.rows import verdict_chip
from components.bills.words import NATURES, VERDICTS, advice, sentence
from components.kit import Children, alert, button, card, html, item, page, table
from core.access import Permission, Viewer
from core.i18n import _, plural
from data.money.bills.types import (
    Bill,
    BillFinding,
    BillPoint,
    BillVerdict,
    JudgedBill,
    Judgement,
    Told,
)


def bill_page(viewer: Viewer, judged: JudgedBill) -> Component:
    bill, judgement = judged.bill, judged.judgement
    title, labels = title_of(bill), VERDICTS[judgement.verdict]
    return page(
        title,
        _("{site}, PCE {number}", site=site_of(bill), number=bill.draft.pce)
        if bill.alias
        else _("PCE {number}", number=bill.draft.pce),
        crumbs=((_("Factures"), PATH), (title, None)),
        actions=_acts(viewer, bill),
        children=[
            alert(_(labels.title), _why(judgement), labels.alert),
            _figures(bill, judgement),
            _findings(judgement),
        ],
        id="bill-page",
    )


def _acts(viewer: Viewer, bill: Bill) -> list[Component]:
    draft = bill.draft
    days = f"/consommations?pce={draft.pce}&from={draft.first}&to={draft.last}&step=day"
    all_ = f"{PATH}?pce={draft.pce}"
    acts = [
        button(_("Toutes celles de ce PCE"), href=all_, icon="receipt"),
        button(_("Voir ces jours"), href=days, icon="bar-chart"),
    ]
    if viewer.may(Permission.PRICES_WRITE):
        edit = f"{PATH}?edit={bill.id}"
        acts.append(button(_("Modifier"), href=edit, icon="pencil", kind="primary"))
    return acts


def _why(judgement: Judgement) -> str:
    """Return the energy gap with its amount, else the first finding."""
    if judgement.verdict is BillVerdict.AGREES:
        return _("Ses chiffres correspondent aux relevés, dans la tolérance.")
    if judgement.verdict is BillVerdict.UNKNOWN:
        return _unverified(judgement)
    if (
        judgement.gap_wh
        and judgement.findings[0].point in _ENERGY
        and not judgement.findings[0].by_a_day
    ):
        gap = gap_words(judgement.gap_wh)
        if judgement.gap_cents:
            return _("{gap}, soit {amount}.", gap=gap, amount=euros(abs(judgement.gap_cents)))
        return _("{gap}.", gap=gap)
    return sentence(judgement.findings[0])


def _unverified(judgement: Judgement) -> str:
    """Return why the readings cannot verify the bill."""
    ahead = sum(amount_of(finding.facts.get("ahead")) for finding in judgement.findings)
    if ahead:
        return _("{days}.", days=days_ahead(ahead))
    if judgement.missing:
        return _("{days} dans les relevés.", days=days_missing(judgement.missing))
    return _("Trop de jours sont estimés dans les relevés.")


_ENERGY = {BillPoint.ENERGY_OFF, BillPoint.RUN_OFF, BillPoint.ESTIMATED}


def _figures(bill: Bill, judgement: Judgement) -> Component:
    draft = bill.draft
    by_point = {
        (finding.point, finding.facts.get("side")): finding for finding in judgement.findings
    }
    read = _or(judgement.coefficient_e4, coefficient)
    rows: list[list[Children]] = [
        [_("Période"), period(draft.first, draft.last), _("les mêmes jours")],
        [_("Établie"), _(NATURES[draft.nature]), "–"],
        [_("Index de début"), _or(draft.start_dm3, m3), _index(by_point, "start")],
        [_("Index de fin"), _or(draft.end_dm3, m3), _index(by_point, "end")],
        [_("Coefficient"), _or(draft.coefficient_e4, coefficient), read],
        [_("Énergie PCS"), kwh(draft.energy_wh), read_words(judgement.low_wh, judgement.high_wh)],
        [_("Montant"), _or(draft.cents, euros), _expected(judgement)],
    ]
    head = [_("Quoi"), _("Sur la facture"), _("Selon les relevés et vos prix")]
    listed = table(head, rows, caption=_("La facture comparée aux relevés"), numbers=[1, 2])
    return card(listed, title=_("La facture comparée aux relevés"), flush=True)


def _or(value: int | None, words: object) -> str:
    return "–" if value is None or not callable(words) else str(words(value))


def _index(findings: Mapping[tuple[BillPoint, Told], BillFinding], side: str) -> str:
    for point in (BillPoint.INDEX_SAME, BillPoint.INDEX_OFF, BillPoint.INDEX_SHIFTED):
        finding = findings.get((point, side))
        if finding is not None and finding.facts["read"] is not None:
            return m3(finding.facts["read"])
    return "–"


def _expected(judgement: Judgement) -> str:
    for finding in judgement.findings:
        if finding.point in {BillPoint.AMOUNT_SAME, BillPoint.AMOUNT_OFF}:
            return euros(finding.facts["expected"])
    return "–"


def _findings(judgement: Judgement) -> Component:
    lines = html.Ul([_line(finding) for finding in judgement.findings], className="item-list")
    title = _("Ce qui a été vérifié, et que faire")
    return card([lines, *_deposited(judgement)], title=title, flush=True)


def _deposited(judgement: Judgement) -> list[Component]:
    """Return how many of the readings were deposited by an organisation."""
    if not judgement.deposited:
        return []
    words = plural(
        "{count} relevé journalier a été déposé par une organisation, non publié par le"
        " distributeur.",
        "{count} relevés journaliers ont été déposés par une organisation, non publiés par le"
        " distributeur.",
        judgement.deposited,
    )
    return [html.P(words, className="card-text")]


def _line(one: BillFinding) -> Component:
    labels = VERDICTS[one.verdict]
    return item(labels.icon, labels.tone, sentence(one), advice(one), [verdict_chip(one.verdict)])
