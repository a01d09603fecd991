"""Correct consumption for weather by one formula (domain.md §8.1), at any scale."""

import numpy as np

from data.signatures.types import Fit, Reason
from data.weather.types import Floats

MILD = 60.0  # degree days: below, a ratio of them is a ratio of chances


def corrected(energy: Floats, baseload: Floats, reference: Floats, real: Floats) -> Floats:
    """Energy as it would have been: baseload + (energy − baseload) × reference ÷ real.

    *baseload* is that of the whole period. What is below its baseload does not heat, and stays.
    NaN where there were no degree days to correct by.
    """
    heating = np.maximum(0.0, energy - baseload)
    ratio = np.divide(reference, real, out=np.full_like(energy, np.nan), where=real > 0)
    result: Floats = energy - heating + heating * ratio
    return result


def correct_many(
    energy: Floats, days: Floats, fits: list[Fit], reference: Floats, real: Floats
) -> tuple[Floats, list[Reason | None]]:
    """*energy* (Wh, a figure a site, of so many *days*) at the climate of *reference*, and why not.

    *reference* and *real* are the degree days of each site under the base of its own fit. Where a
    reason is given, the figure is NaN. One pass over any number of sites.
    """
    baseload = np.array([fit.baseload_wh for fit in fits]) * days
    result = corrected(energy, baseload, reference, real)
    mild = (reference < MILD) | (real < MILD)
    reasons = [
        fit.reason or (Reason.NO_TEMPERATURE if lost else Reason.MILD if is_mild else None)
        for fit, is_mild, lost in zip(
            fits, mild.tolist(), np.isnan(reference + real).tolist(), strict=True
        )
    ]
    refused = np.array([reason is not None for reason in reasons])
    return np.where(refused, np.nan, result), reasons
