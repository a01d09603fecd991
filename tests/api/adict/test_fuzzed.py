"""The API against its own description: what is made from it is answered as it says.

`make proofs` makes 5,000 calls at least (`PORTAL_CALLS`, of each operation, beside those at the
edges of its description) and prints how many.
"""

import json
from collections import Counter

import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine.events import FatalError, NonFatalError, ScenarioFinished

from api.adict.openapi import examples
from data.rights.types import RightState
from tests.api.adict.program import SECRET
from tests.choosing import size
from tests.data.controls.proofs import asked
from tests.data.exports.made import bills, fill
from tests.factories import PCE, make_grant, make_pce, make_right
from tests.web import Web

EXAMPLES = size("PORTAL_CALLS", 20)
SITE = "GI999602"
PERIODS = ("2026", "2026-09", "2026-W37", "2026-245", "P2-2025", "P3-2026-01", "P4-2026-W10")
KNOWN = {  # what is drawn, half of the time, so that there is something to answer
    "id_pce": (examples.PCE, SITE, PCE),
    "periode": PERIODS,
    "date_debut": ("2026-01-01", "2026-06-01"),
    "date_fin": ("2026-06-01", "2026-11-24"),
}


@schemathesis.deserializer("application/x-ndjson")
def read_lines(_ctx, response):
    return [json.loads(line) for line in response.content.splitlines()]


@pytest.fixture
def rights(web, dora):
    """Two sites with days and bills, one that injects, a right to prove and one to revoke."""
    with web.database.transaction() as db:
        held = {"holder_id": 1, "holder_name": "LYCEE DES TILLEULS"}
        site = make_pce(db, examples.PCE, postal_code="13400", reference_kwh=64_000, **held)
        other = make_pce(db, reference_kwh=64_000, **held)
        injects = make_pce(db, SITE, tariff="TB", holder_id=2)
        for pce in (site, other):
            fill(db, pce, periods=bills())
            make_grant(db, pce, 2)
        make_grant(db, injects, 2)
        proved = make_right(db, other, 2, uid=examples.UID)
        refused = make_right(db, injects, 2, state=RightState.REFUSED)
        asked(db, dora, [proved.uid])
        return proved.uid, refused.uid


def config_of(program, rights):
    known = KNOWN | {"id_droit_acces": rights}
    known |= {"client_id": (program.client_id,), "client_secret": (SECRET,)}
    place = {name: f"body.{name}" for name in ("client_id", "client_secret")}
    return SchemathesisConfig.from_dict(
        {
            "seed": 8,
            "headers": {"Authorization": f"Bearer {program.token}"},
            # That a call has a period, or two dates, or what a role asks for, no schema says.
            "checks": {"positive_data_acceptance": {"enabled": False}},
            "generation": {"max-examples": EXAMPLES, "deterministic": True, "database": "none"},
            "dictionaries": {name: {"values": list(words)} for name, words in known.items()},
            "parameters": {
                place.get(name, name): {"dictionary": name, "probability": 0.5} for name in known
            },
        }
    )


def wrong_in(event):
    """What each check that failed says, and the call that shows it."""
    for key, checks in event.recorder.checks.items():
        for check in checks:
            if check.failure_info is not None:
                operation = event.recorder.cases[key].value.operation.label
                said, shown = check.failure_info.failure, check.failure_info.code_sample
                yield f"{check.name}: {operation}\n{said}\n{shown}"


@pytest.fixture
def web(web, tmp_path, monkeypatch):
    """Guesses, of a secret or of a PCE, end nothing: most of what is made up is one."""
    for place in ("rules.attempts", "actions.rate_limits"):
        monkeypatch.setattr(f"data.rights.{place}.MOST_TRIES", 100_000)
    free = {"api_calls_a_minute": 0, "api_calls_a_day": 0, "login_tries": 100_000}
    return Web(web.database, tmp_path / "guessed", **free)


@pytest.mark.slow
@pytest.mark.uncounted
def test_whatever_is_sent_is_answered_as_described(web, bobs, rights):
    path, config = "/adict/v2/openapi.json", config_of(bobs, rights)
    schema = schemathesis.openapi.from_wsgi(path, web.server, config=config)
    calls, wrong = Counter(), []
    for event in schemathesis.engine.from_schema(schema).execute():
        if isinstance(event, ScenarioFinished):
            wrong += wrong_in(event)
            for one in event.recorder.interactions.values():
                calls[one.response.status_code if one.response else 0] += 1
        elif isinstance(event, NonFatalError | FatalError):
            wrong.append(str(event.__dict__))
    print(f"{calls.total()} calls", dict(sorted(calls.items())))
    assert not wrong, "\n\n".join(wrong)
    assert {200, 201, 400, 401, 404, 405, 409} <= calls.keys()
    assert 429 not in calls  # a call that was stopped tries nothing
    assert calls.total() > 10 * EXAMPLES
