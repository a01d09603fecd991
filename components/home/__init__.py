"""Home screen: today's tasks, then the figures."""

from components.home.figures import figure
from components.home.ids import Ids
from components.home.today import HomeFacts, home_page

__all__ = ["HomeFacts", "Ids", "figure", "home_page"]
