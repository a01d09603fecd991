"""The data of a PCE by program: the days that its right opens, or one line that says why none."""

import json
from datetime import date, timedelta

import pytest
from sqlalchemy import null, select, update

from core.access import Role
from data.identity.accounts.models import User
from data.identity.accounts.types.security import ApiScope
from data.identity.audit.models import AuditEvent
from data.metering.consumption.actions import store
from data.metering.consumption.models import Reading
from data.metering.consumption.types import InjectionStatement, PceDelivery, Quality, Status
from data.metering.pces.models import Pce, PceGrant
from data.metering.pces.types import Frequency
from data.provenance import FEED
from data.rights.actions.grants import keep_grants
from data.rights.models import AccessRight
from data.rights.types import EndSource, RightRole, RightState
from tests.api.adict.program import lines_in, program_of
from tests.data.exports.made import FIRST, bills, fill
from tests.factories import NOW, PCE, make_grant, make_pce, make_right
from tests.web import Web

DATA = f"/pce/{PCE}"
INFORMATIVE, PUBLISHED = f"{DATA}/donnees_consos_informatives", f"{DATA}/donnees_consos_publiees"
INJECTED = f"{DATA}/donnees_injections_publiees"
CONTRACT, METER = f"{DATA}/donnees_contractuelles", f"{DATA}/donnees_techniques"
DATED = (INFORMATIVE, PUBLISHED, INJECTED)
JANUARY = {"date_debut": "2026-01-01", "date_fin": "2026-01-31"}
NEVER = {"first_day": date(9999, 1, 1), "last_day": date(1, 1, 1)}


def a_site(db, **values):
    """A site that alice holds, with days and bills."""
    pce = make_pce(
        db, holder_id=1, supplier="Gaz & Cie", profile="P012", reference_kwh=64_000,
        commissioned_on=date(2016, 10, 3), meter_serial="0012A345678",
        technical={"code_calibre": "G16", "code_debit": "25", "pression_livraison": "0,021",
                   "identifiant_pitd": "GD9999", "libelle_pitd": "EXEMPLE",
                   "client_sensible_mig": "Non"},
        contract={"car_future": 63_100.0}, **values,
    )  # fmt: skip
    fill(db, pce, periods=bills())
    return pce


@pytest.fixture
def site(web):
    with web.database.transaction() as db:
        pce = a_site(db)
        make_grant(db, pce, 2)
        return pce.id


def change(web, model=PceGrant, **values):
    with web.database.transaction() as db:
        db.execute(update(model).values(**values))


def silence(answer):
    """The code of the one line that is answered."""
    (line,) = lines_in(answer)
    return line["statut_restitution"]["code"]


def test_a_day_has_its_line(bobs, site):
    lines = bobs.lines(INFORMATIVE, **JANUARY)
    assert len(lines) == 31
    assert bobs.get(INFORMATIVE, **JANUARY).mimetype == "application/x-ndjson"
    assert lines[5] == {
        "pce": {"id_pce": PCE},
        "periode": {"valeur": None, "date_debut": "2026-01-01", "date_fin": "2026-01-31"},
        "releve_debut": {
            "date_releve": "2026-01-06T06:00:00+01:00",
            "index_brut_debut": {
                "valeur_index": 1050,
                "horodate_Index": "2026-01-06T06:00:00+01:00",
            },
            "index_converti_debut": {"valeur_index": None, "horodate_Index": None},
        },
        "releve_fin": {
            "date_releve": "2026-01-07T06:00:00+01:00",
            "index_brut_fin": {
                "valeur_index": 1060,
                "horodate_Index": "2026-01-07T06:00:00+01:00",
            },
            "index_converti_fin": {"valeur_index": None, "horodate_Index": None},
        },
        "consommation": {
            "date_debut_consommation": "2026-01-06T06:00:00+01:00",
            "date_fin_consommation": "2026-01-07T06:00:00+01:00",
            "flag_retour_zero": None,
            "volume_brut": 9.005,
            "coeff_calcul": {
                "coeff_pta": None,
                "valeur_pcs": None,
                "coeff_conversion": 11.1905,
            },
            "volume_converti": None,
            "energie": 105.005,
            "type_qualif_conso": "Mesuré",
            "sens_flux_gaz": "Consommation",
            "statut_conso": "Définitive",
            "journee_gaziere": "2026-01-06",
            "type_conso": "Informative Journalier",
        },
        "statut_restitution": None,
    }


