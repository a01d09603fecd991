"""Render the actions on a PCE: two beside its title, the others in the menu of the bar."""

from urllib.parse import urlencode

from dash.development.base_component import Component

from components.bills.ways import bills_button
from components.budgets.labels import PATH as BUDGETS
from components.consumption.calendar import days_address
from components.consumption.climate import href_of
from components.consumption.gestures import address
from components.exports.reports import report_act
from components.kit import button
from components.marks.links import share_button
from components.marks.views import keep_button
from core.access import Permission, Viewer
from core.i18n import _
from data.exports.types import Content
from data.metering.consumption.types import Series


def head_acts(series: Series, viewer: Viewer) -> list[Component]:
    """Return the alert and the energy signature, where they can be used."""
    return [*_alert(series, viewer, _("Me prévenir")), *_signature(series)]


def menu_acts(series: Series, viewer: Viewer) -> list[Component]:
    """Return the actions on the days shown."""
    here = urlencode({"pce": series.number})
    money = [
        button(_("Prix"), href=f"/prix?{here}", icon="currency-euro", small=True),
        button(_("Budget"), href=f"{BUDGETS}?{here}", icon="bullseye", small=True),
    ]
    return [
        *_days(series),
        *_alert(series, viewer, _("Définir un seuil")),
        *bills_button(series, viewer),
        *share_button(series, viewer),
        *keep_button(viewer, address(series.view)),
        *(money if series.tells else []),
        *_signature(series),
        *_year(series, viewer),
    ]


def _year(series: Series, viewer: Viewer) -> list[Component]:
    if not series.tells:
        return []
    return report_act(viewer, Content.SITE_YEAR, _("Année en PDF"), pce=series.number)


def _alert(series: Series, viewer: Viewer, words: str) -> list[Component]:
    if not (viewer.may(Permission.THRESHOLDS_WRITE) and series.readable):  # else no evaluation
        return []
    here = urlencode({"pce": series.number})
    return [button(words, href=f"/seuils?new=1&{here}", icon="bell")]


def _days(series: Series) -> list[Component]:
    if not series.tells:
        return []
    return [button(_("Calendrier des jours"), href=days_address(series.view), icon="calendar3")]


def _signature(series: Series) -> list[Component]:
    if not series.tells:
        return []
    return [button(_("Signature énergétique"), href=href_of(series), icon="activity")]
