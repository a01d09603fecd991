"""An organisation is created with its first administrator, by who runs the portal alone."""

import pytest
from sqlalchemy import select

from core.access import OrganisationKind, Role
from core.errors import Conflict, Forbidden, Invalid
from core.paging import RowBlock
from data.administration.people import actions, queries
from data.administration.people.rules import siren_in
from data.administration.people.types import NewInvitation, NewOrganisation, OrganisationFilter
from data.identity.accounts.models import Invitation, Organisation
from tests.factories import NOW, make_pce

pytestmark = pytest.mark.usefixtures("everybody")
SIREN = "123456782"  # made up, and its key is right


def asked(name="Mairie d’Exemple", siren=SIREN, kind=OrganisationKind.COLLECTIVITY, **first):
    person = {"email": "zoe@nouveau.example", "name": "Zoé", "role": Role.CLIENT} | first
    return NewOrganisation(name, kind, siren, NewInvitation(**person))


def test_it_stands_with_its_administrator_invited(db, irene):
    made = actions.create_with_administrator(db, irene, asked(), now=NOW)
    row = db.get_one(Organisation, made)
    assert (row.name, row.kind, row.siren) == (
        "Mairie d’Exemple",
        OrganisationKind.COLLECTIVITY,
        SIREN,
    )
    (first,) = queries.list_invitations(db, irene, made)
    assert (first.email, first.role) == ("zoe@nouveau.example", Role.ADMINISTRATOR)


def test_a_wrong_administrator_stops_it_all(db, irene):
    """The error leaves the transaction, which the edge then undoes."""
    with pytest.raises(Invalid):
        actions.create_with_administrator(db, irene, asked(email="zoe"), now=NOW)


def test_one_that_is_known_is_told(db, irene):
    actions.create_with_administrator(db, irene, asked(), now=NOW)
    for again in (asked("Autre nom", email="a@n.example"), asked(siren="", email="a@n.example")):
        with pytest.raises(Conflict):
            actions.create_with_administrator(db, irene, again, now=NOW)
    other = asked(siren="987 654 324", email="a@n.example")
    assert actions.create_with_administrator(db, irene, other, now=NOW)


def test_there_is_no_second_distributor(db, irene):
    with pytest.raises(Invalid):
        actions.create_with_administrator(
            db, irene, asked(kind=OrganisationKind.DISTRIBUTOR), now=NOW
        )


@pytest.mark.parametrize(
    "text", ["123456789", "12345678", "1234567820", "abcdefghi", "１２３４５６７８２"]
)
def test_a_wrong_siren_is_refused(text):
    with pytest.raises(Invalid):
        siren_in(text)


def test_a_right_siren_is_kept_without_its_spaces():
    assert siren_in(" 123 456 782 ") == SIREN
    assert siren_in("  ") is None


def test_only_who_runs_the_portal_sees_and_creates_them(db, ada, dora, alice):
    for viewer in (ada, dora, alice):
        for call in (queries.list_organisations, queries.count_organisations):
            with pytest.raises(Forbidden):
                call(db, viewer)
        with pytest.raises(Forbidden):
            actions.create_with_administrator(db, viewer, asked(), now=NOW)
    assert not db.scalars(select(Invitation)).all()


def test_the_list_counts_and_finds(db, irene):
    make_pce(db, holder_id=1)
    home, *_others = queries.list_organisations(db, irene)
    assert (home.id, home.people, home.administrators, home.pces) == (1, 3, 1, 1)
    found = OrganisationFilter("DE bob")
    assert [row.id for row in queries.list_organisations(db, irene, found)] == [2]
    kind = OrganisationFilter(kind=OrganisationKind.DISTRIBUTOR)
    assert [row.id for row in queries.list_organisations(db, irene, kind)] == [4]
    assert queries.count_organisations(db, irene, kind) == 1
    last = queries.list_organisations(db, irene, sort="name", descending=True, block=RowBlock(1))
    assert [row.id for row in last] == [4]
