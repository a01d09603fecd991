"""The inbox, the ways of being told and an opened exceedance, callbacks called as Dash would."""

from contextvars import copy_context
from dataclasses import replace
from datetime import date, time

import pytest
from dash import no_update
from dash._callback_context import context_value
from dash._utils import AttributeDict
from dash.exceptions import PreventUpdate
from sqlalchemy import select

from callbacks import notifications, notifications_episode, notifications_preferences
from components.consumption import Ids as Chart
from components.notifications import Ids
from components.notifications.ids import (
    address_button,
    alert_button,
    channel_button,
    lower_button,
    mute_button,
    notice_button,
    panel_button,
    raise_verb,
    undo_button,
)
from core.access import Role
from core.errors import Forbidden, Invalid, NotFound
from data.notifications import actions, queries
from data.notifications.models import Notice, NoticeChannel
from data.notifications.types import ChannelState, Grouping, NotificationKind
from data.thresholds import actions as episode_actions
from data.thresholds import queries as thresholds
from pages import consumption as consumption_page
from pages import notifications as page
from tests.components.kit.trees import of_kind, text_of, with_id
from tests.data.notifications.told import an_event, to
from tests.data.thresholds import making
from tests.factories import NOW, PCE, make_pce
from tests.web import request_of

B = "\u00a0"
FIELDS = {
    "email": True,
    "grouping": "daily",
    "hour": "7",
    "weekday": "2",
    "quiet_from": "22:00",
    "quiet_to": "06:30",
    "urgent": True,
}


@pytest.fixture
def told(db, people):
    """Two notices of alice's, one of charlie's."""
    events = [
        (an_event("episode:1:exceeded"), [to(1)]),
        (
            an_event("episode:2:normal", kind=NotificationKind.THRESHOLD_NORMAL, site="Piscine"),
            [to(1)],
        ),
        (an_event("episode:3:exceeded", organisation_id=3), [to(3)]),
    ]
    actions.post(db, events, NOW)
    return dict(tuple(row) for row in db.execute(select(Notice.event_id, Notice.id)))


@pytest.fixture
def exceeded(db, people):
    """An open exceedance of alice's organisation; its number."""
    pce = make_pce(db, holder_id=1)
    start = making.on(0)
    making.actions.create(db, making.viewer_on(start), making.draft(), now=making.at(start))
    making.tell(db, pce.id, {making.on(1): 50, making.on(2): 140})
    pce.data_until = making.on(2)
    making.judge(db)
    db.flush()

    def number(viewer):
        return thresholds.list_episodes(db, viewer).rows[0].id

    return number


def pressed(button, call):
    """What *call* answers when *button* is what was pressed."""

    def run():
        prop = button if isinstance(button, str) else _as_dash(button)
        context_value.set(
            AttributeDict(triggered_inputs=[{"prop_id": f"{prop}.n_clicks", "value": 1}])
        )
        return call()

    return copy_context().run(run)


def _as_dash(button):
    import json

    return json.dumps(button, sort_keys=True, separators=(",", ":"))


def act(db, viewer, verb, notice, query="?tab=others"):
    return press(db, viewer, notice_button(verb, notice), query)


def press(db, viewer, button, query=""):
    request = request_of(db, viewer)
    return pressed(button, lambda: notifications.act_on_page(query, request=request))


def test_the_bell_counts_open_alerts_and_not_messages(db, told, exceeded, alice, charlie, bob):
    said = [
        text_of(notifications.show_unread(1, request=request_of(db, v)))
        for v in (alice, charlie, bob)
    ]
    assert said == ["1Alertes, 1 en cours", "Alertes, messages non lus", "Alertes"]


def test_the_panel_lists_what_is_open_and_marks_it_seen(db, exceeded, alice):
    number = exceeded(alice)
    shown = text_of(notifications.open_bell(request=request_of(db, alice)))
    assert "Alertes1 en cours" in shown
    assert "140 kWh, +40,0 % le 03/10" in shown.replace(B, " ").replace("\u202f", " ")
    panel, bell = pressed(
        panel_button("seen", number),
        lambda: notifications.act_in_panel(request=request_of(db, alice)),
    )
    assert "Aucun dépassement en cours" in text_of(panel)
    assert text_of(bell) == "Alertes"


def filtered(db, viewer, site, before="?tab=others"):
    return notifications.filter_alerts(site, before, request=request_of(db, viewer))


