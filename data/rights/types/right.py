"""States and terms of a right (domain.md §2), declarations and their outcome."""

import dataclasses
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class RightRole(StrEnum):
    """The capacity of the organisation: authorised by the holder, or holder itself."""

    AUTHORISED_SUPPLY = "authorised_supply"
    HOLDER_SUPPLY = "holder_supply"
    AUTHORISED_INJECTION = "authorised_injection"
    HOLDER_INJECTION = "holder_injection"

    @property
    def authorised(self) -> bool:
        """Return whether another holder must consent."""
        return self in {RightRole.AUTHORISED_SUPPLY, RightRole.AUTHORISED_INJECTION}

    @property
    def injection(self) -> bool:
        return self in {RightRole.AUTHORISED_INJECTION, RightRole.HOLDER_INJECTION}


class RightState(StrEnum):
    PENDING = "pending"  # ADICT: A valider
    ACTIVE = "active"
    RECHECK = "recheck"  # ADICT: A revérifier
    REFUSED = "refused"
    REVOKED = "revoked"
    OBSOLETE = "obsolete"

    @property
    def final(self) -> bool:
        """Return whether it is a final state, after which only a new right can be declared."""
        return self in {RightState.REFUSED, RightState.REVOKED, RightState.OBSOLETE}

    @property
    def waiting(self) -> bool:
        """Return whether an answer is pending."""
        return self in {RightState.PENDING, RightState.RECHECK}


class RightActor(StrEnum):
    THIRD_PARTY = "third_party"
    HOLDER = "holder"
    DISTRIBUTOR = "distributor"
    SYSTEM = "system"


class RightTrigger(StrEnum):
    """What happens to a right."""

    DECLARED = "declared"  # the holder is asked
    DECLARED_HOLDER = "declared_holder"  # by the holder itself: nobody is asked
    DECLARED_DOUBTFUL = "declared_doubtful"  # the holder's identity differs from the contract's
    RELAYED = "relayed"  # to the organisation's mirrored distributor, which asks the holder
    TURNED_DOWN = "turned_down"  # rejected by that distributor
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"  # by the holder
    REVOKED = "revoked"  # by the third party, or by the distributor at the holder's request
    CANCELLED = "cancelled"  # by the third party, before any answer
    # Not sent to the distributor yet when its connection was removed or stopped.
    CONNECTION_FORGOTTEN = "connection_forgotten"
    SENDING_STOPPED = "sending_stopped"
    CONFIRMED = "confirmed"  # the distributor confirmed the identity
    ASKED = "asked"  # the identity is confirmed, and the holder is asked now
    RECALLED = "recalled"  # the holder, who has not answered, is asked again
    DENIED = "denied"  # the identity is wrong
    UNANSWERED = "unanswered"
    EXPIRED = "expired"
    MOVED = "moved"  # the holder left, or the site is out of service
    PROOF_REJECTED = "proof_rejected"
    CONTRACT_ENDED = "contract_ended"  # the third party's own contract with the distributor
    RESTORED = "restored"  # by the third party, undoing its own bulk operation
    ALIGNED = "aligned"  # by the mirror, as its distributor has it


class EndSource(StrEnum):
    """The cause of a final state (`source_*` in the API)."""

    HOLDER = "holder"
    THIRD_PARTY = "third_party"
    DISTRIBUTOR = "distributor"
    DISTRIBUTOR_FOR_HOLDER = "distributor_for_holder"
    EXPIRY = "expiry"
    MOVE = "move"
    PROOF = "proof"
    CONTRACT = "contract"
    ABSENCE = "absence"  # unknown to its distributor


class EndedBy(StrEnum):
    """The side that ended a right."""

    OTHERS = "others"  # its holder, the contract or the site: not the organisation's choice
    ITSELF = "itself"  # its organisation


class DeclarationOrigin(StrEnum):
    """How a right was declared (`parcours` in the API)."""

    DIRECT = "direct"  # form or API
    FILE = "file"
    CONNECT = "connect"
    MIRROR = "mirror"  # found at the distributor, unknown here


class RightDataKind(StrEnum):
    """The four kinds of data that a right may cover."""

    INFORMATIVE = "informative"
    PUBLISHED = "published"
    CONTRACTUAL = "contractual"
    TECHNICAL = "technical"


class ProofState(StrEnum):
    """The state of the control of the consent's proof, changed by the controls feature."""

    AWAITED = "awaited"
    UNDER_CHECK = "under_check"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Move:
    """The next state of a transition, and the cause when it is final."""

    to: RightState
    source: EndSource | None = None


class RightNews(StrEnum):
    """How a right widens, as its PCE's holder is notified."""

    OPENED = "opened"  # found or reopened
    WIDER = "wider"  # more data, or more days


@dataclass(frozen=True, slots=True)
class RightTerms:
    """The terms in which two registers of a right can differ; personal data is not compared."""

    state: RightState
    starts_on: date | None = None
    ends_on: date | None = None
    supply_first: date | None = None
    supply_last: date | None = None
    injection_first: date | None = None
    injection_last: date | None = None
    kinds: frozenset[RightDataKind] = frozenset()
    closed_at: datetime | None = None
    source: EndSource | None = None
    proof_state: ProofState | None = None
    proof_due: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UpstreamRightTerms(RightTerms):
    """A right as the distributor has it, with the holder as stated there."""

    number: str
    role: RightRole
    created_at: datetime
    person: str = field(default="", repr=False)
    company: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    postal_code: str = ""


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
class PceFacts:
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
