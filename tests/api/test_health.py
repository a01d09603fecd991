"""Health and measures."""

import json
import shutil
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

import pytest
from prometheus_client import parser as prometheus
from prometheus_client.openmetrics import parser as openmetrics
from sqlalchemy import delete, select

from core.access import OrganisationKind, Role, Viewer
from core.queue import claim as claim_items
from core.queue import enqueue
from core.queue import fail as fail_item
from core.queue_models import QueueItem
from core.queue_types import Lease, NewItem, RetryPolicy, WorkKind
from data.contracts.files.keys import SealKey
from data.exchange.hooks.actions import find_next, record_failure, record_sent
from data.exchange.hooks.models import HookDelivery
from data.exchange.mirror.models import MirrorConnection, MirrorTask
from data.exchange.mirror.types import ConnectionState, MirrorPart, RoundState
from data.notifications.actions import queue
from data.notifications.types import NotificationKind
from data.runs.models import Run
from data.runs.types import RunKind, RunState
from tests.conftest import TODAY
from tests.data.exchange.hooks.listeners import added
from tests.data.exchange.mirror.sides import make_round
from tests.factories import NOW, make_pce

GIGABYTE = 1_000_000_000


def beat(web, age=timedelta(0)):
    web.var.mkdir(exist_ok=True)
    (web.var / "heartbeat").write_text((web.clock() - age).isoformat())


def back_up(web, name="20261124T020000Z", age=timedelta(hours=6)):
    folder = web.var / "backups" / name
    folder.mkdir(parents=True, exist_ok=True)
    created_at = (web.clock() - age).isoformat()
    (folder / "manifest.json").write_text(json.dumps({"created_at": created_at}))
    return folder


def drill(web, problem="", age=timedelta(hours=4)):
    told = {"at": (web.clock() - age).isoformat(), "problem": problem}
    (web.var / "restore-drill.json").write_text(json.dumps(told))


def deposited(web, state, age):
    """A file deposited *age* ago, and done with at once unless it waits."""
    at = web.clock() - age
    with web.database.transaction() as db:
        db.add(
            Run(
                organisation_id=1,
                user_id=1,
                kind=RunKind.READINGS,
                state=state,
                file_name="a.csv",
                stored_name="x",
                file_size=1,
                sha256="0",
                created_at=at,
                finished_at=at if state is RunState.DONE else None,
            )
        )


@pytest.fixture
def well(web, monkeypatch):
    """A portal of which nothing can be said."""
    beat(web)
    back_up(web)
    drill(web)
    room(monkeypatch, 50 * GIGABYTE)
    return web


class Usage(NamedTuple):
    total: int
    used: int
    free: int


def room(monkeypatch, free):
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(free, 0, free))


def told(web):
    answer = web.browser().client.get("/health")
    return answer.status_code, answer.json["status"], answer.json["warnings"]


def test_all_is_well_with_a_beat_a_backup_and_room(well):
    assert told(well) == (200, "ok", [])


@pytest.mark.parametrize(
    ("days", "said"), [(7, (200, "ok", [])), (8, (200, "warning", ["ingest"]))]
)
def test_data_that_stop_coming_are_a_warning_and_no_failure(well, days, said):
    deposited(well, RunState.DONE, timedelta(days=days))
    assert told(well) == said


def test_a_file_that_waits_too_long_is_a_warning(well):
    deposited(well, RunState.RECEIVED, timedelta(minutes=15))
    assert told(well) == (200, "ok", [])
    deposited(well, RunState.WORKING, timedelta(minutes=16))
    assert told(well) == (200, "warning", ["queue"])
    assert "portal_runs_waiting_seconds 960.0" in well.browser().client.get("/metrics").text


def test_a_mail_that_does_not_leave_is_a_warning(well):
    with well.database.transaction() as db:
        queue(db, 1, NotificationKind.PASSWORD_CHANGED, well.clock())
    forget_queue(well)
    assert told(well) == (200, "ok", [])
    well.clock.now += timedelta(minutes=61)
    beat(well)
    assert told(well) == (200, "warning", ["mail"])


def forget_queue(web):
    """Delete what waits for a worker, which has a warning of its own."""
    with web.database.transaction() as db:
        db.execute(delete(QueueItem))


def looked(web):
    return web.browser().client.get("/health").json


