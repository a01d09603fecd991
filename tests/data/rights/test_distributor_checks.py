"""What the distributor knows against a declaration."""

from dataclasses import replace
from datetime import date

import pytest

from data.rights.rules.declarations import read_declaration
from data.rights.rules.distributor_checks import (
    conflicts_in,
    digest_of,
    guess_holder,
    opening,
    pce_guess,
    same_as,
    same_name,
    unknown_pce,
)
from data.rights.types import (
    EndSource,
    OwnRight,
    PceFacts,
    RightActor,
    RightRole,
    RightState,
    RightTrigger,
)
from tests.data.rights.declarations import DELAYS, GOOD, HOLDER, TODAY

DECLARED, _ = read_declaration(GOOD, TODAY, DELAYS)
SELF, _ = read_declaration(HOLDER, TODAY, DELAYS)
KNOWN = PceFacts(postal_code="99123", holder="LYCEE DES TILLEULS")
SUPPLY = RightRole.AUTHORISED_SUPPLY


def checks(facts, renewed=None):
    found = conflicts_in(DECLARED, facts, TODAY, renewed)
    return [(p.check, p.code, p.http) for p in found]


def own(state, role=SUPPLY, **more):
    return replace(KNOWN, own=(OwnRight(7, role, state, **more),))


def test_nothing_known_against_it():
    assert checks(KNOWN) == []
    assert checks(PceFacts()) == []


def test_an_unknown_pce_is_a_404():
    problem = unknown_pce("09999999910001")
    assert (problem.check, problem.code, problem.http) == (2, "1000000006", 404)


@pytest.mark.parametrize("declared", [DECLARED, SELF])
@pytest.mark.parametrize("holder", ["LYCEE DES TILLEULS", "Mairie", "", " - ."])
@pytest.mark.parametrize("postal", ["99123", "99124", ""])
@pytest.mark.parametrize("asker", ["Lycée des Tilleuls", "Tiers"])
@pytest.mark.parametrize("emails", [frozenset(), {"alice@tilleuls.example"}, {"b@c.example"}])
def test_one_wrong_fact_is_verified_and_two_are_an_unknown_pce(
    declared, holder, postal, asker, emails
):
    """Whatever is known, in whatever role: name and postal code are the identity (check 6)."""
    who = {"holder_id": 1, "holder_emails": frozenset(emails)} if emails else {}
    facts = PceFacts(postal_code=postal, holder=holder, **who)
    named, away = holder == "LYCEE DES TILLEULS", postal == "99124"
    stopped = conflicts_in(declared, facts, TODAY)
    assert stopped == ((unknown_pce(declared.number),) if away and not named else ())
    if stopped:
        return
    sure = named and postal == "99123"
    if declared is SELF:
        trusted, trigger = asker == "Lycée des Tilleuls", RightTrigger.DECLARED_HOLDER
    else:
        trusted, trigger = "b@c.example" not in emails, RightTrigger.DECLARED
    opened = opening(declared, facts, asker)
    assert (opened[0] is trigger) == (sure and trusted)
    assert opened[0] in {trigger, RightTrigger.DECLARED_DOUBTFUL}
    tried = guess_holder(declared, facts)
    elsewhere = pce_guess(declared.number, declared.postal_code, declared.holder)
    assert (tried == elsewhere) == away
    if declared is DECLARED and not away:
        wrong_name = bool(postal) and holder == "Mairie"
        wrong_address = sure and not trusted
        assert bool(tried) == (wrong_name or wrong_address)


def test_the_postal_code_alone_does_not_hide_what_else_stops_a_right():
    wrong = replace(own(RightState.ACTIVE), postal_code="99124")
    assert checks(wrong) == [(18, "1000000003", 409)]
    assert conflicts_in(replace(DECLARED, company="Mairie"), wrong, TODAY) == (
        unknown_pce(DECLARED.number),
    )


def test_a_wrong_postal_code_beside_the_right_name_is_refused_when_strict():
    wrong = replace(own(RightState.ACTIVE), postal_code="99124")
    found = conflicts_in(DECLARED, wrong, TODAY, strict=True)
    assert [(p.check, p.code, p.field, p.http) for p in found] == [
        (6, "1000000005", "code_postal", 409)
    ]
    assert conflicts_in(DECLARED, KNOWN, TODAY, strict=True) == ()
    stranger = replace(DECLARED, company="Mairie")
    assert conflicts_in(stranger, wrong, TODAY, strict=True) == (unknown_pce(DECLARED.number),)


