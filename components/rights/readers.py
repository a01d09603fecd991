"""Render the rights of others on the organisation's PCEs, by third party, and the access log."""

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import groupby

from dash.development.base_component import Component

from components import kit
from components.colleagues import ask, sentence_of
from components.kit import html
from components.kit.button import Kind
from components.rights.ids import Ids
from components.rights.readers_labels import notes_of, terms, terms_of
from components.rights.readers_query import PATH, act_address, list_address
from components.rights.reads_log import reads_card
from core.access import Permission, Viewer
from core.i18n import N_, _, number, plural
from data.notifications.types import HelpSubject
from data.rights.types import HELD_LINES, HeldCounts, HeldRight, HeldView, RightState

STATES: Mapping[RightState, kit.StateLabel] = {
    RightState.PENDING: kit.StateLabel("Attend votre réponse", "hourglass-split", "warn"),
    RightState.RECHECK: kit.StateLabel("Chez le distributeur", "person-exclamation", "info"),
    RightState.ACTIVE: kit.StateLabel("Ouvert", "unlock", "ok"),
    RightState.REFUSED: kit.StateLabel("Refusé", "x-circle", "mute"),
    RightState.REVOKED: kit.StateLabel("Retiré ou révoqué", "slash-circle", "mute"),
    RightState.OBSOLETE: kit.StateLabel("Terminé", "archive", "mute"),
}


def held_page(viewer: Viewer, facts: HeldView, deciders: Sequence[str] = ()) -> Component:
    """Return the page; `deciders` are the colleagues who answer, for a viewer who cannot."""
    body = html.Div(held_body(viewer, facts), id=Ids.HELD_BODY)
    return kit.page(
        _("Qui lit vos données"),
        _("Voir qui peut lire vos PCE, jusqu’à quand, et qui a lu quoi ; répondre, retirer."),
        lead=kit.lead(opening(facts.counts)),
        children=[
            rights_tabs(readers=True),
            *_who_decides(viewer, facts.counts, deciders),
            *([_search(facts.text)] if facts.counts.all else []),
            body,
        ],
    )


def rights_tabs(*, readers: bool) -> Component:
    """Return the tabs: own requests, and readers of the organisation's PCEs."""
    return kit.tabs(
        _("Parties de la page"),
        [
            (_("Vos demandes"), "/droits", not readers),
            (_("Qui lit vos données"), PATH, readers),
        ],
    )


def pending_request_alerts(count: int) -> list[Component]:
    """Return a notice, on the requests tab, about requests that await an answer."""
    title = plural(
        "{count} demande de lire vos données attend votre réponse",
        "{count} demandes de lire vos données attendent votre réponse",
        count,
    )
    act = kit.button(_("Voir"), href=PATH, small=True)
    return kit.only_if(count, kit.alert(title, None, "warn", actions=act))


def opening(counts: HeldCounts) -> kit.Children:
    if not counts.all:
        return html.B(_("Personne d’autre ne lit vos données, ni ne le demande."))
    waits = plural(
        "{count} demande attend votre réponse",
        "{count} demandes attendent votre réponse",
        counts.waiting,
    )
    reads = plural("{count} accès ouvert", "{count} accès ouverts", counts.active)
    if not counts.active:
        reads = _("aucun accès ouvert") if counts.waiting else _("Aucun accès ouvert")
    if counts.waiting:
        return [html.B(waits), _("\u202f; {reads}.", reads=reads)]
    return [html.B(reads), _("\u202f; aucune demande n’attend.")]


def _who_decides(viewer: Viewer, counts: HeldCounts, deciders: Sequence[str]) -> list[Component]:
    if viewer.may(Permission.RIGHTS_ANSWER) or not (counts.waiting or counts.active):
        return []
    return [
        kit.alert(
            _("Vous voyez qui lit, sans pouvoir en décider"),
            sentence_of(deciders, HelpSubject.READERS),
            "info",
            actions=ask(deciders, HelpSubject.READERS),
        )
    ]


def _search(text: str) -> Component:
    box = kit.search_box(
        Ids.HELD_SEARCH, _("Chercher parmi vos lecteurs"), _("Site, PCE, organisation"), value=text
    )
    return html.Div(box, className="list-filters rights-access-filters")


def held_body(viewer: Viewer, facts: HeldView) -> list[Component]:
    """Return the content that a search changes."""
    if not facts.counts.all:
        return [_nobody(), reads_card(facts)]
    if not facts.rights:
        title = _("Aucun accès ne correspond à cette recherche")
        nothing = kit.empty("search", title, _("Cherchez un site, un PCE ou une organisation."))
        return [kit.card(nothing), *([reads_card(facts)] if facts.readers else [])]
    groups = [
        group_card(viewer, list(rights), facts.text)
        for _key, rights in groupby(facts.rights, key=lambda one: (_bucket(one), one.asker))
    ]
    return [*groups, *_pages(facts), reads_card(facts)]


