"""A campaign: which rights are drawn, what that gives, and opening it."""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import dash_bootstrap_components as dbc
from dash import dcc
from dash.development.base_component import Component

from components.controls.asked import ALL, key_in
from components.controls.staff_ids import Ids
from components.kit import (
    aria,
    button,
    card,
    columns,
    date_field,
    html,
    page,
    segments,
    select_field,
    text_field,
)
from data.controls.rules.drawing import MOST_SEED
from data.controls.types import Draw, DrawFilter, Picked, Sample, Way
from data.errors import Invalid
from data.pces.rules import number_of
from data.rights.types import ProofState
from i18n import N_, _

NEVER, AGAIN, BOTH = "never", "again", "both"
_PROOFS: Mapping[str, tuple[ProofState | None, ...]] = {
    NEVER: (None,),
    AGAIN: (ProofState.ACCEPTED,),
    BOTH: (None, ProofState.ACCEPTED),
}
_UID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
_SHORTEST = 8  # signs of a PCE of the injection kind, GI and six digits
_USUAL_RATE = "5"
FIELDS: Mapping[str, tuple[str, str]] = {  # what a callback reads of the form
    "way": (Ids.WAY, "value"),
    "rate": (Ids.RATE, "value"),
    "seed": (Ids.SEED, "value"),
    "among": (Ids.AMONG, "value"),
    "first": (Ids.FIRST, "value"),
    "last": (Ids.LAST_DAY, "value"),
    "proofs": (Ids.PROOFS, "value"),
    "listed": (Ids.LISTED, "value"),
    "one": (Ids.ONE, "value"),
}


@dataclass(frozen=True, slots=True)
class Filled:
    """What the form opens with."""

    way: Way = Way.SAMPLE
    one: str = ""  # a right, or the number of a PCE


def new_seed() -> str:
    return str(secrets.randbelow(MOST_SEED + 1))


def draw_of(fields: Mapping[str, Any]) -> Draw:
    """What the form asks for, whatever a browser sends; Invalid says what is wrong in it."""
    said = {name: str(fields.get(name) or "").strip() for name in FIELDS}
    if said["way"] == Way.LIST:
        return picked_of(said["listed"])
    if said["way"] == Way.ONE:
        return picked_of(said["one"][:100])
    return Sample(
        rate=_rate(said["rate"]),
        seed=_seed(said["seed"]),
        among=DrawFilter(
            organisation_id=key_in(said["among"]),
            declared_first=_day(said["first"]),
            declared_last=_day(said["last"]),
            proofs=_PROOFS.get(said["proofs"], _PROOFS[NEVER]),
        ),
    )


def picked_of(text: str) -> Picked:
    """Rights by their identifier, PCE by their number, in any order."""
    uids, numbers = [], []
    for part in re.split(r"[\r\n\t;,]+", text):
        for word in _words(part):
            if _UID.fullmatch(word):
                uids.append(word.lower())
            else:
                numbers.append(number_of(word))
    return Picked(tuple(uids), tuple(numbers))


def _words(part: str) -> list[str]:
    """Several on one line; or a single number, written in groups of digits."""
    words = part.split()
    whole = all(len(word) >= _SHORTEST for word in words)
    return words if whole else [part.strip()]


def _rate(text: str) -> Decimal:
    try:
        return Decimal(text[:12].replace(",", "."))
    except InvalidOperation:
        raise Invalid(N_("Écrivez le taux en pour cent, par exemple 5 ou 2,5.")) from None


def _seed(text: str) -> int:
    found = text.isascii() and text.isdigit() and len(text) <= len(str(MOST_SEED))
    if not found:
        raise Invalid(N_("La graine du tirage va de 0 à {most}."), most=MOST_SEED)
    return int(text)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid(N_("Cette date n’existe pas.")) from None


def campaign_page(
    filled: Filled, organisations: Sequence[tuple[str, str]], today: date
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


def _form(filled: Filled, organisations: Sequence[tuple[str, str]], today: date) -> list[Component]:
    ways = [
        (Way.SAMPLE.value, _("Échantillon")),
        (Way.LIST.value, _("Liste")),
        (Way.ONE.value, _("Un droit")),
    ]
    return [
        segments(Ids.WAY, _("Manière de choisir"), ways, filled.way.value),
        html.Div(
            _sample(organisations, today),
            id=Ids.SAMPLE_FIELDS,
            className="stack draw-fields",
            hidden=filled.way is not Way.SAMPLE,
        ),
        html.Div(_list(), id=Ids.LIST_FIELDS, hidden=filled.way is not Way.LIST),
        html.Div(
            text_field(
                Ids.ONE,
                _("Droit ou PCE"),
                value=filled.one,
                hint=_("L’identifiant du droit, ou le numéro du PCE."),
                autocomplete="off",
            ),
            id=Ids.ONE_FIELDS,
            hidden=filled.way is not Way.ONE,
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
    proofs = [
        (NEVER, _("jamais contrôlés")),
        (AGAIN, _("déjà vérifiés OK")),
        (BOTH, _("les deux")),
    ]
    return [
        text_field(
            Ids.RATE,
            _("Taux, en\u202f%"),
            value=_USUAL_RATE,
            hint=_("Arrondi au droit supérieur."),
            inputmode="decimal",
            autocomplete="off",
        ),
        select_field(Ids.AMONG, _("Demandeur"), [(ALL, _("tous")), *organisations], ALL),
        select_field(Ids.PROOFS, _("Parmi les droits"), proofs, NEVER),
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


def _list() -> Component:
    return html.Div(
        [
            html.Label(_("Droits ou PCE"), htmlFor=str(Ids.LISTED), className="field-label"),
            dbc.Textarea(id=Ids.LISTED, rows=8, value=""),
            html.P(
                _("Un par ligne\u00a0: identifiants de droits, ou numéros de PCE d’un tableur."),
                className="field-hint",
            ),
        ],
        className="field",
    )
