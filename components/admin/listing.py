"""Render the list of people and the pending invitations."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dash import dcc
from dash.development.base_component import Component

from components import kit
from components.admin.filters import ALL, filter_model
from components.admin.ids import Ids, invitation_button
from components.admin.labels import STATES, invitation_chip, people_text, role_word, waiting_text
from components.kit import html
from core.i18n import _, clock, number, short_day
from data.administration.people.types import InvitationRow, PeopleFilter, PersonRow, PersonState

FEW = 3  # names of invited people in a sentence
SCREEN = kit.GridScreen(
    Ids.GRID,
    Ids.COUNT,
    Ids.NOTHING,
    Ids.CLEAR,
    {Ids.SEARCH: "", Ids.STATE: ALL},
    words=Ids.ASKED,
)


@dataclass(frozen=True, slots=True)
class PeopleFacts:
    """Initial content of the list; `place` None means all organisations."""

    people_filter: PeopleFilter
    total: int
    active: int
    place: int | None
    invitations: Sequence[InvitationRow] = ()


def people_list(facts: PeopleFacts) -> list[Component]:
    if not facts.total:
        return [empty_list(facts.invitations), dcc.Store(id=Ids.PLACE, data=facts.place)]
    return [filters(facts), people_card(facts)]


def empty_list(invitations: Sequence[InvitationRow]) -> Component:
    """Return what replaces an empty list: the pending invitations."""
    names = ", ".join(invitation.name for invitation in invitations[:FEW])
    more = "…" if len(invitations) > FEW else ""
    text = _("Invitez une première personne.")
    if invitations:
        text = _("Invitation envoyée\u00a0: {names}. Réponse attendue.", names=names + more)
    return kit.card(kit.empty("person-plus", _("Personne n’a encore de compte ici"), text))


def people_card(facts: PeopleFacts) -> Component:
    return kit.card(
        [
            SCREEN.count_line(),
            kit.swipe_hint(),
            *SCREEN.table(
                columns(everywhere=facts.place is None),
                facts.total,
                _("Personne ne correspond à ces filtres"),
                page_label=_("Personnes"),
                filterModel=filter_model(facts.people_filter),
                phone=("name", "state"),
            ),
            dcc.Store(id=Ids.PLACE, data=facts.place),
        ],
        flush=True,
    )


def filters(facts: PeopleFacts) -> Component:
    cut = facts.total - facts.active
    states = [
        (ALL, _("Tous")),
        (PersonState.ACTIVE.value, _("Actifs {count}", count=number(facts.active))),
        (PersonState.DISABLED.value, _("Désactivés {count}", count=number(cut))),
    ]
    label, placeholder = _("Chercher une personne"), _("Nom, adresse électronique")
    return html.Div(
        [
            kit.search_box(Ids.SEARCH, label, placeholder, value=facts.people_filter.text),
            kit.segments(Ids.STATE, _("État"), states, facts.people_filter.state or ALL),
        ],
        className="list-filters",
    )


def columns(*, everywhere: bool) -> list[dict[str, Any]]:
    """Return the columns of the list; the organisation is hidden unless `everywhere`."""
    words: dict[str, Any] = {"width": 180, "sortable": True}
    return [
        kit.column("name", _("Nom"), pinned=True, renderer="KitLink", **words, filtered=True),
        kit.column("state", _("État"), width=110, renderer="KitChip", filtered=True),
        kit.column("role", _("Rôle"), width=170, sortable=True),
        kit.column("email", _("Adresse électronique"), flex=1, minWidth=200, **words),
        kit.column("organisation", _("Organisation"), hide=not everywhere, **words),
        kit.column("second_factor", _("Second facteur"), width=140, renderer="KitChip"),
        kit.column("seen_at", _("Dernière activité"), width=190),
        kit.column("created_at", _("Créé le"), width=118, sortable=True),
    ]


def grid_row(row: PersonRow) -> dict[str, Any]:
    word, icon, tone = STATES[row.state]
    coded = {"word": _("Actif"), "icon": "shield-check", "tone": "ok"}
    bare = {"word": _("Inactif"), "icon": "shield", "tone": "mute"}
    return {
        "id": str(row.id),
        "name": {"text": row.name, "href": f"/admin?user={row.id}"},
        "state": {"word": _(word), "icon": icon, "tone": tone},
        "role": role_word(row.role),
        "email": row.email,
        "organisation": row.organisation,
        "second_factor": coded if row.second_factor else bare,
        "seen_at": clock(row.seen_at) if row.seen_at else "–",
        "created_at": short_day(row.created_at.date()),
    }


def count_text(total: int) -> str:
    return people_text(total)


def asked_text(people_filter: PeopleFilter) -> str:
    """Return the filters as text, such as `« dupont », Désactivé`."""
    clauses = [_("«\u00a0{text}\u00a0»", text=people_filter.text)] if people_filter.text else []
    return ", ".join(
        [*clauses, *([_(STATES[people_filter.state][0])] if people_filter.state else [])]
    )


def invitations_card(rows: Sequence[InvitationRow], now: datetime) -> Component:
    return kit.card(
        html.Div(invitations_list(rows, now), id=Ids.INVITATIONS),
        title=_("Invitations"),
        hint=_("chaque lien sert une fois, pendant sept jours"),
        flush=True,
    )


def invitations_list(rows: Sequence[InvitationRow], now: datetime) -> kit.Children:
    if not rows:
        return html.P(_("Aucune invitation n’attend de réponse."), className="admin-empty")
    head = [
        _("Nom"),
        _("Adresse électronique"),
        _("Rôle"),
        _("État"),
        _("Expire le"),
        _("Invité par"),
        _("Action"),
    ]
    lines = [invitation_line(row, now) for row in rows]
    return kit.table(head, lines, caption=waiting_text(len(rows)))


def invitation_line(row: InvitationRow, now: datetime) -> list[kit.Children]:
    chip = invitation_chip(row.state(now))
    acts = [
        _act("again", _("Renvoyer"), row),
        _act("withdraw", _("Retirer"), row),
    ]
    until = clock(row.expires_at)
    acts_box = html.Div(acts, className="admin-acts")
    role: list[kit.Child] = [role_word(row.role), *_limited(row)]
    return [row.name, row.email, role, chip, until, row.who, acts_box]


def _limited(row: InvitationRow) -> list[Component]:
    if not row.tags:
        return []
    return [html.Div(_("limité à {tags}", tags=", ".join(row.tags)), className="field-hint")]


def _act(verb: str, words: str, row: InvitationRow) -> Component:
    named = _("{act} l’invitation de {name}", act=words, name=row.name)
    return kit.button(
        words, id=invitation_button(verb, row.id), small=True, **kit.aria(label=named)
    )