def test_a_day_that_we_rebuilt_is_estimated(bobs, site):
    line = bobs.lines(INFORMATIVE, **JANUARY)[7]
    assert line["consommation"]["type_qualif_conso"] == "Estimé"


def test_an_absent_day_is_null_and_not_zero(web, bobs, site):
    nothing = {"energy_wh": None, "volume_dm3": None, "index_end_dm3": None}
    change(web, Reading, **nothing, coefficient_e4=None, quality=0)
    line = bobs.lines(INFORMATIVE, **JANUARY)[7]
    assert line["consommation"]["type_qualif_conso"] == "Absence de Données"
    assert line["consommation"]["energie"] is None
    assert line["releve_fin"]["index_brut_fin"] == {"valeur_index": None, "horodate_Index": None}


def test_days_last_as_long_as_clocks_say(bobs, site):
    (line,) = bobs.lines(INFORMATIVE, periode="2026-087")  # the night that clocks go forward
    told = line["consommation"]
    assert told["journee_gaziere"] == "2026-03-28"
    assert told["date_debut_consommation"] == "2026-03-28T06:00:00+01:00"
    assert told["date_fin_consommation"] == "2026-03-29T06:00:00+02:00"


def test_a_form_of_period_is_told_back(bobs, site):
    lines = bobs.lines(INFORMATIVE, periode="2026-W37")
    assert len(lines) == 7
    assert lines[0]["periode"] == {
        "valeur": "2026-W37",
        "date_debut": "2026-09-07",
        "date_fin": "2026-09-13",
    }


def test_a_published_period_has_its_line(bobs, site):
    lines = bobs.lines(PUBLISHED, periode="2026")
    assert len(lines) == 7
    line = lines[1]
    assert line["bordereau_publication"] == {
        "date_debut_bordereau": None,
        "date_fin_bordereau": None,
        "nb_jour_gazier": 31,
    }
    assert line["releve_debut"] == {
        "date_releve": "2026-01-03T06:00:00+01:00",
        "raison_releve": None,
        "libelle_raison_releve": None,
        "qualite_releve": "Mesure",
        "statut_releve": None,
        "index_brut_debut": {"valeur_index": 1000, "horodate_Index": "2026-01-03T06:00:00+01:00"},
        "index_converti_debut": {"valeur_index": None, "horodate_Index": None},
    }
    told = line["consommation"]
    assert (told["type_conso"], told["journee_gaziere"]) == ("Publiée", None)
    assert (told["energie"], told["statut_conso"]) == (300.001, "Définitive")


def test_the_days_of_a_meter_read_each_day_are_published(web, bobs, site):
    change(web, Pce, frequency=Frequency.DAILY)
    lines = bobs.lines(PUBLISHED, **JANUARY)
    assert len(lines) == 31
    assert lines[0]["consommation"]["journee_gaziere"] == "2026-01-01"
    assert lines[0]["consommation"]["type_conso"] == "Publiée"
    assert lines[0]["bordereau_publication"]["nb_jour_gazier"] == 1
    assert silence(bobs.get(INFORMATIVE, **JANUARY)) == "1000008"


def test_days_out_of_the_perimeter_are_left_out(web, bobs, site):
    change(web, first_day=date(2026, 1, 10), last_day=date(2026, 1, 20))
    days = [line["consommation"]["journee_gaziere"] for line in bobs.lines(INFORMATIVE, **JANUARY)]
    assert (days[0], days[-1], len(days)) == ("2026-01-10", "2026-01-20", 11)
    change(web, published_first_day=date(2026, 3, 1), published_last_day=date(2026, 6, 30))
    assert len(bobs.lines(PUBLISHED, periode="2026")) == 3
    assert silence(bobs.get(INFORMATIVE, periode="2026-02")) == "1000008"


