"""Render the alerts page: its lines, or how one is notified."""

from collections.abc import Sequence

from dash import dcc
from dash.development.base_component import Component

from components.kit import alert, button, html, lead, page, search_box, tabs
from components.notifications.alerts import THRESHOLDS, alert_lines, alert_tabs
from components.notifications.alerts import lead as lead_children
from components.notifications.calm_state import CalmState
from components.notifications.filters import PATH, InboxQuery, Tab, address, write_asked
from components.notifications.ids import Ids
from components.notifications.inbox import messages
from core.access import Permission, Viewer
from core.i18n import N_, _
from data.thresholds.types.alerts import AlertPage

FEW = 10  # lines that a phone shows without a search
SETTING_TABS = {
    Tab.SETTINGS: N_("Préférences"),
    Tab.CHANNELS: N_("Canaux"),
    Tab.JOURNAL: N_("Journal des envois"),
}


def alerts_page(asked: InboxQuery, content: AlertPage, viewer: Viewer) -> Component:
    acts = [button(_("Qui est prévenu, comment"), href=f"{PATH}?tab=settings", icon="sliders")]
    if viewer.may(Permission.THRESHOLDS_WRITE):
        new = f"{THRESHOLDS}?new=1"
        acts.append(button(_("Nouveau seuil"), href=new, icon="plus-lg", kind="primary"))
    return page(
        _("Alertes"),
        None,
        actions=acts,
        lead=lead(lead_children(content, asked.tab), id=Ids.LEAD),
        children=[
            html.Div(
                [
                    html.Div(draw_tabs(asked, content), id=Ids.TABS),
                    search_box(
                        Ids.SITE,
                        _("Chercher un site ou un PCE"),
                        _("Site ou PCE"),
                        value=asked.site,
                    ),
                ],
                className="alerts-bar"
                if content.alerts.counts.to_see > FEW
                else "alerts-bar alerts-few",
            ),
            html.Div(draw_lines(asked, content, viewer), id=Ids.LIST),
            _query(asked),
        ],
        id="notifications-page",
    )


def draw_tabs(asked: InboxQuery, content: AlertPage) -> Component:
    return alert_tabs(asked.tab, content.alerts.counts, content.others)


def draw_lines(asked: InboxQuery, content: AlertPage, viewer: Viewer) -> list[Component]:
    """Return the alerts or the other messages of a tab, or why there is none."""
    if content.messages is not None:
        return messages(content.messages, asked)
    return alert_lines(content.alerts, asked, _calm(content, viewer), viewer.today)


def _calm(content: AlertPage, viewer: Viewer) -> CalmState:
    may_write = viewer.may(Permission.THRESHOLDS_WRITE)
    home, later = content.home, content.alerts.counts.later
    if home is None:
        return CalmState(may_write=may_write, later=later, proofs=content.proofs)
    facts = home.days_without, home.thresholds, may_write, home.awake
    return CalmState(*facts, later, content.proofs)


def settings_page(
    asked: InboxQuery, children: Sequence[Component], *, mails_leave: bool
) -> Component:
    """Return how one is notified; without mail server (`mails_leave`), mail is only stored."""
    title = _("Qui est prévenu, comment")
    return page(
        title,
        None,
        crumbs=((_("Alertes"), PATH), (title, None)),
        children=[
            tabs(
                _("Parties de la page"),
                [
                    (_(words), address(InboxQuery(tab=tab)), tab is asked.tab)
                    for tab, words in SETTING_TABS.items()
                ],
            ),
            *([] if mails_leave else [no_server()]),
            *children,
            _query(asked),
        ],
        id="notifications-page",
    )


def _query(asked: InboxQuery) -> Component:
    return dcc.Store(id=Ids.QUERY, data=write_asked(asked))


def no_server() -> Component:
    return alert(
        _("Aucun serveur d’envoi n’est configuré"),
        _(
            "Les courriels de tous les utilisateurs sont gardés en fichiers dans {folder} et ne"
            " partent pas. Renseignez {setting} pour les envoyer.",
            folder="var/mail",
            setting="PORTAL_SMTP_URL",
        ),
        "warn",
    )
