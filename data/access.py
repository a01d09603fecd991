"""Who is asking, and what they may do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from data.errors import Forbidden
from i18n import N_


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
    THRESHOLDS_READ = "thresholds.read"
    THRESHOLDS_WRITE = "thresholds.write"
    NOTICES = "notifications.self"
    RIGHTS_READ = "rights.read"
    RIGHTS_WRITE = "rights.write"  # to end some
    RIGHTS_DECLARE = "rights.declare"  # in the name of one's organisation
    RIGHTS_ANSWER = "rights.answer"  # for the holder: who reads its PCE
    RIGHTS_SETTLE = "rights.settle"
    CONTROLS_READ = "controls.read"
    CONTROLS_ANSWER = "controls.answer"
    CONTROLS_DECIDE = "controls.decide"
    ACCOUNT = "accounts.self"


_READ = frozenset(
    {
        Permission.ACCOUNT,
        Permission.PCES_READ,
        Permission.CONSUMPTION_READ,
        Permission.CONSUMPTION_EXPORT,
        Permission.THRESHOLDS_READ,
        Permission.NOTICES,
        Permission.RIGHTS_READ,
        Permission.CONTROLS_READ,
    }
)
_MANAGE = _READ | {
    Permission.PCES_WRITE,
    Permission.READINGS_IMPORT,
    Permission.RUNS_READ,
    Permission.THRESHOLDS_WRITE,
    Permission.RIGHTS_WRITE,
    Permission.RIGHTS_DECLARE,
    Permission.CONTROLS_ANSWER,
}
_ANSWER = frozenset({Permission.RIGHTS_ANSWER})
_STAFF = frozenset({Permission.PCES_CREATE, Permission.RIGHTS_SETTLE, Permission.CONTROLS_DECIDE})

ROLE_PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.CLIENT: _READ,
    Role.FACILITY_MANAGER: _MANAGE | _ANSWER,
    Role.ACCOUNT_MANAGER: _MANAGE,
    Role.ADMINISTRATOR: _MANAGE | _ANSWER,
}
_STAFF_ONLY: Mapping[Role, frozenset[Permission]] = {
    Role.CLIENT: frozenset(),
    Role.FACILITY_MANAGER: frozenset(),
    Role.ACCOUNT_MANAGER: _STAFF,
    Role.ADMINISTRATOR: _STAFF,
}


def permissions_of(
    role: Role, kind: OrganisationKind, *, alone: bool = False
) -> frozenset[Permission]:
    """What *role* may do in an organisation of *kind*; the distributor's staff may do more.

    The distributor keeps the rights of others: nobody there declares one in its name. Who is
    *alone* in an organisation decides for it who reads its data: nobody else could.
    """
    base = ROLE_PERMISSIONS[role]
    if kind is OrganisationKind.DISTRIBUTOR:
        return (base - {Permission.RIGHTS_DECLARE}) | _STAFF_ONLY[role]
    return base | _ANSWER if alone and role is Role.CLIENT else base


@dataclass(frozen=True, slots=True)
class Viewer:
    """The person behind a request, on the day they ask (`today`, Paris)."""

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

    @property
    def staff(self) -> bool:
        """The distributor's account managers and administrators see every PCE."""
        return self.kind is OrganisationKind.DISTRIBUTOR and self.role in {
            Role.ACCOUNT_MANAGER,
            Role.ADMINISTRATOR,
        }

    @property
    def permissions(self) -> frozenset[Permission]:
        return permissions_of(self.role, self.kind, alone=self.alone)

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions

    def require(self, permission: Permission) -> None:
        """Raise Forbidden unless this viewer's role holds *permission*."""
        if not self.may(permission):
            raise Forbidden(N_("Votre rôle ne permet pas cette action."))