@pytest.mark.parametrize(
    ("path", "values", "code"),
    [
        (INFORMATIVE, NEVER, "1000010"),
        (PUBLISHED, {f"published_{name}": day for name, day in NEVER.items()}, "1000009"),
        (CONTRACT, {"contractual": False}, "9000010"),
        (METER, {"technical": False}, "9000011"),
        (INJECTED, {}, "9000012"),
    ],
)
def test_a_perimeter_that_excludes_a_sort_says_so(web, bobs, site, path, values, code):
    if values:
        change(web, **values)
    query = JANUARY if path in DATED else {}
    answer = bobs.get(path, **query)
    assert silence(answer) == code
    assert log(web) == []


def test_the_contract_and_the_meter_are_told_whole(bobs, site):
    assert bobs.get(CONTRACT).json == {
        "pce": {"id_pce": PCE},
        "donnees_contractuelles": {
            "date_mes": "2016-10-03",
            "tarif_acheminement": "T3",
            "date_publication": None,
            "consommation_journaliere_plafond": None,
            "car": {"car_actuelle": 64000, "car_future": 63100},
            "cja": {"cja": None, "cja_journaliere": None, "cja_mensuelle": None},
            "profil": {
                "profil_type_actuel": "P012",
                "date_debut_profil_type_actuel": None,
                "date_fin_profil_type_actuel": None,
                "profil_type_futur": None,
            },
            "modulation": {
                "modulation_n_1": None,
                "modulation_n_2": None,
                "modulation_n_3": None,
                "assiette": None,
            },
        },
        "statut_restitution": None,
    }
    meter = bobs.get(METER).json
    assert meter["donnees_techniques"] == {
        "situation_compteur": {
            "numero_rue": "12",
            "nom_rue": "rue des Tilleuls",
            "complement_adresse": None,
            "code_postal": "99123",
            "commune": "Villeneuve-Exemple",
        },
        "caracteristiques_compteur": {
            "frequence": "1M",
            "client_sensible_mig": "Non",
            "code_calibre": "G16",
            "code_debit": "25",
            "code_debit_normalise": None,
            "pression_livraison": "0.021",
            "matricule_compteur": "0012A345678",
        },
        "pitd": {"identifiant_pitd": "GD9999", "libelle_pitd": "EXEMPLE"},
        "regime_propriete": {
            "regime_propriete_compteur": None,
            "regime_propriete_convertisseur": None,
            "regime_propriete_poste": None,
            "regime_propriete_enregistreur": None,
        },
    }


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        (["car"], {"car"}),
        (["car,cja"], {"car", "cja"}),
        (["profil_type_actuel", "date_mes"], {"profil", "date_mes"}),
        (["tarif_acheminement"], {"tarif_acheminement"}),
    ],
)
def test_a_filter_keeps_parts_of_the_contract(bobs, site, filters, names):
    answer = bobs.call("GET", CONTRACT, query_string=[("filtre", one) for one in filters])
    assert set(answer.json["donnees_contractuelles"]) == names


def test_an_unknown_filter_is_refused(bobs, site):
    answer = bobs.get(CONTRACT, filtre="adresse")
    assert answer.status_code == 400
    assert "profil_type_actuel" in answer.json["statut_restitution"]["message"]


