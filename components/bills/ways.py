"""The way to the bills of a PCE from its consumption."""

from dash.development.base_component import Component

from components.bills.form import PATH
from components.kit import button
from data.access import Permission, Viewer
from data.consumption.types import Series
from i18n import _


def bills_button(series: Series, viewer: Viewer) -> list[Component]:
    """Under the chart: what was billed of this PCE, held against what is shown."""
    if not viewer.may(Permission.PRICES_READ) or not series.tells:
        return []
    href = f"{PATH}?pce={series.number}"
    return [button(_("Vérifier une facture"), href=href, icon="receipt", small=True)]
