"""What is refused of an invitation before anything is read or written."""

from datetime import timedelta

import pytest

from core.errors import Conflict, Invalid, TooMany
from data.administration.people.rules import (
    AGAIN_AFTER,
    LONGEST_NAME,
    MOST_A_DAY,
    MOST_MAILS,
    MOST_OPEN,
    check_again,
    check_mails,
    check_new,
    check_open,
    name_in,
    name_of,
    person_in,
)
from tests.factories import NOW


def test_so_many_invitations_wait_and_no_more():
    check_open(MOST_OPEN - 1)
    with pytest.raises(Conflict, match="attendent déjà"):
        check_open(MOST_OPEN)


def test_a_name_is_one_line_of_a_bearable_length():
    assert name_in(" Nora\n\u200b Janvier ") == "Nora Janvier"
    assert name_in("x" * LONGEST_NAME) == "x" * LONGEST_NAME
    with pytest.raises(Invalid, match="trop long"):
        name_in("x" * (LONGEST_NAME + 1))
    with pytest.raises(Invalid, match="Indiquez un nom"):
        name_in(" \n")


def test_one_mail_follows_another_after_a_while():
    check_again(None, NOW)
    check_again(NOW, NOW + AGAIN_AFTER)
    with pytest.raises(TooMany, match="10 minutes"):
        check_again(NOW, NOW + AGAIN_AFTER - timedelta(seconds=1))


def test_a_mailbox_and_an_organisation_have_so_many_a_day():
    check_mails(MOST_MAILS - 1, MOST_A_DAY - 1)
    with pytest.raises(TooMany, match="cette adresse"):
        check_mails(MOST_MAILS, MOST_MAILS)
    with pytest.raises(TooMany, match="cette organisation"):
        check_mails(0, MOST_A_DAY)


def test_the_name_of_somebody_holds_no_link():
    assert person_in(" Jean-Noël  d’Arc, Dr. ") == "Jean-Noël d’Arc, Dr."
    for wrong in (
        "Gagnez 500 euros http://evil.example/x",
        "Zoé hxxp：//evil.example",
        "WWW.evil.example",
        "zoe@evil.example",
        "Zoé\nCordialement",
        "Zoé\u2028Cordialement",
    ):
        with pytest.raises(Invalid, match="prénom"):
            person_in(wrong)
    with pytest.raises(Invalid, match="Indiquez"):
        person_in(" ")


@pytest.mark.parametrize(
    "name",
    [
        *("J.-P. Martin", "M. Dupont", "St.Pierre", "Ste.Foy-Girard", "J.P.Martin", "M.R."),
        *("Dr.Zoé No", "Martin J.", "Zoé (n.3)", "Zoé v1.2", "Lt. Col. Arc", "Jean… Martin"),
        "Ph.D.",
    ],
)
def test_a_name_may_have_the_dots_of_names(name):
    assert person_in(name) == name


@pytest.mark.parametrize(
    "site",
    [
        *("evil.example", "Evil.Example", "bit.ly", "T.Co", "x.com", "st.click", "gain.xn--p1ai"),
        *("evil．example", "evil。example", "m.evil.example", "jean.martin", "évil.fr"),
        "evil.co.uk",
    ],
)
def test_a_name_is_no_site_that_a_reader_of_mails_would_make_a_link_of(site):
    for typed in (site, f"Gagnez sur {site}", f"({site})", f"{site}/x"):
        with pytest.raises(Invalid, match="une espace après un point"):
            person_in(typed)


def test_who_has_only_an_address_is_called_by_it():
    assert name_of("zoe.martin@ecole.example") == "zoe martin"
    assert name_of("www.evil@ecole.example") == "ecole"


def test_what_is_wrong_of_a_new_organisation_is_found_field_by_field():
    good = {"organisation": "Mairie", "siren": "", "name": "Zoé", "email": " zoe@x.example"}
    assert check_new(good) == {}
    wrong = check_new({"organisation": "", "siren": "12", "name": "", "email": "zoe"})
    assert list(wrong) == list(good)
