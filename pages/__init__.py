"""Every page, in menu order."""

from pages import accounts, consumption, home, pces, runs
from pages.page import Page

PAGES: tuple[Page, ...] = (
    home.PAGE,
    consumption.PAGE,
    pces.PAGE,
    runs.PAGE,
    accounts.PAGE,
)
