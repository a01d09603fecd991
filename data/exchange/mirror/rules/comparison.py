"""Match a local right with the upstream one, and compute differences and target.

The same rule computes both: a right differs if it is not equal to its repaired state, so a repaired
right never differs.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from core.i18n import PARIS
from data.exchange.mirror.types import Drift, DriftKind, Field, OurRight, TheirRight
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
from data.rights.rules.distributor_checks import BY_HOLDER
from data.rights.types import EndedBy, ProofState, RightDataKind, RightRole, RightState, RightTerms

_DATES = {"starts_on": "date_debut_droit_acces", "ends_on": "date_fin_droit_acces"}
_PERIMETERS = {
    "supply_first": "perim_donnees_conso_debut",
    "supply_last": "perim_donnees_conso_fin",
    "injection_first": "perim_donnees_inj_debut",
    "injection_last": "perim_donnees_inj_fin",
}
_PROOF, _PROOF_DUE = "statut_controle_preuve", "date_limite_transmission_preuve"
_KINDS: Mapping[DriftKind, frozenset[str]] = {  # in their order of precedence
    DriftKind.STATE: frozenset(
        {"etat_droit_acces"}
        | {f"{word}_{end}" for word in ("date", "source") for end in CLOSED.values()}
    ),
    DriftKind.DATES: frozenset(_DATES.values()),
    DriftKind.PERIMETERS: frozenset({*_PERIMETERS.values(), *FLAGS.values()}),
    DriftKind.PROOF: frozenset({_PROOF, _PROOF_DUE}),
}

# Ended here and open upstream: whose decision it was says whether it may be reopened.
_REOPENS = {EndedBy.OTHERS: DriftKind.ENDED_HERE, EndedBy.ITSELF: DriftKind.CLOSED_HERE}


def target_terms(
    ours: RightTerms, theirs: TheirRight, ended_by: EndedBy | None = None
) -> RightTerms:
    """Return the terms that a local right must have to match upstream.

    Values missing upstream for a right of the holder itself stay local (domain.md §2.2). For a
    right over on both sides, the reason of the end changes nothing, except a withdrawal by the
    holder, which stops later declarations; nor does its proof. A refusal by the holder here
    (`ended_by` others) stays as it is.
    """
    values = {name: getattr(theirs, name) for name in (*_DATES, *_PERIMETERS)}
    kinds = theirs.kinds
    if not theirs.role.authorised:
        values = {name: day or getattr(ours, name) for name, day in values.items()}
        kinds = kinds or ours.kinds
    final = theirs.state.final
    said_no = final and ended_by is EndedBy.OTHERS and ours.source in BY_HOLDER
    end = ours if said_no else _closing(ours, theirs)
    return RightTerms(
        state=ours.state if said_no else theirs.state,
        **values,
        kinds=kinds,
        closed_at=end.closed_at if final else None,
        source=end.source if final else None,
        proof_state=ours.proof_state if final else theirs.proof_state,
        proof_due=ours.proof_due if final else theirs.proof_due,
    )


def _closing(own_terms: RightTerms, upstream_terms: RightTerms) -> RightTerms:
    """Return the terms whose end prevails."""
    if own_terms.state is not upstream_terms.state:
        return upstream_terms
    by_holder = (own_terms.source in BY_HOLDER, upstream_terms.source in BY_HOLDER)
    revoked = upstream_terms.state is RightState.REVOKED and upstream_terms.source is not None
    return upstream_terms if revoked and by_holder[0] is not by_holder[1] else own_terms


def new_terms(upstream_right: TheirRight) -> RightTerms:
    """Return the terms of a right unknown here; the holder reads everything by default."""
    all_of_it = (
        frozenset[RightDataKind]() if upstream_right.role.authorised else frozenset(RightDataKind)
    )
    base = RightTerms(
        upstream_right.state,
        kinds=all_of_it,
        closed_at=upstream_right.closed_at,
        source=upstream_right.source,
    )
    return target_terms(base, upstream_right)


def difference(own_right: OurRight, upstream_right: TheirRight) -> Drift | None:
    """Return the difference between a local right and its upstream one; None if equal."""
    here, upstream_values = (
        _end_in_adict_terms(own_right.terms),
        _end_in_adict_terms(target_terms(own_right.terms, upstream_right, own_right.ended_by)),
    )
    fields = _fields(here, upstream_values)
    if not fields:
        return None
    names = {name for name, _own_value, _upstream_value in fields}
    reopens = own_right.terms.state.final and not upstream_right.state.final
    kind = next(kind for kind, own in _KINDS.items() if names & own)
    if reopens and own_right.ended_by:
        kind = _REOPENS[own_right.ended_by]
    return Drift(kind, own_right.number, own_right.uid, upstream_right.uid, fields)


def unknown_here(upstream_right: TheirRight) -> Drift:
    values = {
        "role_tiers": ROLES[upstream_right.role],
        **_end_in_adict_terms(new_terms(upstream_right)),
    }
    fields = _fields(dict.fromkeys(values), values)
    return Drift(DriftKind.UNKNOWN_HERE, upstream_right.number, "", upstream_right.uid, fields)


def unknown_there(own_right: OurRight) -> Drift:
    values = {"role_tiers": ROLES[own_right.role], **_end_in_adict_terms(own_right.terms)}
    fields = _fields(values, dict.fromkeys(values))
    return Drift(DriftKind.UNKNOWN_THERE, own_right.number, own_right.uid, "", fields)


def asks_proof(fields: Sequence[Field]) -> bool:
    """Return whether `fields` differ by a proof that the other side waits for."""
    upstream_values = {name: upstream_value for name, _own_value, upstream_value in fields}
    awaited = PROOFS[ProofState.AWAITED]
    return (
        upstream_values.get(_PROOF, awaited if upstream_values.get(_PROOF_DUE) else None) == awaited
    )


def _fields(
    here: Mapping[str, str | None], upstream_values: Mapping[str, str | None]
) -> Sequence[Field]:
    return tuple(
        (name, here[name], upstream_values[name])
        for name in here
        if here[name] != upstream_values[name]
    )


def _end_in_adict_terms(terms: RightTerms) -> Mapping[str, str | None]:
    """Return the terms in ADICT's names; the end has the name of the final state."""
    return {
        "etat_droit_acces": STATES[terms.state],
        **ends_told(terms),
        **{field: day_told(getattr(terms, name)) for name, field in _DATES.items()},
        **perimeters_told(terms),
        **proof_told(terms),
    }


