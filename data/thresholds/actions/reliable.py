"""A weather-corrected threshold is refused where no signature is reliable, and told why."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy.orm import Session

from data.access import Viewer
from data.errors import Invalid
from data.signatures.rules.reasons import reason_words
from data.thresholds.queries.refusing import refused
from data.thresholds.rules.winter import UNRELIABLE
from data.thresholds.types import Draft, ThresholdKind

MOST = (
    30  # PCE looked at while somebody waits: those of a sheet or of a group were looked at before
)


def check_reliable(db: Session, viewer: Viewer, drafts: Sequence[Draft]) -> None:
    """Raises Invalid for a draft that names PCE of which none could be judged.

    Of several, those that are refused are silent, and the page of the threshold says why.
    """
    named = [one for one in drafts if one.kind is ThresholdKind.WEATHER and not one.scope.tag]
    numbers = {number for one in named for number in one.scope.pces}
    if not numbers or len(numbers) > MOST:
        return
    last = max(one.learnt_to or viewer.today - timedelta(days=1) for one in named)
    problems = refused(db, viewer, numbers, last)
    for draft in named:
        if all(number in problems for number in draft.scope.pces):
            first = problems[draft.scope.pces[0]]
            raise Invalid(
                UNRELIABLE, site=first.alias or first.number, why=reason_words(first.reason)
            )