def test_a_search_finds_sites_and_the_address_follows(db, told, exceeded, alice):
    shown, query, url = filtered(db, alice, " piscine ")
    assert "Piscine" in text_of(shown)
    assert "Gymnase" not in text_of(shown)
    assert query == url == "?tab=others&site=piscine"
    assert "Aucune alerte pour" in text_of(filtered(db, alice, "zzzz", "")[0])
    assert "Chaufferie" in text_of(filtered(db, alice, PCE, "")[0])


@pytest.mark.parametrize("query", ["", "?page=2", None])
def test_a_field_that_was_just_drawn_does_not_leave_the_page(db, told, alice, query):
    with pytest.raises(PreventUpdate):
        filtered(db, alice, "", query)


def test_another_message_is_marked_read(db, told, alice):
    shown, _lead, tabs, bell, toasts = act(db, alice, "read", told[1])
    assert "2 messages, dont 1 non lu" in text_of(shown)
    assert "Autres messages 1" in text_of(tabs)
    assert text_of(bell) == "Alertes, messages non lus"
    assert toasts is no_update
    act(db, alice, "unread", told[1])
    assert queries.count_unread(db, alice) == 2


def test_all_other_messages_are_marked_at_once(db, told, alice, charlie):
    _shown, _lead, _tabs, bell, (toast,) = act(db, alice, "all", 1)
    assert "2 marqués comme lus" in text_of(toast)
    assert (queries.count_unread(db, alice), queries.count_unread(db, charlie)) == (0, 1)
    assert text_of(bell) == "Alertes"


def test_an_alert_is_put_off_for_a_week_and_taken_up_again(db, exceeded, alice):
    button = alert_button("snooze", exceeded(alice))
    shown, _lead, tabs, bell, (toast,) = press(db, alice, button)
    assert "Reporté de 7 jours" in text_of(toast)
    assert "Chaufferie" not in text_of(shown)
    assert "Reportées 1" in text_of(tabs)
    assert text_of(bell) == "Alertes"
    shown, *_rest = press(db, alice, alert_button("resume", exceeded(alice)), "?tab=later")
    assert "Aucune alerte reportée" in text_of(shown)


def test_a_snooze_is_undone_from_its_toast_and_a_shared_one_stays(db, exceeded, alice, charlie):
    number = exceeded(alice)
    *_drawn, (toast,) = press(db, alice, alert_button("snooze", number))
    button = with_id(toast, alert_button("unsnooze", number))
    episode_actions.snooze(db, alice, number, date(2026, 11, 30), now=NOW)
    with pytest.raises(NotFound):
        press(db, charlie, button.id)
    *_drawn, (toast,) = press(db, alice, button.id)
    assert "de nouveau à voir" in text_of(toast)
    assert thresholds.get_episode(db, alice, number).snoozed_until == date(2026, 11, 30)


@pytest.mark.parametrize("button", [None, "x", {}, {"verb": "seen"}, {"verb": [1], "alert": 1}])
def test_a_button_that_names_nothing_is_refused(db, told, alice, button):
    with pytest.raises(NotFound):
        notifications.act(button, request_of(db, alice))


def test_an_unknown_verb_and_somebody_else_s_are_the_same(db, told, exceeded, alice, charlie):
    for viewer, button in (
        (alice, notice_button("burn", told[1])),
        (charlie, notice_button("read", told[1])),
        (charlie, alert_button("seen", exceeded(alice))),
        (alice, alert_button("rule", 99)),
    ):
        with pytest.raises(NotFound):
            press(db, viewer, button)


def test_seen_acknowledges_the_episode_for_all(db, exceeded, alice):
    number = exceeded(alice)
    shown, _lead, _tabs, _bell, (toast,) = press(db, alice, alert_button("seen", number))
    assert "Noté comme vu" in text_of(toast)
    assert "Chaufferie" not in text_of(shown)
    assert thresholds.get_episode(db, alice, number).acknowledged_by == "Alice"
    assert queries.count_unread(db, alice) == 0
    for moment in ("x", "2026-11-24", None):
        with pytest.raises(Invalid):
            press(db, alice, undo_button(moment))
    button = with_id(toast, undo_button(NOW.isoformat()))
    shown, *_rest = press(db, alice, button.id)
    assert "Chaufferie" in text_of(shown)
    assert thresholds.get_episode(db, alice, number).acknowledged_by == ""


