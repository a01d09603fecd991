"""Types of the actions on controls: draws, deposits, decisions and results."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from data.controls.types.pieces import PieceKind
from data.controls.types.states import ControlVerdict, DrawMethod, Motive, Stage
from data.rights.types import ProofState


@dataclass(frozen=True, slots=True)
class DrawFilter:
    """The active rights from which a sample is drawn; None and () mean any."""

    organisation_id: int | None = None  # the third party
    declared_first: date | None = None
    declared_last: date | None = None
    # state of the last control; None: never controlled
    proofs: tuple[ProofState | None, ...] = (None,)
    stage: Stage | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """A random percentage of a filter: the same seed draws the same rights."""

    rate: Decimal
    seed: int
    draw_filter: DrawFilter = DrawFilter()


@dataclass(frozen=True, slots=True)
class Picked:
    """Rights by uid, and all active rights on PCEs by number."""

    uids: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()


Draw = Sample | Picked


@dataclass(frozen=True, slots=True)
class DrawnRight:
    """A drawn right, for the preview."""

    uid: str
    number: str
    site: str
    holder: str
    third_party: str
    declared_on: date


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A named right or PCE that cannot be drawn, with the reason."""

    what: str  # the uid or number as given
    sentence: str  # French, marked with N_
    control: str = ""  # the uid of the control in the way


@dataclass(frozen=True, slots=True)
class DrawPreview:
    """The result of a draw before anything is written."""

    way: DrawMethod
    eligible: int
    drawn: int
    mark: str  # of the drawn rights: `open_campaign` refuses others
    due_on: date
    third_parties: tuple[tuple[str, int], ...]  # most drawn first
    candidates: tuple[DrawnRight, ...]  # a page of those drawn
    before: int  # how many precede that page
    left_out: tuple[LeftOut, ...]


@dataclass(frozen=True, slots=True)
class OpenedCampaign:
    """A new campaign."""

    uid: str
    controls: int
    due_on: date


@dataclass(frozen=True, slots=True)
class CampaignRow:
    uid: str
    created_at: datetime
    by: str
    way: DrawMethod
    rate: str
    seed: int | None
    drawn: int
    due_on: date
    states: Mapping[ProofState, int]
    closed: int  # their right ended before a decision; with `states`, sums to all drawn
    draw_filter: DrawFilter | None  # for a sample
    third_parties: tuple[str, ...]  # those with most controls first


@dataclass(frozen=True, slots=True)
class NewPiece:
    """A checked and stored file, as recorded in the tables."""

    name: str
    kind: PieceKind
    size: int
    sha256: str
    storage_key: str


@dataclass(frozen=True, slots=True)
class Staged:
    """A deposit that is ready but not sent."""

    uid: str


@dataclass(frozen=True, slots=True)
class JudgedProof:
    """What a control is decided on: its last deposit and the names of its pieces."""

    deposit: str  # its uid
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ruling:
    """A decision; every verdict but acceptance has a motive.

    With `verified`, unanswered points of an acceptance count as verified.
    """

    verdict: ControlVerdict
    motive: Motive | None = None
    text: str = ""
    verified: bool = False


@dataclass(frozen=True, slots=True)
class Decided:
    """A decided control, and until when the decision can be undone."""

    uid: str
    state: ProofState
    version: int
    due_on: date
    undo_until: datetime


@dataclass(frozen=True, slots=True)
class LostControl:
    """A control changed by somebody else first, or whose right ended, with a sentence."""

    uid: str
    sentence: str
    params: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BulkDecision:
    """The outcome of several decisions."""

    decided: tuple[Decided, ...]
    lost: tuple[LostControl, ...]
