"""What somebody else kept of a step while it was being typed: said at each field it would lose."""

from components.contracts.reading import IDENTITY, INVITES, REPRESENTATIVE
from data.contracts.rules.dossier import (
    checked_identity,
    checked_imports,
    checked_invites,
    checked_representative,
    checked_uses,
)
from data.contracts.rules.packing import StepValue
from data.contracts.rules.words import BODIES, USES
from data.contracts.types import Dossier, Identity, Imports, Power, Representative, Step
from i18n import _


def meanwhile(step: Step, value: StepValue, dossier: Dossier) -> dict[str, str]:
    """A sentence at each field where keeping *value* would replace what *dossier* now holds.

    Raises Invalid for a *value* that could not be kept anyway.
    """
    typed, stands = _typed(step, value), _words(step, dossier)
    return {name: _sentence(stands[name]) for name in typed if typed[name] != stands[name]}


def _sentence(found: str) -> str:
    if not found:
        return _("Entre-temps, ce champ a été vidé. Enregistrez de nouveau pour le remplacer.")
    return _(
        "Entre-temps, ce champ est devenu « {found} ». Enregistrez de nouveau pour le remplacer.",
        found=found,
    )


def _typed(step: Step, value: StepValue) -> dict[str, str]:
    match value:
        case Identity():
            return _words(step, Dossier(identity=checked_identity(value)))
        case Representative():
            return _words(step, Dossier(representative=checked_representative(value)))
        case Power():
            return _words(step, Dossier(power=value))
        case Imports():
            return _words(step, Dossier(imports=checked_imports(value)))
    if step is Step.USES:
        return _words(step, Dossier(uses=checked_uses(value)))  # type: ignore[arg-type]
    return _words(step, Dossier(invites=checked_invites(value)))  # type: ignore[arg-type]


def _words(step: Step, dossier: Dossier) -> dict[str, str]:
    """What a step says, field by field."""
    match step:
        case Step.IDENTITY:
            one = dossier.identity or Identity()
            return {"kind": _(BODIES[one.kind])} | {name: getattr(one, name) for name in IDENTITY}
        case Step.REPRESENTATIVE:
            signer = dossier.representative or Representative()
            return {name: getattr(signer, name) for name in REPRESENTATIVE}
        case Step.POWER:
            power = dossier.power or Power()
            return {"way": _("Représentant légal") if power.himself else power.name}
        case Step.USES:
            return {"uses": ", ".join(f"{_(USES[u.use])} ({u.months})" for u in dossier.uses)}
        case Step.INVITES:
            return {
                role: ", ".join(one.email for one in dossier.invites if one.role == role)
                for role in INVITES
            }
    imports = dossier.imports or Imports()
    return {"expected": str(imports.expected) if imports.wanted else ""}
