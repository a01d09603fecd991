"""Render the operator's list of organisations and the form of a new one with its administrator."""

from collections.abc import Mapping
from typing import Any

from dash.development.base_component import Component

from components.admin.filters import ALL, organisations_model
from components.admin.ids import Ids
from components.admin.labels import kind_word, languages
from components.kit import (
    GridScreen,
    button,
    card,
    column,
    html,
    lead,
    page,
    search_box,
    select_field,
    tabs,
    text_field,
)
from core.access import OrganisationKind
from core.i18n import _, number, plural, short_day
from data.administration.people.types import OrganisationFilter, OrganisationRow

SCREEN = GridScreen(
    Ids.ORGANISATIONS,
    Ids.FOUND,
    Ids.UNFOUND,
    Ids.UNFILTER,
    {Ids.FIND: "", Ids.KIND: ALL},
    words=Ids.WORDS,
)
NEW_FIELDS = {
    "organisation": Ids.ORGANISATION,
    "kind": Ids.NEW_KIND,
    "siren": Ids.SIREN,
    "name": Ids.NAME,
    "email": Ids.EMAIL,
    "language": Ids.LANGUAGE,
}


def parts(here: str) -> Component:
    """Return the tabs of the portal's administration."""
    return tabs(
        _("Administration"),
        [
            (_("Organisations"), "/admin", here == "organisations"),
            (_("Utilisateurs"), "/admin?part=people", here == "people"),
            (_("Réglages"), "/admin?part=settings", here == "settings"),
            (_("Courriels"), "/admin?part=mails", here == "mails"),
            (_("Températures"), "/admin?part=weather", here == "weather"),
            (_("Données personnelles"), "/admin?part=data", here == "data"),
            (_("Travaux en échec"), "/admin?part=work", here == "work"),
        ],
    )


def organisations_page(organisation_filter: OrganisationFilter, total: int) -> Component:
    return page(
        _("Administration"),
        _("Créer les organisations, suivre qui les administre et qui y a accès."),
        actions=[
            button(
                _("Créer une organisation"), href="/admin?part=new", icon="plus-lg", kind="primary"
            )
        ],
        lead=lead(html.B(count_text(total))),
        children=[
            parts("organisations"),
            filters(organisation_filter),
            card(
                [
                    SCREEN.count_line(),
                    *SCREEN.table(
                        columns(),
                        total,
                        _("Aucune organisation ne correspond à ces filtres"),
                        page_label=_("Organisations"),
                        filterModel=organisations_model(organisation_filter),
                        phone=("name", "kind"),
                    ),
                ],
                flush=True,
            ),
        ],
    )


def filters(wanted: OrganisationFilter) -> Component:
    kinds = [(ALL, _("toutes")), *((kind.value, kind_word(kind)) for kind in OrganisationKind)]
    label, placeholder = _("Chercher une organisation"), _("Nom, début du SIREN")
    return html.Div(
        [
            search_box(Ids.FIND, label, placeholder, value=wanted.text),
            select_field(Ids.KIND, _("Nature"), kinds, wanted.kind or ALL),
        ],
        className="list-filters",
    )


def columns() -> list[dict[str, Any]]:
    link: dict[str, Any] = {
        "pinned": True,
        "renderer": "KitLink",
        "sortable": True,
        "filtered": True,
    }
    return [
        column("name", _("Organisation"), width=260, **link),
        column("kind", _("Nature"), width=130, sortable=True, filtered=True),
        column("siren", _("SIREN"), width=120, sortable=True),
        column("people", _("Personnes actives"), width=140, number=True),
        column("administrators", _("Administrateurs"), width=150, renderer="KitChip"),
        column("pces", _("PCE détenus"), width=120, number=True),
        column("created_at", _("Créée le"), width=120, sortable=True),
    ]


def grid_row(row: OrganisationRow) -> dict[str, Any]:
    administrators_cell = {"word": number(row.administrators), "icon": "person-check", "tone": "ok"}
    none = {"word": _("aucun"), "icon": "exclamation-triangle-fill", "tone": "warn"}
    return {
        "id": str(row.id),
        "name": {"text": row.name, "href": f"/admin?organisation={row.id}"},
        "kind": kind_word(row.kind),
        "siren": row.siren or "–",
        "people": number(row.people),
        "administrators": administrators_cell if row.administrators else none,
        "pces": number(row.pces),
        "created_at": short_day(row.created_at.date()),
    }


def count_text(total: int) -> str:
    return plural("{count} organisation", "{count} organisations", total)


def asked_text(organisation_filter: OrganisationFilter) -> str:
    """Return the filters as text, such as `« ville », collectivité`."""
    clauses = (
        [_("«\u00a0{text}\u00a0»", text=organisation_filter.text)]
        if organisation_filter.text
        else []
    )
    return ", ".join(
        [*clauses, *([kind_word(organisation_filter.kind)] if organisation_filter.kind else [])]
    )


def new_page() -> Component:
    return page(
        _("Créer une organisation"),
        _("L’ouvrir et inviter la personne qui l’administrera."),
        crumbs=((_("Administration"), "/admin"), (_("Créer"), None)),
        children=[
            card(
                [
                    html.Div(new_form({}, {}), id=Ids.NEW_FORM),
                    html.Div(
                        button(_("Créer et inviter"), id=Ids.CREATE, icon="send", kind="primary"),
                        className="form-actions",
                    ),
                ],
                title=_("L’organisation et son premier administrateur"),
            )
        ],
    )


def new_form(typed: Mapping[str, str], errors: Mapping[str, str]) -> list[Component]:
    """Return the fields of a new organisation; values and errors are keyed as in `NEW_FIELDS`."""
    kinds_allowed = [kind for kind in OrganisationKind if kind is not OrganisationKind.DISTRIBUTOR]
    kinds = [(kind.value, kind_word(kind)) for kind in kinds_allowed]
    siren = _("Neuf chiffres ; il distingue deux organisations de même nom.")

    def entry(name: str, words: str, **options: Any) -> Component:  # noqa: ANN401
        field_values: dict[str, Any] = {"value": typed.get(name, ""), "error": errors.get(name)}
        return text_field(NEW_FIELDS[name], words, **field_values, **options)

    return [
        html.Div(
            [
                entry("organisation", _("Nom de l’organisation"), required=True),
                select_field(Ids.NEW_KIND, _("Nature"), kinds, typed.get("kind", kinds[0][0])),
                entry("siren", _("SIREN"), hint=siren, inputMode="numeric"),
            ],
            className="admin-form",
        ),
        html.H3(_("Premier administrateur"), className="admin-title"),
        html.Div(
            [
                entry("name", _("Nom"), required=True, autocomplete="off"),
                entry(
                    "email",
                    _("Adresse électronique"),
                    type="email",
                    required=True,
                    autocomplete="off",
                ),
                select_field(
                    Ids.LANGUAGE, _("Langue du courriel"), languages(), typed.get("language", "fr")
                ),
            ],
            className="admin-form",
        ),
    ]
