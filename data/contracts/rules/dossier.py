"""What each step of the dossier must say, and what still lacks before a contract may be sent."""

import re
import unicodedata
from collections.abc import Collection, Sequence
from typing import TypeAlias

from stdnum.exceptions import ValidationError
from stdnum.fr import siren as siren_of
from stdnum.fr import siret as siret_of
from stdnum.fr import tva as vat_of

from data.access import Role
from data.accounts.rules import address_in
from data.contracts.types import (
    Consent,
    Dossier,
    Identity,
    Imports,
    Invite,
    Power,
    Representative,
    Step,
    StepLine,
    Use,
)
from data.errors import Invalid
from data.printing import refuse_unprintable
from data.signs import undirected
from i18n import N_

Lack: TypeAlias = tuple[str, dict[str, object]]
MOST = 200  # signs of a field
MOST_INVITES = 50
MOST_IMPORTS = 1_000_000
LONGEST_USE = 36  # months
INVITED = (Role.CLIENT, Role.FACILITY_MANAGER, Role.ADMINISTRATOR)
_POSTAL = re.compile(r"\d{5}", re.ASCII)
_PHONE = re.compile(r"0[1-9]\d{8}", re.ASCII)
_ABROAD = re.compile(r"(?:\+|00)33(?:\(0\)|0)?(?=[1-9])", re.ASCII)  # as a browser fills it
_UNPRINTED = re.compile(r"[^ -~\u00a0-\u00ac\u00ae-\u017f‘’]")  # of Latin letters
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
    """One line, without signs that nobody sees, of those that a contract can print."""
    words = " ".join(undirected(text).split())
    if len(words) > MOST:
        raise Invalid(_LONG, count=len(words), most=MOST)
    refuse_unprintable(words)
    return words


def checked_identity(found: Identity) -> Identity:
    """As it is kept, numbers without spaces; Invalid when a number is wrong. Blanks may wait."""
    siren, siret, vat = (_compact(text) for text in (found.siren, found.siret, found.vat))
    siren = _valid(siren, siren_of.validate, _SIREN)
    siret = _valid(siret, siret_of.validate, _SIRET)
    if siret and siren and not siret.startswith(siren):
        raise Invalid(_OTHER, siren=siren)
    siren = siren or siret[:9]
    vat = _valid(vat, vat_of.validate, _VAT)
    if vat and siren and vat[2:] != siren:
        raise Invalid(_OTHER_VAT, siren=siren)
    code = _compact(found.postal_code)
    if code and not _POSTAL.fullmatch(code):
        raise Invalid(_CODE, found=found.postal_code[:40])
    words = {
        name: _text(getattr(found, name))
        for name in ("name", "legal_form", "street", "city", "sector")
    }
    full = f"FR{vat}" if vat else ""
    numbers = {"siren": siren, "siret": siret, "vat": full, "postal_code": code}
    return Identity(kind=found.kind, **numbers, **words)


def _compact(text: str) -> str:
    return re.sub(r"[\s.\-]", "", undirected(text)).upper()


def _valid(number: str, check: object, sentence: str) -> str:
    """The number as its own rules write it; "" stays so."""
    if not number:
        return ""
    try:
        return str(check(number))  # type: ignore[operator]
    except ValidationError:
        raise Invalid(sentence, found=number[:40]) from None


def vat_for(siren: str) -> str:
    """The French VAT number that goes with a SIREN, proposed to who has not typed theirs."""
    return f"FR{siren_of.to_tva(siren)}" if siren_of.is_valid(siren) else ""


def checked_representative(found: Representative) -> Representative:
    email, phone = found.email.strip(), _ABROAD.sub("0", _compact(found.phone), count=1)
    if email:
        email = _address(email)
    if phone and not _PHONE.fullmatch(phone):
        raise Invalid(_NUMBER, found=found.phone[:40])
    return Representative(_text(found.name), _text(found.function), email, phone)


