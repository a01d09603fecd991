"""Home screens: of one delivery point, and of a fleet."""

from components.home.figures import figure
from components.home.fleet import FleetHomeFacts, fleet_page
from components.home.ids import Ids
from components.home.site import SiteFacts, site_page
from components.home.start import start_page

__all__ = [
    "FleetHomeFacts",
    "Ids",
    "SiteFacts",
    "figure",
    "fleet_page",
    "site_page",
    "start_page",
]