def test_a_group_is_raised_and_put_back_from_its_toast(db, exceeded, alice):
    number = exceeded(alice)
    threshold = thresholds.get_episode(db, alice, number).threshold_id
    *_drawn, (toast,) = press(db, alice, alert_button(raise_verb(15), threshold))
    assert "Seuil relevé de 15" in text_of(toast)
    *_drawn, (toast,) = press(db, alice, with_id(toast, lower_button(threshold, 2)).id)
    assert "comme avant" in text_of(toast)


def test_preferences_are_kept(db, people, alice):
    _off, (toast,) = notifications_preferences.save_preferences(
        fields=FIELDS, request=request_of(db, alice)
    )
    kept = queries.get_preferences(db, alice)
    assert "Préférences enregistrées" in text_of(toast)
    assert (kept.grouping, kept.digest_hour, kept.digest_weekday) == (Grouping.DAILY, 7, 2)
    assert (kept.quiet_from, kept.quiet_to) == (time(22), time(6, 30))


@pytest.mark.parametrize(
    "wrong",
    [
        {"grouping": "hourly"},
        {"hour": "24"},
        {"hour": None},
        {"weekday": "x"},
        {"quiet_from": "25:00"},
        {"quiet_from": ""},
        {"quiet_from": "06:30"},
    ],
)
def test_preferences_that_make_no_sense_are_refused(db, people, alice, wrong):
    with pytest.raises(Invalid):
        notifications_preferences.save_preferences(
            fields=FIELDS | wrong, request=request_of(db, alice)
        )


@pytest.mark.parametrize(
    ("urgent", "said"),
    [(True, "Seules les alertes urgentes"), (False, "Même urgentes")],
)
def test_a_day_that_is_nearly_all_quiet_is_warned_of(db, people, alice, urgent, said):
    fields = FIELDS | {"quiet_from": "00:00", "quiet_to": "23:59", "urgent": urgent}
    shown, _toasts = notifications_preferences.save_preferences(
        fields=fields, request=request_of(db, alice)
    )
    assert said in text_of(shown)
    assert "entre 23:59 et 00:00" in text_of(shown)
    shown, _toasts = notifications_preferences.save_preferences(
        fields=FIELDS, request=request_of(db, alice)
    )
    assert shown == []


def test_each_threshold_decides_where_nothing_is_chosen(db, people, alice):
    fields = FIELDS | {"grouping": "threshold", "quiet_from": "", "quiet_to": ""}
    notifications_preferences.save_preferences(fields=fields, request=request_of(db, alice))
    assert queries.get_preferences(db, alice).grouping is None


def test_a_kind_is_stopped_for_a_while_and_resumed(db, people, alice):
    asked = {"kind": "threshold_warned", "reason": "Trop de messages", "days": "7"}
    shown, _toasts = notifications_preferences.stop_kind(asked=asked, request=request_of(db, alice))
    assert "jusqu’au 01/12/2026 · Trop de messages" in text_of(shown)
    (mute,) = queries.list_mutes(db, alice)
    shown, _toasts = pressed(
        mute_button(mute.id),
        lambda: notifications_preferences.resume_kind(request=request_of(db, alice)),
    )
    assert "tous les types" in text_of(shown)


def test_an_account_s_own_mails_cannot_be_stopped(db, people, alice):
    asked = {"kind": "password_reset", "reason": "", "days": "0"}
    with pytest.raises(Invalid):
        notifications_preferences.stop_kind(asked=asked, request=request_of(db, alice))


def test_a_webhook_shows_its_secret_once(db, people, alice):
    shown, (secret,), name, url, _toasts = notifications_preferences.add_channel(
        "webhook", "Supervision", "https://hooks.example/a", request=request_of(db, alice)
    )
    assert "whsec_" in text_of(secret)
    assert "Essai en cours" in text_of(shown)
    assert (name, url) == ("", "")
    assert "whsec_" not in text_of(page.layout(request_of(db, alice), tab="channels"))


def test_what_apprise_reaches_has_no_secret_to_show(db, people, alice):
    shown, said, *_rest = notifications_preferences.add_channel(
        "apprise", "Discord", "discord://id/token", request=request_of(db, alice)
    )
    assert said == []
    assert "discord://…" in text_of(shown)


