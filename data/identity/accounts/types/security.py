"""Types of account security: journal, API credentials, single sign-on."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from core.access import Role

# The audit events shown in the security journal.
EVENTS = (
    "accounts.signed_in",
    "accounts.signed_out",
    "accounts.sign_in_failed",
    "accounts.code_failed",
    "accounts.codes_guessed",
    "accounts.recovery_code_used",
    "accounts.recovery_codes_renewed",
    "accounts.reset_requested",
    "accounts.password_changed",
    "accounts.second_factor_enabled",
    "accounts.second_factor_disabled",
    "accounts.second_factor_reset",
    "accounts.passkey_added",
    "accounts.passkey_removed",
    "accounts.passkey_refused",
    "accounts.provider_linked",
    "accounts.session_closed",
    "accounts.other_sessions_closed",
    "accounts.credential_created",
    "accounts.credential_revoked",
    "accounts.created",
    "accounts.disabled",
    "people.limited",
    "people.renamed",
    "hooks.added",
    "hooks.topics_chosen",
    "hooks.secret_rotated",
    "hooks.turned_off",
    "hooks.turned_on",
    "hooks.removed",
    "mirror.connected",
    "mirror.sends",
    "mirror.sends_no_more",
    "mirror.forgotten",
)


class ApiScope(StrEnum):
    """What a program may do with a credential, within its organisation's permissions."""

    PCES_READ = "pces.read"
    CONSUMPTION_READ = "consumption.read"
    RIGHTS_READ = "rights.read"
    RIGHTS_WRITE = "rights.write"
    CONTROLS_READ = "controls.read"
    CONTROLS_WRITE = "controls.write"


class CredentialState(StrEnum):
    LIVE = "live"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class WantedCredential:
    """A requested credential; `days` is its validity, `form` identifies the form sent."""

    name: str
    scopes: frozenset[ApiScope]
    days: int
    form: str = ""


@dataclass(frozen=True, slots=True)
class IssuedCredential:
    """A new credential, whose secret cannot be shown again."""

    name: str
    client_id: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class CredentialRow:
    """A credential as shown to the administrators of its organisation."""

    id: int
    name: str
    client_id: str
    scopes: tuple[ApiScope, ...]
    author: str
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    state: CredentialState
    organisation_id: int = 0
    revoked_at: datetime | None = None

    @property
    def short_id(self) -> str:
        """Return the start of its identifier, to tell credentials of the same name apart."""
        return f"{self.client_id[:11]}…"


@dataclass(frozen=True, slots=True)
class ApiClient:
    """A program authenticated by a valid credential."""

    credential_id: int
    organisation_id: int
    scopes: frozenset[ApiScope]


@dataclass(frozen=True, slots=True)
class SecurityEvent:
    """A line of the security journal; `device` and `address` while their session is stored.

    `who` is the author, empty for the portal and for failed sign-ins; `whom` is the account
    concerned, `thing` the name of the credential concerned.
    """

    id: int
    at: datetime
    action: str
    who: str
    whom: str
    device: str
    address: str
    thing: str = ""


@dataclass(frozen=True, slots=True)
class SecondFactorOwner:
    """A person whose second factor the viewer can reset."""

    user_id: int
    name: str
    email: str
    organisation: str
    role: Role
    since: datetime


@dataclass(frozen=True, slots=True)
class ProviderIdentity:
    """The identity confirmed by a provider.

    `email` only if the provider verified it; `strong` if it asked for two factors.
    """

    issuer: str
    subject: str = field(repr=False)
    email: str = field(default="", repr=False)
    strong: bool = False


@dataclass(frozen=True, slots=True)
class RecognisedAccount:
    """The account that an identity opens; `linked` if it was linked before."""

    user_id: int
    linked: bool
    strong: bool


@dataclass(frozen=True, slots=True)
class PendingSignIn:
    """A sign-in started at a provider, with the state kept by the browser."""

    url: str = field(repr=False)
    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """The portal as WebAuthn relying party: name and origin of its public address."""

    id: str
    origin: str
    name: str


@dataclass(frozen=True, slots=True)
class NewPasskey:
    """A new passkey from a browser; `user_handle` identifies its owner."""

    credential_id: str
    public_key: str = field(repr=False)
    sign_count: int
    user_handle: str


@dataclass(frozen=True, slots=True)
class Signed:
    """A browser's signature of `challenge`.

    `verified` when the passkey must have verified its user (finger, face, PIN).
    """

    response: str = field(repr=False)
    challenge: str = field(repr=False)
    party: RelyingParty
    verified: bool


@dataclass(frozen=True, slots=True)
class SecondSteps:
    """The second factors that may follow a password: application codes, passkeys."""

    codes: bool = False
    passkeys: bool = False


@dataclass(frozen=True, slots=True)
class PasskeyRow:
    """A passkey as shown to its owner."""

    id: int
    name: str
    created_at: datetime
    last_used_at: datetime | None
