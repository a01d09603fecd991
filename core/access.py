"""Define the viewer of a request, the roles and their permissions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from core.errors import ContractNeeded, Forbidden
from core.i18n import N_

NEEDS_CONTRACT = N_(
    "Votre organisation n’a pas de contrat actif : sans contrat, aucun droit ne peut être déclaré"
    " et rien ne peut être exporté. Préparez-le ou signez-le dans « Contrats »."
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
    PCES_ADD = "pces.add"  # to one's organisation, with a proof of holding it
    CONSUMPTION_READ = "consumption.read"
    CONSUMPTION_EXPORT = "consumption.export"
    READINGS_IMPORT = "consumption.import"
    RUNS_READ = "runs.read"
    PRICES_READ = "prices.read"
    PRICES_WRITE = "prices.write"
    BUDGETS_WRITE = "budgets.write"  # CONSUMPTION_READ is enough to read them
    RETROFITS_WRITE = "retrofits.write"  # CONSUMPTION_READ is enough to read works
    THRESHOLDS_READ = "thresholds.read"
    THRESHOLDS_WRITE = "thresholds.write"
    NOTICES = "notifications.self"
    RIGHTS_READ = "rights.read"
    RIGHTS_WRITE = "rights.write"  # end active rights
    RIGHTS_DECLARE = "rights.declare"  # in the name of the own organisation
    RIGHTS_RENEW = "rights.renew"  # renew rights, send reminders, cancel declarations
    RIGHTS_ANSWER = "rights.answer"  # accept, refuse or withdraw for the holder
    RIGHTS_SETTLE = "rights.settle"
    CONTROLS_READ = "controls.read"
    CONTROLS_ANSWER = "controls.answer"
    CONTROLS_DECIDE = "controls.decide"
    CONTRACTS_READ = "contracts.read"
    CONTRACTS_WRITE = "contracts.write"
    CONTRACTS_SIGN = "contracts.sign"  # for the organisation
    CONTRACTS_COUNTERSIGN = "contracts.countersign"
    ACCOUNT = "accounts.self"
    PEOPLE_WRITE = "people.write"  # of the own organisation
    ORGANISATIONS_WRITE = "organisations.write"  # all organisations and their people
    WEATHER_WRITE = "weather.write"  # stations, their days and the PCE they serve
    SETTINGS_WRITE = "settings.write"  # of the operator: name, delays, texts of mails
    PEOPLE_LOOK = "people.look"  # view the portal as another user
    SECURITY_READ = "accounts.security"  # the journal of the whole organisation
    API_CREDENTIALS = "accounts.api"
    MIRROR = "mirror.write"  # connection to the distributor, and what is mirrored
    MARKS_WRITE = "marks.write"  # annotations and saved views of the organisation
    MARKS_SHARE = "marks.share"  # create shared links
    FACTORS_RESET = "accounts.factors"  # after the loss of a telephone


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
_SITES = frozenset(
    {
        Permission.MARKS_SHARE,
        Permission.PCES_ADD,
        Permission.PCES_WRITE,
        Permission.READINGS_IMPORT,
        Permission.RUNS_READ,
        Permission.PRICES_WRITE,
        Permission.BUDGETS_WRITE,
        Permission.RETROFITS_WRITE,
        Permission.THRESHOLDS_WRITE,
    }
)
_MANAGE = (
    _READ
    | _SITES
    | {
        Permission.RIGHTS_WRITE,
        Permission.RIGHTS_DECLARE,
        Permission.RIGHTS_RENEW,
        Permission.CONTROLS_ANSWER,
        Permission.CONTRACTS_WRITE,
    }
)
_ANSWER = frozenset({Permission.RIGHTS_ANSWER})
# The permissions that remain while somebody views the portal as another user: reading only.
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
# Not for users restricted to tags: a PCE that is not readable yet has no tag, and the mirror is the
# whole organisation's.
_WHOLE = frozenset({Permission.PCES_ADD, Permission.RIGHTS_DECLARE, Permission.MIRROR})
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
_ALONE = (
    _SIGN
    | _SITES
    | {
        Permission.CONTRACTS_WRITE,
        Permission.RIGHTS_WRITE,
        Permission.CONTROLS_ANSWER,
    }
)
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
    """Return the roles available in an organisation of `kind`, the most powerful last."""
    if kind is OrganisationKind.DISTRIBUTOR:
        return (Role.ACCOUNT_MANAGER, Role.ADMINISTRATOR)
    return (Role.CLIENT, Role.FACILITY_MANAGER, Role.ADMINISTRATOR)


def permissions_of(
    role: Role, kind: OrganisationKind, *, alone: bool = False, one_site: bool = False
) -> frozenset[Permission]:
    """Return the permissions of `role` in an organisation of `kind`.

    The distributor's staff has more, but does not declare or mirror rights, and signs no contract
    for the distributor. The only open account of an organisation (`alone`) also manages its sites,
    edits and signs its contract, ends its rights, answers controls and, as a client, answers for
    the holder. Everybody in an organisation of one site (`one_site`) manages that site.
    """
    base = ROLE_PERMISSIONS[role]
    if kind is OrganisationKind.DISTRIBUTOR:
        return (base | _STAFF_ONLY[role]) - _SIGN - _OF_THIRD_PARTIES
    if one_site:
        base |= _SITES
    if not alone:
        return base
    return base | _ALONE | (_ANSWER if role is Role.CLIENT else set())


SYSTEM = "system"  # the theme of an account that follows its browser


@dataclass(frozen=True, slots=True)
class Viewer:
    """The person or program that makes a request; `today` is the day of the request in Paris.

    A program acts for its organisation as a facility manager, within the scopes of its credential.
    Its `user_id` is the negative of the credential's id, which no person has.
    """

    user_id: int
    organisation_id: int
    kind: OrganisationKind
    role: Role
    today: date
    name: str = ""
    organisation: str = ""
    language: str = "fr"
    theme: str = "light"  # `SYSTEM` until the request tells that of the browser
    follows_system: bool = False  # `theme` is that of the browser
    session_id: int = 0  # the row of this browser's session
    alone: bool = False  # the only open account of the organisation
    one_site: bool = False  # the organisation holds one PCE and was never granted another
    behind: int = 0  # id of the staff member who views the portal as this user, else 0
    until: datetime | None = None  # end of that view
    contracted: bool = False  # the organisation has a contract today
    limited: bool = False  # restricted to the PCE of some tags: see data/tag_limits.py
    program: frozenset[Permission] | None = None  # scopes of a program; None for a person

    @property
    def actor(self) -> tuple[int, int]:
        """Return the account and its organisation, as the journal names who acts."""
        return self.user_id, self.organisation_id

    @property
    def staff(self) -> bool:
        """Return whether this is staff of the distributor, which sees every PCE."""
        return self.kind is OrganisationKind.DISTRIBUTOR and self.role in {
            Role.ACCOUNT_MANAGER,
            Role.ADMINISTRATOR,
        }

    @property
    def permissions(self) -> frozenset[Permission]:
        """Return the role's permissions, without those removed by a restriction, scope or view."""
        effective_permissions = permissions_of(
            self.role, self.kind, alone=self.alone, one_site=self.one_site
        )
        effective_permissions = (
            effective_permissions - _WHOLE if self.limited else effective_permissions
        )
        effective_permissions = (
            effective_permissions if self.program is None else effective_permissions & self.program
        )
        return effective_permissions & LOOKING if self.behind else effective_permissions

    def may(self, permission: Permission) -> bool:
        """Return whether this viewer has `permission`."""
        return permission in self.permissions

    def require(self, permission: Permission) -> None:
        """Raise Forbidden unless this viewer has `permission`; the message says why."""
        if self.behind and permission not in LOOKING:
            self.require_self()
        if permission in _WHOLE:
            self.require_whole()
        if not self.may(permission):
            raise Forbidden(
                N_("Votre rôle ne permet pas cette action.") if self.program is None else GIVEN
            )

    def require_self(self) -> None:
        """Raise Forbidden if the staff views the portal as this user, which only reads."""
        if self.behind:
            raise Forbidden(
                N_("À la place de {name}, vous ne pouvez ni ouvrir cette page, ni rien changer."),
                name=self.name,
            )

    def require_whole(self) -> None:
        """Raise Forbidden if the viewer is restricted to tags and the action is not."""
        if self.limited:
            raise Forbidden(LIMITED)

    @property
    def bound(self) -> bool:
        """Return whether a contract covers this viewer's actions; the distributor needs none."""
        return self.contracted or self.kind is OrganisationKind.DISTRIBUTOR

    def require_contract(self) -> None:
        """Raise ContractNeeded, with the page to sign one, unless a contract covers this viewer."""
        if not self.bound:
            raise ContractNeeded(NEEDS_CONTRACT, path="/contrats")


def is_contracted(until: date | None, today: date) -> bool:
    """Return whether a contract that ends on `until` (its last day) covers `today`."""
    return until is not None and until >= today