def test_a_mobile_is_offered_with_a_gateway_and_confirmed_by_its_code(db, people, alice):
    with pytest.raises(NotFound):
        add_mobile(db, alice)
    assert "SMS" not in text_of(page.layout(request_of(db, alice), tab="channels"))
    shown, said, *_rest = add_mobile(db, alice, sends_sms=True)
    assert said == []
    assert "+33 •••• 78" in text_of(shown)
    assert "Code reçu par SMS" in text_of(shown)
    mobile = db.scalars(select(NoticeChannel.id)).one()
    _shown, (toast,) = on_channel(db, alice, "code", mobile)
    assert "Un code part vers +33 •••• 78" in text_of(toast)
    ids, codes = [{"type": "notifications-code", "channel": mobile}], ["x"]
    _shown, (toast,) = pressed(
        {"type": "notifications-confirm", "channel": mobile},
        lambda: notifications_preferences.confirm_mobile(ids, codes, request=request_of(db, alice)),
    )
    assert "n’est pas le bon" in text_of(toast)


def add_mobile(db, viewer, **facts):
    return notifications_preferences.add_channel(
        "sms", "", "06 12 34 56 78", request=request_of(db, viewer, **facts)
    )


@pytest.fixture
def channel(db, people, alice):
    notifications_preferences.add_channel(
        "webhook", "Supervision", "https://hooks.example/a", request=request_of(db, alice)
    )
    return db.scalars(select(NoticeChannel)).one()


def on_channel(db, viewer, verb, number):
    return pressed(
        channel_button(verb, number),
        lambda: notifications_preferences.act_on_channel(request=request_of(db, viewer)),
    )


def test_a_channel_is_tried_put_on_again_and_removed(db, channel, alice):
    channel.state, channel.off_reason = ChannelState.OFF, "http 404"
    _shown, (toast,) = on_channel(db, alice, "test", channel.id)
    assert "message d’essai part vers Supervision" in text_of(toast)
    shown, _toasts = on_channel(db, alice, "on", channel.id)
    assert "Essai en cours" in text_of(shown)
    shown, _toasts = on_channel(db, alice, "remove", channel.id)
    assert "Aucun canal" in text_of(shown)


def test_nobody_touches_the_channel_of_another(db, channel, charlie, alice):
    for viewer, verb, number in (
        (charlie, "remove", channel.id),
        (alice, "burn", channel.id),
        (alice, "test", "1"),
    ):
        with pytest.raises(NotFound):
            on_channel(db, viewer, verb, number)


def test_an_address_is_added_and_removed(db, people, alice):
    shown, field, _toasts = notifications_preferences.add_address(
        "astreinte@tilleuls.example", "en", request=request_of(db, alice)
    )
    assert "À confirmer" in text_of(shown)
    assert field == ""
    (row,) = queries.list_addresses(db, alice)
    _shown, _field, (again,) = notifications_preferences.add_address(
        " Astreinte@tilleuls.example", "en", request=request_of(db, alice)
    )
    assert "astreinte@tilleuls.example est déjà dans la liste" in text_of(again)
    assert "À confirmer depuis le 24/11/2026" in text_of(again)
    assert [one.created_at for one in queries.list_addresses(db, alice)] == [row.created_at]
    shown, _toasts = pressed(
        address_button(row.id),
        lambda: notifications_preferences.remove_address(request=request_of(db, alice)),
    )
    assert "Arrêtée" in text_of(shown)
    assert of_kind(shown, "Button") == []


def test_no_address_typed_is_said(db, people, alice):
    with pytest.raises(Invalid, match="Écrivez une adresse"):
        notifications_preferences.add_address(" ", "fr", request=request_of(db, alice))


def test_a_client_adds_no_address(db, people, alice):
    with pytest.raises(Forbidden):
        notifications_preferences.add_address(
            "x@y.example", "fr", request=request_of(db, replace(alice, role=Role.CLIENT))
        )


@pytest.mark.parametrize("tab", ["", "inbox", "settings", "channels", "journal"])
def test_every_part_of_the_page_stands(db, told, alice, tab):
    shown = page.layout(request_of(db, alice), tab=tab)
    assert with_id(shown, Ids.QUERY).data.startswith(
        f"?tab={tab}" if tab not in {"", "inbox"} else ""
    )
    assert "serveur d’envoi" not in text_of(shown)


