"""What differs between a right of ours and the same one there, and which is which."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.exchange.mirror.rules.comparison import (
    difference,
    matched,
    new_terms,
    target_terms,
    unknown_here,
    unknown_there,
)
from data.exchange.mirror.types import DriftKind, OurRight
from data.rights.types import (
    EndSource,
    ProofState,
    RightDataKind,
    RightRole,
    RightState,
    RightTerms,
)
from tests.data.exchange.mirror.sides import THEIRS, R
from tests.factories import NOW

TERMS = RightTerms(
    **{name: getattr(THEIRS, name) for name in RightTerms.__dataclass_fields__},
)
OURS = OurRight(7, "ours", THEIRS.number, THEIRS.role, THEIRS.created_at, TERMS)
OVER = NOW - timedelta(days=3)


def ours(**changed):
    return replace(OURS, terms=replace(TERMS, **changed))


def theirs(**changed):
    return replace(THEIRS, **changed)


def test_the_same_on_both_sides_differs_in_nothing():
    spelt = theirs(company="Lycée d. Tilleuls", email="x@y.example", postal_code="1", phone="")
    assert difference(OURS, spelt) is None


@pytest.mark.parametrize(("here", "there"), list(product(RightState, repeat=2)))
def test_a_state_that_differs_is_said(here, there):
    found = difference(ours(state=here), theirs(state=there))
    if here is there:
        assert found is None
        return
    assert found is not None
    assert (found.kind, found.right_uid, found.their_uid) == (DriftKind.STATE, "ours", "a-1")
    assert [name for name, *_ in found.fields] == ["etat_droit_acces"]


def test_every_field_that_differs_is_told_under_the_first_kind():
    found = difference(
        ours(proof_state=ProofState.AWAITED, proof_due=date(2026, 12, 1)),
        theirs(
            state=R.REVOKED,
            closed_at=datetime(2026, 11, 20, 9, 30, tzinfo=UTC),
            source=EndSource.HOLDER,
            ends_on=date(2027, 6, 30),
            supply_last=None,
            kinds=frozenset(RightDataKind) - {RightDataKind.INFORMATIVE},
        ),
    )
    assert found is not None
    assert found.kind is DriftKind.STATE
    assert found.fields == (
        ("etat_droit_acces", "Active", "Révoquée"),
        ("date_revocation", None, "2026-11-20 10:30:00"),
        ("source_revocation", None, "TITULAIRE"),
        ("date_fin_droit_acces", "2027-12-31", "2027-06-30"),
        ("perim_donnees_conso_fin", "2027-12-31", None),
        ("perim_donnees_informatives", "Vrai", "Faux"),
    )


@pytest.mark.parametrize(
    ("changed", "kind"),
    [
        ({"starts_on": date(2025, 2, 1)}, DriftKind.DATES),
        ({"ends_on": None, "kinds": frozenset()}, DriftKind.DATES),
        (
            {"kinds": frozenset({RightDataKind.PUBLISHED}), "proof_due": NOW.date()},
            DriftKind.PERIMETERS,
        ),
        ({"injection_first": date(2025, 2, 1)}, DriftKind.PERIMETERS),
        ({"injection_last": date(2026, 2, 1)}, DriftKind.PERIMETERS),
        ({"proof_state": ProofState.REJECTED}, DriftKind.PROOF),
        ({"proof_due": date(2026, 12, 1)}, DriftKind.PROOF),
    ],
)
def test_a_difference_is_of_the_first_kind_that_holds(changed, kind):
    found = difference(OURS, theirs(**changed))
    assert found is not None
    assert found.kind is kind


def test_what_is_over_on_both_sides_is_not_told_again_by_why_and_when():
    here = ours(state=R.OBSOLETE, closed_at=OVER, source=EndSource.EXPIRY, proof_state=None)
    there = theirs(
        state=R.OBSOLETE, closed_at=NOW, source=EndSource.MOVE, proof_state=ProofState.REJECTED
    )
    assert difference(here, there) is None
    assert target_terms(here.terms, there) == here.terms


@pytest.mark.parametrize(
    ("here", "there", "differs"),
    [
        (EndSource.THIRD_PARTY, EndSource.HOLDER, True),
        (EndSource.HOLDER, EndSource.THIRD_PARTY, True),
        (None, EndSource.DISTRIBUTOR_FOR_HOLDER, True),
        (EndSource.HOLDER, EndSource.DISTRIBUTOR_FOR_HOLDER, False),
        (EndSource.THIRD_PARTY, EndSource.DISTRIBUTOR, False),
        (EndSource.HOLDER, None, False),  # a word that is not known says nothing
    ],
)
def test_that_a_holder_took_an_agreement_back_stops_what_is_declared_later(here, there, differs):
    found = difference(
        ours(state=R.REVOKED, closed_at=OVER, source=here),
        theirs(state=R.REVOKED, closed_at=NOW, source=there),
    )
    assert (found is not None) is differs
    if found:
        assert found.kind is DriftKind.STATE
        assert "source_revocation" in {name for name, *_ in found.fields}


def test_what_is_unsaid_of_who_holds_it_itself_is_no_difference():
    silent = theirs(
        role=RightRole.HOLDER_SUPPLY, starts_on=None, ends_on=None, supply_first=None,
        supply_last=None, kinds=frozenset(),
    )  # fmt: skip
    assert difference(replace(OURS, role=RightRole.HOLDER_SUPPLY), silent) is None
    assert new_terms(silent).kinds == frozenset(RightDataKind)
    assert difference(OURS, replace(silent, role=RightRole.AUTHORISED_SUPPLY)) is not None


def test_a_right_that_one_side_alone_has_is_told_whole():
    over = theirs(state=R.OBSOLETE, closed_at=OVER, source=EndSource.MOVE)
    found = unknown_here(over)
    assert (found.kind, found.right_uid, found.their_uid) == (DriftKind.UNKNOWN_HERE, "", "a-1")
    assert ("role_tiers", None, "AUTORISE_CONTRAT_FOURNITURE") in found.fields
    assert ("source_passage_a_obsolete", None, "DEMENAGEMENT") in found.fields
    assert new_terms(over).closed_at == OVER
    assert not any("tilleuls" in str(field).lower() for field in found.fields)  # nobody is named
    found = unknown_there(OURS)
    assert (found.kind, found.right_uid, found.their_uid) == (DriftKind.UNKNOWN_THERE, "ours", "")
    assert ("etat_droit_acces", "Active", None) in found.fields


states = st.sampled_from(RightState)
days = st.none() | st.dates(date(2024, 1, 1), date(2024, 1, 3))
_DAYS = (
    *("starts_on", "ends_on", "supply_first", "supply_last"),
    *("injection_first", "injection_last", "proof_due"),
)
terms = st.fixed_dictionaries(
    {
        "state": states,
        **dict.fromkeys(_DAYS, days),
        "kinds": st.frozensets(st.sampled_from(RightDataKind)),
        "closed_at": st.sampled_from([None, OVER, NOW]),
        "source": st.none() | st.sampled_from(EndSource),
        "proof_state": st.none() | st.sampled_from(ProofState),
    }
)


@given(terms, terms, st.sampled_from(RightRole), st.booleans())
def test_once_repaired_nothing_differs_any_more(here, there, role, dated):
    here = RightTerms(**here)
    there = replace(THEIRS, role=role, **there)
    mine = replace(OURS, role=role, terms=here)
    after = target_terms(here, there)
    if after.state.final and dated:  # as the action does of an end without a day
        after = replace(after, closed_at=after.closed_at or NOW)
    assert difference(replace(mine, terms=after), there) is None
    assert target_terms(after, there) == after
    assert (difference(mine, there) is None) == (
        target_terms(here, there) == here or same(here, there)
    )


def same(here, there):
    """What is not told of a right that is not over: the words of an end that is not."""
    after = target_terms(here, there)
    blank = {"closed_at": None, "source": None}
    return not here.state.final and replace(here, **blank) == replace(after, **blank)


@given(terms, st.sampled_from(RightRole))
def test_a_right_that_is_written_from_there_is_as_there(there, role):
    there = replace(THEIRS, role=role, **there)
    assert difference(replace(OURS, role=role, terms=new_terms(there)), there) is None


def our(id_, created, **changed):
    return replace(OURS, id=id_, created_at=created, terms=replace(TERMS, **changed))


def test_each_is_matched_with_what_is_most_alike_and_none_with_two():
    old, new = datetime(2020, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC)
    first = {"starts_on": date(2020, 1, 1), "ends_on": date(2022, 12, 31)}
    here = [
        our(1, old, state=R.OBSOLETE, **first),
        our(2, new),
        our(3, new, state=R.OBSOLETE),
        our(4, NOW, ends_on=date(2030, 1, 1)),
    ]
    there = [
        theirs(uid="old", created_at=old + timedelta(days=2), state=R.OBSOLETE, **first),
        theirs(uid="twin", created_at=new, state=R.OBSOLETE),
        theirs(uid="open", created_at=new),
        theirs(uid="more", created_at=new - timedelta(days=900), state=R.REFUSED),
    ]
    # The days of the last are of none that is left, and it is over.
    assert matched(here, there) == {"old": 1, "open": 2, "twin": 3}


@pytest.mark.parametrize(
    ("changed", "known"),
    [
        ({"state": R.REVOKED}, True),
        ({"created_at": THEIRS.created_at - timedelta(days=9)}, True),
        ({"ends_on": date(2029, 1, 1)}, True),  # declared on that day
        ({"ends_on": date(2029, 1, 1), "created_at": NOW}, True),  # both are open
        ({"ends_on": date(2029, 1, 1), "created_at": NOW, "state": R.REFUSED}, False),
        ({"role": RightRole.HOLDER_SUPPLY}, False),
        ({"number": "09999999910009"}, False),
    ],
)
def test_a_right_is_known_again(changed, known):
    assert (matched([OURS], [theirs(**changed)]) == {"a-1": 7}) is known


def test_rights_without_any_date_are_not_the_same_for_that():
    nothing = {"starts_on": None, "ends_on": None}
    here = our(7, THEIRS.created_at, state=R.OBSOLETE, **nothing)
    assert matched([here], [theirs(created_at=NOW, **nothing)]) == {}


@given(st.lists(terms, max_size=5), st.lists(terms, max_size=5))
def test_whatever_there_is_none_is_matched_twice(here, there):
    own = [replace(OURS, id=at, terms=RightTerms(**one)) for at, one in enumerate(here)]
    found = matched(own, [theirs(uid=str(at), **one) for at, one in enumerate(there)])
    assert len(set(found.values())) == len(found) == min(len(here), len(there))
