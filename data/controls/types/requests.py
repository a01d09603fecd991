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
    """Which Active rights a sample is drawn from; None and () are without limit."""

    organisation_id: int | None = None  # the third party
    declared_first: date | None = None
    declared_last: date | None = None
    proofs: tuple[ProofState | None, ...] = (None,)  # of the last control; None: never controlled
    stage: Stage | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """So many in a hundred of a filter, at random: the same seed draws the same rights."""

    rate: Decimal
    seed: int
    draw_filter: DrawFilter = DrawFilter()


@dataclass(frozen=True, slots=True)
class Picked:
    """Rights by their uid, and all the Active rights on some PCE by its number."""

    uids: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()


Draw = Sample | Picked


@dataclass(frozen=True, slots=True)
class DrawnRight:
    """A right that is drawn, for the preview."""

    uid: str
    number: str
    site: str
    holder: str
    third_party: str
    declared_on: date


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What was asked for by its name and cannot be drawn, and why."""

    what: str  # the uid or the number, as it was given
    sentence: str  # French, marked with N_
    control: str = ""  # the uid of the one that stands in the way


@dataclass(frozen=True, slots=True)
class DrawPreview:
    """What a draw gives, before anything is written."""

    way: DrawMethod
    eligible: int
    drawn: int
    mark: str  # of the rights drawn: `open_campaign` refuses to draw others
    due_on: date
    third_parties: tuple[tuple[str, int], ...]  # the most drawn first
    candidates: tuple[DrawnRight, ...]  # a page of those drawn
    before: int  # how many come before that page
    left_out: tuple[LeftOut, ...]


@dataclass(frozen=True, slots=True)
class OpenedCampaign:
    """A campaign that begins."""

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
    closed: int  # their right ended before anybody decided; with the states, all that was drawn
    draw_filter: DrawFilter | None  # of a sample
    third_parties: tuple[str, ...]  # those with the most controls first


@dataclass(frozen=True, slots=True)
class NewPiece:
    """A file that was checked and stored: what the tables keep of it."""

    name: str
    kind: PieceKind
    size: int
    sha256: str
    storage_key: str


@dataclass(frozen=True, slots=True)
class Staged:
    """A deposit that is ready and not sent."""

    uid: str


@dataclass(frozen=True, slots=True)
class JudgedProof:
    """What a control is judged by: its last deposit, and the names of its pieces."""

    deposit: str  # its uid
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ruling:
    """What is decided; a motive goes with all but an acceptance.

    *verified*: of an acceptance, the points without an answer are taken as verified.
    """

    verdict: ControlVerdict
    motive: Motive | None = None
    text: str = ""
    verified: bool = False


@dataclass(frozen=True, slots=True)
class Decided:
    """A control that was decided, and until when it may be undone."""

    uid: str
    state: ProofState
    version: int
    due_on: date
    undo_until: datetime


@dataclass(frozen=True, slots=True)
class Lost:
    """A control that somebody else moved first, or whose right ended: a sentence says who."""

    uid: str
    sentence: str
    params: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Many:
    """What became of decisions taken together."""

    decided: tuple[Decided, ...]
    lost: tuple[Lost, ...]
