"""JSON Schemas of requests and responses, built from the parsers and serializers."""

from collections.abc import Iterable
from typing import Any

from api.adict.literals import ORIGINS
from api.adict.rights import MOST_PCE
from core.i18n import _, size_limit
from data.controls.files.piece_check import MOST
from data.controls.rules.pieces import MOST_PIECES
from data.rights.rules import fields
from data.rights.rules.adict import FALSE, FLAGS, PROOFS, ROLES, SOURCES, STATES, TRUE

Schema = dict[str, Any]
PCE = r"^(?:[0-9]{14}|GI[0-9]{6})$"
_UUID = r"^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
_DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_STAMP = r"^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}$"
CODE = r"^[0-9]{7}(?:[0-9]{3})?$"
_FLAG = (TRUE, FALSE)


def text(**more: Any) -> Schema:  # noqa: ANN401 (JSON Schema's own)
    return {"type": "string", **more}


def maybe(schema: Schema) -> Schema:
    """Return `schema` that also allows null."""
    nullable_schema = dict(schema) | {"type": [schema["type"], "null"]}
    if "enum" in schema:
        nullable_schema["enum"] = [*schema["enum"], None]
    return nullable_schema


def one_of(words: Iterable[str], **more: Any) -> Schema:  # noqa: ANN401 (JSON Schema's own)
    return text(enum=list(words), **more)


def closed_object(fields: dict[str, Schema], **more: Any) -> Schema:  # noqa: ANN401 (JSON Schema's own)
    """Return the schema of an object that always has exactly these `fields`."""
    return {
        "type": "object",
        "properties": fields,
        "required": list(fields),
        "additionalProperties": False,
        **more,
    }


def ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def lines(*names: str) -> Schema:
    """Return the schema of nd-json: an object per line, each of one of these schemas."""
    items = ref(names[0]) if len(names) == 1 else {"oneOf": [ref(name) for name in names]}
    description = _("Un objet JSON par ligne, pas un tableau : à lire ligne par ligne.")
    return {"type": "array", "items": items, "minItems": 1, "description": description}


def day() -> Schema:
    return text(format="date", pattern=_DAY)


def _stamp() -> Schema:
    description = _("AAAA-MM-JJ HH:MM:SS, à l’heure de Paris.")
    return text(pattern=_STAMP, description=description)


def of_rights() -> dict[str, Schema]:
    """Return each schema by name, described in the language of the request."""
    return {
        "Statut": _status(),
        "DroitAcces": _right(),
        "DroitDeclare": _declared(),
        "DemandeAcces": _declaration_schema(),
        "FiltreDroits": _filter(),
        "Preuves": _proofs(),
    }


def _status() -> Schema:
    return closed_object(
        {
            "code_statut_traitement": text(pattern=CODE),
            "message_retour_traitement": text(description=_("Ce qui s’est passé, en clair.")),
        },
        description=_("Résultat d’une demande ; dernière ligne d’une liste de droits."),
    )


def _holder() -> dict[str, Schema]:
    return {
        "nom_titulaire": maybe(text()),
        "raison_sociale_du_titulaire": maybe(text()),
        "courriel_titulaire": text(),
        "code_postal": text(),
        "numero_telephone_mobile_titulaire": maybe(text()),
    }


def _perimeters() -> dict[str, Schema]:
    days = ("conso_debut", "conso_fin", "inj_debut", "inj_fin")
    flags = {name: one_of(_FLAG) for name in FLAGS.values()}
    return flags | {f"perim_donnees_{kind}": maybe(day()) for kind in days}


def _right() -> Schema:
    ends: dict[str, Schema] = {}
    for name in ("revocation", "passage_a_obsolete", "passage_a_refuse"):
        ends[f"date_{name}"] = maybe(_stamp())
        ends[f"source_{name}"] = maybe(one_of(SOURCES.values()))
    return closed_object(
        {
            "id_droit_acces": text(pattern=_UUID),
            "id_pce": text(pattern=PCE),
            "role_tiers": one_of(ROLES.values()),
            "raison_sociale_du_tiers": text(),
            **_holder(),
            **_perimeters(),
            "date_creation": _stamp(),
            "date_debut_droit_acces": maybe(day()),
            "date_fin_droit_acces": maybe(day()),
            "etat_droit_acces": one_of(STATES.values()),
            **ends,
            "date_fin_autorisation": maybe(_stamp()),
            "parcours": maybe(one_of(ORIGINS.values())),
            "statut_controle_preuve": maybe(one_of(PROOFS.values())),
            "date_limite_transmission_preuve": maybe(day()),
        },
        description=_("Un droit d’accès de votre organisation, tel qu’il est maintenant."),
    )


