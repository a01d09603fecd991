"""Render a bill: its verdict, its figures beside the readings, and what to do."""

from collections.abc import Callable, Collection

from dash.development.base_component import Component

from components.bills.figures import (
    amount_of,
    coefficient,
    days_ahead,
    days_missing,
    euros,
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
from components.kit import NONE, Children, alert, button, card, chip, html, item, page, table
from core.access import Permission, Viewer
from core.i18n import _, plural
from data.money.bills.types import (
    Bill,
    BillDraft,
    BillFinding,
    BillPoint,
    BillVerdict,
    JudgedBill,
    Judgement,
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
            alert(_verdict(judgement), _why(bill, judgement), labels.alert),
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


def _verdict(judgement: Judgement) -> str:
    """Return the verdict in one sentence: what is billed in excess or short, in kWh and €."""
    labels = VERDICTS[judgement.verdict]
    if judgement.verdict is not BillVerdict.DIFFERS:
        return _(labels.title)
    if judgement.off and judgement.gap_wh:
        gap, billed = kwh(abs(judgement.gap_wh)), judgement.gap_wh > 0
        words = _("{gap} facturés de trop", gap=gap) if billed else _("{gap} non facturés", gap=gap)
        if judgement.gap_cents:
            return _("{gap}, soit {amount}", gap=words, amount=euros(abs(judgement.gap_cents)))
        return words
    if judgement.first_of(BillPoint.AMOUNT_OFF) and judgement.amount_cents:
        amount = euros(abs(judgement.amount_cents))
        if judgement.amount_cents > 0:
            return _("{amount} facturés au-delà de vos prix", amount=amount)
        return _("{amount} facturés en deçà de vos prix", amount=amount)
    return _(labels.title)


def _why(bill: Bill, judgement: Judgement) -> str:
    """Return what the verdict rests on: the first finding, or the figures that agree."""
    if judgement.verdict is BillVerdict.UNKNOWN:
        return _unverified(judgement)
    if judgement.verdict is not BillVerdict.AGREES:
        return sentence(judgement.findings[0])
    read = read_words(judgement.low_wh, judgement.high_wh)
    same = _("{billed} facturés, {read} relevés.", billed=kwh(bill.draft.energy_wh), read=read)
    if judgement.amount_cents is None:
        return _("{energy} Son montant n’a pas pu être comparé à vos prix.", energy=same)
    return _("{energy} Son montant est celui de vos prix.", energy=same)


def _unverified(judgement: Judgement) -> str:
    """Return why the readings cannot verify the bill."""
    ahead = sum(amount_of(finding.facts.get("ahead")) for finding in judgement.findings)
    if ahead:
        return _("{days}.", days=days_ahead(ahead))
    if judgement.missing:
        return _("{days} dans les relevés.", days=days_missing(judgement.missing))
    return _("Trop de jours sont estimés dans les relevés.")


def _figures(bill: Bill, judgement: Judgement) -> Component:
    draft = bill.draft
    read = _or(judgement.coefficient_e4, coefficient)
    rows: list[list[Children]] = [
        [_("Période"), period(draft.first, draft.last), _("les mêmes jours"), "–"],
        [_("Établie"), _(NATURES[draft.nature]), "–", "–"],
        _index_row(_("Index de début"), "start", draft.start_dm3, judgement),
        _index_row(_("Index de fin"), "end", draft.end_dm3, judgement),
        [_("Coefficient"), _or(draft.coefficient_e4, coefficient), read,
         _gap(judgement, {BillPoint.COEFFICIENT_OFF, BillPoint.PRODUCT_OFF})],
        [_("Énergie PCS"), kwh(draft.energy_wh), read_words(judgement.low_wh, judgement.high_wh),
         _energy_mark(judgement)],
        *_amount_rows(draft, judgement),
    ]  # fmt: skip
    rows = [row for row in rows if any(cell != NONE for cell in row[1:])]
    head = [_("Quoi"), _("Sur la facture"), _("Selon les relevés et vos prix"), _("Écart")]
    title = _("La facture comparée aux relevés")
    listed = table(head, rows, caption=title, numbers=[1, 2, 3], cards=True)
    return card(listed, title=title, flush=True)


_INDEX = {BillPoint.INDEX_SAME, BillPoint.INDEX_OFF, BillPoint.INDEX_SHIFTED}


def _index_row(label: str, side: str, billed: int | None, judgement: Judgement) -> list[Children]:
    if billed is None:
        return [label, "–", "–", "–"]
    for finding in judgement.findings:
        if finding.point in _INDEX and finding.facts["side"] == side:
            read = finding.facts["read"]
            if isinstance(read, int):
                return [label, m3(billed), m3(read), _mark(finding.verdict, billed - read, m3)]
    return [label, m3(billed), "–", "–"]


def _amount_rows(draft: BillDraft, judgement: Judgement) -> list[list[Children]]:
    """Return the price of the billed energy, then the amount beside that of the energy read."""
    amount, energy = judgement.amount, judgement.energy
    expected = amount_of(amount.facts["expected"]) if amount else None
    price: list[Children] = [
        _("Prix des kWh facturés"), _or(draft.cents, euros), _or(expected, euros),
        _mark(amount.verdict, judgement.amount_cents, euros) if amount else "–",
    ]  # fmt: skip
    mark: Children = "–"
    read, gap = None, judgement.total_gap_cents
    if amount and energy and gap is not None:
        read = amount_of(draft.cents) - gap
        verdict = min(amount.verdict, energy.verdict, key=list(BillVerdict).index)
        near = abs(gap) <= amount_of(amount.facts["cents_leeway"])
        mark = _mark(BillVerdict.AGREES if near else verdict, gap, euros)
    return [price, [_("Montant"), _or(draft.cents, euros), _or(read, euros), mark]]


def _energy_mark(judgement: Judgement) -> Children:
    energy = judgement.energy
    return _mark(energy.verdict, judgement.gap_wh, kwh) if energy else "–"


def _gap(judgement: Judgement, points: Collection[BillPoint]) -> Children:
    """Return the mark of the first finding about `points`."""
    verdicts = [finding.verdict for finding in judgement.findings if finding.point in points]
    return _mark(verdicts[0], None, str) if verdicts else "–"


def _mark(verdict: BillVerdict, value: int | None, words: Callable[[object], str]) -> Children:
    """Return `juste`, or the signed gap, in the colour of its verdict."""
    labels, text = VERDICTS[verdict], _("juste")
    if verdict is not BillVerdict.AGREES:
        text = f"{'+' if value > 0 else ''}{words(value)}" if value else _(labels.word)
    return chip(text, icon=labels.icon, tone=labels.tone)


def _or(value: int | None, words: object) -> str:
    return "–" if value is None or not callable(words) else str(words(value))


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
