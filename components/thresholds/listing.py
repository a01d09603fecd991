"""The page of thresholds: what is open, then every threshold one may see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dash import dcc
from dash.development.base_component import Component

from components.kit import (
    Children,
    button,
    card,
    column,
    empty,
    grid,
    html,
    lead,
    page,
    search_box,
    segments,
)
from components.kit.grid import HEAD, ROW
from components.thresholds.episodes import episode_list, seen_store
from components.thresholds.filters import ALL, OPEN, PAUSED, filter_model, show_of
from components.thresholds.ids import Ids
from components.thresholds.words import KINDS, kind_text, watched_text
from data.access import Permission, Viewer
from data.notifications.rules.words import severity_name
from data.thresholds.types import (
    Counts,
    EpisodeRow,
    HomeEpisodes,
    ThresholdFilter,
    ThresholdKind,
    ThresholdRow,
)
from i18n import _, number, plural, short_day

TALLEST = HEAD + 12 * ROW + 2  # px, whole lines
SITES = 3


@dataclass(frozen=True, slots=True)
class ListFacts:
    """What the page shows before anybody touches it."""

    wanted: ThresholdFilter
    counts: Counts
    home: HomeEpisodes
    episodes: Sequence[EpisodeRow]
    closed: bool = False  # past episodes too
    staff: bool = False  # sees those of every organisation


def thresholds_page(viewer: Viewer, facts: ListFacts) -> Component:
    writes = viewer.may(Permission.THRESHOLDS_WRITE)
    if not facts.counts.total and not facts.wanted.pce:
        return _page(nothing_yet(writes=writes))
    return _page(
        [
            episodes_card(facts),
            filters(facts),
            grid_card(facts, writes=writes),
            seen_store(),
        ],
        actions=actions(writes=writes),
        sentence=lead(opening(facts.home)),
    )


def _page(children: Children, actions: Children = (), sentence: Children = None) -> Component:
    return page(
        _("Seuils"),
        _("Être prévenu à temps, sans être submergé."),
        actions=actions,
        lead=sentence,
        children=children,
    )


def actions(*, writes: bool) -> list[Component]:
    """The sheet out and in, many at once, and the one that most people come for."""
    made = [
        button(_("Exporter"), href="/export/seuils?format=xlsx", icon="download", download=True)
    ]
    if writes:
        made += [
            button(_("Importer"), href="/seuils?sheet=1", icon="upload"),
            button(_("Plusieurs PCE"), href="/seuils?many=1", icon="ui-checks"),
            button(_("Nouveau seuil"), href="/seuils?new=1", icon="plus-lg", kind="primary"),
        ]
    return made


def opening(home: HomeEpisodes) -> list[Component | str]:
    """How things stand, in one sentence."""
    if not home.exceeded and not home.warned:
        return quiet(home)
    exceeded = plural(
        "{count} dépassement en cours", "{count} dépassements en cours", home.exceeded
    )
    warned = plural("{count} seuil approché", "{count} seuils approchés", home.warned)
    snoozed = plural("{count} reporté", "{count} reportés", home.snoozed)
    counts = ((home.exceeded, exceeded), (home.warned, warned), (home.snoozed, snoozed))
    first, *rest = [words for count, words in counts if count]
    return [html.B(first), *(f", {words}" for words in rest), "."]


def quiet(home: HomeEpisodes) -> list[Component | str]:
    if not home.days_without:
        return [_("Aucun dépassement en cours.")]
    days = plural("{count} jour", "{count} jours", home.days_without)
    return [_("Aucun dépassement depuis "), html.B(days), "."]


def nothing_yet(*, writes: bool) -> Component:
    if not writes:
        text = _("Un gestionnaire de votre organisation peut en poser ; vous les verrez ici.")
        return card(empty("bell", _("Aucun seuil pour l’instant"), text))
    return card(
        empty(
            "bell",
            _("Aucun seuil pour l’instant"),
            _(
                "Choisissez un PCE : les valeurs sont proposées d’après ses trois dernières années,"
                " et vous voyez ce qu’elles auraient fait avant d’enregistrer."
            ),
            [
                button(_("Poser un premier seuil"), href="/seuils?new=1", kind="primary"),
                button(_("Importer une feuille"), href="/seuils?sheet=1", icon="upload"),
            ],
        )
    )


def episodes_card(facts: ListFacts) -> Component:
    options = [("open", _("En cours")), ("all", _("Avec les passés"))]
    shown = "all" if facts.closed else "open"
    return card(
        html.Div(episode_list(facts.episodes, closed=facts.closed), id=Ids.EPISODES),
        title=_("Dépassements"),
        actions=segments(Ids.SHOW_EPISODES, _("Dépassements affichés"), options, shown),
        flush=True,
    )


def filters(facts: ListFacts) -> Component:
    box = search_box(
        Ids.SEARCH, _("Chercher un seuil"), _("Nom, étiquette ou PCE"), value=facts.wanted.text
    )
    options = chips(facts.counts, show_of(facts.wanted))
    return html.Div(
        [
            box,
            segments(Ids.SHOW, _("Seuils affichés"), options, show_of(facts.wanted)),
            dcc.Store(id=Ids.FOR_PCE, data=facts.wanted.pce),
        ],
        className="list-filters",
    )


def chips(counts: Counts, pressed: str) -> list[tuple[str, str]]:
    """A word and a count each; kinds that nobody uses are left out."""
    kinds = [
        (kind.value, f"{_(KINDS[kind])} {number(counts.by_kind.get(kind, 0))}")
        for kind in ThresholdKind
        if counts.by_kind.get(kind) or pressed == kind.value
    ]
    return [
        (ALL, f"{_('Tous')} {number(counts.total)}"),
        (OPEN, f"{_('En dépassement')} {number(counts.open)}"),
        (PAUSED, f"{_('Suspendus')} {number(counts.paused)}"),
        *kinds,
    ]


def grid_card(facts: ListFacts, *, writes: bool) -> Component:
    picks = {"rowSelection": {"mode": "multiRow", "headerCheckbox": False}} if writes else {}
    return card(
        [
            html.P(id=Ids.COUNT, className="list-count", role="status"),
            html.P(
                _("Faites glisser le tableau pour voir les autres colonnes."),
                className="list-hint",
            ),
            nothing_found(),
            grid(
                Ids.GRID,
                columns(staff=facts.staff),
                page_label=_("Seuils"),
                infinite=True,
                height=min(TALLEST, HEAD + ROW * max(facts.counts.total, 1) + 2),
                grid_options=picks,
                filterModel=filter_model(facts.wanted),
            ),
            *([selection_bar()] if writes else []),
        ],
        title=_("Tous les seuils"),
        flush=True,
    )


def nothing_found() -> Component:
    return html.Div(
        empty(
            "search",
            _("Aucun seuil ne répond à ces filtres"),
            _("Effacez-les pour revoir tous vos seuils."),
            button(_("Effacer les filtres"), id=Ids.CLEAR, icon="x-lg"),
            heading=3,
        ),
        id=Ids.NOTHING,
        hidden=True,
    )


def columns(*, staff: bool) -> list[dict[str, Any]]:
    quiet: dict[str, Any] = {"filter": "agTextColumnFilter", "suppressHeaderFilterButton": True}
    return [
        column(
            "name", _("Seuil"), width=250, minWidth=170, pinned=True, renderer="KitLink", **quiet
        ),
        column("state", _("État"), width=190, minWidth=160, renderer="KitChip", **quiet),
        column("scope", _("Portée"), width=230, minWidth=160, **quiet),
        column("kind", _("Type"), width=220, minWidth=190),
        column("severity", _("Gravité"), width=110, minWidth=100),
        column("valid", _("Validité"), width=190, minWidth=150),
        column("changed", _("Changé le"), width=110, minWidth=110),
        column("organisation", _("Organisation"), width=160, minWidth=130, hide=not staff),
    ]


def grid_row(row: ThresholdRow) -> dict[str, object]:
    """One line of the grid, every cell already a text."""
    return {
        "id": str(row.id),
        "mine": row.mine,
        "name": {"text": row.name, "href": f"/seuils?edit={row.id}"},
        "state": state_cell(row),
        "scope": scope_text(row),
        "kind": kind_text(row.kind, row.period),
        "severity": severity_name(row.severity),
        "valid": valid_text(row),
        "changed": short_day(row.changed_at.date()),
        "organisation": row.organisation or "–",
    }


def state_cell(row: ThresholdRow) -> Mapping[str, str]:
    if row.removed:
        return {"word": _("Retiré"), "icon": "trash", "tone": "mute"}
    if row.paused:
        return {"word": _("Suspendu"), "icon": "pause-circle", "tone": "mute"}
    if row.exceeded:
        word = plural("{count} dépassement", "{count} dépassements", row.exceeded)
        return {"word": word, "icon": "exclamation-octagon-fill", "tone": "bad"}
    if row.warned:
        word = plural("{count} approche", "{count} approches", row.warned)
        return {"word": word, "icon": "exclamation-triangle-fill", "tone": "warn"}
    return {"word": _("Normal"), "icon": "check-circle-fill", "tone": "ok"}


def scope_text(row: ThresholdRow) -> str:
    """`Sport, 12 PCE`, or its sites."""
    if row.tag:
        pces = watched_text(row.pces)
        return _("étiquette {tag}, {pces}", tag=row.tag, pces=pces)
    names = ", ".join(row.sites[:SITES])
    more = row.pces - len(row.sites[:SITES])
    return f"{names} + {number(more)}" if more > 0 and names else names or watched_text(row.pces)


def valid_text(row: ThresholdRow) -> str:
    if row.valid_from and row.valid_to:
        first, last = short_day(row.valid_from), short_day(row.valid_to)
        return _("du {first} au {last}", first=first, last=last)
    if row.valid_to:
        return _("jusqu’au {last}", last=short_day(row.valid_to))
    if row.valid_from:
        return _("depuis le {first}", first=short_day(row.valid_from))
    return "–"


def selection_bar() -> Component:
    """What may be done to the ticked lines."""
    return html.Div(
        [
            html.Span(selected_text(0), id=Ids.SELECTED, role="status"),
            button(_("Suspendre"), id=Ids.PAUSE, icon="pause", small=True),
            button(_("Reprendre"), id=Ids.RESUME, icon="play", small=True),
            button(_("Retirer"), id=Ids.REMOVE, icon="trash", small=True, kind="danger"),
        ],
        className="selection-bar",
    )


def selected_text(count: int) -> str:
    if not count:
        return _("Cochez des seuils pour les suspendre, les reprendre ou les retirer.")
    return plural("{count} seuil coché", "{count} seuils cochés", count)


def count_text(total: int) -> str:
    return plural("{count} seuil", "{count} seuils", total)