def _declared() -> Schema:
    return closed_object(
        {
            "id_droit_acces": text(pattern=_UUID),
            "id_pce": text(pattern=PCE),
            "role_tiers": one_of(ROLES.values()),
            "etat_droit_acces": one_of(STATES.values()),
            "date_creation_droit_acces": _stamp(),
            "date_debut_droit_acces": maybe(day()),
            "date_fin_droit_acces": maybe(day()),
            **_holder(),
            **_perimeters(),
            "parcours": maybe(one_of(ORIGINS.values())),
            **_status()["properties"],
        },
        description=_("Le droit qui vient d’être déclaré, et le résultat de la demande."),
    )


def _declaration_schema() -> Schema:
    """Return the schema of a declaration; of the holder, only the role, name and postal code."""
    longest = fields.LONGEST
    days = ("conso_debut", "conso_fin", "inj_debut", "inj_fin")
    inj, conso = _("Pour les rôles d’injection."), _("Pour les rôles de fourniture.")
    description = _("L’un ou l’autre, jamais les deux.")
    return {
        "type": "object",
        "properties": {
            "role_tiers": one_of(ROLES.values()),
            "raison_sociale": maybe(
                text(maxLength=longest["raison_sociale"], description=description)
            ),
            "nom_titulaire": maybe(
                text(maxLength=longest["nom_titulaire"], description=description)
            ),
            "code_postal": text(pattern=r"^[0-9]{5}$", description=_("Celui du PCE.")),
            "courriel_titulaire": maybe(
                text(format="email", maxLength=longest["courriel_titulaire"])
            ),
            "numero_telephone_mobile_titulaire": maybe(text(pattern=r"^(?:0[67][0-9]{8})?$")),
            "date_debut_droit_acces": maybe(day()),
            "date_fin_droit_acces": maybe(day()),
            **{
                f"perim_donnees_{name}": maybe(
                    day() | {"description": inj if "inj" in name else conso}
                )
                for name in days
            },
            **dict.fromkeys(FLAGS.values(), _flag_asked()),
        },
        "required": ["role_tiers", "code_postal"],
        "description": _(
            "Un champ absent, vide ou null n’est pas donné. Les rôles AUTORISE demandent tout ;"
            " les rôles DETENTEUR, le rôle, un nom et le code postal."
        ),
    }


def _flag_asked() -> Schema:
    """Return the schema of a flag in a request; answers use the words of `_FLAG`."""
    words = one_of([*_FLAG, "true", "false", ""])
    return {"anyOf": [words, {"type": "boolean"}, {"type": "null"}]}


def _filter() -> Schema:
    """Return the schema of filters that combine; an empty list keeps everything."""

    def listed(items: Schema, **more: Any) -> Schema:  # noqa: ANN401 (JSON Schema's own)
        return {"type": ["array", "null"], "items": items, **more}

    return {
        "type": "object",
        "properties": {
            "id_pce": listed(text(), maxItems=MOST_PCE),
            "role_tiers": listed(one_of(ROLES.values())),
            "etat_droit_acces": listed(one_of(STATES.values())),
            "statut_controle_preuve": listed(one_of(PROOFS.values())),
        },
        "additionalProperties": False,
        "description": _("Les filtres se cumulent ; un filtre absent ou vide garde tout."),
    }


def _proofs() -> Schema:
    description = _(
        "De un à {most} fichiers PDF, JPEG ou PNG, de {each} au plus chacun, une part chacun.",
        most=MOST_PIECES,
        each=size_limit(MOST),
    )
    parts = {"type": "array", "items": text(format="binary"), "minItems": 1}
    return {
        "type": "object",
        "properties": {"preuves": parts | {"maxItems": MOST_PIECES, "description": description}},
        "required": ["preuves"],
    }