def test_at_a_wrong_postal_code_each_name_is_a_guess_of_its_own_however_it_is_spelt():
    one, same, other = (
        pce_guess("09999999910001", "99124", name) for name in ("Élan Nord", "ELAN-NORD", "Mairie")
    )
    assert one == same != other


def test_the_contract_must_be_running():
    assert checks(replace(KNOWN, ended_on=date(2026, 11, 23))) == [(17, "1000000004", 409)]
    assert checks(replace(KNOWN, ended_on=TODAY)) == []


@pytest.mark.parametrize("state", RightState)
@pytest.mark.parametrize("role", RightRole)
def test_a_right_of_the_same_role_active_or_waiting_stops_another(state, role):
    found = checks(own(state, role))
    if role is not SUPPLY or state.final:
        assert found == []
    elif state is RightState.ACTIVE:
        assert found == [(18, "1000000003", 409)]
    else:
        assert found == [(19, "9000000019", 409)]


def test_the_right_that_is_renewed_does_not_stop_its_successor():
    assert checks(own(RightState.ACTIVE), renewed=7) == []
    assert checks(own(RightState.ACTIVE), renewed=8) == [(18, "1000000003", 409)]


@pytest.mark.parametrize("source", EndSource)
@pytest.mark.parametrize("role", RightRole)
def test_a_holder_s_revocation_stops_every_later_declaration(source, role):
    found = checks(own(RightState.REVOKED, role, source=source, closed_on=date(2026, 1, 5)))
    blocked = source in {EndSource.HOLDER, EndSource.DISTRIBUTOR_FOR_HOLDER}
    assert found == ([(20, "1000000013", 409)] if blocked else [])


def test_a_new_holder_is_not_bound_by_the_one_before():
    said = own(RightState.REVOKED, source=EndSource.HOLDER, closed_on=date(2026, 1, 5))
    assert checks(replace(said, holder_since=date(2026, 1, 6))) == []
    assert checks(replace(said, holder_since=date(2026, 1, 5))) == [(20, "1000000013", 409)]


def test_names_are_compared_letter_by_letter_accents_case_and_points_aside():
    assert same_name("S.A.R.L. Élan-Nord", "sarl elan nord")
    assert not same_name("Elan Nord", "Elan Sud")


def test_the_holder_is_asked_when_its_name_is_the_contract_s():
    assert opening(DECLARED, KNOWN, "Tiers") == (RightTrigger.DECLARED, RightActor.THIRD_PARTY)


@pytest.mark.parametrize(
    "facts",
    [
        PceFacts(),
        replace(KNOWN, holder=""),
        replace(KNOWN, holder=" - ."),
        replace(KNOWN, postal_code=""),
        replace(KNOWN, holder="", holder_id=1, holder_emails=frozenset({DECLARED.email})),
    ],
)
def test_a_holder_or_a_place_that_is_not_known_is_to_be_checked(facts):
    nameless = replace(DECLARED, company="...")
    for declared in (DECLARED, nameless):
        opened = opening(declared, facts, "Tiers")
        assert opened == (RightTrigger.DECLARED_DOUBTFUL, RightActor.SYSTEM)


def test_another_name_than_the_contract_s_is_to_be_checked():
    other = replace(KNOWN, holder="Mairie")
    assert opening(DECLARED, other, "Tiers") == (RightTrigger.DECLARED_DOUBTFUL, RightActor.SYSTEM)


def test_who_says_it_is_the_holder_must_bear_its_name_and_live_there():
    opened = opening(SELF, KNOWN, "Lycée des Tilleuls")
    assert opened == (RightTrigger.DECLARED_HOLDER, RightActor.THIRD_PARTY)
    doubtful = (RightTrigger.DECLARED_DOUBTFUL, RightActor.SYSTEM)
    assert opening(SELF, KNOWN, "Quelqu’un d’autre") == doubtful
    assert opening(SELF, PceFacts(), "Lycée des Tilleuls") == doubtful
    assert opening(SELF, replace(KNOWN, postal_code=""), "Lycée des Tilleuls") == doubtful


def test_the_very_same_declaration_is_recognised_while_its_right_is_open():
    digest = digest_of(DECLARED)
    for state in RightState:
        found = same_as(DECLARED, own(state, digest=digest))
        assert (found is not None) == (not state.final)
    assert same_as(DECLARED, own(RightState.ACTIVE, digest="other")) is None
    assert digest_of(replace(DECLARED, email="x@y.fr")) != digest
