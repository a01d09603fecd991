"""Render an edit conflict on a step: the concurrent change at each field concerned."""

from components.contracts.form_parser import IDENTITY, INVITES, REPRESENTATIVE
from core.i18n import _
from data.contracts.rules.dossier import (
    checked_identity,
    checked_imports,
    checked_invites,
    checked_representative,
    checked_uses,
)
from data.contracts.rules.labels import BODIES, USES
from data.contracts.rules.serializer import StepValue
from data.contracts.types import (
    ContractDossier,
    DossierStep,
    Imports,
    OrganisationIdentity,
    Power,
    Representative,
)


def find_conflicts(step: DossierStep, value: StepValue, dossier: ContractDossier) -> dict[str, str]:
    """Return a message per field where saving `value` would overwrite a concurrent change.

    Raise Invalid for a `value` that could not be saved anyway.
    """
    typed, stands = _typed(step, value), _words(step, dossier)
    return {name: _sentence(stands[name]) for name in typed if typed[name] != stands[name]}


def _sentence(sentence: str) -> str:
    if not sentence:
        return _("Entre-temps, ce champ a été vidé. Enregistrez de nouveau pour le remplacer.")
    return _(
        "Entre-temps, ce champ est devenu « {found} ». Enregistrez de nouveau pour le remplacer.",
        found=sentence,
    )


def _typed(step: DossierStep, value: StepValue) -> dict[str, str]:
    match value:
        case OrganisationIdentity():
            return _words(step, ContractDossier(identity=checked_identity(value)))
        case Representative():
            return _words(step, ContractDossier(representative=checked_representative(value)))
        case Power():
            return _words(step, ContractDossier(power=value))
        case Imports():
            return _words(step, ContractDossier(imports=checked_imports(value)))
    if step is DossierStep.USES:
        return _words(step, ContractDossier(uses=checked_uses(value)))  # type: ignore[arg-type]
    return _words(step, ContractDossier(invites=checked_invites(value)))  # type: ignore[arg-type]


def _words(step: DossierStep, dossier: ContractDossier) -> dict[str, str]:
    """Return the values of a step, by field."""
    match step:
        case DossierStep.IDENTITY:
            identity = dossier.identity or OrganisationIdentity()
            return {"kind": _(BODIES[identity.kind])} | {
                name: getattr(identity, name) for name in IDENTITY
            }
        case DossierStep.REPRESENTATIVE:
            signer = dossier.representative or Representative()
            return {name: getattr(signer, name) for name in REPRESENTATIVE}
        case DossierStep.POWER:
            power = dossier.power or Power()
            return {"way": _("Représentant légal") if power.himself else power.name}
        case DossierStep.USES:
            return {"uses": ", ".join(f"{_(USES[u.use])} ({u.months})" for u in dossier.uses)}
        case DossierStep.INVITES:
            return {
                role: ", ".join(
                    identity.email for identity in dossier.invites if identity.role == role
                )
                for role in INVITES
            }
    imports = dossier.imports or Imports()
    return {"expected": str(imports.expected) if imports.enabled else ""}
