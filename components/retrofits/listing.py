"""Render the list of works with their savings, and what they save together."""

from collections.abc import Sequence
from dataclasses import dataclass

from dash.development.base_component import Component

from components import kit
from components.colleagues import ask, sentence_of
from components.costs import costs_head, method_fold
from components.exports.reports import report_act
from components.kit import html
from components.retrofits.ids import Ids
from components.retrofits.labels import PATH, state_of
from core.access import Permission, Viewer
from core.i18n import N_, _, number, plural
from core.query_string import query_string
from data.exports.types import Content
from data.metering.pces.types import PceRow
from data.money.retrofits.rules.totals import sum_savings
from data.money.retrofits.rules.words import (
    KINDS,
    bounds_words,
    dates_words,
    euros,
    kwh,
    payback_words,
    refusal_words,
    share_words,
    site_of,
    value_bounds_words,
)
from data.money.retrofits.types import MeasuredRetrofit
from data.notifications.types import HelpSubject

SIZE = 25
REMOVED = kit.RestoreNotice(
    Ids.RESTORE,
    Ids.REMOVED,
    N_("Travaux retirés"),
    N_("Vous pouvez les rétablir pendant un jour."),
    N_("Les rétablir"),
)


@dataclass(frozen=True, slots=True)
class RetrofitsFacts:
    """A page of the list, of the PCE of the address if there is one."""

    measured: Sequence[MeasuredRetrofit]
    pages: kit.Pages
    pce: str = ""
    alias: str = ""
    removed: int = 0  # id of works just removed
    deciders: Sequence[str] = ()  # colleagues who declare works, for a viewer who cannot
    sites: Sequence[PceRow] = ()  # suggestions of the picker


def retrofits_page(viewer: Viewer, facts: RetrofitsFacts) -> Component:
    writes = viewer.may(Permission.RETROFITS_WRITE)
    add = kit.button(_("Déclarer des travaux"), href=_new(facts), icon="plus-lg", kind="primary")
    report = report_act(viewer, Content.SAVINGS, _("Classeur des économies"), pce=facts.pce)
    acts = [*report, *([add] if writes else [])]
    return kit.page(
        _("Coûts"),
        actions=acts if facts.measured else [],
        lead=kit.lead(_opening(facts)) if facts.measured else None,
        children=[
            costs_head(PATH, facts.pce, facts.alias, facts.sites),
            *REMOVED.draw(facts.removed),
            *_body(facts, writes=writes),
            _method(),
        ],
        id="retrofits-page",
    )


def _new(facts: RetrofitsFacts) -> str:
    return PATH + query_string({"new": "1", "pce": facts.pce})


def _opening(facts: RetrofitsFacts) -> str:
    """Return what the works shown saved together: only those that are measured count."""
    total = sum_savings(facts.measured)
    count = plural("{count} chantier", "{count} chantiers", len(facts.measured))
    if total.count:
        count = plural("{count} chantier mesuré", "{count} chantiers mesurés", total.count)
        if total.count < len(facts.measured):
            count = _("{said} sur {count}", said=count, count=len(facts.measured))
    if facts.pages.last > 1:
        count = _("{said} sur cette page", said=count)
    if facts.pce:
        count = _("{said} pour {site}", said=count, site=facts.alias or facts.pce)
    if not total.count:
        return _("{said} : aucun n’est encore mesurable.", said=count)
    low, high = (number((total.saved_wh + sign * total.half_wh) / 1000) for sign in (-1, 1))
    amount = _(" et {amount}", amount=euros(total.cents)) if total.cents is not None else ""
    return _(
        "{said} : {saved}{amount} économisés depuis leur fin. Fourchette probable (80 %) : {low} à"
        " {high} kWh.",
        said=count,
        saved=kwh(total.saved_wh),
        amount=amount,
        low=low,
        high=high,
    )


def _body(facts: RetrofitsFacts, *, writes: bool) -> list[Component]:
    if not facts.measured:
        return [kit.card(_nothing(facts, writes=writes))]
    head = [_("Travaux"), _("Économie"), _("En euros"), _("Part"), _("Amorti"), _("État")]
    rows = [_row(measured) for measured in facts.measured]
    caption = _("Travaux et leur économie")
    listed = kit.table(head, rows, caption=caption, numbers=range(1, 5), cards=True)
    links = facts.pages.links(
        _("Pages des travaux"),
        (_("Précédents"), _("Suivants")),
        lambda page: PATH + query_string({"pce": facts.pce, "page": str(page)}),
    )
    return [kit.card([listed, *links], flush=True)]


def _row(measured: MeasuredRetrofit) -> list[kit.Children]:
    retrofit, savings, value = measured.retrofit, measured.savings, measured.value
    draft = retrofit.draft
    under = f"{site_of(retrofit)} · {_(KINDS[draft.kind])} · {dates_words(retrofit)}"
    name = [
        html.Div(kit.link(draft.name, f"{PATH}?works={retrofit.id}")),
        html.Div(under, className="muted small"),
    ]
    state = kit.label_chip(state_of(measured))
    if savings is None:
        why = html.Div(refusal_words(measured), className="muted small retrofits-why")
        return [[*name, why], kit.NONE, kit.NONE, kit.NONE, kit.NONE, state]
    saved = _figure(kwh(savings.saved_wh), bounds_words(savings))
    amount = _figure(euros(value.cents), value_bounds_words(value)) if value else kit.NONE
    years = value.payback_years if value else None
    payback = _("en {duration}", duration=payback_words(years)) if years else kit.NONE
    return [name, saved, amount, share_words(savings), payback, state]


def _figure(words: str, bounds: str) -> list[Component]:
    return [
        html.Div(html.B(words), className="nowrap"),
        html.Div(bounds, className="muted small nowrap"),
    ]


def _nothing(facts: RetrofitsFacts, *, writes: bool) -> Component:
    text = _(
        "Chaudière, isolation, régulation : dites quand les travaux ont eu lieu, et le portail"
        " mesure ce qu’ils économisent, à climat égal, avec sa marge d’erreur."
    )
    add = kit.button(_("Déclarer des travaux"), href=_new(facts), kind="primary")
    acts = [add]
    if not writes:
        text = sentence_of(facts.deciders, HelpSubject.RETROFITS)
        acts = ask(facts.deciders, HelpSubject.RETROFITS, facts.pce)
    return kit.empty("tools", _("Aucuns travaux déclarés"), text, acts)


def _method() -> Component:
    rules = [
        _(
            "La signature du site avant les travaux dit ce qu’il aurait consommé après, dans le"
            " même climat et les mêmes jours : l’économie est la différence avec ce qui a été"
            " mesuré (IPMVP, option C)."
        ),
        _(
            "La fourchette probable contient l’économie vraie quatre fois sur cinq : elle compte"
            " l’erreur du modèle, celle des jours, et leur ressemblance d’une semaine à l’autre"
            " (ASHRAE, guide 14)."
        ),
        _("Un jour sans relevé ne compte ni avant ni après : jamais comme une économie."),
        _(
            "En euros : au prix d’un kWh de plus de chaque mois, taxes comprises ; l’abonnement est"
            " dû de toute façon."
        ),
        _("D’autres changements (surface, horaires, occupation) ne sont pas retirés."),
    ]
    return method_fold(_("Comment l’économie est mesurée"), rules)
