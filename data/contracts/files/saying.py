"""What a seal is worth, and what is wrong with one, in plain words."""

from collections.abc import Mapping

from data.contracts.types import Fault, Level, Method
from i18n import N_

Said = tuple[str, Mapping[str, str]]  # a marked sentence, and what fills it

_FAULTS: Mapping[Fault, str] = {
    Fault.UNREADABLE: N_(
        "Ce fichier ne s’ouvre pas comme un PDF : il est abîmé, ou il n’en est pas un."
    ),
    Fault.UNSEALED: N_("Ce document n’a aucun sceau."),
    Fault.ALTERED: N_("Le document a été modifié depuis ce sceau."),
    Fault.FORGED: N_("Le sceau lui-même a été modifié, ou provient d’une autre clé."),
    Fault.REWRITTEN: N_("Ce qui a été ajouté après un sceau change ce qui était signé."),
    Fault.TRAILING: N_("La fin du document n’est couverte par aucun sceau."),
    Fault.UNTRUSTED: N_("Le certificat de ce sceau n’est reconnu par aucune autorité connue."),
    Fault.EXPIRED: N_("Le certificat de ce sceau n’était pas valable à sa date."),
    Fault.REVOKED: N_("Le certificat de ce sceau avait été révoqué."),
    Fault.STAMP: N_("L’horodatage de ce sceau est faux."),
}
_IDENTITY: Mapping[Method, str] = {
    Method.CODE: N_(
        "Signature électronique simple au sens du règlement eIDAS : le signataire est reconnu à "
        "son compte et à un code envoyé à son adresse électronique."
    ),
    Method.CODE_TOTP: N_(
        "Signature électronique simple au sens du règlement eIDAS : le signataire est reconnu à "
        "son compte, à un code envoyé à son adresse électronique et à son application "
        "d’authentification."
    ),
}
_SEAL = N_(
    "Le cachet électronique du distributeur (PAdES {level}) fige le document : tout changement se "
    "voit."
)
_DATE: Mapping[Level, str] = {
    Level.B_B: N_("La date est celle de l’horloge de l’espace client."),
    Level.B_T: N_("La date est attestée par un tiers horodateur."),
    Level.B_LT: N_(
        "La date est attestée par un tiers horodateur, et le document porte de quoi vérifier ses "
        "certificats après leur échéance."
    ),
}
_DEMO = N_(
    "C’est un certificat de démonstration : ce sceau protège le document, mais personne ne"
    " garantit qui en est l’auteur."
)


def said_of(fault: Fault) -> str:
    """The marked sentence of a fault."""
    return _FAULTS[fault]


def worth_of(level: Level, method: Method, *, demo: bool) -> tuple[Said, ...]:
    """What a signature is worth, in the words of the eIDAS regulation and in plain ones."""
    said: list[Said] = [
        (_IDENTITY[method], {}),
        (_SEAL, {"level": level.value}),
        (_DATE[level], {}),
    ]
    return (*said, (_DEMO, {})) if demo else tuple(said)
