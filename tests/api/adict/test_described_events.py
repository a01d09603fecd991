"""What webhooks are posted is what the API's document says of them."""

from dataclasses import replace

import jsonschema_rs
import pytest
from sqlalchemy import null

from core.access import OrganisationKind, Role, Viewer
from data.exchange.hooks.types import Topic
from data.rights.actions import revoke
from tests.api.adict.test_described import document_of
from tests.conftest import TODAY
from tests.data.controls.proofs import asked, make_rights
from tests.data.exchange.hooks.listeners import added, told
from tests.data.exchange.hooks.test_telling import put, undone_import
from tests.data.metering.consumption.rows import stated
from tests.data.metering.consumption.test_injections import fed
from tests.factories import NOW, PCE, make_grant, make_pce


def schemas_of(web):
    posted = document_of(web)["webhooks"]
    return {
        name: one["post"]["requestBody"]["content"]["application/json"]["schema"]
        for name, one in posted.items()
    }


def test_every_event_is_as_the_document_says(web):
    schemas = schemas_of(web)
    assert len(schemas) == len(Topic)
    kind = OrganisationKind.THIRD_PARTY
    bob = Viewer(2, 2, kind, Role.ADMINISTRATOR, TODAY, contracted=True)
    dora = replace(
        bob,
        user_id=4,
        organisation_id=4,
        kind=OrganisationKind.DISTRIBUTOR,
        role=Role.ACCOUNT_MANAGER,
    )
    with web.database.transaction() as db:
        added(db, bob)
        rights = make_rights(db, [PCE])
        pce = make_pce(db, "09999999910009")
        make_grant(db, pce, 2, injection_first_day=null(), injection_last_day=null())
        put(db, pce, stated(3), injections=[fed()])
        asked(db, dora, rights)
        revoke(db, bob, rights, now=NOW)
        undone_import(db, replace(bob, organisation="Organisation de bob"), ["09999999910008"])
        bodies = told(db, bob)
    assert {body["type"] for body in bodies} == schemas.keys() - {"ping"}
    for body in bodies:
        jsonschema_rs.validator_for(schemas[body["type"]], validate_formats=True).validate(body)
    wrong = bodies[0] | {"data": {}}
    with pytest.raises(jsonschema_rs.ValidationError):
        jsonschema_rs.validator_for(schemas[wrong["type"]]).validate(wrong)
