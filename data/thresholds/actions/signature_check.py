"""Refuse a weather-corrected threshold without a reliable signature, with the reason."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy.orm import Session

from core.access import Viewer
from core.errors import Invalid
from data.analysis.signatures.rules.reasons import reason_words
from data.thresholds.queries.signature_status import find_refused_pces
from data.thresholds.rules.winter import UNRELIABLE
from data.thresholds.types import ThresholdDraft, ThresholdKind

MOST = 30  # PCEs checked in an interactive request: sheets and groups were checked before


def check_reliable(db: Session, viewer: Viewer, drafts: Sequence[ThresholdDraft]) -> None:
    """Raise Invalid for a draft that names only PCEs without a reliable signature.

    When some are reliable, the page of the threshold lists the others with reasons.
    """
    named = [
        weather_draft
        for weather_draft in drafts
        if weather_draft.kind is ThresholdKind.WEATHER and not weather_draft.scope.tag
    ]
    numbers = {number for weather_draft in named for number in weather_draft.scope.pces}
    if not numbers or len(numbers) > MOST:
        return
    last = max(
        weather_draft.learnt_to or viewer.today - timedelta(days=1) for weather_draft in named
    )
    problems = find_refused_pces(db, viewer, numbers, last)
    for draft in named:
        if all(number in problems for number in draft.scope.pces):
            first = problems[draft.scope.pces[0]]
            raise Invalid(
                UNRELIABLE, site=first.alias or first.number, why=reason_words(first.reason)
            )
