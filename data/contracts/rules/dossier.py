"""Check each step of the dossier, and list what is missing before sending."""

import re
import unicodedata
from collections.abc import Collection, Sequence
from typing import TypeAlias

from stdnum.exceptions import ValidationError
from stdnum.fr import siren as siren_of
from stdnum.fr import siret as siret_of
from stdnum.fr import tva as vat_of

from core.access import Role
from core.errors import Invalid
from core.i18n import N_
from core.pdf_fonts import refuse_unprintable
from core.unicode_safety import undirected
from data.contracts.types import (
    Consent,
    ContractDossier,
    DataUse,
    DossierStep,
    Imports,
    Invite,
    OrganisationIdentity,
    Power,
    Representative,
    StepLine,
)
from data.identity.accounts.rules import address_in

Lack: TypeAlias = tuple[str, dict[str, object]]
MOST = 200  # characters of a field
MOST_INVITES = 50
MOST_IMPORTS = 1_000_000
LONGEST_USE = 36  # months
INVITED = (Role.CLIENT, Role.FACILITY_MANAGER, Role.ADMINISTRATOR)
_POSTAL = re.compile(r"\d{5}", re.ASCII)
_PHONE = re.compile(r"0[1-9]\d{8}", re.ASCII)
_ABROAD = re.compile(r"(?:\+|00)33(?:\(0\)|0)?(?=[1-9])", re.ASCII)  # as browsers fill it in
_UNPRINTED = re.compile(r"[^ -~\u00a0-\u00ac\u00ae-\u017f‘’]")  # outside Latin letters
_LONG = N_("Ce texte a {count} signes : au plus {most}. Raccourcissez-le.")
_SIREN = N_("SIREN « {found} » : il faut 9 chiffres, et leur clé ne convient pas. Vérifiez-le.")
_SIRET = N_("SIRET « {found} » : il faut 14 chiffres, et leur clé ne convient pas. Vérifiez-le.")
_OTHER = N_("Ce SIRET n’est pas d’un établissement du SIREN {siren} : corrigez l’un des deux.")
_VAT = N_("TVA « {found} » : un numéro français est FR, deux signes, puis le SIREN. Vérifiez-le.")
_OTHER_VAT = N_("Ce numéro de TVA n’est pas celui du SIREN {siren} : corrigez l’un des deux.")
_CODE = N_("Code postal « {found} » : il faut 5 chiffres.")
_EMAIL = N_("« {found} » n’est pas une adresse électronique.")
_ACCENT = N_(
    "« {found} » : le signe « {sign} » ne va pas dans une adresse"
    " électronique. Écrivez-la sans accent."
)
_NUMBER = N_("Téléphone « {found} » : il faut 10 chiffres, le premier est 0, ou +33 et la suite.")
_MONTHS = N_("La durée d’un usage va de 1 à {most} mois.")
_TWICE = N_("Un usage ne peut être donné qu’une fois : gardez une seule durée.")
_MANY = N_("Au plus {most} personnes à inviter ici : invitez les autres après la signature.")
_ROLE = N_("Ce rôle ne peut pas être donné dans une invitation.")
_COUNT = N_("Le nombre de PCE attendus va de 0 à {most}.")
NO_NAME = N_("le nom de l’organisation")
NO_SIREN = N_("son SIREN")
NO_SIRET = N_("le SIRET de son siège")
NO_FORM = N_("sa forme juridique")
NO_ADDRESS = N_("son adresse complète")
NO_SIGNER = N_("le nom du représentant")
NO_FUNCTION = N_("sa fonction")
NO_EMAIL = N_("son adresse électronique")
NO_ACCOUNT = N_("un compte à l’adresse {email}, qui puisse signer : invitez cette personne")
NO_POWER = N_("la pièce qui prouve son pouvoir, ou dire qu’il est représentant légal")
NO_USE = N_("au moins un usage des données, et sa durée")


def _text(text: str) -> str:
    """Return text on one line with printable, visible characters only."""
    words = " ".join(undirected(text).split())
    if len(words) > MOST:
        raise Invalid(_LONG, count=len(words), most=MOST)
    refuse_unprintable(words)
    return words


def checked_identity(identity: OrganisationIdentity) -> OrganisationIdentity:
    """Return a normalised identity; raise Invalid for a wrong number. Fields may be blank."""
    siren, siret, vat = (_compact(text) for text in (identity.siren, identity.siret, identity.vat))
    siren = _valid(siren, siren_of.validate, _SIREN)
    siret = _valid(siret, siret_of.validate, _SIRET)
    if siret and siren and not siret.startswith(siren):
        raise Invalid(_OTHER, siren=siren)
    siren = siren or siret[:9]
    vat = _valid(vat, vat_of.validate, _VAT)
    if vat and siren and vat[2:] != siren:
        raise Invalid(_OTHER_VAT, siren=siren)
    code = _compact(identity.postal_code)
    if code and not _POSTAL.fullmatch(code):
        raise Invalid(_CODE, found=identity.postal_code[:40])
    words = {
        name: _text(getattr(identity, name))
        for name in ("name", "legal_form", "street", "city", "sector")
    }
    full = f"FR{vat}" if vat else ""
    numbers = {"siren": siren, "siret": siret, "vat": full, "postal_code": code}
    return OrganisationIdentity(kind=identity.kind, **numbers, **words)


