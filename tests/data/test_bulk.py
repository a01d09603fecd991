"""Many rows by one statement, on both databases."""

from datetime import date

import pytest
from sqlalchemy import select

from core.bulk import insert_all, insert_new, update_all
from data.notifications.models import NoticeEvent
from data.notifications.types import NotificationKind
from tests.factories import NOW, make_organisation

pytestmark = pytest.mark.dialect

SAID = 'Chaufferie « Nord », {1, "2"} \\ 3'  # all that an array or a JSON text has to quote


def row(key, **values):
    return {
        "key": key,
        "kind": NotificationKind.THRESHOLD_EXCEEDED,
        "organisation_id": 1,
        "pce_number": "1",
        "site": SAID,
        "severity": 2,
        "gas_day": date(2026, 11, 24),
        "params": {"said": SAID, "none": None, "wh": 2**40},
        "path": "",
        "subject_kind": "episode",
        "subject_id": 1,
        "created_at": NOW,
        **values,
    }


def kept(db):
    return {one.key: one for one in db.scalars(select(NoticeEvent))}


def test_what_goes_in_comes_out(db):
    make_organisation(db)
    found = insert_all(db, NoticeEvent, [row("a"), row("b", severity=3)], ("key", "id"))
    rows = kept(db)
    assert dict(found) == {key: one.id for key, one in rows.items()}
    first, second = rows["a"], rows["b"]
    assert (first.site, first.params) == (SAID, {"said": SAID, "none": None, "wh": 2**40})
    assert (first.kind, first.gas_day, first.created_at) == (
        NotificationKind.THRESHOLD_EXCEEDED,
        date(2026, 11, 24),
        NOW,
    )
    assert (first.severity, second.severity) == (2, 3)


def test_what_is_there_is_left_alone(db):
    make_organisation(db)
    insert_all(db, NoticeEvent, [row("a")])
    found = insert_new(db, NoticeEvent, [row("a", site="x"), row("b")], ("key",))
    assert [tuple(one) for one in found] == [("b",)]
    assert kept(db)["a"].site == SAID
    assert insert_new(db, NoticeEvent, []) == []


def test_only_rows_still_as_they_were_are_changed_and_counted(db):
    make_organisation(db)
    ids = dict(insert_all(db, NoticeEvent, [row("a"), row("b"), row("c")], ("key", "id")))
    changes = [
        ({"id": ids["a"], "severity": 2}, {"site": "x", "params": {"now": "a"}, "severity": 1}),
        ({"id": ids["b"], "severity": 9}, {"site": "y", "params": {"now": "b"}, "severity": 1}),
    ]
    assert update_all(db, NoticeEvent, changes) == 1
    rows = kept(db)
    assert [rows[key].site for key in "abc"] == ["x", SAID, SAID]
    assert (rows["a"].params, rows["a"].severity, rows["b"].severity) == ({"now": "a"}, 1, 2)
    assert update_all(db, NoticeEvent, []) == 0
