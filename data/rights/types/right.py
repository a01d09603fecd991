"""Types of declarations and of their outcome."""

import dataclasses
from dataclasses import dataclass
from datetime import date, datetime

from data.rights.types.states import (
    DeclarationOrigin,
    EndSource,
    RightDataKind,
    RightRole,
    RightState,
    RightTrigger,
)


@dataclass(frozen=True, slots=True)
class DeclarationForm:
    """A declaration as written, each field as text under its ADICT name.

    Dates are `YYYY-MM-DD`, flags `Vrai` or `Faux`; an empty text is a missing field.
    """

    id_pce: str = ""
    role_tiers: str = ""
    nom_titulaire: str = ""
    raison_sociale: str = ""
    code_postal: str = ""
    courriel_titulaire: str = ""
    numero_telephone_mobile_titulaire: str = ""
    date_debut_droit_acces: str = ""
    date_fin_droit_acces: str = ""
    perim_donnees_conso_debut: str = ""
    perim_donnees_conso_fin: str = ""
    perim_donnees_inj_debut: str = ""
    perim_donnees_inj_fin: str = ""
    perim_donnees_contractuelles: str = ""
    perim_donnees_techniques: str = ""
    perim_donnees_informatives: str = ""
    perim_donnees_publiees: str = ""
    libelle_site: str = ""  # our own field: the organisation's name for the site
    date_consentement: str = ""  # our own field: when the third party collected the consent
    finalite: str = ""  # our own field: the purpose stated by the third party


@dataclass(frozen=True, slots=True)
class Declaration:
    """A declaration with all fields parsed."""

    number: str
    role: RightRole
    person: str
    company: str
    postal_code: str
    email: str
    phone: str
    starts_on: date | None
    ends_on: date | None
    supply_first: date | None
    supply_last: date | None
    injection_first: date | None
    injection_last: date | None
    kinds: frozenset[RightDataKind]
    site: str = ""
    consented_on: date | None = None
    purpose: str = ""

    @property
    def holder(self) -> str:
        """Return the holder's name, of a company or a person."""
        return self.company or self.person


@dataclass(frozen=True, slots=True)
class DeclarationProblem:
    """Why a declaration is refused: the number of the check, the field and what to do.

    `code` is ADICT's where one is known; those starting with 9 are our own (domain.md §2.5).
    """

    check: int
    code: str
    field: str  # of DeclarationForm
    sentence: str  # French, marked with N_; `params` fill its braces
    http: int
    params: dict[str, object] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OwnRight:
    """A present or past right of the organisation on the declared PCE."""

    id: int
    role: RightRole
    state: RightState
    closed_on: date | None = None
    source: EndSource | None = None
    digest: str = ""  # of the declaration
    uid: str = ""
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class PceStanding:
    """The distributor's knowledge of a declared PCE and of the organisation's rights on it."""

    postal_code: str = ""
    holder: str = ""  # name on the contract; empty when unknown
    holder_since: date | None = None
    ended_on: date | None = None
    own: tuple[OwnRight, ...] = ()
    holder_id: int | None = None  # the holder's organisation in this portal, if any
    is_holder: bool = False  # the declaring organisation is the holder
    holder_emails: frozenset[str] = frozenset()  # of accounts that answer for the holder
    asker_emails: frozenset[str] = frozenset()  # of accounts of the declaring organisation


@dataclass(frozen=True, slots=True)
class Delays:
    """The operator's settings for delays."""

    answer_days: int = 30  # for the holder to answer
    longest_years: int = 3  # from a right's first day to its last; 0 is unlimited


@dataclass(frozen=True, slots=True)
class DeclarationOutcome:
    """The outcome of a declaration: a right, or the problems that prevent it."""

    problems: tuple[DeclarationProblem, ...] = ()
    uid: str = ""
    state: RightState | None = None
    code: str = ""  # ADICT's
    http: int = 201
    is_duplicate: bool = False  # the same right exists: nothing was done
    guess: str = ""  # digest of a failed lookup: a PCE, a name or an address
    unwritten: bool = False  # the recipient at the declared address opted out of letters
    relayed: bool = False  # sent to the distributor, which decides


@dataclass(frozen=True, slots=True)
class RightSpan:
    """Days, both ends included; None is unbounded."""

    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class ActiveRight:
    """What an active right opens of a PCE, before it is cut to the holder's time."""

    valid: RightSpan  # the days on which it may be used
    supply: RightSpan | None  # covered days of consumption; None for injections
    kinds: frozenset[RightDataKind]
    injection: RightSpan | None = None  # covered days of injected gas; None for consumption


@dataclass(frozen=True, slots=True)
class PceGrantTerms:
    """What an organisation may read of a PCE during `valid`: a row of `pce_grants`."""

    valid: RightSpan
    days: tuple[RightSpan, ...]  # of daily readings, disjoint
    periods: tuple[RightSpan, ...]  # of published periods
    contractual: bool
    technical: bool
    injections: tuple[RightSpan, ...] = ()  # of published injections


@dataclass(frozen=True, slots=True)
class ConsentEvidence:
    """How a consent was given, stored with it."""

    address: str  # IP address
    text_version: str  # of the text shown to the holder


@dataclass(frozen=True, slots=True)
class Changed:
    """A right changed by an action."""

    uid: str
    number: str
    state: RightState


@dataclass(frozen=True, slots=True)
class RightEvent:
    """A line of a right's timeline."""

    at: datetime
    trigger: RightTrigger
    actor: str
    source: EndSource | None
    before: RightState | None
    after: RightState
    who: str = ""  # the person's name, where the viewer may know it
    evidence: ConsentEvidence | None = None  # of a holder's answer
    signed_in: bool = False  # done by a person in the portal


@dataclass(frozen=True, slots=True)
class FromFile:
    """The line of a file that declared a right, and its import."""

    run_id: int
    file_name: str
    line: int


@dataclass(frozen=True, slots=True)
class Answered:
    """The last event of what a holder was asked."""

    trigger: RightTrigger
    at: datetime
    third_party: str


@dataclass(frozen=True, slots=True)
class Marks:
    """The labels of a batch of declarations."""

    origin: DeclarationOrigin = DeclarationOrigin.DIRECT
    run_id: int | None = None
    renews: tuple[int | None, ...] = ()  # the id of the renewed right for each line; () for none
