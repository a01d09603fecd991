"""Correct consumption for weather by one formula (domain.md §8.1), at any scale."""

import numpy as np

from data.analysis.signatures.types import Fit, Reason
from data.metering.weather.types import Floats

MILD = 60.0  # degree days: below, their ratio is not significant


def corrected(energy: Floats, baseload: Floats, reference: Floats, real: Floats) -> Floats:
    """Return the weather-corrected energy: baseload + (energy − baseload) × reference ÷ real.

    `baseload` is that of the whole period. Energy below the baseload is not heating and is not
    corrected. NaN where there were no degree days to correct by.
    """
    heating = np.maximum(0.0, energy - baseload)
    ratio = np.divide(reference, real, out=np.full_like(energy, np.nan), where=real > 0)
    result: Floats = energy - heating + heating * ratio
    return result


def correct_many(
    energy: Floats, days: Floats, fits: list[Fit], reference: Floats, real: Floats
) -> tuple[Floats, list[Reason | None]]:
    """Return `energy` (Wh per site, over `days` days) in the `reference` climate, and reasons.

    `reference` and `real` are the degree days of each site under the base of its own fit. Where a
    reason is given, the figure is NaN. One pass handles any number of sites.
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