@pytest.mark.parametrize("path", DATED)
@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({}, "9000000400"),
        ({"periode": "2026-01-01"}, "9000000400"),
        ({"date_debut": "2026-01-01"}, "9000000400"),
        ({"date_debut": "2026-02-01", "date_fin": "2026-01-01"}, "9000000400"),
        ({"date_debut": "2026-11-01", "date_fin": "2026-12-01"}, "1000016"),
        ({"date_debut": "2020-01-01", "date_fin": "2026-01-01"}, "9000000400"),
        (JANUARY | {"periode": "2026"}, "9000000400"),
    ],
)
def test_a_wrong_period_is_refused(bobs, site, path, query, code):
    if path == INJECTED and query.get("date_debut") == "2020-01-01":
        code = "1000010"  # of too old a history, the code that it has for injections alone
    answer = bobs.get(path, **query)
    (line,) = answer.text.splitlines()
    told = json.loads(line)
    assert (answer.status_code, answer.mimetype) == (400, "application/json")  # as asked
    assert told["statut_restitution"]["code"] == code
    assert told["pce"] == {"id_pce": PCE}
    asked = ("date_debut", "date_fin")
    assert told["periode"] == {name: query.get(name) for name in asked} | {
        "valeur": query.get("periode")
    }
    block = "injection" if path == INJECTED else "consommation"
    assert told["releve_debut"] is told["releve_fin"] is told[block] is None


@pytest.mark.parametrize(
    ("path", "block"),
    [(CONTRACT, "donnees_contractuelles"), (METER, "donnees_techniques")],
)
def test_a_refusal_of_a_contract_or_a_meter_is_one_object_in_its_own_shape(bobs, path, block):
    answer = bobs.get(path.replace(PCE, "0999"))
    message = answer.json["statut_restitution"]["message"]
    status = {"code": "1000000037", "message": message}
    assert answer.json == {"pce": {"id_pce": "0999"}, block: None, "statut_restitution": status}
    assert answer.is_json


@pytest.mark.parametrize("path", [*DATED, CONTRACT, METER])
def test_whatever_refuses_a_call_that_reads_is_told_in_the_shape_of_its_lines(web, bobs, path):
    bobs.token = "none"
    stranger = bobs.get(path, **JANUARY)
    assert stranger.status_code == 401
    assert stranger.headers["WWW-Authenticate"] == "Bearer"
    narrow = program_of(web, client_id="ec_narrow", scopes=[ApiScope.RIGHTS_READ])
    forbidden, moved = narrow.get(path, **JANUARY), narrow.call("PUT", path)
    assert (forbidden.status_code, moved.status_code) == (403, 405)
    for answer in (stranger, forbidden, moved):
        told = json.loads(answer.text)
        assert told["statut_restitution"]["code"] == f"9000000{answer.status_code}"
        assert "code_statut_traitement" not in told


@pytest.mark.parametrize(
    ("accept", "of_lines", "of_refusal"),
    [
        ("*/*", "application/x-ndjson", "application/x-ndjson"),
        ("application/json", "application/x-ndjson", "application/json"),
        ("text/plain", "text/plain", "application/x-ndjson"),
        ("application/x-ndjson, text/plain", "application/x-ndjson", "application/x-ndjson"),
    ],
)
def test_the_same_lines_have_the_type_that_is_asked_for_by_name(
    bobs, site, accept, of_lines, of_refusal
):
    head = {"Authorization": f"Bearer {bobs.token}", "Accept": accept}
    address = f"/adict/v2{INFORMATIVE}"
    lines = bobs.client.get(address, headers=head, query_string=JANUARY)
    assert (lines.mimetype, len(lines.text.splitlines())) == (of_lines, 31)
    refused = bobs.client.get(address, headers=head)
    assert (refused.mimetype, len(refused.text.splitlines())) == (of_refusal, 1)


def test_a_period_and_its_two_dates_are_the_same_days_the_last_one_included(bobs, site):
    by_form, by_dates = (
        bobs.lines(INFORMATIVE, periode="2026-01"),
        bobs.lines(INFORMATIVE, **JANUARY),
    )
    assert by_form[0]["periode"] | {"valeur": None} == by_dates[0]["periode"]
    days = [line["consommation"]["journee_gaziere"] for line in by_dates]
    assert days == [line["consommation"]["journee_gaziere"] for line in by_form]
    assert (days[0], days[-1]) == ("2026-01-01", "2026-01-31")


