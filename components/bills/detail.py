"""One bill: its verdict, what it says beside what was read, and what to do."""

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
from components.bills.words import NATURES, advice, sentence
from components.bills.words import VERDICTS as LOOKS
from components.kit import Children, alert, button, card, html, item, page, table
from data.access import Permission, Viewer
from data.bills.types import Bill, Finding, Judged, Judgement, Point, Told, Verdict
from i18n import N_, _, plural

VERDICTS = {
    Verdict.DIFFERS: N_("Cette facture diffère des relevés"),
    Verdict.TO_CHECK: N_("Cette facture est à vérifier"),
    Verdict.UNKNOWN: N_("Cette facture ne peut être vérifiée"),
    Verdict.AGREES: N_("Cette facture concorde avec les relevés"),
}
_TONES = {
    Verdict.DIFFERS: "bad",
    Verdict.TO_CHECK: "warn",
    Verdict.UNKNOWN: "info",
    Verdict.AGREES: "ok",
}


def bill_page(viewer: Viewer, judged: Judged) -> Component:
    bill, said = judged.bill, judged.judgement
    title = title_of(bill)
    return page(
        title,
        _("{site}, PCE {number}", site=site_of(bill), number=bill.draft.pce)
        if bill.alias
        else _("PCE {number}", number=bill.draft.pce),
        crumbs=((_("Factures"), PATH), (title, None)),
        actions=_acts(viewer, bill),
        children=[
            alert(_(VERDICTS[said.verdict]), _why(said), _TONES[said.verdict]),  # type: ignore[arg-type]
            _figures(bill, said),
            _findings(said),
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


def _why(said: Judgement) -> str:
    """The difference, with what it is worth; else what stands in the way."""
    if said.verdict is Verdict.AGREES:
        return _("Ses chiffres correspondent aux relevés, dans la tolérance.")
    if said.verdict is Verdict.UNKNOWN:
        return _unverified(said)
    if said.gap_wh and said.findings[0].point in _ENERGY and not said.findings[0].by_a_day:
        gap = gap_words(said.gap_wh)
        if said.gap_cents:
            return _("{gap}, soit {amount}.", gap=gap, amount=euros(abs(said.gap_cents)))
        return _("{gap}.", gap=gap)
    return sentence(said.findings[0])


def _unverified(said: Judgement) -> str:
    """What the readings lack."""
    ahead = sum(amount_of(one.told.get("ahead")) for one in said.findings)
    if ahead:
        return _("{days}.", days=days_ahead(ahead))
    if said.missing:
        return _("{days} dans les relevés.", days=days_missing(said.missing))
    return _("Trop de jours sont estimés dans les relevés.")


_ENERGY = {Point.ENERGY_OFF, Point.RUN_OFF, Point.ESTIMATED}


def _figures(bill: Bill, said: Judgement) -> Component:
    draft = bill.draft
    by_point = {(one.point, one.told.get("side")): one for one in said.findings}
    read = _or(said.coefficient_e4, coefficient)
    rows: list[list[Children]] = [
        [_("Période"), period(draft.first, draft.last), _("les mêmes jours")],
        [_("Établie"), _(NATURES[draft.nature]), "–"],
        [_("Index de début"), _or(draft.start_dm3, m3), _index(by_point, "start")],
        [_("Index de fin"), _or(draft.end_dm3, m3), _index(by_point, "end")],
        [_("Coefficient"), _or(draft.coefficient_e4, coefficient), read],
        [_("Énergie PCS"), kwh(draft.energy_wh), read_words(said.low_wh, said.high_wh)],
        [_("Montant"), _or(draft.cents, euros), _expected(said)],
    ]
    head = [_("Quoi"), _("Sur la facture"), _("Selon les relevés et vos prix")]
    listed = table(head, rows, caption=_("La facture comparée aux relevés"), numbers=[1, 2])
    return card(listed, title=_("La facture comparée aux relevés"), flush=True)


def _or(value: int | None, words: object) -> str:
    return "–" if value is None or not callable(words) else str(words(value))


def _index(found: Mapping[tuple[Point, Told], Finding], side: str) -> str:
    for point in (Point.INDEX_SAME, Point.INDEX_OFF, Point.INDEX_SHIFTED):
        one = found.get((point, side))
        if one is not None and one.told["read"] is not None:
            return m3(one.told["read"])
    return "–"


def _expected(said: Judgement) -> str:
    for one in said.findings:
        if one.point in {Point.AMOUNT_SAME, Point.AMOUNT_OFF}:
            return euros(one.told["expected"])
    return "–"


def _findings(said: Judgement) -> Component:
    lines = html.Ul([_line(one) for one in said.findings], className="item-list")
    title = _("Ce qui a été vérifié, et que faire")
    return card([lines, *_deposited(said)], title=title, flush=True)


def _deposited(said: Judgement) -> list[Component]:
    """How many of the days read are no word of the distributor's."""
    if not said.deposited:
        return []
    words = plural(
        "{count} relevé journalier a été déposé par une organisation, non publié par le"
        " distributeur.",
        "{count} relevés journaliers ont été déposés par une organisation, non publiés par le"
        " distributeur.",
        said.deposited,
    )
    return [html.P(words, className="card-text")]


def _line(one: Finding) -> Component:
    _words, glyph, tone = LOOKS[one.verdict]
    return item(glyph, tone, sentence(one), advice(one), [verdict_chip(one.verdict)])
