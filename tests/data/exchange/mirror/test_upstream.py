"""What ADICT answers, in our words; against a portal, and against one that answers as it likes."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import update

from data.exchange.mirror.types import MirrorPart, NotTaken, TheirRight
from data.identity.accounts.models import ApiCredential
from data.identity.accounts.types.security import ApiScope
from data.rights.types import RightDataKind, RightRole, RightState
from tests.data.exchange.mirror.distributor import DONE, lines, upstream_of
from tests.data.exchange.mirror.readings import injected_line
from tests.data.exports.made import bills, fill
from tests.factories import NOW, PCE, make_grant, make_pce, make_right


def test_a_portal_tells_its_rights_and_what_they_open(mirroring, distributor):
    with distributor.database.transaction() as db:
        pce = make_pce(db, holder_id=1, reference_kwh=64_000)
        fill(db, pce, periods=bills())
        right = make_right(db, pce, 2)
        make_grant(db, pce, 2, first_day=date(2023, 1, 1), last_day=date(2027, 12, 31))
        uid = right.uid
    upstream = upstream_of(mirroring, distributor.address)
    (found,) = upstream.rights()
    assert isinstance(found, TheirRight)
    assert found.uid == uid
    assert (found.number, found.role, found.state) == (
        PCE,
        RightRole.AUTHORISED_SUPPLY,
        RightState.ACTIVE,
    )
    assert found.created_at == NOW
    assert found.kinds == frozenset(RightDataKind)
    assert list(upstream.rights([PCE])) == [found]
    assert list(upstream.rights(["GI999999"])) == []
    days = list(
        upstream.readings(PCE, MirrorPart.INFORMATIVE, date(2026, 10, 1), date(2026, 11, 1))
    )
    assert days
    assert all(said["pce"]["id_pce"] == PCE for _line, said in days)
    periods = list(
        upstream.readings(PCE, MirrorPart.PUBLISHED, date(2024, 10, 1), date(2026, 11, 1))
    )
    assert periods
    assert upstream.contract(PCE)["donnees_contractuelles"]["car"]["car_actuelle"] == 64_000
    assert "donnees_techniques" in upstream.meter(PCE)
    (nothing,) = upstream.readings(
        "GI999999", MirrorPart.INFORMATIVE, date(2026, 10, 1), date(2026, 11, 1)
    )
    assert nothing[1]["statut_restitution"]["code"] == "1000002"
    assert upstream.calls == 8


def test_injections_are_asked_where_they_are_and_as_the_distributors_tests_spell_it(
    braving, hostile
):
    week = injected_line("2026-10-05", "2026-10-12", 900, 9801)
    for version, place in (
        ("/adict/v2", "donnees_injections_publiees"),
        ("/adict/bas/v6", "donnees_injection_publiees"),
    ):
        hostile.says(lines(week, DONE))
        upstream = upstream_of(braving, replace(hostile.address, base=f"{hostile.root}{version}"))
        ((_line, found),) = upstream.readings(
            PCE, MirrorPart.INJECTED, date(2026, 10, 1), date(2026, 11, 1)
        )
        assert found["injection"]["energie"] == 9801
        asked = f"{version}/pce/{PCE}/{place}?date_debut=2026-10-01&date_fin=2026-11-01"
        assert hostile.asked[-1][1] == asked


def test_what_is_sent_is_answered_in_words(mirroring, distributor):
    with distributor.database.transaction() as db:
        make_pce(db, holder_id=1, holder_name="LYCEE DES TILLEULS")
    upstream = upstream_of(mirroring, distributor.address)
    body = {
        "role_tiers": "AUTORISE_CONTRAT_FOURNITURE",
        "raison_sociale": "LYCEE DES TILLEULS",
        "code_postal": "99123",
        "courriel_titulaire": "alice@tilleuls.example",
        "date_debut_droit_acces": "2026-09-01",
        "date_fin_droit_acces": "2028-08-31",
        "perim_donnees_conso_debut": "2023-09-01",
        "perim_donnees_conso_fin": "2028-08-31",
        "perim_donnees_contractuelles": "Vrai",
        "perim_donnees_techniques": "Vrai",
        "perim_donnees_informatives": "Vrai",
        "perim_donnees_publiees": "Vrai",
    }
    made = upstream.declare(PCE, body)
    assert made.is_accepted
    assert (made.status, made.code) == (201, "0000000002")
    again = upstream.declare(PCE, body)
    assert (again.is_accepted, again.status) == (False, 409)
    over = upstream.revoke(str(made.body["id_droit_acces"]))
    assert (over.is_accepted, over.code) == (True, "0000000000")
    (found,) = upstream.rights()
    assert found.state is RightState.OBSOLETE  # nobody had answered
    assert found.closed_at == NOW == datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
    assert upstream.revoke("unknown").code == "1000000001"


@pytest.mark.parametrize("piece", [(), ("GI999999",)])
def test_nothing_there_is_a_whole_list(mirroring, distributor, piece):
    assert list(upstream_of(mirroring, distributor.address).rights(piece)) == []


def test_credentials_that_may_not_read_data_are_told_so_by_a_portal(mirroring, distributor):
    with distributor.database.transaction() as db:
        db.execute(update(ApiCredential).values(scopes=[ApiScope.RIGHTS_READ]))
    upstream = upstream_of(mirroring, distributor.address)
    assert list(upstream.rights()) == []
    for ask in (
        lambda: list(
            upstream.readings(PCE, MirrorPart.PUBLISHED, date(2026, 1, 1), date(2026, 2, 1))
        ),
        lambda: upstream.contract(PCE),
        lambda: upstream.meter(PCE),
    ):
        with pytest.raises(NotTaken) as refused:
            ask()
        assert refused.value.params["code"] == "9000000403"
        assert "ne permet pas cela" in str(refused.value.params["reply"])