def test_informative_data_go_back_three_years_and_published_ones_five(bobs, site):
    five = {"date_debut": "2021-11-24", "date_fin": "2026-01-31"}
    assert bobs.get(PUBLISHED, **five).status_code == 200
    assert bobs.get(INFORMATIVE, **five).status_code == 400
    assert bobs.get(INFORMATIVE, **(five | {"date_debut": "2023-11-24"})).status_code == 200


@pytest.mark.parametrize("path", [INFORMATIVE, CONTRACT, METER])
def test_a_number_that_is_no_pce_is_malformed(bobs, path):
    answer = bobs.get(path.replace(PCE, "0999"), **JANUARY)
    told = json.loads(answer.text)["statut_restitution"]
    assert (answer.status_code, told["code"]) == (400, "1000000037")


# What became of the right says why nothing is given (domain.md §4.9).
@pytest.mark.parametrize(
    ("values", "code"),
    [
        (None, "1000002"),
        ({"state": RightState.PENDING}, "1000002"),
        ({"state": RightState.RECHECK}, "1000002"),
        ({"state": RightState.REFUSED, "source": EndSource.HOLDER}, "1000002"),
        ({"state": RightState.ACTIVE, "ends_on": date(2026, 11, 23)}, "1000001"),
        ({"state": RightState.ACTIVE, "starts_on": date(2027, 1, 1)}, "1000002"),
        ({"state": RightState.OBSOLETE, "source": EndSource.EXPIRY}, "1000001"),
        ({"state": RightState.OBSOLETE, "source": EndSource.MOVE}, "1000000"),
        ({"state": RightState.OBSOLETE, "source": EndSource.PROOF}, "1000011"),
        ({"state": RightState.OBSOLETE, "source": EndSource.CONTRACT}, "9000001"),
        ({"state": RightState.OBSOLETE, "source": EndSource.DISTRIBUTOR}, "9000002"),
        ({"state": RightState.REVOKED, "source": EndSource.HOLDER}, "1000014"),
        ({"state": RightState.REVOKED, "source": EndSource.DISTRIBUTOR_FOR_HOLDER}, "9000003"),
        ({"state": RightState.REVOKED, "source": EndSource.THIRD_PARTY}, "9000004"),
    ],
)
@pytest.mark.parametrize("path", [INFORMATIVE, CONTRACT])
def test_what_became_of_the_right_says_why_nothing_is_given(web, bobs, values, code, path):
    with web.database.transaction() as db:
        pce = a_site(db)
        if values is not None:
            make_right(db, pce, 2, **values)
    query = JANUARY if path in DATED else {}
    (line,) = lines_in(bobs.get(path, **query))
    assert line["pce"] == {"id_pce": PCE}
    assert line["statut_restitution"]["code"] == code
    assert line["statut_restitution"]["message"].endswith(".")
    assert {line.get(name) for name in ("releve_debut", "consommation")} == {None}


@pytest.mark.parametrize(
    ("values", "codes"),
    [
        ({}, ("", "", "")),
        ({"ends_on": date(2026, 11, 23)}, ("1000001",) * 3),  # over
        ({"starts_on": date(2026, 11, 25)}, ("1000002",) * 3),  # to come: there is none yet
        ({"ends_on": NOW.date(), "starts_on": NOW.date()}, ("", "", "")),
        ({"supply_last": date(2025, 12, 31)}, ("1000008", "1000008", "")),
        ({"supply_first": date(2026, 6, 1)}, ("1000008", "1000008", "")),
        ({"supply_first": date(2026, 11, 25)}, ("1000008", "1000008", "")),  # no day of it yet
        # All its days are before the holder came: they are left out, and nothing is refused.
        ({"supply_last": date(2023, 12, 31)}, ("1000008", "1000008", "")),
        ({"supply_last": date(2023, 12, 31), "informative": False}, ("1000010", "1000008", "")),
        ({"supply_last": date(2023, 12, 31), "published": False}, ("1000008", "1000009", "")),
    ],
)
def test_an_active_right_says_whether_it_or_its_days_are_over_or_to_come(web, bobs, values, codes):
    with web.database.transaction() as db:
        pce = a_site(db, holder_since=date(2025, 1, 1))
        make_right(db, pce, 2, **values)
        keep_grants(db, [(pce.id, 2)])
    told = [bobs.lines(INFORMATIVE, **JANUARY), bobs.lines(PUBLISHED, **JANUARY)]
    told.append(lines_in(bobs.get(CONTRACT)))
    assert tuple((one[0]["statut_restitution"] or {"code": ""})["code"] for one in told) == codes


