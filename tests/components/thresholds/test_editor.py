"""The editor's fields and drafts, its chart, its trial in words."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.thresholds import Ids
from components.thresholds.chart import chart_label
from components.thresholds.editor import editor_page, scopes
from components.thresholds.editor_context import (
    form_now,
    refill_key,
    try_form,
)
from components.thresholds.figure import chart_data, figure, step_of, top_of
from components.thresholds.form import (
    BELOW,
    DOUBTFUL,
    EMPTY,
    ONE,
    SEVERAL,
    WRONG,
    draft_of,
    form_of,
    form_of_query,
    parse_whole_number,
    recipient_entries,
    recipients_of,
    values_wh,
)
from components.thresholds.history import differences, history_list
from components.thresholds.labels import CHOICES
from components.thresholds.outputs import parts
from components.thresholds.people import people_words
from components.thresholds.read_only import reading_page
from components.thresholds.recipients import how_text, recipient_list, update_recipients
from components.thresholds.trial import opening, proposal_text, trial
from components.thresholds.values import order
from core.i18n import using_language
from data.notifications.types import AddressRow, ChannelKind, Grouping, Recipient, Severity
from data.thresholds.rules.checks import problems_in
from data.thresholds.types import (
    GroupTest,
    HistoryRow,
    SimilarThreshold,
    ThresholdChange,
    ThresholdDraft,
    ThresholdKind,
    ThresholdPeriod,
    ThresholdScope,
    TrialQueries,
    WeekLimits,
)
from tests.choosing import examples
from tests.components.kit.trees import attributes, every, text_of, with_id
from tests.components.thresholds import making
from tests.components.thresholds.making import (
    AROUND,
    AT,
    KWH,
    ME,
    PCE,
    PROPOSAL,
    exceedance,
    viewer,
)
from tests.conftest import TODAY

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=14) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=20,
)
NAMES = [
    *("kind", "every", "scope", "pce", "several", "values", "percent", "delay", "warn"),
    *("weekend", "closed", "closed_on", "severity", "told"),
    *("hysteresis", "consecutive", "first", "last", "name"),
]


@settings(max_examples=examples(40))  # each is long to make
@given(st.fixed_dictionaries({}, optional=dict.fromkeys(NAMES, anything)))
def test_whatever_a_browser_sends_makes_a_draft_that_the_rules_can_judge(controls):
    made = draft_of(controls)
    assert isinstance(made, ThresholdDraft)
    problems_in(made)


def test_a_draft_says_what_the_fields_say():
    made = draft_of(
        {
            "kind": "day",
            "pce": PCE,
            "scope": ONE,
            "values": [1200.5],
            "weekend": "300,5",
            "closed": "80",
            "closed_on": ["6", "x", 0],
            "warn": "",
            "hysteresis": 10,
            "consecutive": "3",
            "first": "2026-12-01",
            "last": "",
            "name": "  Chaufferie ",
            "severity": "3",
            "told": [{"who": "u7", "by": ["webhook", "?"], "every": "daily"}, {"who": "x"}, 4],
        }
    )
    assert made == ThresholdDraft(
        "Chaufferie",
        ThresholdKind.FIXED,
        ThresholdPeriod.DAY,
        (1_200_500,),
        warn_at=None,
        hysteresis=10,
        consecutive=3,
        valid_from=date(2026, 12, 1),
        severity=Severity.URGENT,
        recipients=(
            Recipient(7, None, frozenset({ChannelKind.INBOX, ChannelKind.WEBHOOK}), Grouping.DAILY),
        ),
        scope=ThresholdScope((PCE,)),
        week=WeekLimits(300_500, 80_000, (0, 6)),
    )


def test_a_scope_is_one_pce_or_a_list_pasted_or_a_tag():
    several = draft_of({"scope": SEVERAL, "several": f"{PCE}\r\n gi999888; {PCE},"})
    assert several.scope == ThresholdScope((PCE, "GI999888"))
    assert draft_of({"scope": "tag:Sport"}).scope == ThresholdScope(tag="Sport")
    assert draft_of({}).scope == ThresholdScope()


def test_only_days_may_ask_for_consecutive_ones_and_only_relative_for_a_percent():
    assert draft_of({"kind": "month", "consecutive": 4, "percent": 9}).consecutive == 1
    relative = draft_of({"kind": "relative", "every": "year", "percent": "20"})
    assert (relative.period, relative.percent, relative.values_wh) == (ThresholdPeriod.YEAR, 20, ())


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", 7),
        (None, 7),
        ("1 234", 1234),
        (12.4, 12),
        ("x", WRONG),
        (True, WRONG),
        (1e20, WRONG),
        (float("nan"), WRONG),
    ],
)
def test_a_number_typed(typed, found):
    assert parse_whole_number(typed, 7) == found


def test_a_value_that_is_none_is_refused_by_the_rules():
    assert values_wh([1, None, "1 200,5", -5, ""], 6) == (
        1000, EMPTY, 1_200_500, BELOW, EMPTY, EMPTY,
    )  # fmt: skip
    assert values_wh(["1.234", "1e9", "deux", "-5"], 4) == (DOUBTFUL, WRONG, WRONG, BELOW)
    assert values_wh(["1.2", "999999999", "1000000000"], 3) == (1200, 999_999_999_000, WRONG)
    assert values_wh([True, float("nan"), 10**9, "abc"], 4) == (WRONG,) * 4
    assert values_wh("no list", 1) == (EMPTY,)


def test_who_is_told_goes_to_the_page_and_back():
    many = (ME, Recipient(None, 3, frozenset({ChannelKind.INBOX}), Grouping.WEEKLY))
    assert recipients_of(recipient_entries(many)) == many


def test_a_form_knows_its_scope():
    one = making.draft()
    assert form_of(one, PCE, 4, 2).scope == ONE
    assert form_of(replace(one, scope=ThresholdScope((PCE, "x"))), PCE, 4, 2).scope == SEVERAL
    assert form_of(replace(one, scope=ThresholdScope(tag="Sport")), PCE, 4, 2).scope == "tag:Sport"


@pytest.mark.parametrize("choice", CHOICES)
def test_an_address_asks_for_a_kind_and_who_sets_it_is_told(choice):
    form = form_of_query({"kind": choice}, PCE, 1)
    assert form.choice == choice
    assert form.draft.recipients == (ME,)
    assert not problems_in(replace(form.draft, name="x"))
    assert form_of_query({"kind": "odd"}, PCE, 1).choice == "month"
    assert form_of_query({"pces": f"{PCE},GI999888"}, PCE, 1).scope == SEVERAL


class Asked:
    """Answers of the queries, and what was asked."""

    def __init__(self, proposal=PROPOSAL, members=None, alike=None):
        self.tests, self.proposal, self.groups = [], proposal, []
        self.members, self.alike = members or {PCE: "Gymnase Nord"}, alike or {}

    def asks(self):
        return TrialQueries(
            back_test=self.back_test,
            propose=lambda *_: self.proposal,
            propose_return=lambda *_: None,
            members=lambda _scope: self.members,
            find_similar=lambda *_asked, **_but: self.alike,
            group_test=self.group_test,
            series=lambda _view: Year,
        )

    def group_test(self, _draft, numbers, *, own):
        self.groups.append((list(numbers), own))
        return GroupTest(287, 30, 24, 812, 12_000 * KWH, 1_450_000 * KWH)

    def back_test(self, draft, number):
        self.tests.append((draft.values_wh, number))
        return making.back_test(exceedance())


class Year:
    """Of a series, its last twelve months."""

    class year:  # noqa: N801 (an attribute)
        energy_wh, volume_dm3 = 11_200, 1000


def test_a_fresh_trial_takes_the_values_proposed():
    asked = Asked()
    found = try_form(form_now({"kind": "month"}, {"pce": PCE}), asked.asks(), fresh=True)
    assert found.form.draft.values_wh == PROPOSAL.values_wh
    assert (found.proposed, found.problems, found.coefficient) == (None, (), 11.2)
    assert asked.tests == [(PROPOSAL.values_wh, PCE)]


def test_other_values_are_held_against_those_proposed():
    asked = Asked()
    form = form_now({"kind": "month", "values": [10] * 12}, {"pce": PCE, "id": 4, "version": 2})
    found = try_form(form, asked.asks(), fresh=False)
    assert (found.proposed, found.form.id, found.form.version) == (1, 4, 2)
    assert [values for values, _pce in asked.tests] == [(10_000,) * 12, PROPOSAL.values_wh]


def test_what_is_wrong_is_said_and_not_tried():
    asked = Asked()
    found = try_form(
        form_now({"kind": "day", "values": [None]}, {"pce": PCE}), asked.asks(), fresh=False
    )
    assert [field for field, _said in found.problems] == ["values"]
    assert (found.test, asked.tests) == (None, [])
    nothing = try_form(form_now({"kind": "low"}, {}), asked.asks(), fresh=True)
    assert nothing.test is None
    assert nothing.form.draft.values_wh == (0,)


def test_a_short_history_proposes_nothing_and_no_volume_is_told_without_a_coefficient():
    asked = Asked(replace(PROPOSAL, values_wh=()))
    asks = replace(asked.asks(), series=lambda _view: type("Series", (), {"year": None}))
    found = try_form(form_now({"kind": "month"}, {"pce": PCE}), asks, fresh=True)
    assert found.form.draft.values_wh == (0,) * 12
    assert found.coefficient is None
    assert "trop court" in text_of(editor_page(viewer(), found, AROUND))


def test_values_come_from_here_with_another_kind_or_pce_but_a_threshold_keeps_its_own():
    assert refill_key(Ids.KIND, {"kind": "day", "choice": None}, {"id": 4})
    assert refill_key(Ids.PCE_CHOICE, {"kind": "day"}, {"id": None})
    assert not refill_key(Ids.PCE_CHOICE, {"kind": "day"}, {"id": 4})
    assert not refill_key(Ids.VALUES, {"kind": "day"}, {})


def test_the_chart_colours_what_is_over_the_line_and_hatches_the_month_under_way():
    test = making.back_test(exceedance(), exceedance(date(2025, 2, 27)))
    traces = {trace["name"]: trace for trace in figure(test, making.draft(), "dark")["data"]}
    assert set(traces) == {"measured", "current", "above"}
    assert traces["above"]["x"] == [14, 35]
    assert traces["above"]["base"] == [14_000, 14_000]
    assert traces["above"]["y"] == [820, 820]
    assert traces["current"]["x"] == [35]
    assert traces["current"]["marker"]["pattern"]["shape"] == "/"
    assert 3 not in traces["measured"]["x"]  # absent is no bar


def test_the_axis_has_room_above_the_highest_bar_and_an_arrow_moves_by_a_round_figure():
    top, every = top_of(making.back_test(exceedance()), ())
    assert (top, every) == (20_000, 5000)
    assert top_of(making.back_test(energy=0, limit=None), (0,)) == (10, 2)
    assert (step_of(20_000), step_of(30_000), step_of(10)) == (100, 200, 1)


def test_a_monthly_line_has_a_handle_for_each_of_the_last_twelve_months():
    told = chart_data(making.back_test(exceedance()), making.draft(), editable=True, fresh="x")
    assert [handle["bar"] for handle in told["handles"]] == list(range(24, 36))
    assert told["handles"][0] == {"bar": 24, "slot": 11, "label": "Seuil de décembre"}
    assert (told["slots"][0], told["slots"][1]) == (11, 0)
    assert told["marks"] == [35]
    assert [name["year"] for name in told["names"] if "year" in name] == ["2024", "2025", "2026"]
    assert told["names"][-1]["strong"]
    assert told["ticks"][-1] == {"at": 1, "text": "20\u202f000"}


def test_one_value_has_one_handle_and_a_reader_none():
    test = making.back_test(bars=2, limit=14_000 * KWH)
    year = making.draft(period=ThresholdPeriod.YEAR)
    assert [
        handle["slot"] for handle in chart_data(test, year, editable=True, fresh="")["handles"]
    ] == [0]
    assert chart_data(test, year, editable=False, fresh="")["handles"] == []
    assert chart_data(test, year, editable=True, fresh="")["names"][0]["text"] == "2023"
    relative = making.draft(ThresholdKind.RELATIVE)
    told = chart_data(test, relative, editable=True, fresh="")
    assert (told["handles"], told["slots"]) == ([], [None, None])


def test_days_are_named_by_their_months_and_low_ones_marked_downwards():
    low = making.draft(ThresholdKind.LOW, ThresholdPeriod.DAY)
    told = chart_data(making.back_test(bars=3), low, editable=True, fresh="")
    assert [name["text"] for name in told["names"]] == ["déc.", "janv.", "févr."]
    assert told["names"][1]["year"] == "2024"
    assert told["mark"] == "▼"
    assert [trace["name"] for trace in figure(making.back_test(bars=3), low, "light")["data"]] == [
        "measured",
        "current",
    ]


def test_the_sentence_counts_the_dates_and_tells_the_one_under_way():
    said = text_of(
        opening(making.back_test(exceedance(date(2025, 2, 27)), exceedance()), making.draft())
    )
    assert said == (
        "Avec ce réglage, vous auriez été alerté à 2 dates en 3 ans, dont ce mois-ci\u00a0: "
        "14\u202f820\u00a0kWh au 21 nov. 2026 pour un seuil de 14\u202f000\u00a0kWh."
    )
    over = exceedance(ended_on=date(2026, 11, 30))
    assert text_of(opening(making.back_test(over), making.draft())).endswith("1 date en 3 ans.")
    assert "à aucune date en 3 ans" in text_of(opening(making.back_test(), making.draft()))
    cold = replace(exceedance(), expected_wh=9_000_000)
    told = text_of(opening(making.back_test(cold), making.draft()))
    assert "dure encore" in told
    assert told.endswith("par jour pour 9\u202f000 attendus à ces températures.")
    empty = making.back_test(bars=0)
    assert "pas encore de données" in text_of(opening(empty, making.draft()))
    young = making.back_test(first=date(2026, 8, 1))
    assert "à aucune date en 4 mois" in text_of(opening(young, making.draft()))


def test_the_trial_lists_its_latest_dates_and_counts_the_others():
    exceedances = [exceedance(date(2025, 1, day)) for day in range(1, 15)]
    said = text_of(trial(making.back_test(*exceedances), making.draft(), 5))
    assert "Aurait alerté à 14 dates" in said
    assert "3 approches signalées" in said
    assert "5 dates avec les valeurs proposées" in said
    assert "et 2 autres avant" in said
    assert "14/01/2025" in said
    assert "02/01/2025" not in said
    assert "+5,9\u202f%" in said
    assert "N’aurait alerté à aucune date" in text_of(
        trial(making.back_test(), making.draft(), None)
    )


def test_low_and_missing_have_words_of_their_own():
    low = making.draft(ThresholdKind.LOW, ThresholdPeriod.DAY)
    assert "%" not in text_of(
        trial(making.back_test(exceedance()), replace(low, warn_at=None), None)
    )
    missing = making.draft(ThresholdKind.MISSING, ThresholdPeriod.DAY)
    assert "sans données depuis le 01/11" in text_of(
        trial(making.back_test(exceedance()), missing, None)
    )
    assert "dont" not in text_of(opening(making.back_test(exceedance()), missing))


def test_a_proposal_says_where_it_comes_from():
    assert proposal_text(3, 8, ThresholdPeriod.MONTH).endswith("sur 3 ans, plus 8\u202f%.")
    assert "95\u202f% de vos journées" in proposal_text(1, 25, ThresholdPeriod.DAY)


def test_a_saved_threshold_offers_only_the_kinds_it_may_take():
    def offered(id_, kind, period):
        made = making.tried(of=making.draft(kind, period))
        form = replace(made.form, id=id_, version=1)
        page = editor_page(viewer(), replace(made, form=form), AROUND)
        words = [option["value"] for option in with_id(page, Ids.KIND).options]
        return words, "posez un autre seuil" in text_of(page)

    assert offered(None, ThresholdKind.MISSING, ThresholdPeriod.DAY) == (list(CHOICES), False)
    assert offered(4, ThresholdKind.MISSING, ThresholdPeriod.DAY) == (["missing"], True)
    others = [word for word in CHOICES if word != "missing"]
    assert offered(4, ThresholdKind.FIXED, ThresholdPeriod.MONTH) == (others, True)


@pytest.mark.parametrize("choice", CHOICES)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_editor_draws_each_kind(choice, language):
    kind, period = CHOICES[choice]
    found = making.tried(of=making.draft(kind, period))
    with using_language(language):
        page = editor_page(viewer(), found, AROUND)
    assert f"thresholds-is-{choice}" in page.className
    ids = {getattr(part, "id", None) for part in every(page)}
    made = {Ids.PCE_LIST, Ids.PCE_CHOICE, Ids.CHART_BOX}
    wanted = {id_ for id_ in Ids if id_.name in EDITOR} | made
    assert wanted <= ids


EDITOR = (
    *(
        "EDITED",
        "KIND",
        "EVERY",
        "SCOPE",
        "PCE",
        "SEVERAL",
        "SEVERAL_BOX",
        "EACH",
        "VALUES",
        "FORM",
    ),
    *("NAME", "PERCENT", "DELAY", "WARN", "HYSTERESIS", "CONSECUTIVE", "FIRST", "LAST", "SEVERITY"),
    *("TITLE", "LEAD", "TRIAL", "PROBLEMS", "CHART", "CHART_TITLE", "CHART_KEYS", "DRAWN", "OVER"),
    *("VALUES_CARD", "TOLD", "TOLD_LIST", "TELL_PANEL", "WHO", "BY", "OFTEN", "TELL", "UNTELL"),
    *("PRESSED", "SAVE"),
)


def test_values_stand_over_what_is_proposed_and_what_they_make_in_cubic_metres():
    page = editor_page(viewer(), making.tried(), AROUND)
    said = text_of(with_id(page, Ids.VALUES_CARD))
    assert "13\u202f600" in said
    assert "1\u202f250\u00a0m³" in said
    entry = with_id(page, "thresholds-value-10")
    assert (entry.value, entry.className) == (
        "14\u202f000",
        "thresholds-value thresholds-value-now",
    )
    assert order(12, TODAY) == [11, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]


def test_the_page_says_what_is_wrong_and_to_whom_it_applies():
    wrong = making.tried(test=None, problems=(("values", "Une valeur manque."),), site=PCE)
    page = editor_page(viewer(), wrong, AROUND)
    assert "Une valeur manque." in text_of(with_id(page, Ids.PROBLEMS))
    assert with_id(page, Ids.DRAWN).data == {}
    assert "Corrigez les champs" in text_of(with_id(page, Ids.LEAD))
    tagged = making.tried()
    tagged = replace(tagged, form=replace(tagged.form, scope="tag:Écoles"), watched=7)
    assert ("tag:Écoles", "étiquette Écoles (7)") in scopes(tagged, AROUND)
    assert text_of(with_id(editor_page(viewer(), tagged, AROUND), Ids.TITLE)).endswith("Écoles")
    several = replace(tagged, form=replace(tagged.form, scope=SEVERAL))
    assert "7 PCE" in text_of(with_id(editor_page(viewer(), several, AROUND), Ids.TITLE))
    nowhere = replace(wrong, form=replace(wrong.form, pce=""), site="")
    assert "Nouveau seuil" in text_of(editor_page(viewer(), nowhere, AROUND))


def test_the_sentence_stands_for_the_chart():
    assert "14\u202f820\u00a0kWh" in chart_label(making.tried())


def test_a_gesture_changes_all_but_the_fields_that_are_being_typed():
    from dash import no_update

    typed = parts(making.tried(), viewer())
    assert typed["values_card"] is no_update
    assert typed["drawn"]["fresh"] == ""
    fresh = parts(making.tried(), viewer(), fresh="day-1")
    assert fresh["values"] == [14_000] * 12
    assert fresh["edited"]["pce"] == PCE
    untried = parts(making.tried(test=None), viewer())
    assert untried["figure"] is no_update
    assert set(fresh) == set(typed) == set(untried)


def test_people_are_told_by_name_and_an_address_by_itself():
    addresses = [
        AddressRow(3, "chauffage@tilleuls.example", "fr", AT, AT, None),
        AddressRow(4, "pas-encore@tilleuls.example", "fr", AT, None, None),
    ]
    people = people_words([(1, "Alice", "alice@tilleuls.example")], addresses)
    assert [word for word, _name, _email in people] == ["u1", "a3"]
    told = [{"who": "u1", "by": ["email"], "every": "weekly"}, {"who": "u9", "by": []}]
    said = text_of(recipient_list(told, people))
    assert "Alice" in said
    assert "Courriel, un message par semaine" in said
    assert "personne partie" in said
    assert "Personne n’est prévenu" in text_of(recipient_list([], people))
    assert how_text({"by": None}) == "Espace client"


def test_a_person_is_put_changed_or_taken_out():
    first = {"who": "u1", "by": [], "every": "daily"}
    assert update_recipients([], first, gone=False) == [first]
    changed = first | {"every": "weekly"}
    assert update_recipients([first], changed, gone=False) == [changed]
    assert update_recipients([first], first, gone=True) == []


def test_history_says_who_and_what_was_there_before():
    before = making.draft(name="Avant")
    after = replace(
        before,
        name="Après",
        warn_at=None,
        values_wh=(14_000 * KWH,) * 11 + (9000 * KWH,),
        valid_from=date(2026, 12, 1),
        scope=ThresholdScope(tag="Sport"),
    )
    rows = [
        HistoryRow(2, AT, "Alice", ThresholdChange.CHANGED, date(2026, 11, 20), before, after),
        HistoryRow(1, AT, "", ThresholdChange.CREATED, date(2026, 11, 1), None, before),
    ]
    said = text_of(history_list(rows))
    assert "Modifié le 20/11/2026" in said
    assert "par Alice" in said
    assert "Créé" in said
    assert "le portail" in said
    names = {name: (was, now) for name, was, now in differences(before, after)}
    assert names["Approche"] == ("80\u202f%", "–")
    assert names["Portée"] == (PCE, "étiquette Sport")
    assert names["déc."] == ("14\u202f000", "9\u202f000\u00a0kWh")
    other = replace(after, period=ThresholdPeriod.DAY, values_wh=(5 * KWH,))
    assert ("Valeur", "–", "5\u00a0kWh") in set(differences(after, other))


def test_a_reader_sees_the_values_but_may_not_move_them():
    found = making.tried(of=making.draft(period=ThresholdPeriod.YEAR), id=4, version=1)
    page = reading_page(viewer(), found, making.row(mine=False, organisation="Ville"), ())
    said = text_of(page)
    assert "14\u202f000" in said
    assert "Ville" in said
    assert "Enregistrer" not in said
    assert with_id(page, Ids.DRAWN).data["handles"] == []
    monthly = reading_page(viewer(), making.tried(), making.row(), ())
    assert "novembre" in text_of(monthly)
    assert attributes(with_id(page, Ids.CHART_BOX))["role"] == "img"


@pytest.mark.parametrize("kind", [ThresholdKind.RELATIVE, ThresholdKind.MISSING])
def test_a_reader_is_told_what_only_this_kind_has(kind):
    of = making.draft(kind, ThresholdPeriod.DAY, percent=15, delay=9)
    page = reading_page(viewer(), making.tried(test=None, of=of), making.row(), ())
    assert ("15\u202f%" if kind is ThresholdKind.RELATIVE else "9 jours") in text_of(page)


GROUP = {"B": "École Blanche", "C": "École Curie"}


def test_a_tag_is_tried_on_one_of_its_own_which_is_named_and_on_all():
    asked = Asked(members=GROUP)
    controls = {"kind": "month", "scope": "tag:Écoles", "values": [10] * 12}
    found = try_form(form_now(controls, {"pce": PCE}), asked.asks(), fresh=False)
    assert found.form.pce == "B"
    assert {pce for _values, pce in asked.tests} == {"B"}
    assert asked.groups == [(["B", "C"], False)]
    [label] = parts(found, viewer())["scopes"].to_plotly_json()["operations"]
    assert label["params"]["value"] == "Gymnase Nord seul"
    shown = text_of(editor_page(viewer(), found, AROUND))
    assert "Pour Gymnase Nord, ce réglage vous aurait alerté à" in shown
    assert "812 alertes en 3 ans sur 30 PCE" in shown
    assert "échantillon de 30 PCE parmi 287" in shown
    assert "Les mêmes valeurs pour 287 sites" in shown
    assert "de 12\u202f000\u00a0kWh à 1\u202f450\u202f000\u00a0kWh par an" in shown
    hrefs = [getattr(part, "href", "") for part in every(editor_page(viewer(), found, AROUND))]
    assert "/seuils?many=1&kind=month&tag=Écoles&each=1" in hrefs


def test_a_pce_of_the_group_stays_the_one_it_is_tried_on():
    asked = Asked(members=GROUP)
    controls = {"kind": "month", "scope": "several", "each": "own", "values": [10] * 12}
    found = try_form(form_now(controls, {"pce": "C"}), asked.asks(), fresh=False)
    assert (found.form.pce, asked.groups) == ("C", [(["B", "C"], True)])
    assert "mêmes valeurs" not in text_of(editor_page(viewer(), found, AROUND))


def test_a_pce_alone_has_no_group():
    asked = Asked()
    found = try_form(
        form_now({"kind": "low", "values": [0]}, {"pce": PCE}), asked.asks(), fresh=False
    )
    assert (found.group, asked.groups) == (None, [])


def test_a_threshold_that_is_there_already_is_said_and_may_be_changed_instead():
    asked = Asked(alike={PCE: SimilarThreshold(7, "Chaufferie")})
    form = form_now({"kind": "month", "values": [10] * 12}, {"pce": PCE})
    page = editor_page(viewer(), try_form(form, asked.asks(), fresh=False), AROUND)
    assert "Un seuil mensuel existe déjà sur ce PCE\u00a0: le modifier\u00a0?" in text_of(page)
    assert "/seuils?edit=7" in [getattr(part, "href", "") for part in every(page)]
    asked = Asked(members=GROUP, alike={"B": SimilarThreshold(7, "Chaufferie")})
    form = form_now({"kind": "month", "scope": "tag:É", "values": [10] * 12}, {"pce": "B"})
    page = editor_page(viewer(), try_form(form, asked.asks(), fresh=False), AROUND)
    assert "existe déjà sur 1 de ces PCE" in text_of(page)


def test_each_wrong_value_is_said_where_it_is():
    values = [10] * 12
    values[0], values[3], values[7], values[8] = "abc", "-5", None, "1.234"
    form = form_now({"kind": "month", "values": values}, {"pce": PCE})
    found = try_form(form, Asked().asks(), fresh=False)
    assert [said.replace("\u00a0", " ") for _where, said in found.problems] == [
        "Janvier : ce n’est pas un nombre de kWh, écrivez-le en chiffres.",
        "Avril : une valeur ne peut pas être négative.",
        "Août : indiquez une valeur, en kWh.",
        (
            "Septembre : ce nombre est ambigu, écrivez-le sans le point, ou avec deux"
            " décimales au plus."
        ),
    ]
    page = editor_page(viewer(), found, AROUND)
    assert set(with_id(page, Ids.WRONG).data) == {"0", "3", "7", "8"}
    assert "À corriger" not in text_of(with_id(page, Ids.PROBLEMS))
    assert text_of(with_id(page, Ids.TITLE)) == "Seuil mensuel · Gymnase Nord"
    assert parts(found, viewer())["wrong"] == with_id(page, Ids.WRONG).data


def test_months_are_elided_and_what_is_proposed_is_named():
    found = try_form(form_now({"kind": "month"}, {"pce": PCE}), Asked().asks(), fresh=True)
    said = text_of(editor_page(viewer(), found, AROUND))
    for month in ("d’avril", "d’août", "d’octobre", "de mai"):
        assert f"Seuil {month}, en kWh" in said
    assert "proposé\u00a0" in said
    assert "=\u00a0" in said
