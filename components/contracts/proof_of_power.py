"""Render the proof of power; a legal representative needs none."""

from dash.development.base_component import Component

from components.contracts.ids import Ids
from components.kit import UploadTexts, alert, aria, file_field, html, link, segments
from core.i18n import _, size_limit
from data.contracts.rules.proof_of_power import mark_of
from data.contracts.types import ContractDossier, Power
from data.controls.rules.pieces import MOST_OCTETS

ACCEPT = ".pdf,.jpg,.jpeg,.png,application/pdf,image/jpeg,image/png"
BY_LAW, BY_PIECE = "law", "piece"
SEND = "/api/contrats/pouvoir"


def power_address(organisation: int) -> str:
    return f"/contrats/pouvoirs/{organisation}"


def power_form(dossier: ContractDossier, organisation: int) -> list[Component]:
    power, question = dossier.power or Power(), _("D’où vient son pouvoir ?")
    ways = [
        (BY_LAW, _("Représentant légal")),
        (BY_PIECE, _("Par délégation, avec une pièce")),
    ]
    chosen = BY_PIECE if power.storage_key else BY_LAW if power.himself else None
    return [
        html.Div(
            [
                html.Span(question, className="field-label", **aria(hidden="true")),
                segments(Ids.HIMSELF, question, ways, chosen),
                html.P(id=Ids.HIMSELF_ERROR, className="field-error", role="alert"),
            ]
        ),
        html.P(
            _("Le représentant légal (maire, présidente, gérant) n’a pas de pièce à donner."),
            className="field-hint",
        ),
        *stored_power(power, organisation),
        file_field(
            Ids.POWER,
            _("Pièce qui prouve le pouvoir"),
            ACCEPT,
            action=SEND,
            send=_("Enregistrer la pièce"),
            answer=Ids.POWER_SENT,
            multiple=False,
            photo=True,
            kind="secondary",
            hint=_(
                "Délégation, délibération ou Kbis : un PDF, un JPEG ou un PNG, {most} au plus.",
                most=size_limit(MOST_OCTETS),
            ),
            way=UploadTexts("pieces", use="stage", asks=False, body={"known": [mark_of(power)]},
                    most=(1, MOST_OCTETS)),
        ),
        html.P(id=Ids.PIECE_ERROR, className="field-error", role="alert"),
    ]  # fmt: skip


def stored_power(power: Power, organisation: int) -> list[Component]:
    """Return the stored proof of power, if any."""
    if not power.storage_key:
        return []
    address = power_address(organisation)
    see = link(power.name, address, download=True, target="_blank", className="contracts-file")
    return [alert(_("Pièce enregistrée"), see, "ok")]