def test_a_right_that_is_to_come_says_so(web, bobs):
    with web.database.transaction() as db:
        make_right(db, a_site(db), 2, starts_on=date(2026, 11, 25))
    (line,) = bobs.lines(INFORMATIVE, **JANUARY)
    assert "pas encore commencé" in line["statut_restitution"]["message"]


def test_an_unknown_pce_is_told_as_one_without_a_right(bobs):
    unknown = bobs.get(INFORMATIVE.replace(PCE, "09999999919999"), **JANUARY)
    assert silence(unknown) == "1000002"


def test_a_program_without_the_scope_of_rights_is_not_told_what_became_of_them(web):
    with web.database.transaction() as db:
        make_right(db, a_site(db), 2, state=RightState.REVOKED, source=EndSource.HOLDER)
    program = program_of(web, scopes=["consumption.read"])
    assert silence(program.get(INFORMATIVE, **JANUARY)) == "1000002"


def test_a_holder_reads_its_own_pce_without_a_right(web, site):
    alices = program_of(web, 1)
    assert len(alices.lines(INFORMATIVE, **JANUARY)) == 31
    assert log(web) == []


INJECTS = {"injection_first_day": null(), "injection_last_day": null()}


def a_digester(db, **values):
    """A site that alice holds and that injects: two months, and no consumption."""
    pce = make_pce(db, holder_id=1, tariff="TB", **values)
    months = ((date(2026, 1, 1), date(2026, 1, 31)), (date(2026, 2, 1), date(2026, 2, 28)))
    told = tuple(
        InjectionStatement(
            *(*month, 1_250_402_000, 112_000_000, 121_195_000, 111_643), quality, Status.DEFINITIVE
        )
        for month, quality in zip(months, (Quality.MEASURED, Quality.RECONSTRUCTED), strict=True)
    )
    store(
        db,
        pce.id,
        PceDelivery(None, (), (), injections=told),
        as_of=NOW.date(),
        now=NOW,
        provenance=FEED,
    )
    return pce


@pytest.fixture
def digester(web):
    with web.database.transaction() as db:
        pce = a_digester(db)
        make_grant(db, pce, 2, **ALL_SHUT | INJECTS)


ALL_SHUT = {
    f"{prefix}{name}": day for prefix in ("", "published_") for name, day in NEVER.items()
} | {"contractual": False, "technical": False}


def test_injected_gas_has_its_line(web, bobs, digester):
    lines = bobs.lines(INJECTED, periode="2026")
    assert lines[0] == {
        "pce": {"id_pce": PCE},
        "periode": {"valeur": "2026", "date_debut": "2026-01-01", "date_fin": "2026-11-24"},
        "releve_debut": no_index("debut"),
        "releve_fin": no_index("fin"),
        "injection": {
            "date_debut_injection": "2026-01-01T06:00:00+01:00",
            "date_fin_injection": "2026-02-01T06:00:00+01:00",
            "flag_retour_zero": None,
            "volume_brut": 112_000,
            "coeff_calcul": {"coeff_pta": None, "valeur_pcs": None, "coeff_conversion": 11.1643},
            "volume_converti": 121_195,
            "energie": 1_250_402,
            "type_qualif_injection": "Mesuré",
            "sens_flux_gaz": "Production",
            "statut_injection": "Définitive",
            "journee_gaziere": None,
            "type_injection": "Publiée",
        },
        "bordereau_publication": {
            "date_debut_bordereau": None,
            "date_fin_bordereau": None,
            "nb_jour_gazier": 31,
        },
        "statut_restitution": None,
    }
    assert lines[1]["injection"]["type_qualif_injection"] == "Estimé"
    assert len(lines) == 2
    assert log(web) == [(-1, 2, "injection.fetched")]


