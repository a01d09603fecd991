"""Limits on the number of bills of a PCE, in total and on a day.

A bill is compared with all those that share its days: above these limits, which no real meter
approaches, one page would keep a worker busy.
"""

from collections import Counter
from collections.abc import Iterable

from core.errors import Invalid
from core.i18n import N_
from data.money.bills.types import BillDraft

MOST = 1000  # for a PCE: forty years with two a month
MOST_A_DAY = 20  # for a PCE: corrections of corrections included


class DailyBillCount:
    """Counts the bills of some PCEs by day."""

    def __init__(self, drafts: Iterable[BillDraft]) -> None:
        self._bills: Counter[str] = Counter()
        self._days: dict[str, Counter[int]] = {}
        for draft in drafts:
            self._count(draft)

    def _count(self, draft: BillDraft) -> None:
        self._bills[draft.pce] += 1
        self._days.setdefault(draft.pce, Counter()).update(_days(draft))

    def add(self, draft: BillDraft) -> None:
        """Count one more bill; raise Invalid, without counting, when there are too many."""
        if self._bills[draft.pce] >= MOST:
            raise Invalid(
                N_("Ce PCE a déjà {most} factures : retirez celles qui ne servent plus."),
                most=MOST,
                field="pce",
            )
        counts_by_day = self._days.get(draft.pce, Counter())
        if any(counts_by_day[day] >= MOST_A_DAY for day in _days(draft)):
            raise Invalid(
                N_(
                    "Un jour de cette facture est déjà sur {most} autres du même PCE : vérifiez ses"
                    " dates, ou retirez celles qui sont en double."
                ),
                most=MOST_A_DAY,
                field="first",
            )
        self._count(draft)


def _days(draft: BillDraft) -> range:
    return range(draft.first.toordinal(), draft.last.toordinal() + 1)
