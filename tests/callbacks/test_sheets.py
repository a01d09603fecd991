"""A sheet of each kind is previewed, confirmed, and its refused lines come back as a file."""

import base64
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from callbacks import sheets
from components.admin.people_sheet import PEOPLE
from core.access import OrganisationKind, Role, Viewer
from core.errors import Conflict, Forbidden, Invalid, NotFound
from data.identity.accounts.models import Invitation
from data.metering.prices.queries import list_components
from data.money.bills.queries import list_bills
from data.money.budgets.queries import list_budgets
from data.money.operat.queries import list_sites
from data.sheets import KINDS, STATIONS, TEMPERATURES, VALUES
from data.thresholds.queries import list_thresholds
from tests.conftest import TODAY
from tests.factories import PCE, make_pce, make_user
from tests.web import request_of


@dataclass(frozen=True)
class Case:
    """A sheet of one good line and one refused, and what is kept of it."""

    text: str
    refused: str
    said: str
    kept: object

    def sent(self, name="feuille.csv"):
        coded = base64.b64encode(self.text.encode("utf-8-sig")).decode("ascii")
        return {"name": name, "content": coded, "said": ""}


CASES = {
    "prix": Case(
        "Nom;Montant;Unité;Du\nGaz;45;€/MWh PCS;01/01/2026\nGaz;46;€/MWh PCS;01/02/2026\n",
        "01/02/2026",
        "1 ligne ajoutée",
        lambda db, viewer: [one.draft.name for one in list_components(db, viewer)] == ["Gaz"],
    ),
    "factures": Case(
        f"PCE;Du;Au;Énergie (kWh PCS)\n{PCE};01/01/2026;31/01/2026;3472\n{PCE};;31/01/2026;9\n",
        "indiquez ce jour",
        "1 ligne ajoutée",
        lambda db, viewer: [one.draft.energy_wh for one in list_bills(db, viewer)] == [3_472_000],
    ),
    "budgets": Case(
        f"Premier mois;Budget;PCE\n2026;120000;{PCE}\n2026;cher;{PCE}\n",
        "cher",
        "1 ligne ajoutée",
        lambda db, viewer: [one.draft.amount for one in list_budgets(db, viewer)] == [120_000_000],
    ),
    "operat": Case(
        f"PCE;Référence EFA\n{PCE};EFA-1\n999;EFA-2\n",
        "EFA-2",
        "1 ligne ajoutée",
        lambda db, viewer: [one.draft.efa for one in list_sites(db, viewer)] == ["EFA-1"],
    ),
    "seuils": Case(
        f"PCE;Nom;Type;Période;Valeur (kWh)\r\n{PCE};Feuille;Fixe;Jour;1200\r\n0123;x;Fixe;Jour;1",
        "0123;x;Fixe",
        "1 ligne ajoutée",
        lambda db, viewer: [one.name for one in list_thresholds(db, viewer)[0]] == ["Feuille"],
    ),
    PEOPLE: Case(
        "Nom;Adresse électronique\nA;a@n.example\nB;ada@tilleuls.example\n",
        "ada@tilleuls.example a déjà un compte",
        "1 invitation envoyée",
        lambda db, _viewer: db.scalars(select(Invitation.email)).all() == ["a@n.example"],
    ),
}
DISTRIBUTOR = TEMPERATURES, STATIONS, VALUES  # its own alone: test_weather.py, test_operat.py
every_kind = pytest.mark.parametrize("kind", [one for one in KINDS if one not in DISTRIBUTOR])


@pytest.fixture
def ada(web):
    """Administrator of organisation 1, which holds a PCE."""
    with web.database.transaction() as db:
        make_pce(db, holder_id=1)
        named = {"organisation_id": 1, "role": Role.ADMINISTRATOR}
        user = make_user(db, email="ada@tilleuls.example", name="Ada", **named)
    kind = OrganisationKind.COLLECTIVITY
    return Viewer(user.id, 1, kind, Role.ADMINISTRATOR, TODAY, name="Ada")


def preview(answer, kind, place=None, *, db, viewer):
    return sheets.show_preview(answer, kind, place, request=request_of(db, viewer))


@every_kind
def test_a_sheet_is_previewed_then_confirmed(act, ada, kind):
    case = CASES[kind]
    with act() as db:
        shown, hidden, label, idle, whole, seen = preview(case.sent(), kind, db=db, viewer=ada)
        assert (hidden, idle, whole) == (False, False, False)
        assert "1 " in label
        assert "1 problème" in str(shown).replace("\u00a0", " ")
        assert not case.kept(db, ada)
    with act() as db:
        ready = sheets.compare_sheet(case.sent(), kind, None, seen, request=request_of(db, ada))
        done, gone, idle = sheets.confirm(
            case.sent(), kind, None, seen, ready=ready, request=request_of(db, ada)
        )
        assert case.said in str(done).replace("\u00a0", " ")
        assert (gone, idle) == (False, True)  # what was refused may still be taken
    with act() as db:
        assert case.kept(db, ada)
        assert (
            preview(case.sent(), kind, db=db, viewer=ada)[3] is True
        )  # the same again does nothing


@every_kind
def test_only_what_was_previewed_is_confirmed(act, ada, kind):
    case = CASES[kind]
    with act() as db:
        seen = preview(case.sent(), kind, db=db, viewer=ada)[-1]
        for said in (None, [seen[0], 0, 1, 0], ["0", *seen[1:]]):
            ready = sheets.compare_sheet(case.sent(), kind, None, said, request=request_of(db, ada))
            with pytest.raises(Conflict):
                sheets.confirm(
                    case.sent(), kind, None, said, ready=ready, request=request_of(db, ada)
                )
        assert not case.kept(db, ada)


@every_kind
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_refused_lines_come_back_as_a_file(act, ada, kind, ending):
    sent = CASES[kind].sent(f"feuille.{ending}")
    with act() as db:
        file = sheets.give_rejects(sent, kind, None, request=request_of(db, ada))
    assert file["filename"] == f"{kind}-refuses.{ending}"
    content = base64.b64decode(file["content"])
    assert content[:2] == b"PK" or CASES[kind].refused in content.decode("utf-8-sig")


@every_kind
def test_no_file_and_no_sheet(act, ada, kind):
    with act() as db:
        shown, hidden, _words, idle, _rejects, seen = preview(None, kind, db=db, viewer=ada)
        assert (shown, hidden, idle, seen) == ([], True, True, None)
        for content in ("%", base64.b64encode(b"no sheet").decode("ascii")):
            with pytest.raises(Invalid):
                preview({"name": "x", "content": content}, kind, db=db, viewer=ada)


@every_kind
def test_who_may_not_write_is_refused_before_the_sheet_is_read(act, ada, kind):
    client = Viewer(1, 1, OrganisationKind.COLLECTIVITY, Role.CLIENT, TODAY)
    with act() as db, pytest.raises(Forbidden):
        preview({"name": "x", "content": "%"}, kind, db=db, viewer=client)


def test_a_manager_invites_nobody_and_nobody_invites_into_another_organisation(act, ada, alice):
    sent = CASES[PEOPLE].sent()
    with act() as db:
        with pytest.raises(Forbidden):
            preview(sent, PEOPLE, db=db, viewer=alice)
        with pytest.raises(NotFound):
            preview(sent, PEOPLE, 3, db=db, viewer=ada)
        with pytest.raises(NotFound):
            preview(sent, "autre", db=db, viewer=ada)
