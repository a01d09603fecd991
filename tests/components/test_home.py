import json
from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from plotly.utils import PlotlyJSONEncoder

from components.consumption.empty_state import NOTHING_AWAITED, no_pce, no_pce_page
from components.consumption.sentence import text_of as said_by
from components.home import FleetHomeFacts, figure, fleet_page, start_page
from components.home.alert import alert_note
from components.home.answer import answer
from components.home.figures import month_chart
from components.home.queue import Task, TaskKind, ToDo, list_tasks
from components.home.tasks import act_words
from components.pces import pces_page
from core.access import Role
from data.analysis.signatures.types import Cause, MonthGap, ProbableCause, SiteDrift, SiteMonth
from data.metering.consumption.types import (
    Face,
    FleetEqual,
    FleetMoney,
    FleetMonth,
    FleetRow,
    FleetTotals,
    Headline,
    HomeFigures,
)
from data.metering.pces.types import Frequency, PceFilter, PceFreshness, PceRow
from data.metering.prices.types import ATTO
from data.rights.types import PendingRight
from data.runs.types import ASKS_PCE, DepositColumn, RunState
from data.thresholds.types import DayAlert, EpisodeCounts, EpisodeState, ThresholdKind
from data.upstream_message import UpstreamMessage
from tests.components.kit.trees import every
from tests.components.notifications.made import an_episode, at_home
from tests.components.test_runs import run
from tests.conftest import TODAY
from tests.factories import NOW


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
            "data_until": TODAY - timedelta(days=3),
        }
        | values
    )


def to_do(**values):
    return ToDo(**{"episodes": at_home(thresholds=0)} | values)


def page_of(viewer, waiting=None, **values):
    waiting = waiting or to_do()
    known = {"figures": figures(), "counts": {PceFreshness.FRESH: 3}, "to_do": waiting}
    return shown(fleet_page(viewer, FleetHomeFacts(**known | values), list_tasks(viewer, waiting)))


def start_of(viewer, awaited=NOTHING_AWAITED, **values):
    waiting = to_do(**values)
    return start_page(viewer, awaited, waiting, list_tasks(viewer, waiting))


def shown(component):
    return json.dumps(component, cls=PlotlyJSONEncoder, ensure_ascii=False)


def late_row(**values):
    known = (1, "09999999910001", "Lycée", "", "", "", Frequency.MONTHLY, "T3", ())
    return PceRow(*known, values.get("data_until", date(2026, 11, 2)))


def test_nothing_to_do_says_so(alice):
    page = page_of(alice)
    assert "Rien ne vous attend" in page
    assert "Fraîcheur au 21/11/2026" in page
    quiet = page_of(alice, to_do(episodes=at_home(days_without=94)))
    assert "Aucun dépassement depuis 94 jours." in quiet


def test_the_headline_is_at_equal_days_and_at_equal_climate_in_energy_and_money(alice):
    page = page_of(
        alice,
        equal=FleetEqual(2, Face(730, 97_700_000_000, 100_000_000_000)),
        month_money=FleetMoney(4 * 10**24, -(10**23), 10**24, 10**10, 2, 3),
    )
    for words in ("Novembre, au 21", "−10", "4,00", "M€", "−100\u00a0k€", "−2,3", "sur 2 PCE"):
        assert words in page, words
    assert "−2 300\u00a0MWh · −230\u00a0k€" in page.replace("\u202f", " ")
    assert "€ pour 2 PCE sur 3." in page
    bare = page_of(alice)
    assert "À climat égal" not in bare
    assert "/prix?new=1" in bare


