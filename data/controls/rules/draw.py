"""Draw at random by a seed: a right's rank does not depend on the others."""

import hashlib
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from core.errors import Invalid
from core.i18n import N_
from data.controls.types import Draw, DrawFilter, DrawMethod, Picked, Sample, Stage
from data.rights.types import ProofState

PRIME = 2**31 - 1  # larger than any id; products stay within 64 bits in any database
MOST_SEED = PRIME - 1
MOST_PICKED = 5000
NEAR = 90  # days: a right that ends within them is near its end
PAGE = 50  # rights of a draw shown at once
_HUNDRED = Decimal(100)
BAD_RATE = N_("Écrivez un taux au-dessus de 0 et jusqu’à 100 %, par exemple 5 ou 2,5.")
BAD_SEED = N_("La graine du tirage va de 0 à {most}.")


@dataclass(frozen=True, slots=True)
class Keys:
    """The coefficients of `rank_of`: x → ((a·x + b)⁵·c + d) mod PRIME.

    Each of the three steps is a permutation of the numbers below PRIME (5 and PRIME − 1 are
    coprime), so that no two rights have the same rank; the power separates neighbours.
    """

    a: int
    b: int
    c: int
    d: int


def keys_of(seed: int) -> Keys:
    """Derive the keys of `seed`; consecutive seeds give unrelated keys."""
    digest = hashlib.sha256(f"espace-client:draw:{seed}".encode()).digest()
    a, b, c, d = (int.from_bytes(digest[at : at + 8], "big") for at in (0, 8, 16, 24))
    return Keys(a % (PRIME - 1) + 1, b % PRIME, c % (PRIME - 1) + 1, d % PRIME)


def rank_of(number: Any, keys: Keys) -> Any:  # noqa: ANN401 (a number, or an expression of SQL)
    """Return the rank of a right in the draw: the smallest are drawn."""
    x = (number * keys.a + keys.b) % PRIME
    squared = x * x % PRIME
    fifth = (squared * squared % PRIME) * x % PRIME
    return (fifth * keys.c + keys.d) % PRIME


def size_of(eligible: int, rate: Decimal) -> int:
    """Return the number of rights of a rate, rounded up."""
    return math.ceil(eligible * rate / _HUNDRED)


def checked_sample(sample: Sample) -> Sample:
    """Return the sample; raise Invalid for an invalid rate, seed or dates."""
    checked_rate(sample.rate)
    checked_seed(sample.seed)
    checked_days(sample.draw_filter.declared_first, sample.draw_filter.declared_last)
    return sample


def checked_rate(rate: Decimal) -> Decimal:
    if not rate.is_finite() or not 0 < rate <= _HUNDRED:
        raise Invalid(BAD_RATE)
    return rate


def checked_seed(seed: int) -> int:
    if not 0 <= seed <= MOST_SEED:
        raise Invalid(BAD_SEED, most=MOST_SEED)
    return seed


def checked_days(first: date | None, last: date | None) -> None:
    if first and last and first > last:
        raise Invalid(N_("La période est inversée : elle commence après sa fin."))


def checked_picked(picked: Picked) -> Picked:
    """Return the choice without duplicates; raise Invalid when it is empty or too large."""
    uids, numbers = dict.fromkeys(picked.uids), dict.fromkeys(picked.numbers)
    if not uids and not numbers:
        raise Invalid(N_("Choisissez au moins un droit ou un PCE."))
    if len(uids) + len(numbers) > MOST_PICKED:
        raise Invalid(N_("Choisissez au plus {most} droits ou PCE à la fois."), most=MOST_PICKED)
    return Picked(tuple(uids), tuple(numbers))


def way_of(draw: Draw) -> DrawMethod:
    if isinstance(draw, Sample):
        return DrawMethod.SAMPLE
    return DrawMethod.ONE if len(draw.uids) == 1 and not draw.numbers else DrawMethod.LIST


def mark_of(ids: Iterable[int]) -> str:
    """Return a mark of the rights, independent of their order."""
    text = ",".join(map(str, sorted(ids)))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def unpacked(stored: Mapping[str, Any]) -> DrawFilter:
    """Return the filter stored in a campaign; old ones have no stage."""

    def day(value: str | None) -> date | None:
        return date.fromisoformat(value) if value else None

    stage = stored.get("stage")
    return DrawFilter(
        organisation_id=stored["organisation_id"],
        stage=Stage(stage) if stage else None,
        declared_first=day(stored["declared_first"]),
        declared_last=day(stored["declared_last"]),
        proofs=tuple(ProofState(state) if state else None for state in stored["proofs"]),
    )


def packed(among: DrawFilter) -> dict[str, Any]:
    """Return a filter as stored in a campaign."""

    def day(value: date | None) -> str | None:
        return value.isoformat() if value else None

    return {
        "organisation_id": among.organisation_id,
        "stage": among.stage.value if among.stage else None,
        "declared_first": day(among.declared_first),
        "declared_last": day(among.declared_last),
        "proofs": [proof.value if proof else None for proof in among.proofs],
    }
