"""What the forms of a dossier say, and what is wrong with it, field by field."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import fields, replace
from typing import Any

from components.contracts.forms import ROLE_OF
from components.contracts.ids import Ids
from data.contracts.rules.dossier import (
    checked_identity,
    checked_imports,
    checked_invites,
    checked_representative,
)
from data.contracts.rules.inviting import addresses_in, faults_in
from data.contracts.types import BodyKind, Identity, Imports, Invite, Representative
from data.errors import Invalid
from i18n import N_, _

Told = Mapping[str, Any]
IDENTITY = {
    "name": Ids.NAME,
    "siren": Ids.SIREN,
    "siret": Ids.SIRET,
    "vat": Ids.VAT,
    "legal_form": Ids.LEGAL_FORM,
    "street": Ids.STREET,
    "postal_code": Ids.POSTAL_CODE,
    "city": Ids.CITY,
    "sector": Ids.SECTOR,
}
REPRESENTATIVE = {
    "name": Ids.SIGNER,
    "function": Ids.FUNCTION,
    "email": Ids.EMAIL,
    "phone": Ids.PHONE,
}
ERRORS = {  # the message below each field
    Ids.KIND: Ids.KIND_ERROR,
    Ids.NAME: Ids.NAME_ERROR,
    Ids.SIREN: Ids.SIREN_ERROR,
    Ids.SIRET: Ids.SIRET_ERROR,
    Ids.VAT: Ids.VAT_ERROR,
    Ids.LEGAL_FORM: Ids.LEGAL_FORM_ERROR,
    Ids.STREET: Ids.STREET_ERROR,
    Ids.POSTAL_CODE: Ids.POSTAL_CODE_ERROR,
    Ids.CITY: Ids.CITY_ERROR,
    Ids.SECTOR: Ids.SECTOR_ERROR,
    Ids.SIGNER: Ids.SIGNER_ERROR,
    Ids.FUNCTION: Ids.FUNCTION_ERROR,
    Ids.EMAIL: Ids.EMAIL_ERROR,
    Ids.PHONE: Ids.PHONE_ERROR,
    Ids.ADMINISTRATORS: Ids.ADMINISTRATORS_ERROR,
    Ids.MANAGERS: Ids.MANAGERS_ERROR,
    Ids.READERS: Ids.READERS_ERROR,
}
INVITES = {role.value: id_ for id_, role in ROLE_OF.items()}
_NUMBER = N_("« {found} » n’est pas un nombre : écrivez par exemple 120.")
_MOST_DIGITS = 9


def text_of(told: Told, name: str) -> str:
    return str(told.get(name) or "")


def identity_of(told: Told) -> Identity:
    kind = text_of(told, "kind")
    known = BodyKind(kind) if kind in set(BodyKind) else BodyKind.COMPANY
    return Identity(kind=known, **{name: text_of(told, name) for name in IDENTITY})


def representative_of(told: Told) -> Representative:
    return Representative(**{name: text_of(told, name) for name in REPRESENTATIVE})


def invites_of(told: Told) -> tuple[Invite, ...]:
    """An address a line, or between commas."""
    return tuple(
        Invite(email, role)
        for role in INVITES
        for _line, email in addresses_in(text_of(told, role))
    )


def imports_of(told: Told) -> Imports:
    """Raises Invalid for what is no number."""
    text = "".join(text_of(told, "expected").split())
    if text and not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        raise Invalid(_NUMBER, found=text[:20])
    return Imports(bool(told.get("wanted")), int(text or 0))


def identity_errors(one: Identity) -> dict[str, str]:
    """A sentence at each field that is wrong: first alone, then against the SIREN."""
    alone = _alone(checked_identity, one, IDENTITY)
    if "siren" not in alone:
        for name in ("siret", "vat"):
            pair = Identity(siren=one.siren, **{name: getattr(one, name)})
            said = _said(checked_identity, pair)
            if said and name not in alone:
                alone[name] = said
    return alone


def representative_errors(one: Representative) -> dict[str, str]:
    return _alone(checked_representative, one, REPRESENTATIVE)


def invites_errors(told: Told, signer: str, members: Collection[str]) -> dict[str, str]:
    """At the field of each role, every line that is wrong."""
    found = {}
    for role in INVITES:
        faults = faults_in(text_of(told, role), signer, members)
        if faults:
            found[role] = "\n".join(_(sentence, **blanks) for sentence, blanks in faults)
    if found:
        return found
    said = _said(checked_invites, invites_of(told))
    return {next(iter(INVITES)): said} if said else {}


def imports_error(told: Told) -> str:
    try:
        checked_imports(imports_of(told))
    except Invalid as error:
        return _(error.message, **error.params)
    return ""


def _alone(check: Callable[[Any], object], one: Any, names: Mapping[str, Ids]) -> dict[str, str]:  # noqa: ANN401
    """What *check* says of each field, the others empty."""
    blank = type(one)()
    known = {field.name for field in fields(one)} & set(names)
    said = {
        name: _said(check, replace(blank, **{name: getattr(one, name)}))
        for name in names
        if name in known
    }
    return {name: sentence for name, sentence in said.items() if sentence}


def _said(check: Callable[[Any], object], value: object) -> str:
    try:
        check(value)
    except Invalid as error:
        return _(error.message, **error.params)
    return ""