def test_deliveries_of_webhooks_that_wait_are_counted_and_a_warning_once_nobody_sends(well):
    bob = Viewer(2, 2, OrganisationKind.THIRD_PARTY, Role.ADMINISTRATOR, TODAY, contracted=True)
    made = well.clock()
    with well.database.transaction() as db:
        for name in ("un", "deux", "trois"):
            added(db, bob, name=name, now=made)  # a ping waits
        down, taken, _late = db.scalars(select(HookDelivery.id).order_by(HookDelivery.id))
    forget_queue(well)
    first = looked(well)
    assert (first["status"], first["hooks_waiting"]) == ("ok", 3)
    with well.database.transaction() as db:
        hooks = {row.id: row.hook_id for row in db.scalars(select(HookDelivery))}
        record_failure(db, find_next(db, hooks[down], made), "http 503", made)
        record_sent(db, find_next(db, hooks[taken], made), made)
    well.clock.now += timedelta(minutes=60)
    beat(well)
    then = looked(well)
    assert (then["hooks_waiting"], then["hooks_waiting_since"]) == (2, first["hooks_waiting_since"])
    assert then["warnings"] == []
    assert "portal_hooks_late_seconds 3600.0" in well.browser().client.get("/metrics").text
    well.clock.now += timedelta(minutes=1)
    assert looked(well)["warnings"] == ["hooks"]
    with well.database.transaction() as db:
        db.execute(delete(HookDelivery).where(HookDelivery.attempts == 0))
    assert looked(well)["warnings"] == []  # its receiver is down: it is tried again


def mirrored(web, **values):
    """Bob's organisation mirrors a distributor; its last round ended now."""
    at = web.clock()
    with web.database.transaction() as db:
        pce = make_pce(db)
        db.add(
            MirrorConnection(
                organisation_id=2,
                client_id="usr-4471",
                sealed_secret="",
                parts=[],
                sends=False,
                state=values.pop("state", ConnectionState.WORKING),
                created_at=at,
            )
        )
        late = at - timedelta(minutes=5)
        db.add(
            MirrorTask(organisation_id=2, pce_id=pce.id, part=MirrorPart.INFORMATIVE, due_at=late)
        )
        later = at + timedelta(days=9)
        db.add(
            MirrorTask(organisation_id=2, pce_id=pce.id, part=MirrorPart.PUBLISHED, due_at=later)
        )
        make_round(db, created_at=at, ended_at=at - timedelta(days=1))
        make_round(db, **{"created_at": at, "ended_at": at, "counts": {"faults": 3}} | values)
        make_round(db, created_at=at, state=RoundState.RUNNING)


def test_how_the_mirror_stands_is_told_to_who_runs_the_portal(well):
    mirrored(well)
    told = looked(well)
    assert told["mirror_round_ended"] == well.clock().isoformat()
    assert (told["mirror_faults"], told["mirror_rounds_failed"]) == (3, 0)
    assert (told["mirror_tasks_waiting"], told["mirror_refused"]) == (1, 0)
    assert told["mirror_tasks_waiting_since"] < told["at"]
    assert told["warnings"] == []
    measures = well.browser().client.get("/metrics").text
    assert "portal_mirror_tasks_waiting 1" in measures
    assert "portal_mirror_tasks_waiting_seconds 300.0" in measures
    assert "usr-4471" not in f"{told}{measures}"
    well.clock.now += timedelta(hours=49)
    beat(well)
    back_up(well, "20261126T020000Z")
    drill(well)
    assert looked(well)["warnings"] == ["mirror"]


def test_a_round_of_the_mirror_that_failed_is_a_warning(well):
    mirrored(well, state=ConnectionState.WORKING)
    with well.database.transaction() as db:
        make_round(db, state=RoundState.FAILED, created_at=NOW, ended_at=well.clock())
    assert looked(well)["warnings"] == ["mirror"]


def test_a_round_that_another_followed_is_no_end_of_one(well):
    mirrored(well, state=ConnectionState.WORKING)
    well.clock.now += timedelta(hours=49)
    with well.database.transaction() as db:
        make_round(db, state=RoundState.CUT, created_at=NOW, ended_at=well.clock())
    assert "mirror" in looked(well)["warnings"]


def test_a_connection_that_is_refused_is_its_organisation_s_matter(well):
    mirrored(well, state=ConnectionState.REFUSED)
    told = looked(well)
    assert (told["mirror_round_ended"], told["mirror_tasks_waiting"]) == (None, 0)
    assert told["mirror_refused"] == 1
    assert "portal_mirror_refused 1" in well.browser().client.get("/metrics").text
    assert told["warnings"] == []


def test_nights_without_a_backup_are_a_warning(well):
    well.clock.now += timedelta(hours=43)
    beat(well)
    assert told(well) == (200, "warning", ["backup"])


