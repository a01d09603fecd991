"""Build WebAuthn (level 3) requests and verify their responses."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import webauthn
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, options_to_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from core.errors import Invalid, PortalError, Unauthenticated
from core.i18n import N_
from data.identity.accounts.types.security import NewPasskey, RelyingParty, Signed

PATIENCE_MS = 300_000  # for the browser, while its owner looks for the key
LONGEST_RESPONSE = 20_000  # characters
NOT_MADE = N_("Cette clé d’accès n’a pas pu être enregistrée : recommencez depuis cette page.")
NOT_TRUE = N_(
    "Cette clé d’accès n’a pas pu être vérifiée : recommencez, ou connectez-vous avec votre mot de "
    "passe."
)
_REQUIRED, _PREFERRED = UserVerificationRequirement.REQUIRED, UserVerificationRequirement.PREFERRED


def creation_options(
    party: RelyingParty, challenge: str, user_handle: str, email: str, existing_ids: Sequence[str]
) -> str:
    """Return the JSON for `navigator.credentials.create`, excluding `existing_ids`.

    The passkey is discoverable and verifies its user, so that it can open an account alone.
    """
    options = webauthn.generate_registration_options(
        rp_id=party.id,
        rp_name=party.name,
        user_id=base64url_to_bytes(user_handle),
        user_name=email,
        challenge=base64url_to_bytes(challenge),
        timeout=PATIENCE_MS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=_REQUIRED
        ),
        exclude_credentials=_descriptors(existing_ids),
    )
    return options_to_json(options)


def request_options(party: RelyingParty, challenge: str, allowed: Sequence[str] | None) -> str:
    """Return the JSON for `navigator.credentials.get`.

    With `allowed` passkeys it follows a password; with None it opens an account alone.
    """
    options = webauthn.generate_authentication_options(
        rp_id=party.id,
        challenge=base64url_to_bytes(challenge),
        timeout=PATIENCE_MS,
        allow_credentials=_descriptors(allowed or ()),
        user_verification=_REQUIRED if allowed is None else _PREFERRED,
    )
    return options_to_json(options)


def read_new(signed: Signed, user_handle: str) -> NewPasskey:
    """Return a new passkey from a browser's response; raise Invalid unless it is verified."""
    with _refusals(Invalid(NOT_MADE)):
        registration = webauthn.verify_registration_response(
            credential=signed.response,
            expected_challenge=base64url_to_bytes(signed.challenge),
            expected_rp_id=signed.party.id,
            expected_origin=signed.party.origin,
            require_user_verification=signed.verified,
        )
        return NewPasskey(
            bytes_to_base64url(registration.credential_id),
            bytes_to_base64url(registration.credential_public_key),
            registration.sign_count,
            user_handle,
        )


def credential_in(response: str) -> str:
    """Return the credential id that a response claims; raise Unauthenticated without one."""
    with _refusals(Unauthenticated(NOT_TRUE)):
        claimed = json.loads(response)["id"]
        return bytes_to_base64url(base64url_to_bytes(claimed))


def check_signed(signed: Signed, stored_passkey: NewPasskey) -> int:
    """Verify a signature; return the new signature count, else raise Unauthenticated.

    A count that does not rise reveals a copied key and is refused; keys without counter send 0.
    """
    with _refusals(Unauthenticated(NOT_TRUE)):
        handle = json.loads(signed.response)["response"].get("userHandle")
        if handle and handle.rstrip("=") != stored_passkey.user_handle:
            raise Unauthenticated(NOT_TRUE)
        return webauthn.verify_authentication_response(
            credential=signed.response,
            expected_challenge=base64url_to_bytes(signed.challenge),
            expected_rp_id=signed.party.id,
            expected_origin=signed.party.origin,
            credential_public_key=base64url_to_bytes(stored_passkey.public_key),
            credential_current_sign_count=stored_passkey.sign_count,
            require_user_verification=signed.verified,
        ).new_sign_count


def _descriptors(credential_ids: Sequence[str]) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(id=base64url_to_bytes(credential_id))
        for credential_id in credential_ids
    ]


@contextmanager
def _refusals(refusal: PortalError) -> Iterator[None]:
    """Turn any error about browser data into `refusal`, as its content is untrusted."""
    try:
        yield
    except (WebAuthnException, ValueError, TypeError, LookupError, AttributeError) as error:
        raise refusal from error
