"""Parse the forms of a dossier and report their problems field by field."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import fields, replace
from typing import Any

from components.contracts.forms import ROLE_OF
from components.contracts.ids import Ids
from components.kit import by_name
from core.errors import Invalid
from core.i18n import N_, _
from data.contracts.rules.dossier import (
    checked_identity,
    checked_imports,
    checked_invites,
    checked_representative,
)
from data.contracts.rules.invitations import addresses_in, faults_in
from data.contracts.types import BodyKind, Imports, Invite, OrganisationIdentity, Representative

Told = Mapping[str, Any]
IDENTITY = by_name(
    Ids.NAME,
    Ids.SIREN,
    Ids.SIRET,
    Ids.VAT,
    Ids.LEGAL_FORM,
    Ids.STREET,
    Ids.POSTAL_CODE,
    Ids.CITY,
    Ids.SECTOR,
)
REPRESENTATIVE = {
    "name": Ids.SIGNER,
    "function": Ids.FUNCTION,
    "email": Ids.EMAIL,
    "phone": Ids.PHONE,
}
ERRORS = {  # ids of the error messages
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


def text_of(answers: Told, name: str) -> str:
    return str(answers.get(name) or "")


def identity_of(answers: Told) -> OrganisationIdentity:
    kind = text_of(answers, "kind")
    body_kind = BodyKind(kind) if kind in set(BodyKind) else BodyKind.COMPANY
    return OrganisationIdentity(
        kind=body_kind, **{name: text_of(answers, name) for name in IDENTITY}
    )


def representative_of(answers: Told) -> Representative:
    return Representative(**{name: text_of(answers, name) for name in REPRESENTATIVE})


def invites_of(answers: Told) -> tuple[Invite, ...]:
    """Return the invitations: addresses separated by lines or commas."""
    return tuple(
        Invite(email, role)
        for role in INVITES
        for _line, email in addresses_in(text_of(answers, role))
    )


def imports_of(answers: Told) -> Imports:
    """Return the expected import; raise Invalid if the count is not a number."""
    text = "".join(text_of(answers, "expected").split())
    if text and not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        raise Invalid(_NUMBER, found=text[:20])
    return Imports(bool(answers.get("wanted")), int(text or 0))


def identity_errors(identity: OrganisationIdentity) -> dict[str, str]:
    """Return the errors by field: of each alone, then of its consistency with the SIREN."""
    alone = _alone(checked_identity, identity, IDENTITY)
    if "siren" not in alone:
        for name in ("siret", "vat"):
            pair = OrganisationIdentity(siren=identity.siren, **{name: getattr(identity, name)})
            error = _reading_text(checked_identity, pair)
            if error and name not in alone:
                alone[name] = error
    return alone


def representative_errors(representative: Representative) -> dict[str, str]:
    return _alone(checked_representative, representative, REPRESENTATIVE)


def invites_errors(answers: Told, signer: str, members: Collection[str]) -> dict[str, str]:
    """Return the errors of all lines, by role."""
    errors = {}
    for role in INVITES:
        faults = faults_in(text_of(answers, role), signer, members)
        if faults:
            errors[role] = "\n".join(_(sentence, **blanks) for sentence, blanks in faults)
    if errors:
        return errors
    error = _reading_text(checked_invites, invites_of(answers))
    return {next(iter(INVITES)): error} if error else {}


def imports_error(answers: Told) -> str:
    try:
        checked_imports(imports_of(answers))
    except Invalid as error:
        return _(error.message, **error.params)
    return ""


def _alone(
    check: Callable[[Any], object],
    subject: Any,  # noqa: ANN401
    names: Mapping[str, Ids],
) -> dict[str, str]:
    """Return the errors of `check` on each field, with the others empty."""
    blank = type(subject)()
    known_fields = {field.name for field in fields(subject)} & set(names)
    errors = {
        name: _reading_text(check, replace(blank, **{name: getattr(subject, name)}))
        for name in names
        if name in known_fields
    }
    return {name: sentence for name, sentence in errors.items() if sentence}


def _reading_text(check: Callable[[Any], object], value: object) -> str:
    try:
        check(value)
    except Invalid as error:
        return _(error.message, **error.params)
    return ""
