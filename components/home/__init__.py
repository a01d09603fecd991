"""Home screen: today's tasks, then the figures."""

from components.home.figures import figure
from components.home.ids import Ids
from components.home.site import SiteFacts, site_page
from components.home.today import HomeFacts, home_page, list_tasks

__all__ = ["HomeFacts", "Ids", "SiteFacts", "figure", "home_page", "list_tasks", "site_page"]
