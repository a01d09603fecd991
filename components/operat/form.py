"""Render the OPERAT site form of a PCE."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from urllib.parse import urlencode

from dash import dcc
from dash.development.base_component import Component

from components.kit import button, card, html, page, text_field, unsaved
from components.operat.ids import FIELDS, Ids
from components.prices.listing import OPERAT
from core.errors import Invalid
from core.i18n import _
from data.operat.rules.checks import siren_in, siret_in, surface_in, surface_text, words_in
from data.operat.types import OperatSiteSettings, SiteDraft
from data.pces.rules import number_of, storable

Typed = Mapping[str, str]
T = TypeVar("T")
LONGEST = 200  # characters of a field that an address brings


def again_at(draft: SiteDraft) -> str:
    """The address of a form that is filled with what *draft* was."""
    return f"{OPERAT}?{urlencode({'new': '1', **typed_of(draft)})}"


def typed_in(query: Mapping[str, str]) -> Typed:
    """What `again_at` wrote, or whatever somebody made of it: the form says what is wrong."""
    return {name: storable(str(query.get(name) or ""))[:LONGEST] for name in FIELDS}


def site_page(site: OperatSiteSettings | None, typed: Typed | None = None) -> Component:
    """That of *site*, described or not; None, of a PCE to be named, as *typed* if it was."""
    described = site is not None and site.version > 0
    title = _("Décrire un site")
    if site is not None:
        title = site.draft.name or site.alias or site.draft.pce
    remove = [button(_("Ne plus déclarer"), id=Ids.REMOVE, icon="trash", kind="danger")]
    save = button(_("Enregistrer"), id=Ids.SAVE, icon="check-lg", kind="primary")
    typed = typed_of(site.draft) if site is not None else typed or {}
    return page(
        title,
        _("Ce que la déclaration indique du site chauffé par ce PCE."),
        crumbs=((_("Préparation OPERAT"), OPERAT), (title, None)),
        children=[
            card(
                [
                    html.Div(form(typed, {}), id=Ids.FORM, **unsaved()),
                    html.Div([save, *(remove if described else [])], className="form-actions"),
                    dcc.Store(id=Ids.SEEN, data=site.version if site is not None else 0),
                ],
                title=_("Le site"),
                hint=_("plusieurs PCE d’une même EFA : la même référence à chacun"),
            )
        ],
    )


def form(typed: Typed, errors: Mapping[str, str]) -> list[Component]:
    """*typed* and what is wrong with it, both by the names of `FIELDS`."""

    def entry(id_: Ids, field: str, words: str, **options: Any) -> Component:  # noqa: ANN401
        return text_field(
            id_, words, value=typed.get(field, ""), error=errors.get(field), **options
        )

    fields = [
        entry(Ids.PCE, "pce", _("Numéro de PCE"), required=True,
              hint=_("14 chiffres, ou GI suivi de 6 chiffres")),
        entry(Ids.EFA, "efa", _("Référence EFA"), hint=_("celle de la plateforme OPERAT")),
        entry(Ids.NAME, "name", _("Dénomination")),
        entry(Ids.CATEGORY, "category", _("Catégorie d’activité"),
              hint=_("« Enseignement », « Bureaux »…")),
        entry(Ids.SURFACE, "surface", _("Surface (m²)"), inputMode="decimal"),
        entry(Ids.SIREN, "siren", _("SIREN"), inputMode="numeric"),
        entry(Ids.SIRET, "siret", _("SIRET"), inputMode="numeric"),
    ]  # fmt: skip
    return [html.Div(fields, className="admin-form")]


def typed_of(draft: SiteDraft) -> Typed:
    return {
        "pce": draft.pce,
        "efa": draft.efa,
        "name": draft.name,
        "category": draft.category,
        "siren": draft.siren,
        "siret": draft.siret,
        "surface": surface_text(draft.surface_dm2),
    }


def draft_of(typed: Typed) -> tuple[SiteDraft | None, dict[str, str]]:
    """What the fields ask for, or what is wrong with each by its name."""
    errors: dict[str, str] = {}

    def tried(field: str, read: Callable[[str], T]) -> T | None:
        try:
            return read(typed.get(field, ""))
        except Invalid as error:
            errors[field] = _(error.message, **error.params)
            return None

    pce, efa, name = tried("pce", number_of), tried("efa", words_in), tried("name", words_in)
    siren, category = tried("siren", siren_in) or "", tried("category", words_in)
    siret = tried("siret", lambda text: siret_in(text, siren))
    surface = tried("surface", surface_in)
    if errors or not pce:
        return None, errors
    words = (efa or "", name or "", siren, siret or "")
    return SiteDraft(pce, *words, surface, category or ""), {}
