"""Render the list of prices: component, PCEs and dates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from dash.development.base_component import Component

from components import kit
from components.colleagues import ask, sentence_of
from components.costs import PRICES, costs_head
from components.kit import html
from components.prices.labels import KINDS, amount_words
from components.prices.successive import TariffHistory, successive_card
from core.access import Permission, Viewer
from core.i18n import _, plural, short_day
from core.query_string import query_string
from data.metering.pces.types import PceRow
from data.metering.prices.rules.costs import in_force
from data.metering.prices.types import Component as Price
from data.metering.prices.types import PriceDraft, PriceKind
from data.notifications.types import HelpSubject

PATH = PRICES
SIZE = 50


@dataclass(frozen=True, slots=True)
class PricesFacts:
    """Content of the list; `pce` and `alias` are set when the address names a PCE."""

    prices: Sequence[Price]
    page: int = 1
    pce: str = ""
    alias: str = ""
    deciders: Sequence[str] = ()  # colleagues who enter prices, for a viewer who cannot
    sites: Sequence[PceRow] = ()  # suggestions of the picker


def prices_page(viewer: Viewer, facts: PricesFacts, history: TariffHistory) -> Component:
    writes = viewer.may(Permission.PRICES_WRITE)
    add = kit.button(_("Saisir un tarif"), href=_new(facts), icon="plus-lg", kind="primary")
    bring = kit.button(_("Importer"), href=f"{PATH}?sheet=1", icon="upload")
    export = kit.button(
        _("Exporter"), href="/export/feuilles/prix?format=xlsx", icon="download", download=True
    )
    acts = [*([export] if facts.prices else []), *([bring, add] if writes else [])]
    return kit.page(
        _("Coûts"),
        actions=acts,
        lead=kit.lead(_opening(facts)),
        children=[
            costs_head(PATH, facts.pce, facts.alias, facts.sites),
            *(successive_card(history) if facts.pce else []),
            *_body(facts, viewer, writes=writes),
            _rules(),
        ],
        id="prices-page",
    )


def _opening(facts: PricesFacts) -> str:
    count_label = plural("{count} prix saisi", "{count} prix saisis", len(facts.prices))
    if not facts.pce:
        return _("{said}.", said=count_label)
    site = facts.alias or facts.pce
    return _("{said} pour {site} ou tous les PCE.", said=count_label, site=site)


def _body(facts: PricesFacts, viewer: Viewer, *, writes: bool) -> list[Component]:
    if not facts.prices:
        return [kit.card(_nothing(facts, writes=writes))]
    missing = all(
        price.draft.kind is not PriceKind.VARIABLE or price.draft.amount < 0
        for price in facts.prices
    )
    pages = kit.Pages(len(facts.prices), SIZE, facts.page)
    drafts_in_force = _effective_price(facts, viewer.today)
    rows = [
        _row(price, viewer.today, drafts_in_force, writes=writes)
        for price in pages.rows(facts.prices)
    ]
    head = [_("Nom"), _("Montant"), _("Pour"), _("État"), _("Validité"), _("Sorte")]
    listed = kit.table(head, rows, caption=_("Prix saisis"), numbers=[1], cards=True)
    words = _("Précédents"), _("Suivants")
    here = query_string({"pce": facts.pce}, "&")
    links = pages.links(_("Pages des prix"), words, f"{PATH}?page={{}}{here}".format)
    return [
        *([_unpriced()] if missing else []),
        kit.card([listed, *links], flush=True),
    ]


def _unpriced() -> Component:
    return kit.alert(
        _("Aucun prix du gaz lui-même"),
        _("Des parts fixes et des taxes seules ne donnent pas de coût : ajoutez un prix du gaz."),
        "warn",
    )


def _new(facts: PricesFacts) -> str:
    """Return the address of a new tariff, for the PCE of the list if there is one."""
    return f"{PATH}?new=1{query_string({'pce': facts.pce}, '&')}"


def _nothing(facts: PricesFacts, *, writes: bool) -> Component:
    text = _(
        "Sans prix, les consommations ne s’affichent pas en euros. Saisissez le prix du"
        " gaz, l’abonnement et les taxes en une fois, ou par un fichier."
    )
    if not writes:
        text = _("Sans prix, les consommations ne s’affichent pas en euros.")
        text = f"{text} {sentence_of(facts.deciders, HelpSubject.PRICES)}"
    add = kit.button(_("Saisir un tarif"), href=_new(facts), kind="primary")
    bring = kit.button(_("Importer un fichier"), href=f"{PATH}?sheet=1")
    acts = [bring, add] if writes else ask(facts.deciders, HelpSubject.PRICES, facts.pce)
    return kit.empty("currency-euro", _("Aucun prix saisi"), text, acts)


def _effective_price(facts: PricesFacts, today: date) -> set[PriceDraft]:
    """Return the prices that apply to the chosen PCE today, or all of them without one."""
    drafts = [price.draft for price in facts.prices]
    return set(in_force(drafts, today)) if facts.pce else set(drafts)


def _row(
    price: Price, today: date, drafts_in_force: set[PriceDraft], *, writes: bool
) -> list[kit.Children]:
    draft = price.draft
    name = kit.link(draft.name, f"{PATH}?edit={price.id}") if writes else draft.name
    return [
        name,
        html.Span(amount_words(draft), className="nowrap"),
        _for(price),
        _state(draft, today, drafts_in_force),
        _dates(draft),
        _(KINDS[draft.kind]),
    ]


def _for(price: Price) -> str:
    target = price.draft.target
    if target.pce:
        return f"{price.alias} {target.pce}".strip()
    return _("étiquette {tag}", tag=target.tag) if target.tag else _("tous les PCE")


def _dates(draft: PriceDraft) -> str:
    if draft.last is None:
        return _("depuis le {first}", first=short_day(draft.first))
    return _("du {first} au {last}", first=short_day(draft.first), last=short_day(draft.last))


def _state(draft: PriceDraft, today: date, drafts_in_force: set[PriceDraft]) -> Component:
    if draft.first > today:
        return kit.chip(_("à venir"), icon="calendar-event")
    if draft.last is not None and draft.last < today:
        return kit.chip(_("terminé"), icon="archive")
    if draft not in drafts_in_force:
        return kit.chip(_("remplacé par un prix plus précis"), icon="layers")
    return kit.chip(_("en vigueur"), icon="check-circle-fill", tone="ok")


def _rules() -> Component:
    rules = [
        _(
            "Entre deux prix du même nom, le plus précis l’emporte : celui d’un PCE, puis celui"
            " d’une étiquette (la première par ordre alphabétique), puis celui de tous les PCE."
        ),
        _("Les parts fixes se répartissent par jour : un mois entier coûte ce qui a été saisi."),
        _("Un jour sans prix du gaz n’est pas gratuit : il manque, et la couverture l’indique."),
        _("Les prix sont par kWh PCS, comme sur les factures et les relevés."),
    ]
    return kit.card(html.Ul([html.Li(rule) for rule in rules]), title=_("Comment ils comptent"))
