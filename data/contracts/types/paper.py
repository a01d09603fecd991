"""Types of the contract as a document: contents, seals and proofs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

RESERVED = 6  # amendments whose fields a contract is printed with; past them, it is renewed


@dataclass(frozen=True, slots=True)
class Clause:
    """A numbered article; `text` is its paragraphs."""

    number: str
    title: str
    text: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """All that is printed on a contract: nothing else is looked up when it is drawn."""

    number: str  # C-2026-000123
    template: str  # version of the drawing and of the clauses
    operator: str
    operator_address: str
    organisation: str
    legal_form: str
    siren: str
    siret: str
    vat: str
    address: tuple[str, ...]
    sector: str
    representative: str
    function: str
    email: str
    uses: tuple[tuple[str, int], ...]  # (purpose, months)
    starts_on: date
    ends_on: date | None
    clauses: tuple[Clause, ...]
    delegation: str = ""  # piece by which the representative signs; "": by law, or before 2026-12.2


class Party(StrEnum):
    CLIENT = "client"
    OPERATOR = "operator"


class SigningMethod(StrEnum):
    """How who signs was known, beyond the open session."""

    CODE = "code"
    CODE_TOTP = "code+totp"


@dataclass(frozen=True, slots=True)
class Signing:
    """A signature: signer, document and proof."""

    party: Party
    name: str
    function: str
    email: str
    at: datetime
    address: str  # IP
    method: SigningMethod
    consent: str  # the sentence agreed to
    number: int = 0  # 0: the contract itself, n: its n-th amendment


class Level(StrEnum):
    """What a seal has beside it: nothing, a timestamp, or also what its trust was read from."""

    B_B = "B-B"
    B_T = "B-T"
    B_LT = "B-LT"


@dataclass(frozen=True, slots=True)
class Amendment:
    number: int  # from 1 to RESERVED
    subject: str
    text: str
    effective_on: date


class SealFault(StrEnum):
    """What is wrong with a sealed paper; `files.said_of` has the sentence of each."""

    UNREADABLE = "unreadable"  # it opens no more as a PDF
    UNSEALED = "unsealed"  # a PDF, without any seal
    ALTERED = "altered"  # octets that a seal covers are not those it was put on
    FORGED = "forged"  # the seal itself was touched, or is of another key
    REWRITTEN = "rewritten"  # what was added after a seal is no form fill
    TRAILING = "trailing"  # octets after the last seal
    UNTRUSTED = "untrusted"  # by a certificate that nobody vouches for
    EXPIRED = "expired"  # its certificate was out of its days
    REVOKED = "revoked"
    STAMP = "stamp"  # its timestamp is wrong, or vouched for by nobody


@dataclass(frozen=True, slots=True)
class Sealed:
    """A seal as it is found in a PDF."""

    field: str
    party: Party
    number: int  # 0: the contract itself, n: its n-th amendment
    name: str  # the signer's, as in the seal
    at: datetime  # of the timestamp if there is one, else of the portal's clock
    level: Level
    signer: str  # whom the certificate names
    intact: bool
    trusted: bool
    covers: bool  # all of the file as it was when it was put
    faults: tuple[SealFault, ...] = ()


@dataclass(frozen=True, slots=True)
class Checked:
    """What is found of a sealed PDF; `sha256` is to be held against the one that was kept."""

    sha256: str
    seals: tuple[Sealed, ...]
    faults: tuple[SealFault, ...] = ()  # of the file as a whole

    @property
    def valid(self) -> bool:
        """Every seal holds, and there is one."""
        return not self.all_faults and bool(self.seals)

    @property
    def all_faults(self) -> tuple[SealFault, ...]:
        """Each once, those of the file first."""
        every = (*self.faults, *(fault for seal in self.seals for fault in seal.faults))
        return tuple(dict.fromkeys(every))


class TextPiece(StrEnum):
    """What became of some words between two versions."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class TextChange:
    """A part of two versions that differs, word by word."""

    part: str  # a marked sentence, or "" for a clause
    clause: str  # number and title; "" for what is no clause
    words: tuple[tuple[TextPiece, str], ...]

    @property
    def kind(self) -> TextPiece:
        """NEW or GONE when the whole part is; SAME when some of it was rewritten."""
        pieces = {piece for piece, _ in self.words}
        return pieces.pop() if len(pieces) == 1 else TextPiece.SAME


def seals_of(seals: Sequence[Sealed], number: int) -> frozenset[Party]:
    """Return the parties that sealed the contract (0) or its n-th amendment."""
    return frozenset(seal.party for seal in seals if seal.number == number)