def test_a_backup_that_would_not_come_back_is_a_warning(well):
    drill(well, "readings")
    assert told(well) == (200, "warning", ["restore_drill"])
    assert "portal_restore_drill_failed 1" in well.browser().client.get("/metrics").text
    drill(well, age=timedelta(hours=49))
    assert told(well) == (200, "warning", ["restore_drill"])
    (well.var / "restore-drill.json").write_text("{")
    assert told(well) == (200, "warning", ["restore_drill"])
    drill(well)
    assert told(well) == (200, "ok", [])


def test_figures_that_a_night_found_wrong_are_told_for_some_days(well):
    """They were repaired, and nobody but the log knew."""
    noted = {"at": (NOW - timedelta(days=1)).isoformat(), "count": 3}
    (well.var / "repaired-rollup.json").write_text(json.dumps(noted))
    (well.var / "repaired-standings.json").write_text("{")
    assert told(well) == (200, "warning", ["figures"])
    assert looked(well)["figures_repaired"] == 3
    assert "portal_figures_repaired 3" in well.browser().client.get("/metrics").text
    noted["at"] = (NOW - timedelta(days=8)).isoformat()
    (well.var / "repaired-rollup.json").write_text(json.dumps(noted))
    assert told(well) == (200, "ok", [])
    assert "portal_figures_repaired 0" in well.browser().client.get("/metrics").text


def test_a_backup_that_was_interrupted_is_none(well):
    shutil.rmtree(well.var / "backups")
    assert told(well) == (200, "warning", ["backup"])
    back_up(well, ".20261124T020000Z.partial")
    (well.var / "backups" / "20261124T030000Z").mkdir()
    assert told(well) == (200, "warning", ["backup"])


def test_a_disk_that_fills_is_a_warning_and_a_full_one_a_failure(well, monkeypatch):
    room(monkeypatch, GIGABYTE)
    assert told(well) == (200, "warning", ["disk"])
    room(monkeypatch, GIGABYTE // 10)
    assert told(well) == (503, "failing", ["disk"])


def sealing(web, monkeypatch, ends):
    """The certificate of the portal ends so long from now."""
    key = SealKey(b"", b"", (), (), demo=True)
    monkeypatch.setattr(SealKey, "expires_at", property(lambda _key: web.clock() + ends))
    portal = web.server.extensions["portal"]
    papers = replace(portal.contract_papers, key=lambda: key, sealable=lambda: True)
    web.server.extensions["portal"] = replace(portal, contract_papers=papers)


DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("ends", "said", "days"),
    [
        (31 * DAY, (200, "ok", []), 31),
        (31 * DAY - timedelta(seconds=1), (200, "warning", ["seal"]), 30),
        (timedelta(0), (200, "warning", ["seal"]), 0),
        (timedelta(seconds=-1), (200, "warning", ["seal"]), -1),
    ],
)
def test_the_certificate_that_seals_is_watched(well, monkeypatch, ends, said, days):
    sealing(well, monkeypatch, ends)
    assert told(well) == said
    client = well.browser().client
    body = client.get("/health").json
    assert (body["seal_days"], body["seal_demo"], body["seal_problem"]) == (days, True, None)
    assert f"portal_seal_days {days}" in client.get("/metrics").text


def test_a_certificate_that_cannot_be_read_is_told_and_why(well):
    (well.var / "seal").mkdir()
    (well.var / "seal" / "demo.p12").write_bytes(b"no certificate")
    assert told(well) == (200, "warning", ["seal"])
    assert "demo.p12" in well.browser().client.get("/health").json["seal_problem"]


def test_looking_makes_no_certificate(well):
    body = well.browser().client.get("/health").json
    assert body["seal_days"] is None
    assert not (well.var / "seal").exists()
    assert "portal_seal_days" not in well.browser().client.get("/metrics").text


def test_a_portal_whose_scheduler_beats_is_well(well):
    web = well
    beat(web, timedelta(seconds=12))
    answer = web.browser().client.get("/health")
    assert answer.status_code == 200
    assert answer.json["status"] == "ok"
    assert answer.json["scheduler_lag"] == 12.0
    assert answer.json["database"] is True
    assert answer.json["schema"] is True
    assert answer.json["disk_free"] > 0
    assert answer.json["runs_waiting"] == 0


def test_a_silent_scheduler_is_told(web):
    assert web.browser().client.get("/health").status_code == 503
    beat(web, timedelta(minutes=3))
    assert web.browser().client.get("/health").status_code == 503


def test_a_beat_in_the_future_is_a_failure(web):
    beat(web, -timedelta(days=1))
    answer = web.browser().client.get("/health")
    assert answer.status_code == 503
    assert answer.json["scheduler_lag"] == -86_400
    assert "à l’arrêt" in web.browser().get("/connexion").text


