import json
import re
from dataclasses import replace
from datetime import date, timedelta

from plotly.utils import PlotlyJSONEncoder

from components.consumption.empty_state import no_pce, no_pce_page
from components.home import HomeFacts, figure, home_page
from components.home.figures import chart_card, kpis
from components.home.money_links import money_card
from components.pces import pces_page
from core.access import OrganisationKind, Role, Viewer
from data.metering.consumption.types import Face, FleetEqual, FleetMonth, FleetTotals, HomeFigures
from data.metering.pces.types import Frequency, PceFilter, PceFreshness, PceRow
from data.rights.types import PendingRight
from data.runs.types import ASKS_PCE, RunState
from data.thresholds.types import EpisodeState, ThresholdKind
from data.upstream_message import UpstreamMessage
from tests.components.notifications.made import an_episode, at_home
from tests.components.test_runs import run
from tests.conftest import TODAY


def month(first, **values):
    face = Face(90, 9_000_000_000, 10_000_000_000)
    known = {"pces": 3, "days": 90, "energy_wh": 9_000_000_000, "days_known": 90, "days_due": 90}
    return FleetMonth(**{"month": first, **known, "face": face} | values)


def year(**values):
    sums = {"energy_wh": 9_000_000_000, "days_known": 90, "days_expected": 91}
    face = Face(90, 9_000_000_000, 10_000_000_000)
    counts = dict.fromkeys(("pces", "complete", "expected", "drifting", "ranked"), 3)
    return FleetTotals(**{**counts, **sums, "face": face} | values)


def figures(**values):
    months = [month(date(2025, 11, 1) + timedelta(days=31 * n)) for n in range(12)]
    return HomeFigures(
        **{
            "pces": 3,
            "months": (*months, month(date(2026, 11, 1))),
            "headline": 12,
            "year": year(),
            "data_until": TODAY - timedelta(days=3),
        }
        | values
    )


def facts(**values):
    return HomeFacts(
        **{
            "figures": figures(),
            "counts": {PceFreshness.FRESH: 3},
            "runs": (),
            "late": (),
            "unheld": 0,
            "episodes": at_home(thresholds=0),
        }
        | values
    )


def shown(component):
    return json.dumps(component, cls=PlotlyJSONEncoder, ensure_ascii=False)


def test_nothing_to_do_says_so(alice):
    page = shown(home_page(alice, facts()))
    assert "Rien ne vous attend aujourd’hui" in page
    assert "3 PCE sur 3 à jour, données jusqu’au 21/11." in page


def test_refused_credentials_are_an_action_that_is_counted(alice):
    page = shown(home_page(alice, facts(refused=UpstreamMessage("Refusés."))))
    assert "1 action vous attend" in page
    assert "Le distributeur refuse vos identifiants" in page
    assert "/admin?part=connections" in page
    none = shown(
        home_page(alice, facts(figures=figures(pces=0), refused=UpstreamMessage("Il dit ", "Non.")))
    )
    assert "Le distributeur refuse vos identifiants" in none
    assert ("Non." in page, "Non." in none) == (False, True)


def test_ends_that_wait_for_a_decision_are_one_action(alice):
    page = shown(home_page(alice, facts(on_hold_count=12)))
    assert "1 action vous attend" in page
    assert "12 droits que le distributeur clôturerait attendent votre décision." in page
    assert "/admin?part=connections" in page
    assert "2 actions vous attendent" in shown(
        home_page(alice, facts(on_hold_count=12, refused=UpstreamMessage("Non.")))
    )


def test_a_late_pce_is_named_with_its_last_day(alice):
    row = PceRow(
        1, "09999999910001", "Lycée", "", "", "", Frequency.MONTHLY, "T3", (), date(2026, 11, 2)
    )
    page = shown(home_page(alice, facts(late=(row,), counts={PceFreshness.STALE: 1})))
    said = "PCE 09999999910001, données jusqu’au 02/11/2026, suite attendue le 06/11/2026"
    assert said in page
    assert "1 action vous attend" in page


def test_closed_sites_are_neither_late_nor_fresh_and_counted_apart(alice):
    counts = {PceFreshness.FRESH: 2, PceFreshness.CLOSED: 1}
    page = shown(home_page(alice, facts(counts=counts)))
    assert "2 PCE sur 2 à jour" in page
    assert "Rien ne vous attend aujourd’hui" in page
    assert "/pces?fresh=closed" in page
    assert "/pces?fresh=closed" not in shown(home_page(alice, facts()))


def test_an_organisation_without_pce_is_told_who_acts(alice):
    bare = replace(alice, contracted=False)
    page = shown(home_page(bare, facts(figures=figures(pces=0))))
    assert "Aucun point de livraison" in page
    assert "Voir le compte à lui indiquer" in page
    assert "Déposer des relevés" not in page


