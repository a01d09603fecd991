"""Describe the level and the flaws of a seal."""

from collections.abc import Mapping

from core.i18n import N_
from data.contracts.types import Level, SealFault, SigningMethod

Said = tuple[str, Mapping[str, str]]  # a marked sentence and its params

_FAULTS: Mapping[SealFault, str] = {
    SealFault.UNREADABLE: N_(
        "Ce fichier ne s’ouvre pas comme un PDF : il est abîmé, ou il n’en est pas un."
    ),
    SealFault.UNSEALED: N_("Ce document n’a aucun sceau."),
    SealFault.ALTERED: N_("Le document a été modifié depuis ce sceau."),
    SealFault.FORGED: N_("Le sceau lui-même a été modifié, ou provient d’une autre clé."),
    SealFault.REWRITTEN: N_("Ce qui a été ajouté après un sceau change ce qui était signé."),
    SealFault.TRAILING: N_("La fin du document n’est couverte par aucun sceau."),
    SealFault.UNTRUSTED: N_("Le certificat de ce sceau n’est reconnu par aucune autorité connue."),
    SealFault.EXPIRED: N_("Le certificat de ce sceau n’était pas valable à sa date."),
    SealFault.REVOKED: N_("Le certificat de ce sceau avait été révoqué."),
    SealFault.STAMP: N_("L’horodatage de ce sceau est faux."),
}
_IDENTITY: Mapping[SigningMethod, str] = {
    SigningMethod.CODE: N_(
        "Signature électronique simple au sens du règlement eIDAS : le signataire est reconnu à "
        "son compte et à un code envoyé à son adresse électronique."
    ),
    SigningMethod.CODE_TOTP: N_(
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


def statement_of(fault: SealFault) -> str:
    """Return the marked sentence of a fault."""
    return _FAULTS[fault]


def signature_value(level: Level, method: SigningMethod, *, demo: bool) -> tuple[Said, ...]:
    """Return what a signature is worth, in eIDAS terms and in plain words."""
    sentences: list[Said] = [
        (_IDENTITY[method], {}),
        (_SEAL, {"level": level.value}),
        (_DATE[level], {}),
    ]
    return (*sentences, (_DEMO, {})) if demo else tuple(sentences)
