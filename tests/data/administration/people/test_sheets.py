"""A sheet of people: every line is sent or refused, with its line and its column."""

from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select
from xlsxwriter import Workbook

from core.access import OrganisationKind, Role, roles_of
from core.errors import NotFound, TooBig, Unreadable
from data.administration.people import actions
from data.administration.people.files import HEADER, choices, people_in, read
from data.administration.people.rules import LASTS, MOST_LINES, MOST_MAILS, check_mails
from data.administration.people.types import AdministeredOrganisation, NewInvitation
from data.identity.accounts.models import Invitation
from data.runs.files.rows import write_rows
from tests.factories import NOW, make_invitation

ROLES = roles_of(OrganisationKind.COMPANY)
HEAD = ";".join(HEADER)


def sheet(*lines):
    return read("\n".join([HEAD, *lines]).encode())


def said(*lines):
    return people_in(sheet(*lines), ROLES)


def as_xlsx(rows):
    target = BytesIO()
    with Workbook(target, {"in_memory": True}) as book:
        page = book.add_worksheet()
        for line, row in enumerate(rows):
            page.write_row(line, 0, row)
    return target.getvalue()


def test_a_line_is_somebody_with_a_role_and_a_language():
    found = said("Zoé;ZOE@nouveau.example;gestionnaire DE site;anglais", "Max;max@n.example;;")
    assert [one.line for one in found.new] == [2, 3]
    assert [one.invitation for one in found.new] == [
        NewInvitation("zoe@nouveau.example", "Zoé", Role.FACILITY_MANAGER, "en"),
        NewInvitation("max@n.example", "Max", Role.CLIENT, "fr"),
    ]
    assert not found.problems


def test_a_workbook_says_the_same():
    rows = [HEADER, ("Zoé", "zoe@nouveau.example", "Administrateur", "Français")]
    assert people_in(read(as_xlsx(rows)), ROLES) == said(";".join(rows[1]))


@pytest.mark.parametrize(
    ("line", "column"),
    [
        (";a@n.example;;", "Nom"),
        ("A;;;", "Adresse électronique"),
        ("A;a@;;", "Adresse électronique"),
        ("A;a@n.example;Roi;", "Rôle"),
        ("A;a@n.example;Chargé de compte;", "Rôle"),
        ("A;a@n.example;;Klingon", "Langue"),
        ("A;first@n.example;;", "Adresse électronique"),
    ],
)
def test_a_wrong_line_says_where_and_leaves_the_others(line, column):
    found = said("Un;first@n.example;;", line)
    (problem,) = found.problems
    assert (problem.line, problem.column) == (3, column)
    assert "{" not in problem.message.format(**problem.params)
    assert len(found.new) == 1


@pytest.mark.parametrize(
    "content", [b"", b"Nom;Rien\nA;B\n", HEAD.encode(), b"\x00\x01\x02", b"<html></html>"]
)
def test_what_is_no_such_sheet_is_refused(content):
    with pytest.raises(Unreadable):
        read(content)


def test_too_many_lines_are_refused():
    with pytest.raises(TooBig):
        sheet(*(f"A;a{n}@n.example;;" for n in range(MOST_LINES + 1)))


def test_a_column_given_twice_is_said():
    """Of the two, nobody knows which one is meant."""
    with pytest.raises(Unreadable, match="deux fois") as told:
        read(b"Nom;Adresse \xc3\xa9lectronique;NOM\nA;a@n.example;B\n")
    assert (told.value.params["line"], told.value.params["column"]) == (1, "Nom")


def test_a_template_offers_the_roles_of_its_organisation():
    place = AdministeredOrganisation(1, "Mairie", OrganisationKind.COMPANY)
    book = write_rows(HEADER, [], as_xlsx=True, choices=choices(place))
    assert (
        tuple(CalamineWorkbook.from_object(BytesIO(book)).get_sheet_by_index(0).to_python()[0])
        == HEADER
    )
    with ZipFile(BytesIO(book)) as parts:
        listed = parts.read("xl/worksheets/sheet1.xml").decode()
    assert "Client,Gestionnaire de site,Administrateur" in listed


@pytest.mark.usefixtures("everybody")
class TestHeldAgainstWhoIsKnown:
    def test_colleagues_and_those_who_were_invited_are_told(self, db, ada):
        make_invitation(db, organisation_id=1, invited_by=5, email="wait@n.example")
        lines = ("A;ada@tilleuls.example;;", "B;wait@n.example;;", "C;c@n.example;;")
        found = actions.sort_out(db, ada, sheet(*lines), None, NOW)
        assert [problem.line for problem in found.problems] == [2, 3]
        assert [one.invitation.email for one in found.new] == ["c@n.example"]

    def test_of_people_of_others_nothing_is_said(self, db, ada):
        lines = ("A;charlie@usine.example;;", "B;nobody@n.example;;")
        found = actions.sort_out(db, ada, sheet(*lines), None, NOW)
        assert not found.problems

    def test_all_are_invited_and_the_same_sheet_again_invites_nobody(self, db, ada):
        lines = ("A;charlie@usine.example;;", "B;b@n.example;Administrateur;")
        found = actions.sort_out(db, ada, sheet(*lines), None, NOW)
        actions.invite_all(db, ada, found, NOW)
        assert len(found.new) == 2
        emails = set(db.scalars(select(Invitation.email)))
        assert emails == {"charlie@usine.example", "b@n.example"}
        again = actions.sort_out(db, ada, sheet(*lines), None, NOW)
        assert not again.new
        assert actions.sort_out(db, ada, sheet(*lines), None, NOW + LASTS).new

    def test_another_organisation_is_not_there(self, db, ada, irene):
        found = sheet("C;c@n.example;;")
        with pytest.raises(NotFound):
            actions.sort_out(db, ada, found, 3, NOW)
        kept = actions.sort_out(db, irene, found, 3, NOW)
        actions.invite_all(db, irene, kept, NOW)
        assert db.scalars(select(Invitation.organisation_id)).all() == [3]

    def test_who_had_enough_invitations_today_is_told_line_by_line(self, db, ada):
        for hours in range(MOST_MAILS - 1, 0, -1):
            new = NewInvitation("zoe+1@n.example", "Zoé", Role.CLIENT)
            row = actions.invite(db, ada, new, now=NOW - timedelta(hours=hours))
            actions.withdraw(db, ada, row, now=NOW)
        lines = ("A;zoe@n.example;;", "B;zoe+2@n.example;;", "C;c@n.example;;")
        found = actions.sort_out(db, ada, sheet(*lines), None, NOW)
        assert [(one.line, "assez" in one.message) for one in found.problems] == [(3, True)]
        actions.invite_all(db, ada, found, NOW)
        assert len(found.new) == 2

    def test_a_whole_sheet_leaves_in_a_day(self, db, ada):
        lines = (f"A;a{at}@n.example;;" for at in range(MOST_LINES))
        found = actions.sort_out(db, ada, sheet(*lines), None, NOW)
        assert len(found.new) == MOST_LINES
        check_mails(0, MOST_LINES - 1)  # nor is the last one stopped by those before it


@pytest.mark.parametrize("name", ["Gagnez http://evil.example", "www.evil.example", "a@b.example"])
def test_a_name_that_holds_a_link_says_where(name):
    (problem,) = said(f"{name};zoe@n.example;;").problems
    assert (problem.line, problem.column) == (2, "Nom")
    assert "sans adresse" in problem.message
