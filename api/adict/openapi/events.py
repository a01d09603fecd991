"""Describe the events posted to webhooks, as OpenAPI webhooks."""

from typing import Any

from api.adict.errors import JSON
from api.adict.openapi.schemas import PCE, closed_object, day, maybe, one_of, text
from core.i18n import _
from data.exchange.hooks.rules import MOST, list_of, sort_of, type_of
from data.exchange.hooks.types import Topic
from data.metering.consumption.types import PceNews
from data.rights.rules.adict import PROOFS, ROLES, STATES

Json = dict[str, Any]


def webhooks() -> Json:
    """Return the OpenAPI webhooks by event type, in the language of the request."""
    lines = {
        Topic.RIGHTS: _right(),
        Topic.CONTROLS: closed_object(
            {
                **_of_right(),
                "statut_controle_preuve": one_of(PROOFS.values()),
                "date_limite_transmission_preuve": day(),
            }
        ),
        Topic.READINGS: _days(),
    }
    descriptions = {
        Topic.RIGHTS: _("L’état de droits d’accès a changé."),
        Topic.CONTROLS: _("Le statut de preuves a changé, tel que le tiers le connaît."),
        Topic.READINGS: _("Des données sont arrivées ou ont changé, dans vos périmètres."),
        Topic.PING: _("Un essai, demandé dans « Webhooks »."),
    }
    return {
        type_of(topic): {"post": _posted(topic, descriptions[topic], lines.get(topic))}
        for topic in descriptions
    }


def _posted(topic: Topic, summary: str, line: Json | None) -> Json:
    listed = {"type": "array", "items": line, "minItems": 1, "maxItems": MOST}
    body = closed_object(
        {
            "type": one_of([type_of(topic)]),
            "timestamp": text(format="date-time"),
            "data": closed_object({list_of(topic): listed} if line else {}),
        }
    )
    return {
        "summary": summary,
        "description": _(
            "Signé selon Standard Webhooks : HMAC-SHA256 du numéro, de l’instant et du corps,"
            " avec le secret du webhook. Le numéro est le même à chaque essai."
        ),
        "parameters": [_head(name, example) for name, example in _heads().items()],
        "requestBody": {"required": True, "content": {JSON: {"schema": body}}},
        "responses": {"2XX": {"description": _("L’envoi est pris.")}},
    }


def _heads() -> dict[str, str]:
    return {
        "webhook-id": _("Le numéro de l’événement."),
        "webhook-timestamp": _("L’instant de l’essai, en secondes depuis 1970."),
        "webhook-signature": _("« v1, » puis la signature ; deux pendant un changement de secret."),
    }


def _head(name: str, description: str) -> Json:
    return {
        "in": "header",
        "name": name,
        "required": True,
        "description": description,
        "schema": text(),
    }


def _of_right() -> dict[str, Json]:
    return {"id_droit_acces": text(), "id_pce": text(pattern=PCE)}


def _right() -> Json:
    states = one_of(STATES.values())
    return closed_object(
        {
            **_of_right(),
            "role_tiers": one_of(ROLES.values()),
            "etat_droit_acces": maybe(states)
            | {"description": _("Null pour un droit qui n’existe plus, son import étant annulé.")},
            "etat_precedent": maybe(states)
            | {"description": _("Null pour un droit qui vient d’être déclaré.")},
            "date_changement": text(format="date-time"),
        }
    )


def _days() -> Json:
    return closed_object(
        {
            "id_pce": text(pattern=PCE),
            "donnees": one_of(sort_of(sort) for sort in PceNews),
            "date_debut": day(),
            "date_fin": day(),
        }
    )
