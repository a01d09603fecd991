"""Annotations: what is sound, who reads them, who changes them, what comes back."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from core.access import Role
from core.errors import Forbidden, NotFound
from data.analysis.marks import actions, queries
from data.analysis.marks.models import AnnotationRow
from data.analysis.marks.rules.annotations import draft_of_form, is_readable, may_change
from data.analysis.marks.types import AnnotationDraft, AnnotationKind
from data.identity.accounts.models import UserTag
from data.identity.audit.models import AuditEvent
from data.metering.consumption.rules.view import read_view
from data.metering.pces.models import PceTag
from data.metering.pces.types import Frequency, PceScope
from data.thresholds.queries.chart_series import load_limits_series
from tests.conftest import TODAY
from tests.factories import NOW, PCE, make_grant, make_pce, make_user

DAY = date(2026, 11, 10)
WORKS = AnnotationDraft(DAY, DAY, AnnotationKind.WORKS, "Chaudière changée")


def whose(db, viewer, first=date(2026, 11, 1), last=date(2026, 11, 30)):
    return [one.draft.words for one in queries.list_annotations(db, viewer, PCE, first, last)]


@pytest.mark.parametrize(
    ("first", "last", "kind", "words", "wrong"),
    [
        ("2026-11-10", "", "works", " Chaudière\n changée ", set()),
        ("2026-11-10", "2026-11-12", "tenants", "x", set()),
        ("10/11/2026", "", "works", "x", {"first"}),
        ("2026-11-10", "hier", "works", "x", {"last"}),
        ("2026-11-10", "2026-11-09", "works", "x", {"last"}),
        ("1999-12-31", "2026-11-09", "works", "x", {"first"}),
        ("2026-11-10", "2029-01-01", "works", "x", {"last"}),
        ("2026-11-10", "", "supplier", "", {"kind", "words"}),
        ("2026-11-10", "", "other", "x" * 301, {"words"}),
        ("", "", "other", "\u202e ", {"first", "words"}),
    ],
)
def test_what_is_wrong_is_said_at_its_field(first, last, kind, words, wrong):
    draft, problems = draft_of_form(first, last, kind, words, today=TODAY)
    assert set(problems) == wrong
    assert (draft is None) == bool(wrong)


def test_words_are_kept_on_one_line():
    draft, _problems = draft_of_form(
        "2026-11-10", "", "works", " Chaudière\n changée ", today=TODAY
    )
    assert draft == WORKS


def scope(first=None, last=None, holes=(), **published):
    return PceScope(1, PCE, "", Frequency.DAILY, None, first, last, holes=holes, **published)


NOTHING_PUBLISHED = {"published_first": date(2, 1, 1), "published_last": date(1, 1, 1)}
days = st.dates(date(2026, 1, 1), date(2026, 2, 28))


@given(
    st.tuples(days, days).map(sorted),
    st.tuples(days, days),
    st.lists(days, unique=True, max_size=6).map(sorted),
)
def test_one_readable_day_is_enough(asked, ends, hidden):
    holes = tuple((day, day) for day in hidden)
    cut = scope(*ends, holes, **NOTHING_PUBLISHED)
    every = (asked[0] + timedelta(days=n) for n in range((asked[1] - asked[0]).days + 1))
    assert is_readable(cut, *asked) == any(not cut.hides(day) for day in every)


def test_it_is_read_by_the_organisation_of_who_wrote_it_alone(
    db, people, alice, bob, charlie, dora
):
    make_grant(db, make_pce(db, holder_id=1), 2)
    actions.annotate(db, alice, PCE, WORKS, now=NOW)
    actions.annotate(
        db, bob, PCE, AnnotationDraft(DAY, DAY, AnnotationKind.OTHER, "Relevé fait"), now=NOW
    )
    assert whose(db, alice) == ["Chaudière changée"]
    assert whose(db, bob) == ["Relevé fait"]
    assert whose(db, dora) == []
    with pytest.raises(NotFound):
        whose(db, charlie)


def test_staff_reads_what_is_shared_with_it_and_changes_nothing(db, people, alice, bob, dora):
    make_grant(db, make_pce(db, holder_id=1), 2)
    key = actions.annotate(db, alice, PCE, replace(WORKS, shared=True), now=NOW)
    assert whose(db, bob) == []
    (read,) = queries.list_annotations(db, dora, PCE, DAY, DAY)
    assert (read.author, read.yours) == ("Alice, Organisation de alice", False)
    with pytest.raises(NotFound):
        actions.change(db, dora, key, WORKS, now=NOW)
    actions.change(db, alice, key, WORKS, now=NOW)
    assert whose(db, dora) == []


def test_it_is_hidden_from_whose_grant_hides_its_days(db, people, bob):
    grant = make_grant(db, make_pce(db, holder_id=1), 2)
    key = actions.annotate(db, bob, PCE, WORKS, now=NOW)
    grant.last_day = DAY - timedelta(days=1)
    grant.published_first_day, grant.published_last_day = date(2026, 1, 2), date(2026, 1, 1)
    db.flush()
    assert whose(db, bob) == []
    for act in (actions.remove, actions.restore):
        with pytest.raises(NotFound):
            act(db, bob, key, now=NOW)
    with pytest.raises(NotFound):
        actions.annotate(db, bob, PCE, WORKS, now=NOW)
    with pytest.raises(NotFound):
        queries.get_annotation(db, bob, key)


def test_who_is_limited_to_tags_sees_those_of_its_pce(db, people, alice):
    pce = make_pce(db, holder_id=1)
    key = actions.annotate(db, alice, PCE, WORKS, now=NOW)
    ann = make_user(db, organisation_id=1, email="ann@tilleuls.example")
    db.add(UserTag(user_id=ann.id, tag="lycees", at=NOW))
    db.flush()
    limited = replace(alice, user_id=ann.id, limited=True)
    with pytest.raises(NotFound):
        queries.get_annotation(db, limited, key)
    db.add(PceTag(pce_id=pce.id, organisation_id=1, tag="lycees"))
    db.flush()
    assert queries.get_annotation(db, limited, key).draft == WORKS


def test_it_is_changed_by_who_wrote_it_and_by_who_keeps_the_pce(db, people, alice):
    make_pce(db, holder_id=1)
    ann = make_user(db, organisation_id=1, email="ann@tilleuls.example", role=Role.CLIENT)
    client = replace(alice, user_id=ann.id, role=Role.CLIENT)
    hers = actions.annotate(db, client, PCE, WORKS, now=NOW)
    other = actions.annotate(db, alice, PCE, WORKS, now=NOW)
    assert [one.yours for one in queries.list_annotations(db, client, PCE, DAY, DAY)] == [
        True,
        False,
    ]
    with pytest.raises(Forbidden):
        actions.remove(db, client, other, now=NOW)
    later = AnnotationDraft(DAY, DAY + timedelta(days=3), AnnotationKind.STOPPED, "Arrêt")
    actions.change(db, alice, hers, later, now=NOW)
    assert queries.get_annotation(db, client, hers).draft == later


def test_it_is_taken_away_brought_back_and_noted(db, people, alice, charlie):
    make_pce(db, holder_id=1)
    key = actions.annotate(db, alice, PCE, WORKS, now=NOW)
    with pytest.raises(NotFound):
        actions.remove(db, charlie, key, now=NOW)
    actions.remove(db, alice, key, now=NOW)
    actions.remove(db, alice, key, now=NOW)
    assert whose(db, alice) == []
    with pytest.raises(NotFound):
        actions.change(db, alice, key, WORKS, now=NOW)
    actions.restore(db, alice, key, now=NOW)
    assert whose(db, alice) == ["Chaudière changée"]
    db.flush()
    noted = db.scalars(select(AuditEvent.action).where(AuditEvent.object_type == "annotation"))
    assert noted.all() == ["marks.annotated", "marks.removed", "marks.restored"]
    actions.remove(db, alice, key, now=NOW)
    actions.annotate(db, alice, PCE, WORKS, now=NOW + timedelta(days=2))
    assert db.scalar(select(func.count(AnnotationRow.id))) == 1  # the one of before is gone


def test_the_chart_bears_it_by_day_among_its_events(db, people, alice):
    make_pce(db, holder_id=1)
    key = actions.annotate(db, alice, PCE, WORKS, now=NOW)
    view = read_view({"pce": PCE}, TODAY)
    series, _crossed = load_limits_series(db, alice, view)
    assert [(mark.annotation, mark.day, mark.after) for mark in series.marks] == [
        (key, DAY, "Chaudière changée")
    ]
    before, _crossed = load_limits_series(db, alice, read_view({"pce": PCE, "from": "2025-01-01",
                                                     "to": "2025-12-31"}, TODAY))  # fmt: skip
    assert before.marks == ()


def test_who_looks_as_somebody_changes_nothing(alice):
    assert may_change(alice, alice.user_id)
    assert not may_change(replace(alice, behind=9), alice.user_id)
