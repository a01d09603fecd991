"""What one may ask of those who have a permission that one lacks: colleagues, or staff."""

from dataclasses import dataclass
from enum import StrEnum

from core.access import Permission


class HelpSubject(StrEnum):
    PRICES = "prices"
    BILLS = "bills"
    BUDGETS = "budgets"
    RETROFITS = "retrofits"
    OPERAT = "operat"
    THRESHOLDS = "thresholds"
    READERS = "readers"
    CONTRACT = "contract"
    POINTS = "points"
    AMENDMENT = "amendment"


@dataclass(frozen=True, slots=True)
class HelpPage:
    """The page where a subject is dealt with, the permission that it takes, and on which side."""

    path: str
    permission: Permission
    of_distributor: bool = False


HELP_PAGES = {
    HelpSubject.PRICES: HelpPage("/prix", Permission.PRICES_WRITE),
    HelpSubject.BILLS: HelpPage("/factures", Permission.PRICES_WRITE),
    HelpSubject.BUDGETS: HelpPage("/budgets", Permission.BUDGETS_WRITE),
    HelpSubject.RETROFITS: HelpPage("/travaux", Permission.RETROFITS_WRITE),
    HelpSubject.OPERAT: HelpPage("/operat", Permission.PCES_WRITE),
    HelpSubject.THRESHOLDS: HelpPage("/seuils", Permission.THRESHOLDS_WRITE),
    HelpSubject.READERS: HelpPage("/droits/lecteurs", Permission.RIGHTS_ANSWER),
    HelpSubject.CONTRACT: HelpPage("/contrats", Permission.CONTRACTS_WRITE),
    HelpSubject.POINTS: HelpPage("/points", Permission.PCES_ADD),
    HelpSubject.AMENDMENT: HelpPage(
        "/contrats", Permission.CONTRACTS_COUNTERSIGN, of_distributor=True
    ),
}