def test_a_database_that_does_not_answer_is_told(web, monkeypatch):
    from sqlalchemy.exc import OperationalError

    def fail(_database):
        raise OperationalError("select", {}, Exception("down"))

    monkeypatch.setattr("data.migrations.is_current", fail)
    answer = web.browser().client.get("/health")
    assert answer.status_code == 503
    assert answer.json["database"] is False
    assert "down" not in answer.text


def test_a_beat_that_cannot_be_read_is_no_beat(web):
    web.var.mkdir(exist_ok=True)
    (web.var / "heartbeat").write_text("hier")
    assert web.browser().client.get("/health").json["scheduler_lag"] is None


def test_the_last_backup_is_dated_and_says_what_it_lacks(web):
    back_up(web, "20261123T020000Z", timedelta(hours=30))
    manifest = back_up(web) / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"missing": ["seal"]}))
    assert web.browser().client.get("/health").json["backup_missing"] == ["seal"]
    told = web.browser().client.get("/health").json["last_backup"]
    assert told == "2026-11-24T03:00:00+01:00"


def test_requests_are_counted_and_timed(web):
    client = web.browser(1).client
    client.get("/_dash-layout")
    text = client.get("/metrics").text
    assert 'portal_requests_total{kind="dash",status="200"} 1' in text
    assert 'portal_request_seconds_bucket{kind="dash",le="+Inf"} 1' in text
    assert "portal_up 1" in text
    assert "portal_notifications_waiting 0" in text


@pytest.mark.parametrize("kind", ["prometheus", "openmetrics"])
def test_measures_are_read_by_the_parsers_of_both_forms(well, kind):
    well.browser(1).client.get("/_dash-layout")
    accept = {"openmetrics": "application/openmetrics-text; version=1.0.0"}.get(kind, "*/*")
    answer = well.browser().client.get("/metrics", headers={"Accept": accept})
    parser = openmetrics if kind == "openmetrics" else prometheus
    families = {
        family.name: family for family in parser.text_string_to_metric_families(answer.text)
    }
    assert all(family.documentation and family.type != "unknown" for family in families.values())
    assert kind in answer.headers["Content-Type"].replace("text/plain", "prometheus")
    [requests] = [
        one for one in families["portal_requests"].samples if one.labels["kind"] == "dash"
    ]
    assert (requests.name, requests.value) == ("portal_requests_total", 1)
    assert families["portal_up"].samples[0].value == 1


def test_measures_name_nobody(web):
    browser = web.browser(1)
    browser.get("/pces?q=lycee")
    text = browser.client.get("/metrics").text
    assert "lycee" not in text
    assert "tilleuls" not in text


def test_the_log_names_nobody_and_no_link(web, capsys):
    browser = web.browser(1)
    browser.get("/pces?q=lycee-secret")
    web.browser().get("/mot-de-passe/jeton-secret")
    written = capsys.readouterr().out
    assert "path=/pces" in written
    assert "secret" not in written
    assert "tilleuls" not in written


def test_strangers_are_told_well_or_not_and_nothing_else(web):
    beat(web)
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    proxies = [{"headers": {name: "127.0.0.1"}} for name in ("X-Forwarded-For", "X-Real-IP")]
    for told in ({"environ_overrides": elsewhere}, *proxies):
        answer = web.browser().client.get("/health", **told)
        assert answer.status_code == 200
        assert set(answer.json) == {"status", "at"}


def test_a_bug_behind_a_link_does_not_log_the_link(web, capsys):
    from api.errors import log_bug

    with web.server.test_request_context("/mot-de-passe/jeton-secret"):
        log_bug(ZeroDivisionError())
    told = capsys.readouterr()
    assert "bug" in told.out + told.err
    assert "jeton-secret" not in told.out + told.err


def test_work_that_no_worker_begins_or_that_was_given_up_is_a_warning(well):
    kind = WorkKind("try", "files", RetryPolicy())
    with well.database.transaction() as db:
        enqueue(db, kind, NewItem(1), well.clock())
    assert (looked(well)["queue_ready"], looked(well)["warnings"]) == (1, [])
    well.clock.now += timedelta(minutes=16)
    beat(well)
    assert looked(well)["warnings"] == ["worker"]
    assert "portal_queue_ready_seconds 960.0" in well.browser().client.get("/metrics").text
    with well.database.transaction() as db:
        (item,) = claim_items(db, "files", Lease("test", 60), well.clock())
        fail_item(db, item, "http 410", well.clock())
    assert looked(well)["warnings"] == ["dead_letters"]
    assert "portal_queue_dead 1.0" in well.browser().client.get("/metrics").text
