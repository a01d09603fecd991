"""Types of accounts."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from core.access import Role, Viewer


@dataclass(frozen=True, slots=True)
class SessionRow:
    """An open session as shown to its owner in `/compte`."""

    id: int
    started_at: datetime
    last_seen_at: datetime
    device: str
    address: str
    current: bool


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """The lifetime of sessions and the limits of attempts."""

    idle_minutes: int = 30
    absolute_hours: int = 12
    tries: int = 10
    window_minutes: int = 15
    codes_a_day: int = 50  # of the application, for one form

    @property
    def tries_everywhere(self) -> int:
        """Return the attempts on one e-mail, in the window, from all networks new to its owner.

        It takes ten networks to reach it: distributed guessing is slowed down, and one person
        elsewhere cannot lock the owner out.
        """
        return 10 * self.tries


@dataclass(frozen=True, slots=True)
class KnownDevice:
    """A browser used by these users before, according to its signed cookie."""

    browser: str = field(repr=False)
    user_ids: frozenset[int]


@dataclass(frozen=True, slots=True)
class RequestOrigin:
    """The origin of a request: device, network address, browser."""

    device: str = ""
    address: str = ""
    browser: str = field(default="", repr=False)  # content of the browser's cookie
    known_device: KnownDevice | None = None

    def device_of(self, user_id: int) -> KnownDevice | None:
        """Return the browser of this request if `user_id` has used it before."""
        device = self.known_device
        return device if device is not None and user_id in device.user_ids else None


@dataclass(frozen=True, slots=True)
class SignInCandidate:
    """A sign-in attempt; `user_id` is None when nobody has this e-mail."""

    user_id: int | None
    email: str
    password_hash: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PasswordCheck:
    """Whether a password was right; `rehash` is a new hash if the cost parameters changed."""

    candidate: SignInCandidate
    holds: bool
    rehash: str | None = field(default=None, repr=False)

    @property
    def user_id(self) -> int | None:
        """Return the user whose password was correct, or None."""
        return self.candidate.user_id if self.holds else None


@dataclass(frozen=True, slots=True)
class NewPassword:
    """An acceptable password and its hash, computed before the transaction that stores it."""

    text: str = field(repr=False)
    hashed: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A live session and its owner; `stale` when its last-seen date must be updated.

    `strong` if two factors opened it, `coded` if its owner has a second factor here.
    """

    viewer: Viewer
    stale: bool
    strong: bool = False
    coded: bool = False
    demo_password: bool = False  # the demo's published one


@dataclass(frozen=True, slots=True)
class FactorPolicy:
    """Whether some roles need a second factor; in a `demo`, not those with its password."""

    required: bool = True
    demo: bool = False


@dataclass(frozen=True, slots=True)
class ResetLink:
    """A requested single-use link; `token` is not stored anywhere."""

    user_id: int
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PendingSecondFactor:
    """A right password that waits for a code; `mark` is a digest of the matched hash.

    With `issuer` and `subject`, a provider identified the user instead of a password.
    """

    user_id: int
    mark: str = field(repr=False)
    issuer: str = ""
    subject: str = field(default="", repr=False)


class SignInPlace(StrEnum):
    """Where a code is requested: at sign-in, or in the account."""

    SIGN_IN = "sign_in"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class TypedCode:
    """A typed code, with its user, the form it was typed in and their known browser, if it is."""

    user_id: int
    door: SignInPlace
    code: str = field(repr=False)
    browser: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Enrolling:
    """A second factor started by `viewer`; `mark` stays with the browser that gave the password."""

    viewer: Viewer
    mark: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What to enter in an application: the secret, or the address in its QR code."""

    secret: str = field(repr=False)
    address: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Colleague:
    id: int
    name: str


@dataclass(frozen=True, slots=True)
class AccountDetail:
    """The viewer's account; `second_factor_at` is when the second factor was enabled, or None."""

    name: str
    email: str
    organisation: str
    password_changed_at: datetime
    second_factor_at: datetime | None = None
    recovery_codes: int = 0  # unused ones
    demo_password: bool = False
    passkeys: int = 0


@dataclass(frozen=True, slots=True)
class NewUser:
    """A user to be created."""

    organisation_id: int
    email: str
    name: str
    role: Role
    language: str = "fr"
