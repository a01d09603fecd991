"""Render the notifications page: its tabs and their contents."""

from collections.abc import Sequence

from dash import dcc
from dash.development.base_component import Component

from components.kit import alert, page, tabs
from components.notifications.filters import InboxQuery, Tab, address, write_asked
from components.notifications.ids import Ids
from core.i18n import N_, _

TABS = {
    Tab.INBOX: N_("Boîte de réception"),
    Tab.SETTINGS: N_("Préférences"),
    Tab.CHANNELS: N_("Canaux"),
    Tab.JOURNAL: N_("Journal des envois"),
}


def notifications_page(
    inbox_view: InboxQuery, children: Sequence[Component], *, mails_leave: bool
) -> Component:
    """Return the page; without mail server (`mails_leave`), it says that mail is only stored."""
    return page(
        _("Notifications"),
        _("Lire vos notifications et choisir comment les recevoir."),
        children=[
            tabs(
                _("Parties de la page"),
                [
                    (_(words), address(InboxQuery(tab=tab)), tab is inbox_view.tab)
                    for tab, words in TABS.items()
                ],
            ),
            *([] if mails_leave else [no_server()]),
            *children,
            dcc.Store(id=Ids.QUERY, data=write_asked(inbox_view)),
        ],
        id="notifications-page",
    )


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
