"""Types of people."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from core.access import OrganisationKind, Role


class PersonState(StrEnum):
    ACTIVE = "active"
    DISABLED = "disabled"


class InvitationState(StrEnum):
    OPEN = "open"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class AdministeredOrganisation:
    """An organisation that the viewer administers."""

    id: int
    name: str
    kind: OrganisationKind


@dataclass(frozen=True, slots=True)
class TagLimit:
    """Tags that limit a person (none: no limit), how many PCEs they see, and of how many."""

    tags: tuple[str, ...]
    pces: int
    all: int


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person of an organisation, as its administrator sees them."""

    id: int
    name: str
    email: str
    role: Role
    organisation_id: int
    organisation: str
    kind: OrganisationKind
    created_at: datetime
    disabled_at: datetime | None
    seen_at: datetime | None  # last activity of a stored session
    second_factor: bool

    @property
    def state(self) -> PersonState:
        return PersonState.ACTIVE if self.disabled_at is None else PersonState.DISABLED


@dataclass(frozen=True, slots=True)
class PeopleFilter:
    """Filter of a list of people; `organisation_id` None means all that the viewer may see."""

    text: str = ""
    state: PersonState | None = None
    organisation_id: int | None = None


@dataclass(frozen=True, slots=True)
class InvitationRow:
    """A pending invitation."""

    id: int
    email: str
    name: str
    role: Role
    created_at: datetime
    sent_at: datetime
    expires_at: datetime
    who: str  # sender
    tags: tuple[str, ...] = ()

    def state(self, now: datetime) -> InvitationState:
        return InvitationState.OPEN if self.expires_at > now else InvitationState.EXPIRED


@dataclass(frozen=True, slots=True)
class Invited:
    """What the bearer of an invitation link sees before answering."""

    email: str
    name: str
    organisation: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class NewInvitation:
    """A person to invite into an organisation, the viewer's own by default."""

    email: str
    name: str
    role: Role
    language: str = "fr"
    organisation_id: int | None = None
    tags: tuple[str, ...] = ()  # tags of the PCEs that they will see; none: all


@dataclass(frozen=True, slots=True)
class PersonLine:
    """An accepted line of a sheet of people."""

    line: int
    invitation: NewInvitation


@dataclass(frozen=True, slots=True)
class Belongings:
    """Number of things a person would leave behind, by kind."""

    thresholds: int = 0  # thresholds that notify them
    episodes: int = 0  # open episodes assigned to them
    views: int = 0  # saved views
    runs: int = 0  # files being imported
    schedules: int = 0  # export schedules
    controls: int = 0  # open controls they follow for the distributor

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def counts(self) -> Mapping[str, int]:
        names = ("thresholds", "episodes", "views", "runs", "schedules", "controls")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True, slots=True)
class HandoverPreview:
    """What would move to a colleague, and how much of it is about PCEs they do not see."""

    heir_id: int
    heir: str
    moved: Belongings
    unseen: Belongings


@dataclass(frozen=True, slots=True)
class PersonDetail:
    """A person, what they own, and the colleagues it can be handed to."""

    row: PersonRow
    belongings: Belongings
    heirs: tuple[tuple[int, str], ...] = field(default=())
    last_administrator: bool = False
    limit: TagLimit = TagLimit((), 0, 0)
    tags: tuple[tuple[str, int], ...] = ()  # tags of the organisation with their PCE counts
    # addresses that this person added: notified within the same limit
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OrganisationRow:
    """An organisation as the operator sees it."""

    id: int
    name: str
    kind: OrganisationKind
    siren: str
    created_at: datetime
    people: int  # active accounts
    administrators: int  # among them
    pces: int  # PCEs held


@dataclass(frozen=True, slots=True)
class OrganisationFilter:
    text: str = ""
    kind: OrganisationKind | None = None


@dataclass(frozen=True, slots=True)
class NewOrganisation:
    """An organisation to create, and its first administrator, who is invited."""

    name: str
    kind: OrganisationKind
    siren: str
    first: NewInvitation
