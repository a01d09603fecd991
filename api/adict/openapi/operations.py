"""Describe each route: permission, parameters and responses.

Descriptions are keyed by Flask endpoint: the document takes paths and methods from the routes
themselves, and a test fails for a route without a description.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from api.adict import data
from api.adict.errors import JSON, NDJSON, last_line
from api.adict.openapi import examples
from api.adict.openapi.schemas import PCE, Schema, day, lines, one_of, ref, text
from api.adict.periods import FORM
from core.i18n import N_, _, using_language
from data.exports.types import Content
from data.identity.accounts.types.security import ApiScope

Json = dict[str, Any]
FORM_DATA, URL_ENCODED = "multipart/form-data", "application/x-www-form-urlencoded"
STATUS = "Statut"
ALWAYS = (400, 401, 403, 405, 429, 500, 503)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """A route: `answers` are schemas by status, of media type `kind`; `sent` is a media type."""

    name: str  # name in generated clients
    summary: str
    more: str
    answers: Mapping[int, Schema]
    example: Sequence[Json]  # lines of a successful answer
    scope: ApiScope | None = None
    kind: str = JSON
    sent: str = ""
    body: Schema = field(default_factory=dict)
    body_example: Json | None = None  # example of the body
    query: Sequence[Schema] = ()
    refusals: Sequence[int] = ALWAYS
    refused: str = STATUS  # schema of a refusal
    leads: Sequence[str] = ()  # operations that take the right of this answer


def operations() -> Mapping[str, Operation]:
    """Return the operations by endpoint, in the language of the request."""
    return _tokens() | _listed() | _changed() | _readings() | _sheets()


def path_parameters() -> Mapping[str, Schema]:
    """Return the path parameters, by their Flask name."""
    number = {"example": examples.PCE, "schema": text(pattern=PCE)}
    right = {"example": examples.UID, "schema": text(minLength=1)}
    return {
        "number": {
            "name": "id_pce",
            "description": _("14 chiffres, ou GI et 6 chiffres."),
            **number,
        },
        "uid": {"name": "id_droit_acces", "description": _("Tel que la liste le donne."), **right},
    }


def _done() -> Json:
    return _french_text("0000000000", N_("Opération réussie."))


def _french_text(code: str, sentence: str) -> Json:
    """Return the French status line, as the API always answers in French."""
    with using_language("fr"):
        return last_line(code, _(sentence))


def _tokens() -> dict[str, Operation]:
    more = _(
        "Un jeton est valable quatre heures : réutilisez-le d’un appel à l’autre. L’identifiant"
        " et le secret vont dans le corps, ou dans un en-tête Basic. Les adresses de jeton du"
        " distributeur, /oauth2/…/v1/token et /openam/oauth2/realms/…/access_token, fonctionnent"
        " aussi."
    )
    token = Operation(
        name="give_token",
        summary=_("Demander un jeton"),
        more=more,
        answers={200: ref("Jeton")},
        example=[examples.token()],
        sent=URL_ENCODED,
        body=ref("DemandeJeton"),
        body_example={
            "grant_type": "client_credentials",
            "client_id": "ec_…",
            "client_secret": "…",
            "scope": "/adict/v2",
        },
        refusals=(400, 401, 405, 413, 429, 500, 503),
        refused="RefusJeton",
    )
    document = Operation(
        name="read_description",
        summary=_("Lire cette description"),
        more=_("OpenAPI 3.1, sans jeton, en français ou en anglais selon « Accept-Language »."),
        answers={200: {"type": "object"}},
        example=[{"openapi": "3.1.0"}],
        refusals=(405, 500),
    )
    return {"oauth.give_token": token, "described.give_document": document}


def _listed() -> dict[str, Operation]:
    answers = {200: lines("DroitAcces", "Statut")}
    example = [examples.right(), _done()]
    every = Operation(
        name="list_rights",
        summary=_("Lister ses droits d’accès"),
        more=_(
            "Une ligne par droit, puis une ligne de statut confirmant que la liste est complète."
        ),
        scope=ApiScope.RIGHTS_READ,
        answers=answers,
        kind=NDJSON,
        example=example,
    )
    filter_operation = Operation(
        name="filter_rights",
        summary=_("Filtrer ses droits d’accès"),
        more=_("Comme la liste, pour certains PCE, rôles, états ou états de preuve."),
        scope=ApiScope.RIGHTS_READ,
        answers=answers,
        kind=NDJSON,
        example=example,
        sent=JSON,
        body=ref("FiltreDroits"),
        body_example={"id_pce": [examples.PCE], "etat_droit_acces": ["Active"]},
        refusals=(*ALWAYS, 413),
    )
    return {"adict_rights.list_all": every, "adict_rights.list_some": filter_operation}


_WAITING = N_("Demande enregistrée, en attente du titulaire.")
_TO_DECLARE = N_(
    "Le titulaire est sollicité par courriel pour les rôles AUTORISE. En cas de refus, seule la"
    " première erreur est indiquée ; les suivantes le sont une fois celle-ci corrigée. Un droit"
    " actif qui finit dans les 60 jours est renouvelé : il reste valable jusqu’à son terme. Les"
    " dates s’écrivent AAAA-MM-JJ ; chaque sorte de données, « Vrai » ou « Faux », ou un booléen"
    " JSON."
)


def _changed() -> dict[str, Operation]:
    declare = Operation(
        name="declare_right",
        summary=_("Déclarer un droit d’accès"),
        more=_(_TO_DECLARE),
        scope=ApiScope.RIGHTS_WRITE,
        answers={201: ref("DroitDeclare")},
        example=[examples.declared() | _french_text("0000000002", _WAITING)],
        sent=JSON,
        body=ref("DemandeAcces"),
        body_example=examples.declaration_example(),
        leads=("revoke_right", "send_proofs"),
        refusals=(*ALWAYS, 404, 409, 413),
    )
    revoke = Operation(
        name="revoke_right",
        summary=_("Révoquer un droit d’accès"),
        more=_("Définitif ; une demande sans réponse est retirée."),
        scope=ApiScope.RIGHTS_WRITE,
        answers={200: ref("Statut")},
        example=[_done()],
        refusals=(*ALWAYS, 404, 409),
    )
    prove = Operation(
        name="send_proofs",
        summary=_("Déposer les preuves d’un consentement"),
        more=_("Seulement quand le contrôle du droit les attend ; elles remplacent les autres."),
        scope=ApiScope.CONTROLS_WRITE,
        answers={200: ref("Statut")},
        example=[_done()],
        sent=FORM_DATA,
        body=ref("Preuves"),
        refusals=(*ALWAYS, 404, 409, 413, 415),
    )
    return {
        "adict_rights.declare": declare,
        "adict_rights.revoke": revoke,
        "adict_proofs.send": prove,
    }


def _days() -> list[Schema]:
    """Return the parameters of days: `periode` or both dates, which no schema can express."""
    form = _(
        "AAAA, AAAA-MM, AAAA-Wnn (semaine ISO) ou AAAA-jjj (jour de l’année), précédé de « Pn- »"
        " pour n années, mois ou semaines consécutifs. Seul, ou remplacé par les deux dates."
    )
    dates = _("AAAA-MM-JJ, première et dernière journées comprises ; les deux, sans « periode ».")
    return [
        {
            "name": "periode",
            "schema": text(pattern=FORM),
            "description": form,
            "example": "2026-09",
        },
        {"name": "date_debut", "schema": day(), "description": dates},
        {"name": "date_fin", "schema": day(), "description": dates},
    ]


def _readings() -> dict[str, Operation]:
    def read(name: str, summary: str, shape: str, sort: data.DataSort, example: Json) -> Operation:
        more = _(
            "Une ligne par relevé, sans ligne de statut ; l’historique remonte à {years} ans."
            " Sans donnée, une seule ligne, dont « statut_restitution » indique pourquoi.",
            years=sort.years,
        )
        return Operation(
            name=name,
            summary=summary,
            more=more,
            scope=ApiScope.CONSUMPTION_READ,
            answers={200: lines(shape)},
            refused=f"Refus{shape}",
            kind=NDJSON,
            example=[example],
            query=_days(),
        )

    published = examples.line(Content.PUBLISHED)
    daily, billed = _("Lire les consommations informatives"), _("Lire les consommations publiées")
    return {
        "adict_data.informative": read(
            "read_informative_consumption",
            daily,
            "ConsommationInformative",
            data.INFORMATIVE,
            examples.line(Content.DAILY),
        ),
        "adict_data.published": read(
            "read_published_consumption",
            billed,
            "ConsommationPubliee",
            data.PUBLISHED,
            published,
        ),
        "adict_data.injected": read(
            "read_published_injections",
            _("Lire les injections publiées"),
            "InjectionPubliee",
            data.INJECTED,
            examples.injected(),
        ),
    }


def _sheets() -> dict[str, Operation]:
    filter_parameter = {
        "name": "filtre",
        "schema": {"type": "array", "items": one_of(["", *data.FILTERS])},
        "example": ["car", "tarif_acheminement"],
        "explode": False,
        "description": _(
            "Parties du contrat à renvoyer, répétées ou séparées par des virgules ; vide : toutes."
        ),
    }
    return {
        "adict_data.contractual": Operation(
            name="read_contract",
            summary=_("Lire les données contractuelles"),
            more=_("Tarif, consommation de référence, capacité et profil."),
            scope=ApiScope.PCES_READ,
            answers={200: ref("DonneesContractuelles")},
            refused="RefusDonneesContractuelles",
            example=[examples.line(Content.CONTRACTUAL)],
            query=[filter_parameter],
        ),
        "adict_data.technical": Operation(
            name="read_meter",
            summary=_("Lire les données techniques"),
            more=_("L’adresse, le compteur et le point d’interface avec le transport."),
            scope=ApiScope.PCES_READ,
            answers={200: ref("DonneesTechniques")},
            refused="RefusDonneesTechniques",
            example=[examples.line(Content.TECHNICAL)],
        ),
    }
