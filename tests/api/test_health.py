"""Health and measures."""

from datetime import timedelta


def beat(web, age=timedelta(0)):
    web.var.mkdir(exist_ok=True)
    (web.var / "heartbeat").write_text((web.clock() - age).isoformat())


def test_a_portal_whose_scheduler_beats_is_well(web):
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


def test_a_database_that_does_not_answer_is_told(web, monkeypatch):
    from sqlalchemy.exc import OperationalError

    def fail(_database):
        raise OperationalError("select", {}, Exception("down"))

    monkeypatch.setattr("api.health.is_current", fail)
    answer = web.browser().client.get("/health")
    assert answer.status_code == 503
    assert answer.json["database"] is False
    assert "down" not in answer.text


def test_a_beat_that_cannot_be_read_is_no_beat(web):
    web.var.mkdir(exist_ok=True)
    (web.var / "heartbeat").write_text("hier")
    assert web.browser().client.get("/health").json["scheduler_lag"] is None


def test_the_last_backup_is_dated(web):
    folder = web.var / "backups"
    folder.mkdir(parents=True)
    (folder / "one").mkdir()
    assert web.browser().client.get("/health").json["last_backup"] is not None


def test_requests_are_counted_and_timed(web):
    client = web.browser(1).client
    client.get("/_dash-layout")
    text = client.get("/metrics").text
    assert 'portal_requests_total{kind="dash",status="200"} 1' in text
    assert 'portal_request_seconds_bucket{kind="dash",le="+Inf"} 1' in text
    assert "portal_up 1" in text
    assert "portal_notifications_waiting 0" in text


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
    for told in ({"environ_overrides": elsewhere}, {"headers": {"X-Forwarded-For": "127.0.0.1"}}):
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
