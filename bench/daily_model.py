"""What OpenDSM's daily model errs on the synthetic sites of the tests, for them to be held against.

Its dependencies are not those of the portal: run in an environment of its own, from the root,

    python -m bench.daily_model sites > sites.json                  (the portal's environment)
    python bench/daily_model.py < sites.json > FILE                 (its own)

FILE is tests/data/analysis/signatures/opendsm.json.
"""

import json
import sys
from datetime import date

WEEK, FREE = 7, 3  # days; parameters that ours has too


def sites() -> None:
    """Write the sites: their first day, kWh and °F of each."""
    from data.analysis.signatures.rules.days import cut
    from tests.data.analysis.signatures.world import past_of
    from tests.data.analysis.signatures.world import sites as made

    told: dict[str, list[dict[str, object]]] = {}
    for family, asked in (("uses", {}), ("plain", {"off": 1.0})):
        pasts = [
            cut(past_of(one), date(2024, 1, 1), date(2024, 12, 30)) for one in made(12, **asked)
        ]
        told[family] = [
            {
                "energy": (past.energy / 1000).tolist(),
                "temperature": (past.temperature * 9 / 5 + 32).tolist(),
            }
            for past in pasts
        ]
    json.dump(told, sys.stdout)


def erred() -> None:
    """Write the CVRMSE by week of each site, of its baseline year."""
    from importlib.metadata import version

    told = {
        family: [_cvrmse(one) for one in found] for family, found in json.load(sys.stdin).items()
    }
    json.dump({"version": version("opendsm"), **told}, sys.stdout, indent=1)


def _cvrmse(site: dict[str, list[float]]) -> float:
    import numpy as np
    import pandas as pd
    from opendsm.eemeter import DailyBaselineData, DailyModel

    days = pd.date_range("2024-01-01", periods=len(site["energy"]), freq="D", tz="Europe/Paris")
    frame = pd.DataFrame(
        {"observed": site["energy"], "temperature": site["temperature"]}, index=days
    )
    baseline = DailyBaselineData(frame, is_electricity_data=False)
    model = DailyModel().fit(baseline, ignore_disqualification=True)
    found = model.predict(baseline, ignore_disqualification=True)
    size = len(found) // WEEK * WEEK  # 1 January 2024 is a Monday
    burnt, likely = (
        found[name].to_numpy()[:size].reshape(-1, WEEK).mean(axis=1)
        for name in ("observed", "predicted")
    )
    known = np.isfinite(burnt - likely)
    error = ((burnt - likely)[known] ** 2).sum() / (known.sum() - FREE)
    return round(float(np.sqrt(error) / burnt[known].mean()), 5)


if __name__ == "__main__":
    if sys.argv[1:] == ["sites"]:
        sites()
    else:
        erred()
