"""Render the distributor's page of contracts: summary, filters, grid and new contract."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from dash.development.base_component import Component

from components import kit
from components.contracts.acts import pending_count
from components.contracts.drawer import DRAWER
from components.contracts.filters import ALL, ContractQuery, filter_model
from components.contracts.ids import Ids
from components.contracts.labels import LOOKS, SOON
from components.contracts.rows import columns
from components.kit import html
from core.i18n import N_, _, plural, short_day
from data.contracts.rules.labels import STATES
from data.contracts.types import ContractState

SCREEN = kit.GridScreen(
    Ids.GRID,
    Ids.COUNT,
    Ids.NOTHING,
    Ids.CLEAR,
    {Ids.SEARCH: "", Ids.STATE: ALL, Ids.WAITS: False, Ids.ENDING: False},
    words=Ids.WORDS,
)


@dataclass(frozen=True, slots=True)
class SealFacts:
    """Certificate that seals contracts, its expiry and the days left."""

    demo: bool
    ends_on: date
    days: int


@dataclass(frozen=True, slots=True)
class ContractListFacts:
    """Initial content of the page."""

    list_view: ContractQuery
    counts: Mapping[ContractState, int]
    waiting: int = 0  # for an account manager
    ending: int = 0  # within 60 days
    without: Sequence[tuple[int, str]] = ()  # organisations without contract
    opened: Sequence[Component] = field(default=())
    seal: SealFacts | None = None  # None before the first seal


def list_page(facts: ContractListFacts) -> Component:
    body = _list(facts) if any(facts.counts.values()) else [kit.card(_nothing())]
    return kit.page(
        _("Contrats"),
        _("Contresigner ce que les clients ont signé, et voir quels contrats finissent."),
        lead=kit.lead(opening(facts)),
        children=[*_seal(facts.seal), *body, *_begin(facts), pending_count(facts.waiting)],
    )


def _seal(seal: SealFacts | None) -> list[Component]:
    """Return a warning about a certificate that expires soon or is for demonstration."""
    if seal is None:
        return []
    if seal.days <= SOON:
        return [_ending(seal)]
    if not seal.demo:
        return []
    message = _(
        "Il a été créé par l’espace client lui-même : ce qu’il scelle n’engage personne. Indiquez"
        " celui du distributeur dans PORTAL_SEAL_P12."
    )
    return [kit.alert(_("Certificat de démonstration"), message, "warn")]


def _ending(seal: SealFacts) -> Component:
    after = _("Ensuite, plus rien ne peut être signé ni contresigné : mettez-en un autre.")
    if seal.days < 0:
        over = _("Certificat de scellement échu depuis le {day}", day=short_day(seal.ends_on))
        return kit.alert(over, _("Rien ne peut être signé ni contresigné : remplacez-le."), "bad")
    title = plural(
        N_("Certificat de scellement : fin dans {count} jour"),
        N_("Certificat de scellement : fin dans {count} jours"),
        seal.days,
    )
    return kit.alert(title, after, "warn")


def opening(facts: ContractListFacts) -> list[Component | str]:
    """Return a summary such as `2 contrats à contresigner ; 1 finit sous 60 jours`."""
    first = (
        plural("{count} contrat à contresigner", "{count} contrats à contresigner", facts.waiting)
        if facts.waiting
        else _("Rien à contresigner")
    )
    active = plural("{count} actif", "{count} actifs", facts.counts[ContractState.ACTIVE])
    ending = plural("{count} finit sous 60 jours", "{count} finissent sous 60 jours", facts.ending)
    return [html.B(first), _(" ; {active}, {ending}.", active=active, ending=ending)]


def _nothing() -> Component:
    message = _("Un contrat apparaît ici dès qu’une organisation remplit son dossier.")
    return kit.empty("file-earmark-text", _("Aucun contrat pour l’instant"), message)


def _list(facts: ContractListFacts) -> list[Component]:
    table = SCREEN.table(
        columns(facts.list_view),
        sum(facts.counts.values()),
        _("Aucun contrat ne correspond à ces filtres"),
        page_label=_("Contrats"),
        row_key="uid",
        filterModel=filter_model(facts.list_view),
    )
    opened, look = facts.list_view.open if facts.opened else "", "contracts-drawer"
    label, options = _("État des contrats affichés"), chip_options(facts.counts)
    return [
        kit.state_chips(Ids.STATE, label, options, facts.list_view.state),
        kit.card(
            [_filters(facts.list_view), SCREEN.count_line(), kit.swipe_hint(), *table], flush=True
        ),
        DRAWER.draw(_("Détail d’un contrat"), facts.opened, opened, look),
    ]


def chip_options(counts: Mapping[ContractState, int]) -> list[tuple[str, kit.Children]]:
    """Return an icon, a label and a count per state."""
    states = ((state, LOOKS[state][0], STATES[state]) for state in ContractState)
    return kit.state_options(ALL, states, counts)


def _filters(list_view: ContractQuery) -> Component:
    return html.Div(
        [
            kit.search_box(
                Ids.SEARCH,
                _("Chercher un contrat"),
                _("Organisation, numéro, SIREN"),
                value=list_view.text,
            ),
            kit.switch(Ids.WAITS, _("À contresigner"), list_view.waits),
            kit.switch(Ids.ENDING, _("Finit sous 60 jours"), list_view.ending),
        ],
        className="list-filters rights-filters",
    )


def count_text(count: int | None) -> str:
    return plural("{count} contrat", "{count} contrats", count or 0)


def _begin(facts: ContractListFacts) -> list[Component]:
    """Return the form that starts the contract of an organisation without one."""
    if not facts.without:
        return []
    options = [(str(id_), name) for id_, name in facts.without]
    hint_text = _("Le client complète le dossier depuis sa page « Contrats », puis signe.")
    fields = html.Div(
        [
            kit.select_field(
                Ids.WITHOUT, _("Organisation"), options, options[0][0], hint=hint_text
            ),
            html.Div(kit.button(_("Commencer son contrat"), id=Ids.BEGIN_FOR, kind="primary")),
        ],
        className="contracts-begin",
    )
    title = plural(
        "{count} organisation sans contrat", "{count} organisations sans contrat",
        len(facts.without),
    )  # fmt: skip
    return [kit.card(fields, title=title)]
