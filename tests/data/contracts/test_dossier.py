"""Each step of the dossier: what is taken, mended, refused, and what lacks."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from core.access import Role
from core.errors import Invalid
from data.contracts.files.renderer import render
from data.contracts.rules.dossier import (
    INVITED,
    MOST_INVITES,
    NO_ACCOUNT,
    NO_POWER,
    NO_SIREN,
    NO_USE,
    checked_identity,
    checked_imports,
    checked_invites,
    checked_representative,
    checked_uses,
    delegation_in,
    lacks_of,
    steps_in,
)
from data.contracts.rules.serializer import packed_step, unpacked_dossier
from data.contracts.types import (
    BodyKind,
    Consent,
    ContractDossier,
    DataUse,
    DossierStep,
    Imports,
    Invite,
    OrganisationIdentity,
    Power,
    Representative,
)
from tests.data.contracts.files.papers import PAPER
from tests.data.contracts.making import IDENTITY

SIREN = "999001050"
FULL = ContractDossier(
    identity=checked_identity(IDENTITY),
    representative=Representative("Bob", "Président", "bob@thermia.example", "0600000000"),
    power=Power(himself=True),
    uses=(Consent(DataUse.FOLLOW, 36),),
    invites=(Invite("ana@thermia.example", Role.CLIENT),),
    imports=Imports(enabled=True, expected=40),
    reached=DossierStep.IMPORTS,
    version=6,
)


def test_numbers_are_kept_without_spaces_and_the_vat_as_it_is_written():
    found = checked_identity(replace(IDENTITY, vat="fr 79 999 001 050"))
    assert (found.siren, found.siret) == (SIREN, "99900105000015")
    assert found.vat == "FR79999001050"


def test_a_siret_gives_its_siren():
    assert checked_identity(replace(IDENTITY, siren="")).siren == SIREN


@pytest.mark.parametrize(
    "typed",
    [
        "+33 6 12 34 56 78",
        "0033612345678",
        "+33 (0)6.12.34.56.78",
        "+330612345678",
        "06 12 34 56 78",
    ],
)
def test_a_telephone_is_kept_as_it_is_dialled_here(typed):
    assert checked_representative(Representative(phone=typed)).phone == "0612345678"


@pytest.mark.parametrize("typed", ["+44 6 12 34 56 78", "+33 0 12 34 56 78", "612345678", "+33 6"])
def test_what_is_no_french_telephone_is_said(typed):
    with pytest.raises(Invalid):
        checked_representative(Representative(phone=typed))


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("Délégation n° 4 – l’élu.pdf", "Délégation n° 4 _ l’élu.pdf"),
        ("de\u0301le\u0301gation\u00ad\u202e😀.pdf", "délégation___.pdf"),
    ],
)
def test_the_name_of_a_delegation_can_always_be_printed(name, printed):
    assert delegation_in(Power(name=name, sha256="0" * 64, storage_key="1" * 32)) == printed
    assert render(replace(PAPER, delegation=printed))
    assert delegation_in(Power(himself=True)) == ""


def test_a_step_may_be_left_half_filled():
    assert checked_identity(OrganisationIdentity(name="Thermia")) == OrganisationIdentity(
        name="Thermia"
    )


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("siren", "999001051"),
        ("siren", "99900105"),
        ("siren", "ABCDEFGHI"),
        ("siret", "99900105000016"),
        ("siret", "9990010500001"),
        ("siret", "99900101900010"),  # of another SIREN
        ("vat", "FR80999001050"),
        ("vat", "FR83999001019"),  # of another SIREN
        ("vat", "BE0428759497"),
        ("postal_code", "9930"),
        ("postal_code", "٩٩٣٠٠"),
        ("name", "x" * 201),
        ("name", "Thermia 🔥"),
        ("city", "日本"),
    ],
)
def test_what_is_wrong_is_said(field, wrong):
    with pytest.raises(Invalid) as caught:
        checked_identity(replace(IDENTITY, **{field: wrong}))
    assert str(caught.value)


@given(st.integers(0, 99_999_999), st.integers(0, 9))
def test_one_wrong_digit_of_a_siren_is_always_seen(base, digit):
    """Its key changes with any one digit."""
    good = f"{base:08d}"
    good += luhn.calc_check_digit(good)
    assert checked_identity(OrganisationIdentity(siren=good)).siren == good
    bad = f"{digit}{good[1:]}"
    if bad != good:
        with pytest.raises(Invalid):
            checked_identity(OrganisationIdentity(siren=bad))


def test_nothing_that_turns_a_name_round_is_kept():
    assert (
        checked_identity(OrganisationIdentity(name=" Ther\u202emia \n Conseil ")).name
        == "Thermia Conseil"
    )


def test_a_representative_has_an_address_and_perhaps_a_number():
    found = checked_representative(Representative("Bob", "Président", " Bob@Thermia.example ", ""))
    assert found.email == "bob@thermia.example"
    assert checked_representative(Representative(phone="06 00 00 00 00")).phone == "0600000000"
    for wrong in (Representative(email="bob"), Representative(phone="123")):
        with pytest.raises(Invalid):
            checked_representative(wrong)


def test_an_accent_in_an_address_is_said_to_be_why():
    with pytest.raises(Invalid, match="« é »"):
        checked_representative(Representative(email="éric@thermia.example"))
    with pytest.raises(Invalid, match="n’est pas une adresse"):
        checked_representative(Representative(email="eric"))


def test_uses_are_given_once_each_in_their_order():
    given_ = [Consent(DataUse.ADVICE, 12), Consent(DataUse.FOLLOW, 36)]
    assert checked_uses(given_) == (Consent(DataUse.FOLLOW, 36), Consent(DataUse.ADVICE, 12))
    for wrong in (
        [Consent(DataUse.FOLLOW, 1)] * 2,
        [Consent(DataUse.FOLLOW, 0)],
        [Consent(DataUse.BILLS, 37)],
    ):
        with pytest.raises(Invalid):
            checked_uses(wrong)


def test_an_invitation_gives_no_role_of_the_distributor():
    last = [
        Invite("Ana@thermia.example", Role.CLIENT),
        Invite("ana@thermia.example", "administrator"),
    ]
    assert checked_invites(last) == (Invite("ana@thermia.example", "administrator"),)
    assert Role.ACCOUNT_MANAGER not in INVITED
    many = [Invite(f"a{n}@thermia.example", Role.CLIENT) for n in range(MOST_INVITES + 1)]
    for wrong in ([Invite("x", Role.CLIENT)], [Invite("a@b.example", Role.ACCOUNT_MANAGER)], many):
        with pytest.raises(Invalid):
            checked_invites(wrong)


def test_imports_are_counted():
    assert checked_imports(Imports(enabled=False, expected=5)) == Imports()
    assert checked_imports(Imports(enabled=True, expected=5)).expected == 5
    with pytest.raises(Invalid):
        checked_imports(Imports(enabled=True, expected=-1))


def test_a_full_dossier_lacks_nothing():
    assert lacks_of(FULL, {"bob@thermia.example"}) == ()
    assert all(line.done for line in steps_in(FULL, {"bob@thermia.example"}))


def test_what_lacks_is_said_step_by_step():
    lines = {line.step: line for line in steps_in(ContractDossier(), ())}
    assert list(lines) == list(DossierStep)
    assert not any(line.done for line in lines.values())
    assert (NO_SIREN, {}) in lines[DossierStep.IDENTITY].lacks
    assert lines[DossierStep.POWER].lacks == ((NO_POWER, {}),)
    assert lines[DossierStep.USES].lacks == ((NO_USE, {}),)
    assert lines[DossierStep.INVITES].lacks == lines[DossierStep.IMPORTS].lacks == ()


def test_who_signs_needs_an_account_that_may():
    lacks = lacks_of(FULL, {"someone@thermia.example"})
    assert lacks == ((NO_ACCOUNT, {"email": "bob@thermia.example"}),)


def test_a_power_is_a_piece_or_the_law():
    piece = replace(FULL, power=Power(name="pouvoir.pdf", sha256="ab", storage_key="0" * 32))
    assert lacks_of(piece, {"bob@thermia.example"}) == ()
    assert lacks_of(replace(FULL, power=Power()), {"bob@thermia.example"}) == ((NO_POWER, {}),)


def test_invitations_and_imports_keep_nothing_from_being_sent():
    bare = replace(FULL, invites=(), imports=None)
    assert lacks_of(bare, {"bob@thermia.example"}) == ()
    done = {line.step: line.done for line in steps_in(bare, {"bob@thermia.example"})}
    assert not done[DossierStep.INVITES]
    assert not done[DossierStep.IMPORTS]


def test_a_dossier_comes_back_as_it_was_kept():
    steps = {
        DossierStep.IDENTITY.value: packed_step(replace(FULL.identity, kind=BodyKind.COLLECTIVITY)),
        DossierStep.REPRESENTATIVE.value: packed_step(FULL.representative),
        DossierStep.POWER.value: packed_step(FULL.power),
        DossierStep.USES.value: packed_step(FULL.uses),
        DossierStep.INVITES.value: packed_step(FULL.invites),
        DossierStep.IMPORTS.value: packed_step(FULL.imports),
    }
    kept = unpacked_dossier(steps, DossierStep.IMPORTS, 6)
    assert kept == replace(FULL, identity=replace(FULL.identity, kind=BodyKind.COLLECTIVITY))
    assert unpacked_dossier({}, DossierStep.IDENTITY, 0) == ContractDossier()
