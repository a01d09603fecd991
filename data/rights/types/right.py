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
    """A declaration as it was written, each field as text; the names are those of ADICT.

    Dates are `YYYY-MM-DD`, flags `Vrai` or `Faux`; an empty text is a field that was not given.
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
    libelle_site: str = ""  # ours: the name the organisation gives to the site
    date_consentement: str = ""  # ours: when the third party collected the consent
    finalite: str = ""  # ours: what the third party wants the data for


@dataclass(frozen=True, slots=True)
class Declaration:
    """A declaration whose every field is understood."""

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
        """The one name given of the holder."""
        return self.company or self.person


@dataclass(frozen=True, slots=True)
class DeclarationProblem:
    """Why a declaration is not taken: the number of the check, the field, and what to do.

    `code` is ADICT's where it is known; those that begin with 9 are ours (domain.md §2.5).
    """

    check: int
    code: str
    field: str  # of Asked
    sentence: str  # French, marked with N_; `params` fill its braces
    http: int
    params: dict[str, object] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OwnRight:
    """A right that the organisation already has, or had, on the PCE it asks for."""

    id: int
    role: RightRole
    state: RightState
    closed_on: date | None = None
    source: EndSource | None = None
    digest: str = ""  # of what was declared
    uid: str = ""
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class PceStanding:
    """What the distributor knows of the PCE asked for, and of this organisation on it."""

    postal_code: str = ""
    holder: str = ""  # the name on the contract; empty when it is not known
    holder_since: date | None = None
    ended_on: date | None = None
    own: tuple[OwnRight, ...] = ()
    holder_id: int | None = None  # the holder's organisation here, when it has one
    is_holder: bool = False  # by the organisation that asks
    holder_emails: frozenset[str] = frozenset()  # of the accounts that answer for the holder
    asker_emails: frozenset[str] = frozenset()  # of those of the organisation that asks


@dataclass(frozen=True, slots=True)
class Delays:
    """Settings of the operator."""

    answer_days: int = 30  # that the holder has to answer
    longest_years: int = 3  # from a right's first day to its last; 0 is without limit


@dataclass(frozen=True, slots=True)
class DeclarationOutcome:
    """What became of one declaration: a right, or the problems that stop it."""

    problems: tuple[DeclarationProblem, ...] = ()
    uid: str = ""
    state: RightState | None = None
    code: str = ""  # ADICT's
    http: int = 201
    is_duplicate: bool = False  # the very same one is already there: nothing was done
    guess: str = ""  # what stands for what it asked in vain: a PCE, a name, an address
    unwritten: bool = False  # the reader of the declared address wants no letter
    relayed: bool = False  # it leaves for the distributor, which decides


@dataclass(frozen=True, slots=True)
class RightSpan:
    """Days, both ends included; None is without limit."""

    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class ActiveRight:
    """What an Active right lets read of one PCE, before it is cut to the holder's time."""

    valid: RightSpan  # the days on which it may be used
    supply: RightSpan | None  # the days of consumption it covers; None for injections
    kinds: frozenset[RightDataKind]
    injection: RightSpan | None = None  # the days of injected gas it covers; None for consumption


@dataclass(frozen=True, slots=True)
class PceGrantTerms:
    """What an organisation may read of a PCE during `valid`: a row of `pce_grants`."""

    valid: RightSpan
    days: tuple[RightSpan, ...]  # of the daily readings; none, one, or several apart
    periods: tuple[RightSpan, ...]  # of the published periods
    contractual: bool
    technical: bool
    injections: tuple[RightSpan, ...] = ()  # of the published injections


@dataclass(frozen=True, slots=True)
class ConsentEvidence:
    """How a consent was given: kept with it."""

    address: str  # IP
    text_version: str  # of the sentences that the holder read


@dataclass(frozen=True, slots=True)
class Changed:
    """One right that an action moved."""

    uid: str
    number: str
    state: RightState


@dataclass(frozen=True, slots=True)
class RightEvent:
    """One line of a right's timeline."""

    at: datetime
    trigger: RightTrigger
    actor: str
    source: EndSource | None
    before: RightState | None
    after: RightState
    who: str = ""  # the person's name, where the viewer may know it
    evidence: ConsentEvidence | None = None  # of a holder's answer
    signed_in: bool = False  # a person did it, in the portal


@dataclass(frozen=True, slots=True)
class FromFile:
    """The line of a file that declared a right, and the import whose receipt tells of it."""

    run_id: int
    file_name: str
    line: int


@dataclass(frozen=True, slots=True)
class Answered:
    """What happened last to what a holder was asked."""

    trigger: RightTrigger
    at: datetime
    third_party: str


@dataclass(frozen=True, slots=True)
class Marks:
    """How a batch of declarations is labelled."""

    origin: DeclarationOrigin = DeclarationOrigin.DIRECT
    run_id: int | None = None
    renews: tuple[int | None, ...] = ()  # line by line, the id of the right it follows; () for none