def test_an_organisation_without_pce_reads_one_story_everywhere(alice):
    everywhere = [
        home_page(alice, facts(figures=figures(pces=0))),
        no_pce_page(alice),
        pces_page(alice, PceFilter(), total=0, tags=(), counts={}, organisations=()),
    ]
    story = shown(no_pce(alice))
    assert all(story in shown(page) for page in everywhere)


def test_rights_that_wait_are_told_for_whom_and_since_when(alice):
    awaited = PendingRight(holders=2, distributor=1, since=date(2026, 11, 3))
    pages = [
        home_page(alice, facts(figures=figures(pces=0), awaited=awaited)),
        pces_page(
            alice, PceFilter(), total=0, tags=(), counts={}, organisations=(), awaited=awaited
        ),
    ]
    for page in map(shown, pages):
        assert "3 droits d’accès en attente" in page
        assert "03/11/2026" in page
        assert "2 attendent la réponse de leur titulaire" in page
        assert "1 attend que le distributeur vérifie son titulaire" in page
        assert '"/droits"' in page
        assert "chargé de compte" not in page
    only = shown(no_pce(alice, replace(awaited, holders=0)))
    assert "la réponse de" not in only


def test_who_has_a_contract_and_nothing_yet_is_offered_both_ways(alice):
    page = shown(no_pce(alice))
    assert "/droits?new=1" in page
    assert "/droits/import?purpose=holdings" in page
    assert "/droits/import/modele?format=xlsx&purpose=holdings" in page
    for lacks in ({"contracted": False}, {"limited": True}):
        assert "/droits?new=1" not in shown(no_pce(replace(alice, **lacks)))


def drawn(seen):
    return [trace["y"] for trace in figure(seen, "light")["data"]]


def test_a_bar_stands_in_the_outline_of_the_days_that_it_is_compared_on():
    """At once the drawn gap is the one that is told, whatever days the year before knows."""
    some = month(TODAY.replace(day=1), face=Face(60, 6_000_000_000, 8_000_000_000))
    seen = figures(months=(*figures().months[:-1], some))
    outline, whole, faced = drawn(seen)
    assert (outline[-1], whole[-1], faced[-1]) == (8000.0, 9000.0, 6000.0)
    assert (outline[0], whole[0], faced[0]) == (10_000.0, 9000.0, None)
    assert "jours sans équivalent" in shown(home_page_of(seen))
    assert "jours sans équivalent" not in shown(home_page_of(figures()))
    alone = figures(months=(*figures().months[:-1], replace(some, face=Face(0, 0, 0))))
    assert [trace[-1] for trace in drawn(alone)] == [None, 9000.0, None]


def home_page_of(seen):
    return chart_card(seen, Viewer(1, 1, OrganisationKind.COMPANY, Role.CLIENT, TODAY))


def test_what_is_not_known_to_its_last_day_is_hatched_and_its_gap_is_hovered():
    _outline, bars, _faced = figure(figures(), "light")["data"]
    assert bars["marker"]["pattern"]["shape"] == [""] * 12 + ["/"]
    assert "−10 % à jours égaux" in bars["text"][0]
    none = figures(months=tuple(month(one.month, face=Face(0, 0, 0)) for one in figures().months))
    assert "à jours égaux" not in figure(none, "light")["data"][1]["text"][0]


def test_months_of_a_large_fleet_are_in_one_unit_that_reads():
    large, small = month(TODAY, energy_wh=10_629_000_000), month(TODAY, energy_wh=8_895_064_000)
    alone = shown(kpis(figures(months=(small,), headline=0), TODAY))
    assert "8 895 064" in alone
    both = shown(kpis(figures(months=(small, large), headline=1), TODAY))
    assert "8 895 064" not in both
    assert "10 629" in both


def test_a_month_says_its_last_day_and_its_gap_on_equal_days():
    said = shown(kpis(figures(), TODAY))
    assert "Novembre, au 21" in said
    assert "−10 %" in said
    assert "à jours égaux" in said
    early = figures(data_until=date(2026, 10, 31))
    assert "Novembre, en cours" in shown(kpis(early, TODAY))
    without = figures(months=(month(date(2026, 11, 1), face=Face(0, 0, 0)),), headline=0)
    assert "3 PCE ont des données" in shown(kpis(without, TODAY))
    apart = shown(kpis(figures(year=year(apart=2)), TODAY))
    assert "2 PCE ne se lisent que par leurs consommations publiées" in apart
    short = figures(months=(month(date(2026, 11, 1), days_known=60),), headline=0)
    assert "66,7 % des jours connus" in shown(kpis(short, TODAY))


def test_a_month_of_another_year_says_it():
    seen = figures(data_until=date(2026, 11, 30))
    assert "Novembre 2026" in shown(kpis(seen, date(2027, 1, 2)))


