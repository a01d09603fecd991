"""Who is asking, and what they may do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from data.errors import ContractNeeded, Forbidden
from i18n import N_

NEEDS_CONTRACT = N_(
    "Votre organisation n’a pas de contrat actif : sans lui, ni droit déclaré ni export."
    " Préparez-le ou signez-le dans « Contrats »."
)

LIMITED = N_(
    "Votre accès est limité aux PCE de certaines étiquettes : demandez cela à un administrateur de"
    " votre organisation."
)

GIVEN = N_(
    "Cet accès API ne permet pas cela : ce qu’il permet se choisit à sa création, dans"
    " « Accès API »."
)


class Role(StrEnum):
    CLIENT = "client"
    FACILITY_MANAGER = "facility_manager"
    ACCOUNT_MANAGER = "account_manager"
    ADMINISTRATOR = "administrator"


class OrganisationKind(StrEnum):
    COMPANY = "company"
    COLLECTIVITY = "collectivity"
    THIRD_PARTY = "third_party"
    DISTRIBUTOR = "distributor"


class Permission(StrEnum):
    PCES_READ = "pces.read"
    PCES_WRITE = "pces.write"
    PCES_CREATE = "pces.create"
    CONSUMPTION_READ = "consumption.read"
    CONSUMPTION_EXPORT = "consumption.export"
    READINGS_IMPORT = "consumption.import"
    RUNS_READ = "runs.read"
    PRICES_READ = "prices.read"
    PRICES_WRITE = "prices.write"
    BUDGETS_WRITE = "budgets.write"  # who reads consumption reads them
    THRESHOLDS_READ = "thresholds.read"
    THRESHOLDS_WRITE = "thresholds.write"
    NOTICES = "notifications.self"
    RIGHTS_READ = "rights.read"
    RIGHTS_WRITE = "rights.write"  # to end those that are active
    RIGHTS_DECLARE = "rights.declare"  # in the name of one's organisation
    RIGHTS_RENEW = "rights.renew"  # those that it has; to recall and to take back what it asked
    RIGHTS_ANSWER = "rights.answer"  # for the holder: who reads its PCE
    RIGHTS_SETTLE = "rights.settle"
    CONTROLS_READ = "controls.read"
    CONTROLS_ANSWER = "controls.answer"
    CONTROLS_DECIDE = "controls.decide"
    CONTRACTS_READ = "contracts.read"
    CONTRACTS_WRITE = "contracts.write"
    CONTRACTS_SIGN = "contracts.sign"  # what binds the organisation
    CONTRACTS_COUNTERSIGN = "contracts.countersign"
    ACCOUNT = "accounts.self"
    PEOPLE_WRITE = "people.write"  # those of one's own organisation
    ORGANISATIONS_WRITE = "organisations.write"  # all of them, and the people of each
    WEATHER_WRITE = "weather.write"  # stations, their days, and which PCE each serves
    SETTINGS_WRITE = "settings.write"  # of the operator: name, delays, words of mails
    PEOPLE_LOOK = "people.look"  # at the portal as one of them sees it
    SECURITY_READ = "accounts.security"  # the journal of the whole organisation
    API_CREDENTIALS = "accounts.api"
    MIRROR = "mirror.write"  # what the organisation has at its distributor, and how it is asked
    MARKS_WRITE = "marks.write"  # annotations and views, which the organisation shares
    MARKS_SHARE = "marks.share"  # some days, with whoever has the link
    FACTORS_RESET = "accounts.factors"  # of who lost their telephone


_READ = frozenset(
    {
        Permission.ACCOUNT,
        Permission.PCES_READ,
        Permission.CONSUMPTION_READ,
        Permission.CONSUMPTION_EXPORT,
        Permission.PRICES_READ,
        Permission.MARKS_WRITE,
        Permission.THRESHOLDS_READ,
        Permission.NOTICES,
        Permission.RIGHTS_READ,
        Permission.CONTROLS_READ,
        Permission.CONTRACTS_READ,
    }
)
_MANAGE = _READ | {
    Permission.MARKS_SHARE,
    Permission.PCES_WRITE,
    Permission.READINGS_IMPORT,
    Permission.RUNS_READ,
    Permission.PRICES_WRITE,
    Permission.BUDGETS_WRITE,
    Permission.THRESHOLDS_WRITE,
    Permission.RIGHTS_WRITE,
    Permission.RIGHTS_DECLARE,
    Permission.RIGHTS_RENEW,
    Permission.CONTROLS_ANSWER,
    Permission.CONTRACTS_WRITE,
}
_ANSWER = frozenset({Permission.RIGHTS_ANSWER})
# What who looks at the portal as somebody else keeps of what that person may do.
LOOKING = frozenset(
    {
        Permission.PCES_READ,
        Permission.CONSUMPTION_READ,
        Permission.RUNS_READ,
        Permission.PRICES_READ,
        Permission.THRESHOLDS_READ,
        Permission.NOTICES,
        Permission.RIGHTS_READ,
        Permission.CONTROLS_READ,
        Permission.CONTRACTS_READ,
    }
)
# A PCE that nobody may read yet bears no tag: who is limited to tags declares no right on it, and
# what is mirrored is the organisation's.
_WHOLE = frozenset({Permission.RIGHTS_DECLARE, Permission.MIRROR})
_ADMINISTER = frozenset(
    {
        Permission.PEOPLE_WRITE,
        Permission.SECURITY_READ,
        Permission.API_CREDENTIALS,
        Permission.MIRROR,
        Permission.FACTORS_RESET,
    }
)
_OPERATE = frozenset(
    {
        Permission.ORGANISATIONS_WRITE,
        Permission.SETTINGS_WRITE,
        Permission.WEATHER_WRITE,
        Permission.PEOPLE_LOOK,
    }
)
_SIGN = frozenset({Permission.CONTRACTS_SIGN})
_ALONE = _SIGN | {
    Permission.CONTRACTS_WRITE,
    Permission.RIGHTS_WRITE,
    Permission.CONTROLS_ANSWER,
}
_OF_THIRD_PARTIES = frozenset(
    {Permission.RIGHTS_DECLARE, Permission.RIGHTS_RENEW, Permission.MIRROR}
)
_STAFF = frozenset(
    {
        Permission.PCES_CREATE,
        Permission.RIGHTS_SETTLE,
        Permission.CONTROLS_DECIDE,
        Permission.CONTRACTS_COUNTERSIGN,
        Permission.FACTORS_RESET,
    }
)

ROLE_PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.CLIENT: _READ | {Permission.RIGHTS_DECLARE, Permission.RIGHTS_RENEW},
    Role.FACILITY_MANAGER: _MANAGE | _ANSWER,
    Role.ACCOUNT_MANAGER: _MANAGE,
    Role.ADMINISTRATOR: _MANAGE | _ANSWER | _SIGN | _ADMINISTER,
}
_STAFF_ONLY: Mapping[Role, frozenset[Permission]] = {
    Role.CLIENT: frozenset(),
    Role.FACILITY_MANAGER: frozenset(),
    Role.ACCOUNT_MANAGER: _STAFF,
    Role.ADMINISTRATOR: _STAFF | _OPERATE,
}


def roles_of(kind: OrganisationKind) -> tuple[Role, ...]:
    """The roles that may be given in an organisation of *kind*, the widest last."""
    if kind is OrganisationKind.DISTRIBUTOR:
        return (Role.ACCOUNT_MANAGER, Role.ADMINISTRATOR)
    return (Role.CLIENT, Role.FACILITY_MANAGER, Role.ADMINISTRATOR)


def permissions_of(
    role: Role, kind: OrganisationKind, *, alone: bool = False
) -> frozenset[Permission]:
    """What *role* may do in an organisation of *kind*; the distributor's staff may do more.

    The distributor keeps the rights of others: nobody there declares one in its name or mirrors
    them, and it has no contract with itself. Who is *alone* in an organisation decides for it who
    reads its data, enters its contract, proves what it declared and ends it: nobody else could.
    """
    base = ROLE_PERMISSIONS[role]
    if kind is OrganisationKind.DISTRIBUTOR:
        return (base | _STAFF_ONLY[role]) - _SIGN - _OF_THIRD_PARTIES
    if not alone:
        return base
    return base | _ALONE | (_ANSWER if role is Role.CLIENT else set())


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who is behind a request, on the day they ask (`today`, Paris): a person, or a program.

    A program acts for its organisation as a facility manager would, within what its credential
    gives; its `user_id` is the credential's id, below zero, which is nobody's.
    """

    user_id: int
    organisation_id: int
    kind: OrganisationKind
    role: Role
    today: date
    name: str = ""
    organisation: str = ""
    language: str = "fr"
    theme: str = "light"
    session_id: int = 0  # the row of this browser's session
    alone: bool = False  # the only open account of the organisation
    behind: int = 0  # who of the distributor looks at the portal as this person; nobody: 0
    until: datetime | None = None  # when that look ends
    contracted: bool = False  # its organisation has a contract today
    limited: bool = False  # to the PCE of some tags: see data/limits.py
    program: frozenset[Permission] | None = None  # what a program was given; a person: None

    @property
    def staff(self) -> bool:
        """The distributor's account managers and administrators see every PCE."""
        return self.kind is OrganisationKind.DISTRIBUTOR and self.role in {
            Role.ACCOUNT_MANAGER,
            Role.ADMINISTRATOR,
        }

    @property
    def permissions(self) -> frozenset[Permission]:
        held = permissions_of(self.role, self.kind, alone=self.alone)
        held = held - _WHOLE if self.limited else held
        held = held if self.program is None else held & self.program
        return held & LOOKING if self.behind else held

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions

    def require(self, permission: Permission) -> None:
        """Raise Forbidden unless this viewer's role holds *permission*."""
        if self.behind and permission not in LOOKING:
            self.require_self()
        if permission in _WHOLE:
            self.require_whole()
        if not self.may(permission):
            raise Forbidden(
                N_("Votre rôle ne permet pas cette action.") if self.program is None else GIVEN
            )

    def require_self(self) -> None:
        """Raise Forbidden when somebody looks at the portal as this person: it only reads."""
        if self.behind:
            raise Forbidden(
                N_("À la place de {name}, vous ne pouvez ni ouvrir cette page, ni rien changer."),
                name=self.name,
            )

    def require_whole(self) -> None:
        """Raise Forbidden to who is limited to tags, for what is about every PCE or about tags."""
        if self.limited:
            raise Forbidden(LIMITED)

    @property
    def bound(self) -> bool:
        """Whether a contract stands behind what this viewer does; the distributor needs none."""
        return self.contracted or self.kind is OrganisationKind.DISTRIBUTOR

    def require_contract(self) -> None:
        """Raise ContractNeeded, with the way out, unless a contract stands behind this viewer."""
        if not self.bound:
            raise ContractNeeded(NEEDS_CONTRACT, path="/contrats")


def is_contracted(until: date | None, today: date) -> bool:
    """Whether an organisation has a contract *today*, by the last day it has one."""
    return until is not None and until >= today