def _compact(text: str) -> str:
    return re.sub(r"[\s.\-]", "", undirected(text)).upper()


def _valid(number: str, check: object, sentence: str) -> str:
    """Return a number in its standard form, "" unchanged."""
    if not number:
        return ""
    try:
        return str(check(number))  # type: ignore[operator]
    except ValidationError:
        raise Invalid(sentence, found=number[:40]) from None


def vat_for(siren: str) -> str:
    """Return the French VAT number of a SIREN, proposed until the user types one."""
    return f"FR{siren_of.to_tva(siren)}" if siren_of.is_valid(siren) else ""


def checked_representative(representative: Representative) -> Representative:
    email, phone = (
        representative.email.strip(),
        _ABROAD.sub("0", _compact(representative.phone), count=1),
    )
    if email:
        email = _address(email)
    if phone and not _PHONE.fullmatch(phone):
        raise Invalid(_NUMBER, found=representative.phone[:40])
    return Representative(_text(representative.name), _text(representative.function), email, phone)


def _address(text: str) -> str:
    email = address_in(text.strip(" "), anywhere=False)
    odd = next((sign for sign in text if not sign.isascii()), "")
    if email is None and odd.isalpha():
        raise Invalid(_ACCENT, found=text[:80], sign=odd)
    if email is None:
        raise Invalid(_EMAIL, found=text[:80])
    return email


def checked_uses(consents: Sequence[Consent]) -> tuple[Consent, ...]:
    """Return uses in the order of `DataUse`; raise Invalid for duplicates."""
    if len({consent.use for consent in consents}) < len(consents):
        raise Invalid(_TWICE)
    if any(not 1 <= consent.months <= LONGEST_USE for consent in consents):
        raise Invalid(_MONTHS, most=LONGEST_USE)
    return tuple(sorted(consents, key=lambda one: list(DataUse).index(one.use)))


def checked_invites(invites: Sequence[Invite]) -> tuple[Invite, ...]:
    """Return unique addresses; the last role given for an address counts."""
    if len(invites) > MOST_INVITES:
        raise Invalid(_MANY, most=MOST_INVITES)
    if any(invite.role not in INVITED for invite in invites):
        raise Invalid(_ROLE)
    roles = {_address(invite.email): invite.role for invite in invites}
    return tuple(Invite(email, role) for email, role in roles.items())


def checked_imports(imports: Imports) -> Imports:
    if not 0 <= imports.expected <= MOST_IMPORTS:
        raise Invalid(_COUNT, most=MOST_IMPORTS)
    return imports if imports.enabled else Imports()


def steps_in(dossier: ContractDossier, signers: Collection[str]) -> tuple[StepLine, ...]:
    """Return every step with what is missing; `signers` are the addresses able to sign."""
    lacks: dict[DossierStep, list[Lack]] = {
        DossierStep.IDENTITY: _identity_lacks(dossier.identity or OrganisationIdentity()),
        DossierStep.REPRESENTATIVE: _signer_lacks(
            dossier.representative or Representative(), signers
        ),
        DossierStep.POWER: _power_lacks(dossier.power or Power()),
        DossierStep.USES: [] if dossier.uses else [(NO_USE, {})],
        DossierStep.INVITES: [],
        DossierStep.IMPORTS: [],
    }
    saved_steps = {
        DossierStep.INVITES: bool(dossier.invites),
        DossierStep.IMPORTS: dossier.imports is not None,
    }
    return tuple(
        StepLine(step, not lacks[step] and saved_steps.get(step, True), tuple(lacks[step]))
        for step in DossierStep
    )


def was_kept(step: DossierStep, dossier: ContractDossier) -> bool:
    """Return whether a step is stored, rather than proposed (version 0)."""
    return dossier.version > 0 and bool(getattr(dossier, step.value))


def delegation_in(power: Power) -> str:
    """Return the name of the delegation as printed, "" for a legal representative.

    Characters that no font has are replaced, so that a file name cannot prevent sending.
    """
    name = unicodedata.normalize("NFC", power.name) if power.storage_key else ""
    return " ".join(_UNPRINTED.sub("_", name).split())


def lacks_of(dossier: ContractDossier, signers: Collection[str]) -> tuple[Lack, ...]:
    """Return what prevents sending; invitations and imports never do."""
    return tuple(lack for line in steps_in(dossier, signers) for lack in line.lacks)


def _identity_lacks(identity: OrganisationIdentity) -> list[Lack]:
    required_texts = {
        NO_NAME: identity.name,
        NO_SIREN: identity.siren,
        NO_SIRET: identity.siret,
        NO_FORM: identity.legal_form,
        NO_ADDRESS: identity.street and identity.postal_code and identity.city,
    }
    return [(sentence, {}) for sentence, text in required_texts.items() if not text]


def _signer_lacks(representative: Representative, signers: Collection[str]) -> list[Lack]:
    required_texts = {
        NO_SIGNER: representative.name,
        NO_FUNCTION: representative.function,
        NO_EMAIL: representative.email,
    }
    lacks: list[Lack] = [(sentence, {}) for sentence, text in required_texts.items() if not text]
    if representative.email and representative.email not in signers:
        lacks.append((NO_ACCOUNT, {"email": representative.email}))
    return lacks


def _power_lacks(power: Power) -> list[Lack]:
    return [] if power.himself or power.storage_key else [(NO_POWER, {})]