def no_index(side):
    return {
        "date_releve": None,
        "raison_releve": None,
        "libelle_raison_releve": None,
        "qualite_releve": "Mesure",
        "statut_releve": None,
        f"index_brut_{side}": {"valeur_index": None, "horodate_Index": None},
        f"index_converti_{side}": {"valeur_index": None, "horodate_Index": None},
    }


def test_a_right_of_injection_opens_no_consumption(web, bobs, digester):
    assert silence(bobs.get(PUBLISHED, **JANUARY)) == "1000009"
    assert silence(bobs.get(INFORMATIVE, **JANUARY)) == "1000010"
    assert log(web) == []


def test_a_right_of_supply_opens_no_injected_gas(web, bobs):
    with web.database.transaction() as db:
        make_grant(db, a_digester(db), 2)
    (line,) = bobs.lines(INJECTED, **JANUARY)
    assert (line["statut_restitution"]["code"], line["injection"]) == ("9000013", None)
    assert log(web) == []


def test_injected_gas_is_cut_to_the_days_of_the_right(web, bobs, digester):
    change(web, injection_first_day=date(2026, 1, 2))
    assert [line["injection"]["date_debut_injection"][:10] for line in year(bobs)] == ["2026-02-01"]
    change(web, injection_last_day=date(2026, 2, 27))
    (line,) = year(bobs)
    assert (line["statut_restitution"]["code"], line["injection"]) == ("1000008", None)


def year(program):
    return program.lines(INJECTED, periode="2026")


def test_its_holder_and_nobody_else_reads_injected_gas(web, bobs):
    with web.database.transaction() as db:
        a_digester(db)
    assert len(year(program_of(web, 1))) == 2
    assert silence(bobs.get(INJECTED, periode="2026")) == "1000002"


def test_injected_gas_of_a_site_of_another_tariff_is_told_as_well(web):
    alices = program_of(web, 1)
    with web.database.transaction() as db:
        a_digester(db)
        db.execute(update(Pce).values(tariff=""))
    assert len(year(alices)) == 2
    assert silence(alices.get(INJECTED, periode="2025")) == "9000012"


def test_days_of_injection_before_the_holder_came_are_left_out_and_not_refused(web, bobs):
    with web.database.transaction() as db:
        pce = a_digester(db, holder_since=date(2026, 6, 1))
        make_right(
            db, pce, 2, role=RightRole.AUTHORISED_INJECTION,
            injection_first=date(2026, 1, 1), injection_last=date(2026, 3, 1),
        )  # fmt: skip
        keep_grants(db, [(pce.id, 2)])
    assert silence(bobs.get(INJECTED, periode="2026")) == "1000008"
    assert silence(bobs.get(PUBLISHED, periode="2026")) == "1000009"  # of supply


def test_a_right_of_injection_reads_what_it_is_granted(web, bobs):
    with web.database.transaction() as db:
        pce = a_digester(db)
        make_right(
            db, pce, 2, role=RightRole.AUTHORISED_INJECTION, state=RightState.ACTIVE,
            published=True, starts_on=date(2026, 1, 1), injection_first=date(2026, 2, 1),
            injection_last=date(2027, 1, 1),
        )  # fmt: skip
        keep_grants(db, [(pce.id, 2)])
    assert [line["injection"]["date_debut_injection"][:10] for line in year(bobs)] == ["2026-02-01"]


def log(web):
    with web.database.reading() as db:
        query = select(AuditEvent.actor_id, AuditEvent.organisation_id, AuditEvent.action)
        query = query.where(AuditEvent.object_type == "pce_data").order_by(AuditEvent.id)
        return [tuple(row) for row in db.execute(query)]