def _address(text: str) -> str:
    email = address_in(text.strip(" "), anywhere=False)
    odd = next((sign for sign in text if not sign.isascii()), "")
    if email is None and odd.isalpha():
        raise Invalid(_ACCENT, found=text[:80], sign=odd)
    if email is None:
        raise Invalid(_EMAIL, found=text[:80])
    return email


def checked_uses(found: Sequence[Consent]) -> tuple[Consent, ...]:
    """In the order of `Use`, each once."""
    if len({one.use for one in found}) < len(found):
        raise Invalid(_TWICE)
    if any(not 1 <= one.months <= LONGEST_USE for one in found):
        raise Invalid(_MONTHS, most=LONGEST_USE)
    return tuple(sorted(found, key=lambda one: list(Use).index(one.use)))


def checked_invites(found: Sequence[Invite]) -> tuple[Invite, ...]:
    """Each address once, the last word on it counts."""
    if len(found) > MOST_INVITES:
        raise Invalid(_MANY, most=MOST_INVITES)
    if any(one.role not in INVITED for one in found):
        raise Invalid(_ROLE)
    roles = {_address(one.email): one.role for one in found}
    return tuple(Invite(email, role) for email, role in roles.items())


def checked_imports(found: Imports) -> Imports:
    if not 0 <= found.expected <= MOST_IMPORTS:
        raise Invalid(_COUNT, most=MOST_IMPORTS)
    return found if found.wanted else Imports()


def steps_in(dossier: Dossier, signers: Collection[str]) -> tuple[StepLine, ...]:
    """Every step, what lacks in it; *signers* are the addresses whose account may sign."""
    lacks: dict[Step, list[Lack]] = {
        Step.IDENTITY: _identity_lacks(dossier.identity or Identity()),
        Step.REPRESENTATIVE: _signer_lacks(dossier.representative or Representative(), signers),
        Step.POWER: _power_lacks(dossier.power or Power()),
        Step.USES: [] if dossier.uses else [(NO_USE, {})],
        Step.INVITES: [],
        Step.IMPORTS: [],
    }
    kept = {Step.INVITES: bool(dossier.invites), Step.IMPORTS: dossier.imports is not None}
    return tuple(
        StepLine(step, not lacks[step] and kept.get(step, True), tuple(lacks[step]))
        for step in Step
    )


def was_kept(step: Step, dossier: Dossier) -> bool:
    """Something of it is kept, and not only proposed: a version 0 holds what is known already."""
    return dossier.version > 0 and bool(getattr(dossier, step.value))


def delegation_in(power: Power) -> str:
    """The piece of a delegation as a contract prints it; "" for a representative by law.

    What people call a file may hold signs that no font has: they must not keep it from being sent.
    """
    name = unicodedata.normalize("NFC", power.name) if power.storage_key else ""
    return " ".join(_UNPRINTED.sub("_", name).split())


def lacks_of(dossier: Dossier, signers: Collection[str]) -> tuple[Lack, ...]:
    """All that keeps a contract from being sent; invitations and imports never do."""
    return tuple(lack for line in steps_in(dossier, signers) for lack in line.lacks)


def _identity_lacks(one: Identity) -> list[Lack]:
    there = {
        NO_NAME: one.name,
        NO_SIREN: one.siren,
        NO_SIRET: one.siret,
        NO_FORM: one.legal_form,
        NO_ADDRESS: one.street and one.postal_code and one.city,
    }
    return [(sentence, {}) for sentence, text in there.items() if not text]


def _signer_lacks(one: Representative, signers: Collection[str]) -> list[Lack]:
    there = {NO_SIGNER: one.name, NO_FUNCTION: one.function, NO_EMAIL: one.email}
    lacks: list[Lack] = [(sentence, {}) for sentence, text in there.items() if not text]
    if one.email and one.email not in signers:
        lacks.append((NO_ACCOUNT, {"email": one.email}))
    return lacks


def _power_lacks(one: Power) -> list[Lack]:
    return [] if one.himself or one.storage_key else [(NO_POWER, {})]
