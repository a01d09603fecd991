"""A right of ours against the same one there: which is which, what differs, what ours is to be.

One rule makes both answers: a right differs where it is not what it would be repaired to, so that
nothing differs once it is repaired.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from data.mirror.types import Drift, DriftKind, Field, OurRight, TheirRight
from data.rights.rules.adict import (
    CLOSED,
    FLAGS,
    PROOFS,
    ROLES,
    STATES,
    day_told,
    ends_told,
    perimeters_told,
    proof_told,
)
from data.rights.rules.standing import BY_HOLDER
from data.rights.types import EndedBy, Kind, ProofState, RightRole, RightState, Terms
from i18n import PARIS

_DATES = {"starts_on": "date_debut_droit_acces", "ends_on": "date_fin_droit_acces"}
_PERIMETERS = {
    "supply_first": "perim_donnees_conso_debut",
    "supply_last": "perim_donnees_conso_fin",
    "injection_first": "perim_donnees_inj_debut",
    "injection_last": "perim_donnees_inj_fin",
}
_PROOF, _PROOF_DUE = "statut_controle_preuve", "date_limite_transmission_preuve"
_KINDS: Mapping[DriftKind, frozenset[str]] = {  # in the order in which they are said
    DriftKind.STATE: frozenset(
        {"etat_droit_acces"}
        | {f"{word}_{end}" for word in ("date", "source") for end in CLOSED.values()}
    ),
    DriftKind.DATES: frozenset(_DATES.values()),
    DriftKind.PERIMETERS: frozenset({*_PERIMETERS.values(), *FLAGS.values()}),
    DriftKind.PROOF: frozenset({_PROOF, _PROOF_DUE}),
}

# Ended here and open there: whose word it was says whether it may be opened again.
_REOPENS = {EndedBy.OTHERS: DriftKind.ENDED_HERE, EndedBy.ITSELF: DriftKind.CLOSED_HERE}


def wanted(ours: Terms, theirs: TheirRight, ended_by: EndedBy | None = None) -> Terms:
    """What *ours* is to be, as the other side has it.

    What it leaves unsaid of a right of the holder itself stays as it is here (domain.md §2.2). Of
    one that is over on both sides, why it ended is not told alike everywhere and changes nothing,
    but where a holder took an agreement back, which stops later declarations; nor does its proof.
    A no that the holder said here (*ended_by* others) stays as it was said.
    """
    said = {name: getattr(theirs, name) for name in (*_DATES, *_PERIMETERS)}
    kinds = theirs.kinds
    if not theirs.role.authorised:
        said = {name: day or getattr(ours, name) for name, day in said.items()}
        kinds = kinds or ours.kinds
    final = theirs.state.final
    said_no = final and ended_by is EndedBy.OTHERS and ours.source in BY_HOLDER
    end = ours if said_no else _closing(ours, theirs)
    return Terms(
        state=ours.state if said_no else theirs.state,
        **said,
        kinds=kinds,
        closed_at=end.closed_at if final else None,
        source=end.source if final else None,
        proof_state=ours.proof_state if final else theirs.proof_state,
        proof_due=ours.proof_due if final else theirs.proof_due,
    )


def _closing(ours: Terms, theirs: Terms) -> Terms:
    """Whose word of the end is good."""
    if ours.state is not theirs.state:
        return theirs
    by_holder = (ours.source in BY_HOLDER, theirs.source in BY_HOLDER)
    revoked = theirs.state is RightState.REVOKED and theirs.source is not None
    return theirs if revoked and by_holder[0] is not by_holder[1] else ours


def new_terms(theirs: TheirRight) -> Terms:
    """Those of a right that is not known here; the holder itself reads all, if nothing is said."""
    all_of_it = frozenset[Kind]() if theirs.role.authorised else frozenset(Kind)
    base = Terms(theirs.state, kinds=all_of_it, closed_at=theirs.closed_at, source=theirs.source)
    return wanted(base, theirs)


def difference(ours: OurRight, theirs: TheirRight) -> Drift | None:
    """What differs between a right of ours and the same one there; None when nothing does."""
    here, there = _told(ours.terms), _told(wanted(ours.terms, theirs, ours.ended_by))
    fields = _fields(here, there)
    if not fields:
        return None
    names = {name for name, _ours, _theirs in fields}
    reopens = ours.terms.state.final and not theirs.state.final
    kind = next(kind for kind, own in _KINDS.items() if names & own)
    if reopens and ours.ended_by:
        kind = _REOPENS[ours.ended_by]
    return Drift(kind, ours.number, ours.uid, theirs.uid, fields)


def unknown_here(theirs: TheirRight) -> Drift:
    told = {"role_tiers": ROLES[theirs.role], **_told(new_terms(theirs))}
    fields = _fields(dict.fromkeys(told), told)
    return Drift(DriftKind.UNKNOWN_HERE, theirs.number, "", theirs.uid, fields)


def unknown_there(ours: OurRight) -> Drift:
    told = {"role_tiers": ROLES[ours.role], **_told(ours.terms)}
    fields = _fields(told, dict.fromkeys(told))
    return Drift(DriftKind.UNKNOWN_THERE, ours.number, ours.uid, "", fields)


def asks_proof(fields: Sequence[Field]) -> bool:
    """Whether *fields* differ by a proof that the other side waits for."""
    told = {name: theirs for name, _ours, theirs in fields}
    awaited = PROOFS[ProofState.AWAITED]
    return told.get(_PROOF, awaited if told.get(_PROOF_DUE) else None) == awaited


def _fields(here: Mapping[str, str | None], there: Mapping[str, str | None]) -> Sequence[Field]:
    return tuple((name, here[name], there[name]) for name in here if here[name] != there[name])


def _told(terms: Terms) -> Mapping[str, str | None]:
    """As ADICT spells them; the day it ended, and why, by the state it ended in."""
    return {
        "etat_droit_acces": STATES[terms.state],
        **ends_told(terms),
        **{field: day_told(getattr(terms, name)) for name, field in _DATES.items()},
        **perimeters_told(terms),
        **proof_told(terms),
    }


class _Seen(NamedTuple):
    """By what a right is known again."""

    day: date  # that it was declared, in Paris
    starts_on: date | None
    ends_on: date | None
    state: RightState


_Key = Callable[[_Seen], Hashable | None]  # None: it says nothing
_KEYS: Sequence[_Key] = (  # the most telling first
    lambda seen: seen,
    lambda seen: (seen.starts_on, seen.ends_on, seen.day),
    lambda seen: (seen.starts_on, seen.ends_on, seen.state),
    lambda seen: (seen.starts_on, seen.ends_on) if seen.starts_on or seen.ends_on else None,
    lambda seen: seen.day,
    lambda seen: None if seen.state.final else "open",  # there is one for a role, on either side
)


def matched(ours: Collection[OurRight], theirs: Collection[TheirRight]) -> Mapping[str, int]:
    """Which of *ours* each of *theirs* is, by its uid: those of the same PCE and role alone.

    Several rights of one PCE are common, old ones beside the one that is open: each is matched
    with what is most alike, and none with two.
    """
    here: dict[tuple[str, RightRole], list[OurRight]] = defaultdict(list)
    for our in sorted(ours, key=lambda one: (one.created_at, one.id)):
        here[our.number, our.role].append(our)
    there: dict[tuple[str, RightRole], list[TheirRight]] = defaultdict(list)
    for their in sorted(theirs, key=lambda one: (one.created_at, one.uid)):
        there[their.number, their.role].append(their)
    found: dict[str, int] = {}
    for pce in here.keys() & there.keys():
        found |= _in_turn(here[pce], there[pce])
    return found


def _in_turn(ours: Sequence[OurRight], theirs: Sequence[TheirRight]) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for key in _KEYS:
        if len(found) == min(len(ours), len(theirs)):
            break
        free: dict[Hashable, list[int]] = defaultdict(list)
        taken = set(found.values())
        for our in ours:
            if our.id not in taken:
                free[key(_seen(our.terms, our.created_at))].append(our.id)
        for their in theirs:
            word = key(_seen(their, their.created_at))
            if their.uid not in found and word is not None and free[word]:
                found[their.uid] = free[word].pop(0)
    return found


def _seen(one: Terms, created_at: datetime) -> _Seen:
    return _Seen(created_at.astimezone(PARIS).date(), one.starts_on, one.ends_on, one.state)