def test_the_year_says_what_is_left_of_its_gap_at_equal_climate():
    assert "climat égal" not in shown(kpis(figures(), TODAY))
    equal = FleetEqual(2, Face(730, 97_700, 100_000))
    assert "−2,3 % à climat égal, sur 2 PCE" in shown(kpis(figures(), TODAY, equal))
    nothing = FleetEqual(2, Face(0, 0, 0))
    assert "climat égal" not in shown(kpis(figures(), TODAY, nothing))
    alone = figures(year=year(face=Face(0, 0, 0)))
    assert "pas de comparaison possible" in shown(kpis(alone, TODAY))


def test_what_gas_costs_and_what_is_declared_is_one_press_away(alice):
    page = shown(home_page(alice, facts()))
    for path in ("/prix", "/factures", "/budgets", "/operat"):
        assert f'"{path}"' in page
    assert "Préparation OPERAT" in shown(money_card(alice))


def test_a_file_that_waits_for_its_pce_is_not_refused_and_every_file_has_its_date(alice):
    waiting = run(state=RunState.REFUSED, counts={}, problem=(ASKS_PCE, {}))
    page = shown(home_page(alice, facts(runs=(waiting,))))
    assert "PCE à indiquer" in page
    assert "Indiquer le PCE" in page
    assert "Refusé" not in page
    assert "Déposé le 24/11/2026" in page
    refused = run(state=RunState.REFUSED, counts={}, problem=("Ligne fausse.", {}))
    assert "Refusé" in shown(home_page(alice, facts(runs=(refused,))))


def test_a_late_pce_says_since_how_many_days(alice):
    row = PceRow(
        1, "09999999910001", "Lycée", "", "", "", Frequency.MONTHLY, "T3", (), date(2026, 11, 2)
    )
    page = shown(home_page(alice, facts(late=(row,), counts={PceFreshness.STALE: 1})))
    assert "18\u00a0j de retard" in page or "18 j de retard" in page


def test_open_exceedances_come_first_with_their_curve(alice):
    episodes = at_home(an_episode())
    page = shown(home_page(alice, facts(episodes=episodes, unheld=1)))
    assert "1 action vous attend" not in page
    assert "2 actions vous attendent" in page
    assert page.index("Alertes en cours") < page.index("PCE à attribuer")
    for words in ("Gymnase Nord", "Dépassé le 21/11", "ouvert depuis 3", "&episode=12"):
        assert words in page


def test_what_is_only_warned_of_is_an_alert_too(alice):
    warned = an_episode(state=EpisodeState.WARNED, exceeded_on=None)
    page = shown(home_page(alice, facts(episodes=at_home(warned))))
    assert "Alertes en cours" in page
    assert "bientôt dépassé" in page
    assert "Aucun dépassement" in page


def test_a_silent_pce_is_told_once(alice):
    row = PceRow(
        1, "09999999910001", "Lycée", "", "", "", Frequency.MONTHLY, "T3", (), date(2026, 11, 2)
    )
    silent = an_episode(kind=ThresholdKind.MISSING)
    one = at_home(silent, exceeded=0, silences=1, late=1)
    told = facts(episodes=one, late=(row,), counts={PceFreshness.STALE: 1})
    page = shown(home_page(alice, told))
    assert "Alertes en cours" in page
    assert "1 action vous attend" in page
    assert "Données en retard" not in page


def test_late_pce_are_as_many_as_the_list_that_they_lead_to(alice):
    """Twenty are listed, of which an alert tells one: 19 was shown beside a list of 20."""
    row = PceRow(
        1, "09999999910009", "École", "", "", "", Frequency.MONTHLY, "T3", (), date(2026, 11, 2)
    )
    silent = an_episode(kind=ThresholdKind.MISSING)
    one = at_home(silent, exceeded=0, silences=1, late=1)
    page = shown(
        home_page(alice, facts(episodes=one, late=(row,), counts={PceFreshness.STALE: 20}))
    )
    assert re.search(r"Données en retard.{0,300}?\b20\b", page)
    assert "dont 1 signalé par une alerte" in page
    assert "20 actions vous attendent" in page


def test_an_alert_that_was_seen_is_no_action(alice):
    seen = at_home(exceeded=2, seen_count=2)
    page = shown(home_page(alice, facts(episodes=seen)))
    assert "Rien ne vous attend" in page
    assert "2 alertes en cours, déjà vues" in page
    assert "Aucun dépassement" not in page
    some = at_home(an_episode(), exceeded=3, seen_count=2)
    page = shown(home_page(alice, facts(episodes=some)))
    assert "1 action vous attend" in page
    assert "et 2 déjà vues" in page


def test_quiet_days_are_told_where_something_is_watched(alice):
    quiet = at_home(days_without=94)
    page = shown(home_page(alice, facts(episodes=quiet)))
    assert "Aucun dépassement depuis 94 jours" in page
    assert "4 seuils surveillés" in page
    assert "Aucun dépassement" not in shown(home_page(alice, facts()))