def test_an_empty_inbox_is_quiet(db, people, alice):
    shown = page.layout(request_of(db, alice))
    assert "Aucun seuil n’est encore posé" in text_of(shown)


def test_an_administrator_is_told_that_mails_stay_here(db, people, dora):
    administrator = replace(dora, role=Role.ADMINISTRATOR)
    shown = page.layout(request_of(db, administrator), tab="settings")
    assert "Aucun serveur d’envoi" in text_of(shown)


def query_of(number):
    return f"pce={PCE}&step=day&episode={number}"


def on_episode(db, viewer, button, query, **fields):
    given = {"comment": "", "who": "nobody"} | fields
    return pressed(
        button,
        lambda: notifications_episode.act_on_episode(
            query=query, request=request_of(db, viewer), **given
        ),
    )


def test_an_opened_episode_is_seen_with_a_comment(db, exceeded, alice):
    number = exceeded(alice)
    inside, bell, _toasts = on_episode(
        db, alice, Chart.EPISODE_SEEN, query_of(number), comment="Chaudière réglée"
    )
    assert "Chaudière réglée" in text_of(inside)
    assert text_of(bell) == "Alertes"


def test_an_opened_episode_is_given_to_a_colleague_and_back(db, exceeded, alice):
    number = exceeded(alice)
    inside, _bell, (toast,) = on_episode(db, alice, Chart.EPISODE_ASSIGN, query_of(number), who="1")
    assert "Épisode confié" in text_of(toast)
    assert "confié à Alice" in text_of(inside)
    _inside, _bell, (toast,) = on_episode(db, alice, Chart.EPISODE_ASSIGN, query_of(number))
    assert "sans responsable" in text_of(toast)
    with pytest.raises(NotFound):
        on_episode(db, alice, Chart.EPISODE_ASSIGN, query_of(number), who="3")
    with pytest.raises(Invalid):
        on_episode(db, alice, Chart.EPISODE_ASSIGN, query_of(number), who="all")


def test_an_opened_episode_is_put_off_and_taken_up_again(db, exceeded, alice):
    number = exceeded(alice)
    _inside, _bell, (toast,) = on_episode(db, alice, Chart.EPISODE_LATER, query_of(number))
    assert "Reporté au 01/12/2026" in text_of(toast)
    _inside, _bell, (toast,) = on_episode(db, alice, Chart.EPISODE_LATER, query_of(number))
    assert "n’est plus reporté" in text_of(toast)


@pytest.mark.parametrize("query", [None, "", f"pce={PCE}", query_of("x"), query_of(99)])
def test_an_episode_that_is_not_there_is_not_found(db, exceeded, alice, query):
    with pytest.raises(NotFound):
        on_episode(db, alice, Chart.EPISODE_SEEN, query)


def test_nobody_acts_upon_the_episode_of_others(db, exceeded, alice, charlie):
    number = exceeded(alice)
    with pytest.raises(NotFound):
        on_episode(db, charlie, Chart.EPISODE_SEEN, query_of(number))


def opened(db, viewer, **query):
    return consumption_page.layout(request_of(db, viewer), **query)


def test_the_address_of_an_episode_opens_its_days(db, exceeded, alice):
    number = exceeded(alice)
    shown = opened(db, alice, pce=PCE, step="day", episode=str(number))
    view = with_id(shown, Chart.VIEW).data
    assert view == f"pce={PCE}&from=2026-09-01&to=2026-11-24&episode={number}"
    assert "Épisode : 140" in text_of(with_id(shown, Chart.EPISODE))
    lines = [trace["name"] for trace in with_id(shown, Chart.CHART).figure["data"]]
    assert "limit" in lines
    assert "above" in lines


def test_the_episode_of_others_opens_nothing(db, exceeded, alice, charlie):
    make_pce(db, "09999999910003", holder_id=3, alias="Usine")
    shown = opened(db, charlie, pce="09999999910003", episode=str(exceeded(alice)))
    assert with_id(shown, Chart.EPISODE).children == []
    assert "episode" not in with_id(shown, Chart.VIEW).data


def test_the_fleet_has_a_chip_where_something_is_open(db, exceeded, alice):
    from callbacks.pces import show_rows

    exceeded(alice)
    answer = show_rows({"startRow": 0, "endRow": 10}, request=request_of(db, alice))
    assert answer["rows"]["rowData"][0]["episodes"]["word"] == "1 alerte"
