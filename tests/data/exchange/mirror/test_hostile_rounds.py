"""What real clients met (domain.md §9), and worse, over HTTP: lines that count, never a crash."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update
from werkzeug import Response

from core.i18n import _
from data.exchange.mirror.models import MirrorConnection, MirrorFault, MirrorRound, MirrorTask
from data.exchange.mirror.types import RoundState
from data.metering.consumption.actions import differing_months, last_pce
from data.metering.consumption.models import ConsumptionPeriod, InjectionPeriod, Reading
from data.metering.pces.models import Pce
from tests.choosing import examples
from tests.data.exchange.mirror.distributor import (
    DONE,
    cut,
    lines,
    page,
    right_line,
    told,
    upstream_of,
)
from tests.data.exchange.mirror.readings import day_line, day_lines, injected_line, period_line
from tests.factories import PCE
from tests.jobs.mirrored import work

NIGHT = datetime(2026, 11, 25, 1, 15, tzinfo=UTC)
SOON = NIGHT + timedelta(minutes=4)  # once what was asked in vain is due
GOOD = "09999999910007"  # whose answers are always right
FIRST = date(2026, 11, 1)
A, B, C = day_lines(FIRST, [9, 8, 7])
STATUS = {"code": "2000100", "message": "Incident"}


class Endless:
    """Instead of answers that are said in turn."""

    def __init__(self, say) -> None:
        self.say = say

    def popleft(self):
        return self.say


@pytest.fixture
def asked(braving, hostile):
    """Mirrors a PCE of which *body* is answered; the round, and (day, m³) that are kept."""
    values = {"perim_donnees_conso_debut": "2026-10-01"}
    good = lines(*day_lines(FIRST, [5, 5], pce=GOOD), DONE)
    return asking(braving, hostile, "informative", values, good, days_of)


@pytest.fixture
def fed(braving, hostile):
    """The same of what two sites feed in, by the first day of each period."""
    values = {
        "role_tiers": "AUTORISE_CONTRAT_INJECTION",
        "perim_donnees_conso_debut": None,
        "perim_donnees_conso_fin": None,
        "perim_donnees_inj_debut": "2026-10-01",
        "perim_donnees_inj_fin": "2027-08-31",
    }
    weeks = [("2026-11-01", "2026-11-02"), ("2026-11-02", "2026-11-09")]
    good = lines(*(injected_line(*week, 5, 54, pce=GOOD) for week in weeks), DONE)
    return asking(braving, hostile, "injected", values, good, injections_of)


def asking(braving, hostile, part, values, good, kept):
    with braving.transaction() as db:
        db.execute(update(MirrorConnection).values(parts=["rights", part]))

    def ask(*bodies, now=NIGHT):
        left = list(bodies)

        def say(request):
            if request.path.endswith("droits_acces"):
                rights = [right_line(id_pce=n, id_droit_acces=n, **values) for n in (PCE, GOOD)]
                return lines(*rights, DONE)
            if GOOD in request.path:
                return good
            return left.pop(0) if len(left) > 1 else left[0]

        hostile.answers = Endless(say)

        def opening(_who, clock):
            return upstream_of(braving, hostile.address, clock)

        work(braving, opening, now)
        with braving.reading() as db:
            last = select(MirrorRound).order_by(MirrorRound.id.desc())
            return db.scalars(last).first(), kept(db, PCE), kept(db, GOOD)

    return ask


def days_of(db, number):
    query = select(Reading.gas_day, Reading.volume_dm3).join(Pce, Pce.id == Reading.pce_id)
    rows = db.execute(query.where(Pce.number == number, Reading.volume_dm3.is_not(None)))
    return {day.day: volume // 1000 for day, volume in rows}


def injections_of(db, number):
    found = InjectionPeriod
    query = select(found.first_day, found.volume_dm3).join(Pce, Pce.id == found.pce_id)
    rows = db.execute(query.where(Pce.number == number, found.volume_dm3.is_not(None)))
    return {day.day: volume // 1000 for day, volume in rows}


def text(*parts: str) -> Response:
    return Response("".join(parts), mimetype="application/x-ndjson")


def js(one) -> str:
    return json.dumps(one, ensure_ascii=False)


ALL, ENDS = {1: 9, 2: 8, 3: 7}, {1: 9, 3: 7}
CASES = {  # what is answered, the days that are kept, how many lines are told
    "as it should be": (lines(A, B, C, DONE), ALL, 0),
    "out of order": (lines(C, A, B, DONE), ALL, 0),
    "glued objects": (text(js(A), js(B), js(C), js(DONE)), ALL, 0),
    "over several lines": (text(json.dumps(A, indent=1), "\n", js(B), js(C), js(DONE)), ALL, 0),
    "a list of objects": (text(js([A, B, C]), "\n", js(DONE)), ALL, 0),
    "a line that is no JSON": (text(js(A), "\n", '{"pce":\n', js(C), "\n", js(DONE)), ENDS, 1),
    "a bare word": (text(js(A), "\n", '"rien"', "\n", js(C), "\n", js(DONE)), ENDS, 1),
    "a day twice": (lines(A, A, B, C, DONE), ALL, 0),
    "a day twice, otherwise": (lines(A, B, C, day_line("2026-11-01", 2, 22), DONE), ALL, 1),
    "no end of reading": (lines(A | {"releve_fin": None}, B, C, DONE), ALL, 0),
    "no readings at all": (lines(A | {"releve_debut": None, "releve_fin": 3}, B, C, DONE), ALL, 0),
    "no consumption": (lines(A, B | {"consommation": None}, C, DONE), ENDS, 1),
    "a status on one line": (
        lines(A, B | {"consommation": None, "statut_restitution": {"code": "1000008"}}, C, DONE),
        ENDS, 0,
    ),
    "an injection": (lines(A, day_line("2026-11-02", 8, 88, sens_flux_gaz="Production"), C, DONE),
                     ENDS, 1),
    "a negative energy": (lines(A, day_line("2026-11-02", 8, -88), C, DONE), ENDS, 1),
    "an index that dropped": (lines(A, day_line("2026-11-02", -8, 88), C, DONE), ENDS, 0),
    "an absence that is a zero": (
        lines(A, day_line("2026-11-02", 0, 0, type_qualif_conso="Absence de Données"), C, DONE),
        ENDS, 0,
    ),
    "energy without a volume": (lines(A, day_line("2026-11-02", 0, 4), C, DONE),
                                ENDS | {2: 0}, 0),
    "no coefficient": (lines(A, day_line("2026-11-02", 8, 88, coeff_calcul=None), C, DONE), ALL, 0),
    "06:00 with a false offset": (
        lines(A, day_line(None, 8, 88, date_debut_consommation="2026-11-02T06:00:00+00:00"), C,
              DONE), ALL, 0,
    ),
    "a day to come": (lines(A, day_line("2026-12-02", 8, 88), C, DONE), ENDS, 1),
    "a day of before": (lines(A, day_line("2025-11-02", 8, 88), C, DONE), ENDS, 1),
    "another PCE": (lines(A, day_line("2026-11-02", 8, 88, pce=GOOD), C, DONE), ENDS, 1),
    "a number that lost its zero": (lines(A, day_line("2026-11-02", 8, 88, pce=9999999910001), C,
                                          DONE), ENDS, 1),
    "a number that is endless": (text(js(A), "\n", js(B).replace(": 88", f": {'9' * 90}"), "\n",
                                      js(C), "\n", js(DONE)), ENDS, 1),
    "signs that no database takes": (
        lines(A, day_line("2026-11-02", 8, "\ud800\u0000"), C, DONE), ENDS, 1,
    ),
    "hours": (lines(A, day_line("2026-11-02", 8, 88, type_conso="Informative horaire"), C, DONE),
              ENDS, 1),
    "nothing": (lines(DONE), {}, 0),
}  # fmt: skip


@pytest.mark.alike
@pytest.mark.sampled
@pytest.mark.parametrize("name", CASES)
def test_what_is_wrong_is_counted_and_explained_and_the_rest_is_kept(asked, braving, name):
    body, days, faults = CASES[name]
    assert_told(braving, asked(body), days, faults)


def assert_told(braving, answer, days, faults):
    found, kept, others = answer
    assert (found.state, found.problem) == (RoundState.DONE, [])
    assert kept == days
    assert others == {1: 5, 2: 5}
    assert found.counts["faults"] == faults
    with braving.reading() as db:
        rows = db.scalars(select(MirrorFault)).all()
        assert len(rows) == faults
        for row in rows:
            said = _(row.sentence, **row.params)
            assert "{" not in said.replace("{…}", "")
            assert row.number == PCE
        assert not differing_months(db, 0, last_pce(db))


D, E, F = (
    injected_line(*week, volume, volume * 11)
    for week, volume in (
        (("2026-10-05", "2026-10-12"), 9),
        (("2026-10-12", "2026-10-19"), 8),
        (("2026-10-19", "2026-10-26"), 7),
    )
)
WEEKS, OUTER = {5: 9, 12: 8, 19: 7}, {5: 9, 19: 7}


def week(volume, energy, **values):
    """The second of them, said otherwise."""
    return injected_line("2026-10-12", "2026-10-19", volume, energy, **values)


FED_CASES = {  # what is answered, the periods that are kept, how many lines are told
    "as it should be": (lines(D, E, F, DONE), WEEKS, 0),
    "out of order": (lines(F, D, E, DONE), WEEKS, 0),
    "glued objects": (text(js(D), js(E), js(F), js(DONE)), WEEKS, 0),
    "over several lines": (text(json.dumps(D, indent=1), "\n", js(E), js(F), js(DONE)), WEEKS, 0),
    "a list of objects": (text(js([D, E, F]), "\n", js(DONE)), WEEKS, 0),
    "a line that is no JSON": (text(js(D), "\n", '{"pce":\n', js(F), "\n", js(DONE)), OUTER, 1),
    "a bare word": (text(js(D), "\n", "null", "\n", js(F), "\n", js(DONE)), OUTER, 1),
    "a period twice": (lines(D, D, E, F, DONE), WEEKS, 0),
    "a period twice, otherwise": (lines(D, E, F, week(2, 22), DONE), WEEKS, 1),
    "no readings": (lines(D | {"releve_debut": None, "releve_fin": 3}, E, F, DONE), WEEKS, 0),
    "no injection": (lines(D, E | {"injection": None}, F, DONE), OUTER, 1),
    "a status on one line": (
        lines(D, E | {"injection": None, "statut_restitution": {"code": "1000008"}}, F, DONE),
        OUTER, 0,
    ),
    "an injection that is a word": (lines(D, E | {"injection": "rien"}, F, DONE), OUTER, 1),
    "an injection that is a list": (lines(D, E | {"injection": [3]}, F, DONE), OUTER, 1),
    "consumed gas": (lines(D, week(8, 88, sens_flux_gaz="Consommation"), F, DONE), OUTER, 1),
    "days of consumption": (lines(D, A, F, DONE), OUTER, 1),
    "a period of consumption": (
        lines(D, period_line("2026-10-12", "2026-10-19", 8, 88), F, DONE), OUTER, 1,
    ),
    "both": (lines(D, E | {"consommation": A["consommation"]}, F, DONE), OUTER, 1),
    "a negative energy": (lines(D, week(8, -88), F, DONE), OUTER, 1),
    "an energy that is a list": (lines(D, week(8, [88]), F, DONE), OUTER, 1),
    "an absence that is a zero": (
        lines(D, week(0, 0, type_qualif_injection="Absence de Données"), F, DONE), OUTER, 0,
    ),
    "no coefficient": (lines(D, week(8, 88, coeff_calcul=None), F, DONE), WEEKS, 0),
    "06:00 with a false offset": (
        lines(D, week(8, 88, date_debut_injection="2026-10-12T06:00:00+00:00"), F, DONE), WEEKS, 0,
    ),
    "a period to come": (lines(D, injected_line("2026-11-20", "2026-12-02", 8, 88), F, DONE),
                         OUTER, 1),
    "a period of before": (lines(D, injected_line("2025-10-12", "2025-10-19", 8, 88), F, DONE),
                           OUTER, 1),
    "one that ends before it begins": (
        lines(D, injected_line("2026-10-19", "2026-10-12", 8, 88), F, DONE), OUTER, 1,
    ),
    "another PCE": (lines(D, week(8, 88, pce=GOOD), F, DONE), OUTER, 1),
    "a number that is endless": (text(js(D), "\n", js(E).replace(": 88", f": {'9' * 90}"), "\n",
                                      js(F), "\n", js(DONE)), OUTER, 1),
    "nothing": (lines(DONE), {}, 0),
}  # fmt: skip


@pytest.mark.alike
@pytest.mark.sampled
@pytest.mark.parametrize("name", FED_CASES)
def test_what_is_wrong_in_injections_is_counted_and_explained_and_the_rest_is_kept(
    fed, braving, name
):
    body, periods, faults = FED_CASES[name]
    assert_told(braving, fed(body), periods, faults)
    with braving.reading() as db:
        for table in (Reading, ConsumptionPeriod):
            assert not db.scalar(select(table.pce_id))


OUTAGES = {
    "a web page": page(),
    "an error": told({"code_statut_traitement": "2000000001"}, 500),
    "a maintenance": page(503),
    "a stream that is cut": cut(A, B),
    "an object that is cut": text(js(A), "\n", js(B)[:50]),
    "an octet or two": text('{"'),
    "nothing at all": text(""),
    "a status that says so": lines(A, B | {"consommation": None, "statut_restitution": STATUS}),
    "a trailing line that says so": lines(
        A, {"code_statut_traitement": "2000100", "message_retour_traitement": "Incident"}
    ),
    "elsewhere": Response("", 302, {"Location": "http://127.0.0.1:9/"}),
}


@pytest.mark.alike
@pytest.mark.parametrize("name", OUTAGES)
def test_what_breaks_off_is_asked_again_and_nothing_of_it_is_lost(asked, name):
    found, kept, others = asked(OUTAGES[name])
    assert (found.state, kept, others) == (RoundState.DONE, {}, {1: 5, 2: 5})
    found, kept, _others = asked(lines(A, B, C, DONE), now=SOON)
    assert (found.state, kept) == (RoundState.DONE, ALL)


FED_OUTAGES = {
    "a web page": page(),
    "a maintenance": page(503),
    "a stream that is cut": cut(D, E),
    "an object that is cut": text(js(D), "\n", js(E)[:50]),
    "nothing at all": text(""),
    "a status that says so": lines(D, E | {"injection": None, "statut_restitution": STATUS}),
}


@pytest.mark.alike
@pytest.mark.parametrize("name", FED_OUTAGES)
def test_injections_that_break_off_are_asked_again_and_nothing_of_them_is_lost(fed, name):
    found, kept, others = fed(FED_OUTAGES[name])
    assert (found.state, kept, others) == (RoundState.DONE, {}, {1: 5, 2: 5})
    found, kept, _others = fed(lines(D, E, F, DONE), now=SOON)
    assert (found.state, kept) == (RoundState.DONE, WEEKS)


def test_too_many_calls_pause_all_of_it_until_the_instant_that_is_said(asked):
    found, kept, _others = asked(told({}, 429, Retry_After="600"))
    assert (found.state, kept) == (RoundState.PAUSED, {})
    assert timedelta(minutes=10) <= found.resume_at - NIGHT < timedelta(minutes=11)


@pytest.mark.parametrize("status", [400, 403, 404])
def test_a_refusal_is_the_outcome_of_its_task(asked, braving, status):
    said = {"code_statut_traitement": "1000002", "message_retour_traitement": "Pas de droit."}
    found, kept, others = asked(told(said, status))
    assert (found.state, kept, others) == (RoundState.DONE, {}, {1: 5, 2: 5})
    with braving.reading() as db:
        problems = [task.problem for task in db.scalars(select(MirrorTask))]
    assert sorted(map(bool, problems)) == [False, True]


@pytest.mark.parametrize("body", [{"code_statut_traitement": "1000016"}, {"erreur": "?"}, {}, A])
@pytest.mark.parametrize("status", [400, 404])
def test_a_refusal_that_is_not_known_is_asked_again_and_never_held_as_read(
    asked, braving, status, body
):
    found, _kept, others = asked(told(body, status))
    assert (found.state, others) == (RoundState.DONE, {1: 5, 2: 5})
    with braving.reading() as db:
        (task,) = db.scalars(select(MirrorTask).where(MirrorTask.attempts > 0))
    assert (task.attempts, task.done_at, task.whole_from) == (1, None, None)
    assert task.problem[1]["code"] == body.get("code_statut_traitement", str(status))
    found, kept, _others = asked(lines(A, B, C, DONE), now=SOON)
    assert (found.state, kept) == (RoundState.DONE, ALL)


@pytest.mark.parametrize("words", ["", '"Non."', "Bad\nRequest\n"])
def test_a_refusal_without_an_object_is_never_held_as_read(asked, braving, words):
    found, kept, _others = asked(Response(words, 400))
    assert (found.state, kept) == (RoundState.DONE, {})
    with braving.reading() as db:
        (task,) = db.scalars(select(MirrorTask).where(MirrorTask.attempts > 0))
    assert (task.done_at, task.whole_from) == (None, None)


BITS = [
    js(A),
    js(B),
    js(C),
    js(DONE),
    "\n",
    "{",
    "}",
    "[",
    "]",
    ",",
    "null",
    '"',
    "<html>",
    "\ufeff",
]


@settings(max_examples=examples(25), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(BITS) | st.text(max_size=5), max_size=12))
def test_no_answer_whatever_it_is_breaks_a_round(asked, braving, bits):
    with braving.transaction() as db:
        for table in (MirrorRound, MirrorTask, MirrorFault):
            db.execute(delete(table))
    body = "".join(bits).encode("utf-8", "replace")
    found, kept, others = asked(Response(body, mimetype="application/x-ndjson"))
    assert found.state in {RoundState.DONE, RoundState.PAUSED}
    assert not [said for said in found.problem if "référence" in str(said)]
    assert others == {1: 5, 2: 5}
    assert set(kept.items()) <= set(ALL.items())
    with braving.reading() as db:
        for task in db.scalars(select(MirrorTask)):
            assert not task.problem or "référence" not in task.problem[0]
