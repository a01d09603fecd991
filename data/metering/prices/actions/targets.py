"""Check which PCEs the lines of a sheet of prices or budgets are for."""

from collections.abc import Mapping
from typing import TypeVar

from sqlalchemy.orm import Session

from core.access import Viewer
from core.errors import Invalid
from data.metering.pces.queries import count_by_tag, find_unknown
from data.metering.prices.actions.entry import HIDDEN_TAG
from data.metering.prices.files import PCE, TAG
from data.metering.prices.types import EVERY, PriceTarget
from data.runs.files.sorter import HIDDEN_PCE, SheetSorter

T = TypeVar("T")


def refuse_targets(
    db: Session,
    viewer: Viewer,
    targets: Mapping[int, PriceTarget],
    sorter: SheetSorter[T],
    every: str | None,
) -> set[int]:
    """Refuse the lines whose PCE or tag the viewer cannot use; return their numbers.

    `every` says why the viewer cannot target all PCEs; None where they can.
    """
    numbers = sorted({target.pce for target in targets.values()} - {""})
    unknown = set(find_unknown(db, viewer, numbers))
    known_tags = {tag for tag, _count in count_by_tag(db, viewer)}
    count = len(sorter.problems)
    for line, target in targets.items():
        if target.pce in unknown:
            sorter.refuse(line, PCE, HIDDEN_PCE)
        elif target.tag and target.tag not in known_tags:
            sorter.fail(line, Invalid(HIDDEN_TAG, tag=target.tag), TAG)
        elif every and target == EVERY:
            sorter.fail(line, Invalid(every), TAG)
    return {problem.line for problem in sorter.problems[count:]}
