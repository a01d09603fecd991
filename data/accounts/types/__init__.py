"""Types of accounts."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from core.access import Role, Viewer


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One open session, as its owner sees it in `/compte`."""

    id: int
    started_at: datetime
    last_seen_at: datetime
    device: str
    address: str
    current: bool


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """How long a session lives, and how many sign-in tries are allowed."""

    idle_minutes: int = 30
    absolute_hours: int = 12
    tries: int = 10
    window_minutes: int = 15
    codes_a_day: int = 50  # of the application, at one door

    @property
    def tries_everywhere(self) -> int:
        """The attempts on one e-mail, in the window, from all networks new to its owner.

        It takes ten networks to reach it: distributed guessing is slowed down, and one person
        elsewhere cannot lock the owner out.
        """
        return 10 * self.tries


@dataclass(frozen=True, slots=True)
class KnownDevice:
    """A browser that these users have come in with, as its signed cookie says."""

    browser: str = field(repr=False)
    user_ids: frozenset[int]


@dataclass(frozen=True, slots=True)
class RequestOrigin:
    """Where a request comes from: the device in a few words, the network address."""

    device: str = ""
    address: str = ""
    browser: str = field(default="", repr=False)  # what its cookie holds, to know it again
    known_device: KnownDevice | None = None

    def device_of(self, user_id: int) -> KnownDevice | None:
        """The browser of this request, if *user_id* has come in with it."""
        device = self.known_device
        return device if device is not None and user_id in device.user_ids else None


@dataclass(frozen=True, slots=True)
class SignInCandidate:
    """Someone who asks to sign in: `user_id` is None when nobody has this e-mail."""

    user_id: int | None
    email: str
    password_hash: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PasswordCheck:
    """Whether a password was the candidate's; `rehash` is its hash anew if the cost has risen."""

    candidate: SignInCandidate
    holds: bool
    rehash: str | None = field(default=None, repr=False)

    @property
    def user_id(self) -> int | None:
        """Return the user whose password was correct, or None."""
        return self.candidate.user_id if self.holds else None


@dataclass(frozen=True, slots=True)
class NewPassword:
    """A password that may be kept, and its hash: made before the transaction that keeps it."""

    text: str = field(repr=False)
    hashed: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A live session and who holds it; `stale` when its last sign of life is to be renewed.

    `strong` when two factors opened it, `coded` when its owner has a second one here.
    """

    viewer: Viewer
    stale: bool
    strong: bool = False
    coded: bool = False
    demo_password: bool = False  # the one that the demo prints


@dataclass(frozen=True, slots=True)
class FactorPolicy:
    """Whether some roles must have a second factor; in a `demo`, not those with its password."""

    required: bool = True
    demo: bool = False


@dataclass(frozen=True, slots=True)
class ResetLink:
    """A single-use link asked for; `token` is known to nobody else and stored nowhere."""

    user_id: int
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Pending:
    """A right password that waits for a code; `mark` is a fingerprint of the hash it fitted.

    With an *issuer* and a *subject*, it is a provider that said who it is, not a password.
    """

    user_id: int
    mark: str = field(repr=False)
    issuer: str = ""
    subject: str = field(default="", repr=False)


class Door(StrEnum):
    """Where a code is asked: to come in, or of somebody who is in."""

    SIGN_IN = "sign_in"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class TypedCode:
    """A typed code, with its user, the form it was typed in and their known browser, if it is."""

    user_id: int
    door: Door
    code: str = field(repr=False)
    browser: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Enrolling:
    """A second factor begun by *viewer*; `mark` is kept by the browser that gave the password."""

    viewer: Viewer
    mark: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What to put in an application: the secret to type, and the address its picture holds."""

    secret: str = field(repr=False)
    address: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class AccountDetail:
    """The viewer's account; `second_factor_at` is when the second factor was enabled, or None."""

    name: str
    email: str
    organisation: str
    password_changed_at: datetime
    second_factor_at: datetime | None = None
    recovery_codes: int = 0  # those left
    demo_password: bool = False
    passkeys: int = 0


@dataclass(frozen=True, slots=True)
class NewUser:
    """Someone to be given an account."""

    organisation_id: int
    email: str
    name: str
    role: Role
    language: str = "fr"
