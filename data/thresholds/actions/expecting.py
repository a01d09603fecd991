"""What weather-corrected thresholds expect of the days that are to be judged."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.bulk import among
from data.thresholds.actions.loading import Pair
from data.thresholds.models import ThresholdReference
from data.thresholds.queries.expecting import know_winter, told_winter
from data.thresholds.queries.winter import Readable, learnt_of, temperatures_of
from data.thresholds.rules.replay import Segment
from data.thresholds.types import Learnt


def frozen_of(db: Session, pairs: Sequence[Pair]) -> dict[Pair, dict[date, Learnt]]:
    """The signatures frozen for each pair, by the last day of their reference."""
    mine = among(db, ThresholdReference.pce_id, sorted({pce_id for _key, pce_id in pairs}))
    return learnt_of(db.scalars(select(ThresholdReference).where(mine)))


def expecting(
    db: Session, judged: Mapping[Pair, Sequence[Segment]], since: Mapping[int, date], today: date
) -> dict[Pair, list[Segment]]:
    """*judged* with what each of its days expects: of those that know the weather, none else.

    *since* is the day from which each PCE's readings are asked for.
    """
    mine = {pair: some for pair, some in judged.items() if know_winter(some)}
    if not mine:
        return {}
    asked = [Readable(pce, since.get(pce, today), today) for pce in {pce for _key, pce in mine}]
    temperatures, frozen = temperatures_of(db, asked), frozen_of(db, list(mine))
    return {
        pair: told_winter(some, frozen.get(pair, {}), temperatures[pair[1]])
        for pair, some in mine.items()
    }