def _nobody() -> Component:
    text = _("Quand une organisation demandera à lire un de vos PCE, sa demande sera ici.")
    return kit.card(kit.empty("shield-check", _("Vous seul lisez vos données"), text))


def _bucket(held_right: HeldRight) -> str:
    """Return the group of a right: its state, or one group for all ended rights."""
    return "over" if held_right.right.state.final else held_right.right.state.value


_TITLES: Mapping[RightState, str] = {
    RightState.PENDING: N_("{who} demande à lire vos données"),
    RightState.RECHECK: N_("{who} demande à lire ; le distributeur vérifie d’abord"),
    RightState.ACTIVE: N_("{who} lit vos données"),
}
_OVER = N_("{who} ne lit plus")


def group_card(viewer: Viewer, rights: Sequence[HeldRight], text: str = "") -> Component:
    """Return the rights of one organisation in one state; `text` is the search."""
    first = rights[0]
    rights_by_terms: dict[tuple[str, ...], list[HeldRight]] = {}
    for held_right in rights:
        rights_by_terms.setdefault(tuple(terms_of(held_right)), []).append(held_right)
    return kit.card(
        [
            part
            for term_lines, same in rights_by_terms.items()
            for part in _shared_facts(viewer, term_lines, same, text)
        ],
        title=_(_TITLES.get(first.right.state, _OVER), who=first.right.third_party),
        hint=_(
            "{count} PCE", count=number(len({held_right.right.number for held_right in rights}))
        ),
        actions=_for_all(viewer, rights, text),
        flush=True,
        className="rights-access-group",
    )


def _shared_facts(
    viewer: Viewer, term_lines: Sequence[str], rights: Sequence[HeldRight], text: str
) -> list[Component]:
    """Return rights with the same terms, which are shown once above them."""
    return [
        terms(term_lines),
        html.Ul(
            [
                html.Li(_line(viewer, held_right, text), className="rights-access")
                for held_right in rights
            ]
        ),
    ]


def _for_all(viewer: Viewer, rights: Sequence[HeldRight], text: str) -> list[Component]:
    """Return a bulk answer, if the organisation requests several."""
    if len(rights) < 2 or not viewer.may(Permission.RIGHTS_ANSWER):  # noqa: PLR2004 (several)
        return []
    who = rights[0].asker
    if rights[0].answerable:
        return [
            kit.button(
                _("Répondre à toutes…"), href=act_address("answer", who=who, text=text), small=True
            )
        ]
    if any(held_right.withdrawable for held_right in rights):
        words = _("Tout lui retirer…")
        href = act_address("withdraw", who=who, text=text)
        return [kit.button(words, href=href, kind="danger", small=True)]
    return []


def _line(viewer: Viewer, one: HeldRight, text: str) -> list[Component]:
    return [
        html.Div(
            [
                html.Div(
                    [
                        html.B(one.alias or one.right.number),
                        html.Span(f"PCE {one.right.number}", className="tabular"),
                        kit.label_chip(STATES[one.right.state]),
                    ],
                    className="rights-access-name",
                ),
                *(html.P(words) for words in notes_of(one)),
            ],
            className="rights-access-words",
        ),
        *_acts(viewer, one, text),
    ]


def _acts(viewer: Viewer, held_right: HeldRight, text: str) -> list[Component]:
    if not viewer.may(Permission.RIGHTS_ANSWER):
        return []
    if held_right.answerable:
        words, act = _("Répondre…"), "answer"
    elif held_right.withdrawable:
        words, act = _("Retirer l’accord…"), "withdraw"
    else:
        return []
    about = f"{held_right.right.third_party}, {held_right.alias or held_right.right.number}"
    label = [html.Span(words), html.Span(f" – {about}", className="visually-hidden")]
    href = act_address(act, right=held_right.right.uid, text=text)
    kind: Kind = "primary" if held_right.answerable else "danger"
    return [
        html.Div(
            kit.button(label, href=href, kind=kind, small=True), className="rights-access-acts"
        )
    ]


def _pages(facts: HeldView) -> list[Component]:
    pages = kit.Pages(facts.match_count, HELD_LINES, facts.page)
    return pages.links(
        _("Pages des accès"),
        (_("Précédents"), _("Suivants")),
        partial(list_address, facts.text),
        _("page {page} sur {last}", page=number(pages.here), last=number(pages.last)),
    )
