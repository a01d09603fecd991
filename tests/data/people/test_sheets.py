"""A sheet of people: every line is sent or refused, with its line and its column."""

from datetime import timedelta
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select
from xlsxwriter import Workbook

from data.access import OrganisationKind, Role, roles_of
from data.accounts.models import Invitation
from data.errors import NotFound, TooBig, Unreadable
from data.people import actions
from data.people.files import read, template_csv, template_xlsx
from data.people.files.columns import HEADER
from data.people.rules import LASTS, MOST_LINES, MOST_MAILS
from data.people.types import NewInvitation
from tests.factories import NOW, make_invitation

ROLES = roles_of(OrganisationKind.COMPANY)
HEAD = ";".join(HEADER)


def sheet(*lines):
    return read("\n".join([HEAD, *lines]).encode(), ROLES)


def as_xlsx(rows):
    target = BytesIO()
    with Workbook(target, {"in_memory": True}) as book:
        page = book.add_worksheet()
        for line, row in enumerate(rows):
            page.write_row(line, 0, row)
    return target.getvalue()


def test_a_line_is_somebody_with_a_role_and_a_language():
    found = sheet("Zoé;ZOE@nouveau.example;gestionnaire DE site;anglais", "Max;max@n.example;;")
    assert [one.line for one in found.lines] == [2, 3]
    assert [one.invitation for one in found.lines] == [
        NewInvitation("zoe@nouveau.example", "Zoé", Role.FACILITY_MANAGER, "en"),
        NewInvitation("max@n.example", "Max", Role.CLIENT, "fr"),
    ]
    assert not found.problems


def test_a_workbook_says_the_same():
    rows = [HEADER, ("Zoé", "zoe@nouveau.example", "Administrateur", "Français")]
    assert read(as_xlsx(rows), ROLES).lines == sheet(";".join(rows[1])).lines


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
    found = sheet("Un;first@n.example;;", line)
    (problem,) = found.problems
    assert (problem.line, problem.column) == (3, column)
    assert "{" not in problem.message.format(**problem.params)
    assert len(found.lines) == 1
    assert found.refused == 1


@pytest.mark.parametrize(
    "content", [b"", b"Nom;Rien\nA;B\n", HEAD.encode(), b"\x00\x01\x02", b"<html></html>"]
)
def test_what_is_no_such_sheet_is_refused(content):
    with pytest.raises(Unreadable):
        read(content, ROLES)


def test_too_many_lines_are_refused():
    with pytest.raises(TooBig):
        sheet(*(f"A;a{n}@n.example;;" for n in range(MOST_LINES + 1)))


def test_the_templates_are_read_as_sheets_once_filled():
    assert read(template_csv() + b"A;a@n.example;;\r\n", ROLES).lines
    book = CalamineWorkbook.from_object(BytesIO(template_xlsx(ROLES)))
    assert tuple(book.get_sheet_by_index(0).to_python()[0]) == HEADER


@pytest.mark.usefixtures("everybody")
class TestHeldAgainstWhoIsKnown:
    def test_colleagues_and_those_who_were_invited_are_told(self, db, ada):
        make_invitation(db, organisation_id=1, invited_by=5, email="wait@n.example")
        lines = ("A;ada@tilleuls.example;;", "B;wait@n.example;;", "C;c@n.example;;")
        found = actions.sort_out(db, ada, sheet(*lines), None, now=NOW)
        assert [problem.line for problem in found.problems] == [2, 3]
        assert [one.invitation.email for one in found.lines] == ["c@n.example"]

    def test_of_people_of_others_nothing_is_said(self, db, ada):
        lines = ("A;charlie@usine.example;;", "B;nobody@n.example;;")
        found = actions.sort_out(db, ada, sheet(*lines), None, now=NOW)
        assert not found.problems

    def test_all_are_invited_and_the_same_sheet_again_invites_nobody(self, db, ada):
        lines = ("A;charlie@usine.example;;", "B;b@n.example;Administrateur;")
        found = actions.sort_out(db, ada, sheet(*lines), None, now=NOW)
        assert actions.invite_all(db, ada, found, now=NOW) == 2
        emails = set(db.scalars(select(Invitation.email)))
        assert emails == {"charlie@usine.example", "b@n.example"}
        again = actions.sort_out(db, ada, sheet(*lines), None, now=NOW)
        assert not again.lines
        assert actions.sort_out(db, ada, sheet(*lines), None, now=NOW + LASTS).lines

    def test_another_organisation_is_not_there(self, db, ada, irene):
        found = sheet("C;c@n.example;;")
        with pytest.raises(NotFound):
            actions.sort_out(db, ada, found, 3, now=NOW)
        kept = actions.sort_out(db, irene, found, 3, now=NOW)
        actions.invite_all(db, irene, kept, now=NOW)
        assert db.scalars(select(Invitation.organisation_id)).all() == [3]

    def test_who_had_enough_invitations_today_is_told_line_by_line(self, db, ada):
        for hours in range(MOST_MAILS - 1, 0, -1):
            new = NewInvitation("zoe+1@n.example", "Zoé", Role.CLIENT)
            row = actions.invite(db, ada, new, now=NOW - timedelta(hours=hours))
            actions.withdraw(db, ada, row, now=NOW)
        lines = ("A;zoe@n.example;;", "B;zoe+2@n.example;;", "C;c@n.example;;")
        found = actions.sort_out(db, ada, sheet(*lines), None, now=NOW)
        assert [(one.line, "assez" in one.message) for one in found.problems] == [(3, True)]
        assert actions.invite_all(db, ada, found, now=NOW) == 2

    def test_a_whole_sheet_leaves_in_a_day(self, db, ada):
        lines = (f"A;a{at}@n.example;;" for at in range(MOST_LINES))
        found = actions.sort_out(db, ada, sheet(*lines), None, now=NOW)
        assert actions.invite_all(db, ada, found, now=NOW) == MOST_LINES


@pytest.mark.parametrize("name", ["Gagnez http://evil.example", "www.evil.example", "a@b.example"])
def test_a_name_that_holds_a_link_says_where(name):
    (problem,) = sheet(f"{name};zoe@n.example;;").problems
    assert (problem.line, problem.column) == (2, "Nom")
    assert "sans adresse" in problem.message
