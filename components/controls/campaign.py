"""Render the form of a campaign, which selects the rights to draw."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import dash_bootstrap_components as dbc
from dash import dcc
from dash.development.base_component import Component

from components.controls.campaign_parser import AGAIN, BOTH, NEVER
from components.controls.cockpit_query import ALL
from components.controls.staff_ids import Ids
from components.kit import (
    aria,
    button,
    card,
    columns,
    data,
    date_field,
    html,
    page,
    segments,
    select_field,
    text_field,
)
from core.i18n import N_, _
from data.controls.rules.draw import MOST_SEED
from data.controls.types import DrawMethod, Stage

_USUAL_RATE = "5"
STAGES: Mapping[Stage, str] = {
    Stage.CURRENT: N_("Active, commencée"),
    Stage.COMING: N_("Active, à venir"),
    Stage.ENDING: N_("Active, bientôt à son terme (90 jours)"),
}


@dataclass(frozen=True, slots=True)
class CampaignForm:
    """Initial content of the form."""

    way: DrawMethod = DrawMethod.SAMPLE
    single_reference: str = ""  # a right, or a PCE number


def new_seed() -> str:
    return str(secrets.randbelow(MOST_SEED + 1))


def campaign_page(
    filled: CampaignForm, organisations: Sequence[tuple[str, str]], today: date
) -> Component:
    return page(
        _("Ouvrir une campagne de contrôle"),
        _("Choisir des droits\u00a0: leurs tiers devront envoyer la preuve du consentement."),
        crumbs=[(_("Contrôle des preuves"), "/controles"), (_("Nouvelle campagne"), None)],
        children=[
            columns(
                [
                    card(
                        _form(filled, organisations, today),
                        title=_("Quels droits"),
                        className="draw-form",
                    )
                ],
                [html.Div(id=Ids.PREVIEWED, className="stack", **aria(live="polite"))],
                kind="1-1",
            ),
            html.Div(id=Ids.DRAWN),
            dcc.Store(id=Ids.PLANNED),
        ],
    )


def _form(
    filled: CampaignForm, organisations: Sequence[tuple[str, str]], today: date
) -> list[Component]:
    ways = [
        (DrawMethod.SAMPLE.value, _("Échantillon")),
        (DrawMethod.LIST.value, _("Liste")),
        (DrawMethod.ONE.value, _("Un droit")),
    ]
    return [
        segments(Ids.WAY, _("Manière de choisir"), ways, filled.way.value),
        html.Div(
            _sample(organisations, today),
            id=Ids.SAMPLE_FIELDS,
            className="stack draw-fields",
            hidden=filled.way is not DrawMethod.SAMPLE,
        ),
        html.Div(_list(), id=Ids.LIST_FIELDS, hidden=filled.way is not DrawMethod.LIST),
        html.Div(
            text_field(
                Ids.ONE,
                _("Droit ou PCE"),
                value=filled.single_reference,
                hint=_("L’identifiant du droit, ou le numéro du PCE."),
                autocomplete="off",
            ),
            id=Ids.ONE_FIELDS,
            hidden=filled.way is not DrawMethod.ONE,
        ),
        html.Div(
            [
                button(_("Annuler"), href="/controles"),
                button(_("Voir l’aperçu"), id=Ids.PREVIEW, icon="eye", kind="primary"),
            ],
            className="form-actions",
        ),
    ]


def _sample(organisations: Sequence[tuple[str, str]], today: date) -> list[Component]:
    return [
        text_field(
            Ids.RATE,
            _("Taux, en\u202f%"),
            value=_USUAL_RATE,
            hint=_("Arrondi au droit supérieur."),
            inputmode="decimal",
            autocomplete="off",
        ),
        *_scope_text(organisations),
        html.Div(
            [
                date_field(Ids.FIRST, _("Déclarés depuis le"), None, last=today),
                date_field(Ids.LAST_DAY, _("jusqu’au"), None, last=today),
            ],
            className="draw-pair",
        ),
        html.Div(
            [
                text_field(
                    Ids.SEED,
                    _("Graine du tirage"),
                    value=new_seed(),
                    hint=_("La même graine tire les mêmes droits\u00a0: elle est conservée."),
                    inputmode="numeric",
                    autocomplete="off",
                ),
                button(_("Une autre"), id=Ids.RESEED, icon="shuffle"),
            ],
            className="draw-seed",
        ),
    ]


def _scope_text(organisations: Sequence[tuple[str, str]]) -> list[Component]:
    """Render the scope of a campaign: organisations, states and earlier controls."""
    stages = [(ALL, _("Active")), *((stage.value, _(words)) for stage, words in STAGES.items())]
    only = _("Seuls les droits actifs peuvent être contrôlés : les autres ne donnent accès à rien.")
    proofs = [
        (NEVER, _("jamais contrôlés")),
        (AGAIN, _("déjà vérifiés OK")),
        (BOTH, _("les deux")),
    ]
    return [
        select_field(Ids.AMONG, _("Demandeur"), [(ALL, _("tous")), *organisations], ALL),
        select_field(Ids.STAGE, _("État du droit"), stages, ALL, hint=only),
        select_field(Ids.PROOFS, _("Parmi les droits"), proofs, NEVER),
    ]


def _list() -> Component:
    return html.Div(
        [
            html.Label(_("Droits ou PCE"), htmlFor=str(Ids.LISTED), className="field-label"),
            dbc.Textarea(id=Ids.LISTED, rows=8, value=""),
            html.P(
                _("Un par ligne\u00a0: identifiants de droits, ou numéros de PCE d’un tableur."),
                className="field-hint",
            ),
            html.P(id=Ids.LISTED_ERROR, className="field-error"),
        ],
        className="field",
        **data(kit="field"),
    )