def test_the_holder_reads_which_organisation_read_by_a_program(web, bobs, site):
    for _time in range(2):
        bobs.get(INFORMATIVE, **JANUARY)
    bobs.get(PUBLISHED, periode="2026")
    bobs.get(CONTRACT)
    bobs.get(METER)
    sorts = ("consumption", "published", "contractual", "technical")
    assert log(web) == [(-1, 2, f"{sort}.fetched") for sort in sorts]
    with web.database.transaction() as db:
        db.execute(update(User).where(User.id == 1).values(role=Role.ADMINISTRATOR))
    page = str(web.browser(1).open("/droits/lecteurs").json)
    assert "Organisation de bob" in page
    assert "a lu les consommations par un programme" in page


def test_what_is_empty_is_no_reading(web, bobs, site):
    assert silence(bobs.get(INFORMATIVE, periode="2025-01")) == "1000008"
    assert log(web) == []


def test_a_grant_of_another_organisation_opens_nothing(web, site):
    charlies = program_of(web, 3)
    for path in (INFORMATIVE, PUBLISHED, CONTRACT, METER):
        query = JANUARY if path in DATED else {}
        answer = charlies.get(path, **query)
        assert silence(answer) == "1000002"
        for secret in ("Tilleuls", "0012A345678", "Gaz & Cie", "energie"):
            assert secret not in answer.text


def test_a_grant_that_is_over_opens_nothing(web, bobs, site):
    change(web, valid_to=date(2026, 11, 23))
    assert silence(bobs.get(INFORMATIVE, **JANUARY)) == "1000002"
    web.clock.now = NOW - timedelta(days=1)
    assert len(bobs.lines(INFORMATIVE, **JANUARY)) == 31


@pytest.fixture
def staged(web, tmp_path):
    """The cases of the test set that a demo feigns, of bob's."""
    with web.database.transaction() as db:
        for number in ("GI999888", "GI999054"):
            pce = make_pce(db, number, holder_id=1, frequency=Frequency.MONTHLY_LARGE)
            fill(db, pce, 40)
            make_grant(db, pce, 2)
        make_grant(db, make_pce(db, "GI999055", holder_id=1, frequency=Frequency.DAILY), 2)
    return web


def test_the_cases_that_are_feigned_are_for_a_demo(staged, tmp_path):
    period = {"date_debut": FIRST.isoformat(), "date_fin": "2026-01-31"}
    program = program_of(staged)
    down = program.get("/pce/GI999888/donnees_consos_informatives", **period)
    told = json.loads(down.text)["statut_restitution"]
    assert (down.status_code, told["code"]) == (500, "2000000001")
    lines = program.lines("/pce/GI999054/donnees_consos_informatives", **period)
    assert len(lines) == 16
    assert lines[-1]["statut_restitution"]["code"] == "2000100"
    over = "/pce/GI999055/donnees_consos_informatives"
    assert silence(program.get(over, **period)) == "9000001"
    real = Web(staged.database, tmp_path / "real", demo=False)
    program = program_of(real, client_id="ec_real")
    for number in ("GI999888", "GI999054"):
        path = f"/pce/{number}/donnees_consos_informatives"
        assert len(program.lines(path, **period)) == 31
    assert silence(program.get(over, **period)) == "1000008"


def test_the_state_of_a_right_is_asked_at_each_call(web, bobs):
    with web.database.transaction() as db:
        pce = a_site(db)
        uid = make_right(db, pce, 2, starts_on=date(2026, 1, 1), ends_on=date(2027, 1, 1)).uid
        make_grant(db, pce, 2)
    assert len(bobs.lines(INFORMATIVE, **JANUARY)) == 31
    assert bobs.call("PATCH", f"/droit_acces/{uid}").status_code == 200
    assert silence(bobs.get(INFORMATIVE, **JANUARY)) == "9000004"
    with web.database.reading() as db:
        assert db.scalar(select(AccessRight.state)) is RightState.REVOKED