def test_three_sites_to_visit_have_their_cause_and_what_they_cost(alice):
    year = Face(365, 1_240_000_000, 1_000_000_000)
    row = FleetRow(1, "1", "", TODAY, 1, 365, 365, year, equal=year, price=ATTO // 10_000)
    why = ProbableCause(Cause.BASELOAD, TODAY, TODAY)
    page = page_of(alice, drifts=[SiteDrift(row, why), SiteDrift(row, None)], drift_count=29)
    assert "Talon monté, depuis" in page
    assert "Cause à trouver" in page
    assert "24\u202f000\u00a0€/an" in page
    assert "240\u202f000\u00a0kWh/an" in page
    assert "48\u202f000\u00a0€/an" in page
    assert "240\u202f000\u00a0kWh/an, +24\u202f%" in page
    assert "Voir les 29" in page


def test_an_act_on_several_says_their_number():
    look = ("file-earmark-x", "bad")
    task = Task(TaskKind.FILES, look, "2 fichiers", "", "Corriger", "/operations", count=2)
    assert act_words(task) == "Corriger les 2"
    assert act_words(replace(task, count=1)) == "Corriger"
    assert act_words(replace(task, kind=TaskKind.CLAIMS)) == "Répondre aux 2"


def test_each_kind_is_one_task_with_its_count_and_the_age_of_the_oldest(alice):
    waiting = to_do(
        episodes=at_home(an_episode()),
        refused=UpstreamMessage("Refusés."),
        on_hold_count=12,
        late=(late_row(),),
        late_count=20,
        files=(run(state=RunState.REFUSED, counts={}, problem=("Ligne fausse.", {})),),
        unheld=2,
    )
    tasks = list_tasks(alice, waiting)
    told = [(task.title, task.note if isinstance(task.note, str) else "") for task in tasks]
    assert told == [
        ("Gymnase Nord : 14\u202f820\u00a0kWh au 21/11, seuil 14\u202f000", "depuis 3 j"),
        ("Le distributeur refuse vos identifiants", ""),
        (
            "Des droits seraient clos en grand nombre",
            "12 droits que le distributeur clôturerait attendent votre décision.",
        ),
        ("2 PCE n’ont pas de titulaire", "Vous seul les voyez : attribuez-les à une organisation."),
        ("20 PCE en retard de plus de 7 jours", "jusqu’à 18 j de retard"),
        ("1 fichier refusé", "depuis aujourd’hui"),
    ]
    assert "Non." in shown(start_of(alice, refused=UpstreamMessage("Il dit ", "Non.")))


def test_a_threshold_nearly_reached_does_not_alarm(alice):
    near = an_episode(state=EpisodeState.WARNED, exceeded_on=None, value_wh=11_900_000)
    [task] = list_tasks(alice, to_do(episodes=at_home(near)))
    assert (task.title, task.look) == (
        "Gymnase Nord\u00a0: seuil presque atteint, 85\u00a0%",
        ("graph-up", "warn"),
    )


def test_a_silent_pce_is_told_once(alice):
    silent = an_episode(kind=ThresholdKind.MISSING)
    one = at_home(silent, awake=EpisodeCounts(silences=1), late=1)
    titles = [t.title for t in list_tasks(alice, to_do(episodes=one, late_count=1))]
    assert len(titles) == 1
    last = list_tasks(alice, to_do(episodes=one, late_count=20))[-1]
    assert (last.count, last.note) == (20, "dont 1 signalé par une alerte")


def test_an_alert_that_was_seen_is_no_task(alice):
    two = EpisodeCounts(2)
    assert list_tasks(alice, to_do(episodes=at_home(awake=two, seen=two))) == []
    (some,) = list_tasks(
        alice, to_do(episodes=at_home(an_episode(), awake=EpisodeCounts(3), seen=two))
    )
    assert "et 2 déjà vues" in some.note


def test_a_task_counts_alerts_by_what_they_say_of_their_threshold(alice):
    """As the list of thresholds does: a threshold nearly reached is no exceedance."""
    awake = EpisodeCounts(exceeded=1, silences=2, warned=2)
    several = at_home(awake=awake, seen=EpisodeCounts(warned=1))
    (task,) = list_tasks(alice, to_do(episodes=several))
    expected = "1 dépassement en cours, 2 PCE sans données, 1 seuil presque atteint"
    assert (task.title, task.count) == (expected, 4)


def test_files_that_wait_for_a_word_are_counted_apart_from_the_refused_ones(alice):
    columns = (DepositColumn("Date", ""), DepositColumn("kWh", ""))
    refused = run(state=RunState.REFUSED, counts={}, problem=("Ligne fausse.", {}))
    files = [
        replace(refused, problem=(ASKS_PCE, {})),
        replace(refused, columns=columns, has_file=True),
        run(state=RunState.DRAFT),
        refused,
        run(),
    ]
    tasks = list_tasks(alice, to_do(files=files))
    assert [task.title for task in tasks] == ["1 fichier refusé", "3 dépôts à terminer"]


def test_what_is_set_aside_is_hidden_until_its_day_and_can_be_taken_back(alice):
    waiting = to_do(on_hold_count=12, set_aside={6: NOW + timedelta(days=7)})
    page = page_of(alice, waiting)
    assert "Rien ne vous attend" in page
    assert "Ignoré\u00a0: Des droits seraient clos en grand nombre (01/12)" in page
    assert "Rétablir" in page


def test_an_account_without_pce_is_guided_and_asks_nobody(alice):
    baker = replace(alice, role=Role.CLIENT, alone=True, contracted=False)
    page = shown(start_of(baker))
    assert page.index("Ajouter votre point de livraison") < page.index("Préparer le contrat")
    for way in ("/points", "/operations", "/contrats", "/droits?new=1", "/exemple"):
        assert f'"{way}"' in page
    assert "chargé de compte" not in page
    colleague = shown(start_of(replace(baker, alone=False)))
    assert "Voir le contrat" in colleague
    assert '"/operations"' not in colleague
    limited = shown(start_of(replace(alice, limited=True)))
    assert "limité aux PCE de certaines étiquettes" in limited
    assert "/droits?new=1" not in limited


def test_an_organisation_without_pce_reads_one_story_everywhere(alice):
    everywhere = [
        start_of(alice),
        no_pce_page(alice),
        pces_page(alice, PceFilter(), total=0, tags=(), counts={}, organisations=()),
    ]
    story = shown(no_pce(alice))
    assert all(story in shown(page) for page in everywhere)


def test_rights_that_wait_are_told_for_whom_and_since_when(alice):
    awaited = PendingRight(holders=2, distributor=1, since=date(2026, 11, 3))
    pages = [
        start_of(alice, awaited),
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


def drawn(seen):
    return [trace["y"] for trace in figure(seen, "light")["data"]]


def test_a_bar_stands_in_the_outline_of_the_days_that_it_is_compared_on():
    """At once the drawn gap is the one that is told, whatever days the year before knows."""
    some = month(TODAY.replace(day=1), face=Face(60, 6_000_000_000, 8_000_000_000))
    seen = figures(months=(*figures().months[:-1], some))
    outline, whole, faced = drawn(seen)
    assert (outline[-1], whole[-1], faced[-1]) == (8000.0, 9000.0, 6000.0)
    assert (outline[0], whole[0], faced[0]) == (10_000.0, 9000.0, None)
    assert "Jours sans équivalent" in shown(month_chart(seen, "light"))
    assert "Jours sans équivalent" not in shown(month_chart(figures(), "light"))
    alone = figures(months=(*figures().months[:-1], replace(some, face=Face(0, 0, 0))))
    assert [trace[-1] for trace in drawn(alone)] == [None, 9000.0, None]


def test_a_month_that_just_began_has_no_empty_column():
    begun = month(date(2026, 12, 1), energy_wh=None, face=Face(0, 0, 0))
    _unit, graph, _legend = month_chart(figures(months=(*figures().months, begun)), "light")
    chart = next(part for part in every(graph) if hasattr(part, "figure"))
    assert len(chart.figure["data"][1]["x"]) == 13


def test_what_is_not_known_to_its_last_day_is_hatched_and_its_gap_is_hovered():
    _outline, bars, _faced = figure(figures(), "light")["data"]
    assert bars["marker"]["pattern"]["shape"] == [""] * 12 + ["/"]
    assert "−10 % à jours égaux" in bars["text"][0]
    none = figures(months=tuple(month(one.month, face=Face(0, 0, 0)) for one in figures().months))
    assert "à jours égaux" not in figure(none, "light")["data"][1]["text"][0]


@pytest.mark.parametrize(
    ("weather_wh", "words"),
    [
        (-800_000, "aux mêmes jours\u00a0: il a fait plus doux."),
        (-574_000, "aux mêmes jours, et le temps l’explique en partie."),
        (300_000, "aux mêmes jours, et le temps ne l’explique pas."),
    ],
)
def test_the_answer_and_the_card_give_the_weather_the_same_share(weather_wh, words):
    gap = MonthGap(4_000_000, 5_175_000, weather_wh, 0, (20, 20), (9.0, 8.0))
    headline = Headline(date(2026, 11, 1), date(2026, 11, 28), 4_000_000, None, None)
    assert words in said_by(answer(SiteMonth(SimpleNamespace(headline=headline), gap)))


def test_the_answer_speaks_of_money_from_end_to_end_where_the_month_is_priced():
    gap = MonthGap(4_000_000, 5_175_000, -200_000, 0, None, (9.0, 8.0))
    headline = Headline(date(2026, 11, 1), date(2026, 11, 28), 4_000_000, None, None)
    series = SimpleNamespace(headline=headline)
    priced = answer(SiteMonth(series, gap, spent=400 * ATTO, price=ATTO // 10_000))
    assert "118\u00a0€ de moins" in said_by(priced)
    assert said_by(priced).endswith("Sans le temps\u00a0: 98\u00a0€ de moins.")
    assert said_by(answer(SiteMonth(series, gap))).endswith(
        "Sans le temps\u00a0: 975\u00a0kWh de moins."
    )


def test_a_day_of_another_year_carries_its_year():
    """In December, `06/12` read as yesterday."""
    rang_on = (date(2025, 12, 6), date(2026, 1, 31))
    alert = DayAlert("", 400_000, is_on=True, rang_on=rang_on)
    assert "2 fois (06/12/2025, 31/01)" in alert_note(alert, date(2026, 12, 7))


@pytest.mark.parametrize("energy_wh", [800_000, 13_700_000, 87_000_000_000])
def test_the_axis_ends_on_a_label_above_the_tallest_bar(energy_wh):
    face = Face(30, energy_wh, energy_wh * 2)
    months = [replace(one, energy_wh=energy_wh, face=face) for one in figures().months]
    layout = figure(figures(months=tuple(months)), "light")["layout"]
    low, top = layout["yaxis"]["range"]
    assert low == 0
    assert top > energy_wh * 2 / 1e6
    assert (top / layout["yaxis"]["dtick"]).is_integer()
    assert layout["xaxis"]["ticktext"][0].endswith("2025")
