"""Every page, in menu order."""

from pages.page import Page

PAGES: tuple[Page, ...] = ()
