"""JSON Schemas of a PCE's data and of tokens."""

from api.adict.errors import BLOCKS, DATED
from api.adict.openapi.schemas import (
    CODE,
    PCE,
    Schema,
    closed_object,
    day,
    maybe,
    one_of,
    ref,
    text,
)
from api.oauth import LONGEST
from core.i18n import _
from data.identity.programs.types import SCOPE
from data.metering.consumption.files.adict_writer import NOUNS
from data.metering.consumption.files.cell_parser import QUALITY_WORDS, STATUS_WORDS
from data.metering.consumption.types import Quality
from data.metering.pces.types import Frequency

_QUALITIES = tuple(
    word for quality, word in QUALITY_WORDS.items() if quality is not Quality.RECONSTRUCTED
)
_STATUSES = tuple(word for word in STATUS_WORDS.values() if word)
_WHY = ("raison_releve", "libelle_raison_releve", "qualite_releve", "statut_releve")
_ERRORS = (
    *("invalid_request", "invalid_client", "invalid_scope", "unauthorized_client"),
    *("unsupported_grant_type", "temporarily_unavailable", "server_error"),
)


def of_data() -> dict[str, Schema]:
    """Return each schema by name, described in the language of the request."""
    consumed = _flow("consommation", "conso", published=False)
    billed = _flow("consommation", "conso", published=True)
    injected = _flow("injection", "injection", published=True)
    return {
        "StatutRestitution": _silence(),
        "ConsommationInformative": _line(
            consumed, _("Une journée gazière, de 6 h à 6 h ; energie en kWh PCS, volumes en m³.")
        ),
        "ConsommationPubliee": _line(
            billed, _("Une période de relevé, ou un jour pour un compteur relevé chaque jour.")
        ),
        "InjectionPubliee": _line(injected, _("Une période d’injection de gaz dans le réseau.")),
        "DonneesContractuelles": _contract(),
        "DonneesTechniques": _meter(),
        "RefusConsommationInformative": _refused("donnees_consos_informatives"),
        "RefusConsommationPubliee": _refused("donnees_consos_publiees"),
        "RefusInjectionPubliee": _refused("donnees_injections_publiees"),
        "RefusDonneesContractuelles": _refused("donnees_contractuelles"),
        "RefusDonneesTechniques": _refused("donnees_techniques"),
    }


def _refused(call: str) -> Schema:
    """Return the schema of a refusal of a data call: a line that repeats the request."""
    properties: dict[str, Schema] = {"pce": closed_object({"id_pce": text()})}
    if call in DATED:
        period_names = ("valeur", "date_debut", "date_fin")
        properties["periode"] = closed_object({name: maybe(text()) for name in period_names})
    properties |= {name: {"type": "null"} for name in BLOCKS[call]}
    properties["statut_restitution"] = _status()
    return closed_object(
        properties, description=_("Un refus : ce qui a été demandé, et pourquoi rien n’est lu.")
    )


def _status() -> Schema:
    return closed_object({"code": text(pattern=CODE), "message": text()})


def of_tokens() -> dict[str, Schema]:
    return {
        "DemandeJeton": _token_asked(),
        "Jeton": closed_object(
            {
                "token_type": one_of(["Bearer"]),
                "access_token": text(),
                "expires_in": {"type": "integer", "description": _("Secondes.")},
                "scope": one_of([SCOPE]),
            }
        ),
        "RefusJeton": closed_object(
            {"error": one_of(_ERRORS), "error_description": text()},
            required=["error"],
            description=_("Le refus d’un jeton, au sens d’OAuth 2 (RFC 6749)."),
        ),
    }


def _silence() -> Schema:
    description = _("Null quand la ligne a des données, sinon la raison de leur absence.")
    return {"anyOf": [_status(), {"type": "null"}], "description": description}


def _pce() -> Schema:
    return closed_object({"id_pce": text(pattern=PCE)})


def _number() -> Schema:
    return maybe({"type": "number"})


def _instant() -> Schema:
    return maybe(text(format="date-time"))


def _line(blocks: dict[str, Schema], said: str) -> Schema:
    """Return the schema of a line of readings: its subject, blocks, and why they are null."""
    period = {
        "valeur": maybe(text(description=_("« periode », telle qu’elle a été demandée."))),
        "date_debut": day(),
        "date_fin": day(),
    }
    properties = {"pce": _pce(), "periode": closed_object(period), **blocks}
    return closed_object(
        properties | {"statut_restitution": ref("StatutRestitution")}, description=said
    )