class _Seen(NamedTuple):
    """Attributes that identify a right."""

    day: date  # of its declaration, in Paris
    starts_on: date | None
    ends_on: date | None
    state: RightState


_Key = Callable[[_Seen], Hashable | None]  # returns None when it does not identify
_KEYS: Sequence[_Key] = (  # the most specific first
    lambda seen: seen,
    lambda seen: (seen.starts_on, seen.ends_on, seen.day),
    lambda seen: (seen.starts_on, seen.ends_on, seen.state),
    lambda seen: (seen.starts_on, seen.ends_on) if seen.starts_on or seen.ends_on else None,
    lambda seen: seen.day,
    lambda seen: None if seen.state.final else "open",  # there is one per role, on either side
)


def matched(
    own_rights: Collection[OurRight], upstream_rights: Collection[TheirRight]
) -> Mapping[str, int]:
    """Return the local right (id) of each upstream one (uid), of the same PCE and role.

    Several rights of one PCE are common, old ones beside the open one: each is matched with the
    most similar, and none twice.
    """
    here: dict[tuple[str, RightRole], list[OurRight]] = defaultdict(list)
    for our in sorted(own_rights, key=lambda one: (one.created_at, one.id)):
        here[our.number, our.role].append(our)
    upstream_by_key: dict[tuple[str, RightRole], list[TheirRight]] = defaultdict(list)
    for their in sorted(upstream_rights, key=lambda one: (one.created_at, one.uid)):
        upstream_by_key[their.number, their.role].append(their)
    matches: dict[str, int] = {}
    for pce in here.keys() & upstream_by_key.keys():
        matches |= _in_turn(here[pce], upstream_by_key[pce])
    return matches


def _in_turn(
    own_rights: Sequence[OurRight], upstream_rights: Sequence[TheirRight]
) -> Mapping[str, int]:
    matches: dict[str, int] = {}
    for key in _KEYS:
        if len(matches) == min(len(own_rights), len(upstream_rights)):
            break
        free: dict[Hashable, list[int]] = defaultdict(list)
        matched_ids = set(matches.values())
        for our in own_rights:
            if our.id not in matched_ids:
                free[key(_visible_terms(our.terms, our.created_at))].append(our.id)
        for their in upstream_rights:
            word = key(_visible_terms(their, their.created_at))
            if their.uid not in matches and word is not None and free[word]:
                matches[their.uid] = free[word].pop(0)
    return matches


def _visible_terms(terms: RightTerms, created_at: datetime) -> _Seen:
    return _Seen(created_at.astimezone(PARIS).date(), terms.starts_on, terms.ends_on, terms.state)