def _flow(name: str, short: str, *, published: bool) -> dict[str, Schema]:
    """Return the schema of two readings and the amount between them."""
    blocks = {
        "releve_debut": _reading("debut", published=published),
        "releve_fin": _reading("fin", published=published),
        name: maybe(_figures(name, short, published=published)),
    }
    if published:
        blocks["bordereau_publication"] = maybe(
            closed_object(
                {
                    "date_debut_bordereau": maybe(day()),
                    "date_fin_bordereau": maybe(day()),
                    "nb_jour_gazier": maybe({"type": "integer"}),
                }
            )
        )
    return blocks


def _reading(side: str, *, published: bool) -> Schema:
    index = closed_object({"valeur_index": _number(), "horodate_Index": _instant()})
    properties = {"date_releve": _instant()}
    if published:
        properties |= {name: maybe(text()) for name in _WHY}
        properties["qualite_releve"] = maybe(one_of(NOUNS.values()))
    return maybe(
        closed_object(properties | {f"index_brut_{side}": index, f"index_converti_{side}": index})
    )


def _figures(name: str, short: str, *, published: bool) -> Schema:
    kinds = ("Publiée",) if published else ("Informative Journalier",)
    ways = ("Production",) if name == "injection" else ("Consommation",)
    factors = ("coeff_pta", "valeur_pcs", "coeff_conversion")
    return closed_object(
        {
            f"date_debut_{name}": _instant(),
            f"date_fin_{name}": _instant(),
            "flag_retour_zero": maybe({"type": "boolean"}),
            "volume_brut": _number() | {"description": _("m³, au compteur.")},
            "coeff_calcul": closed_object({factor: _number() for factor in factors}),
            "volume_converti": _number(),
            "energie": _number() | {"description": _("kWh PCS ; null : absente, jamais zéro.")},
            f"type_qualif_{short}": maybe(one_of(_QUALITIES)),
            "sens_flux_gaz": one_of(ways),
            f"statut_{short}": maybe(one_of(_STATUSES)),
            "journee_gaziere": maybe(day()),
            f"type_{short}": one_of(kinds),
        }
    )


def _single_line(block: str, fields: dict[str, Schema], description: str, **more: object) -> Schema:
    """Return the schema of the single line of a contract or a meter."""
    properties = {
        "pce": _pce(),
        block: maybe(closed_object(fields, **more)),
        "statut_restitution": ref("StatutRestitution"),
    }
    return closed_object(properties, description=description)


def _contract() -> Schema:
    terms: dict[str, Schema] = {
        "date_mes": maybe(day()),
        "tarif_acheminement": maybe(text()),
        "date_publication": maybe(day()),
        "consommation_journaliere_plafond": _number(),
        "car": closed_object({"car_actuelle": _number(), "car_future": _number()}),
        "cja": closed_object(
            {name: _number() for name in ("cja", "cja_journaliere", "cja_mensuelle")}
        ),
        "profil": closed_object(
            {
                "profil_type_actuel": maybe(text()),
                "date_debut_profil_type_actuel": maybe(day()),
                "date_fin_profil_type_actuel": maybe(day()),
                "profil_type_futur": maybe(text()),
            }
        ),
        "modulation": closed_object(
            {
                name: _number()
                for name in ("modulation_n_1", "modulation_n_2", "modulation_n_3", "assiette")
            }
        ),
    }
    description = _("Détails du contrat ; « filtre » ne renvoie que les parties demandées.")
    return _single_line(
        "donnees_contractuelles", terms, description, required=[]
    )  # `filtre` may leave some out


def _meter() -> Schema:
    place = ("numero_rue", "nom_rue", "complement_adresse", "code_postal", "commune")
    meter = (
        *("client_sensible_mig", "code_calibre", "code_debit", "code_debit_normalise"),
        *("pression_livraison", "matricule_compteur"),
    )
    owners = ("compteur", "convertisseur", "poste", "enregistreur")
    parts: dict[str, Schema] = {
        "situation_compteur": closed_object({name: maybe(text()) for name in place}),
        "caracteristiques_compteur": closed_object(
            {"frequence": one_of(Frequency), **{name: maybe(text()) for name in meter}}
        ),
        "pitd": closed_object({"identifiant_pitd": maybe(text()), "libelle_pitd": maybe(text())}),
        "regime_propriete": closed_object(
            {f"regime_propriete_{name}": maybe(text()) for name in owners}
        ),
    }
    return _single_line("donnees_techniques", parts, _("Le compteur, et où il est."))


def _token_asked() -> Schema:
    return {
        "type": "object",
        "properties": {
            "grant_type": one_of(["client_credentials"]),
            "client_id": text(maxLength=LONGEST),
            "client_secret": text(maxLength=LONGEST),
            "scope": one_of([SCOPE]),
        },
        "required": ["grant_type", "client_id", "client_secret"],
    }
