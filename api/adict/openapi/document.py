"""Build the OpenAPI document: the programs' routes and their descriptions."""

import re
from collections.abc import Iterator
from typing import Any

from apispec import APISpec
from flask import current_app
from werkzeug.routing import Rule

from api.adict.errors import JSON, NDJSON, TEXT, is_for_programs
from api.adict.openapi import readings, schemas
from api.adict.openapi.codes import STATUSES
from api.adict.openapi.events import webhooks
from api.adict.openapi.operations import STATUS, Operation, operations, path_parameters
from api.context import VERSION, portal
from core.i18n import _
from data.identity.programs.types import SCOPE

Json = dict[str, Any]
ALIASES = frozenset(  # of the token's address: its description names them
    {"/oauth2/<server>/v1/token", "/openam/oauth2/realms/<realm>/access_token"}
)
TOKEN = "/oauth2/token"  # noqa: S105 (an address)
SCHEME = "oauth2"
TITLE = "ADICT"  # generators name a package after it
_WAITS = (429, 503)
_RIGHT = "$response.body#/id_droit_acces"
_ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>")


def document() -> Json:
    """Return the OpenAPI document, in the language of the request."""
    spec = APISpec(
        title=TITLE,
        version=VERSION,
        openapi_version="3.1.0",
        info={"description": _about()},
        servers=[{"url": portal().address}],
    )
    for name, shape in (schemas.of_rights() | readings.of_data() | readings.of_tokens()).items():
        spec.components.schema(name, shape)
    spec.components.security_scheme(SCHEME, _scheme())
    operations_by_endpoint, named = operations(), path_parameters()
    for rule in routes():
        path_specs = [
            named[name] | {"in": "path", "required": True} for name in _ARGUMENT.findall(rule.rule)
        ]
        path = _ARGUMENT.sub(lambda found: f"{{{named[found[1]]['name']}}}", rule.rule)
        (method,) = (rule.methods or set()) - {"HEAD", "OPTIONS"}
        operation = _webhook_message_schema(operations_by_endpoint[rule.endpoint], path_specs)
        spec.path(path, operations={method.lower(): operation})
    return dict(spec.to_dict()) | {"webhooks": webhooks()}


def routes() -> Iterator[Rule]:
    """Yield every route that answers programs, whatever its name."""
    for rule in current_app.url_map.iter_rules():
        if is_for_programs(rule.rule) and rule.rule not in ALIASES:
            yield rule


def _about() -> str:
    return _(
        "L’API ADICT, version 2, telle que la propose le portail de {operator} : un programme"
        " écrit pour celle du distributeur fonctionne ici, à l’adresse près. Les noms sont ceux"
        " d’ADICT.",
        operator=portal().operator,
    )


def _scheme() -> Json:
    scopes = {SCOPE: _("Toute l’API ; ce que l’accès ouvre est choisi quand il est créé.")}
    flow = {"tokenUrl": portal().address + TOKEN, "scopes": scopes}
    return {"type": "oauth2", "flows": {"clientCredentials": flow}}


def _webhook_message_schema(operation: Operation, parameters: list[Json]) -> Json:
    specification: Json = {
        "operationId": operation.name,
        "summary": operation.summary,
        "description": operation.more,
        "parameters": [
            *parameters,
            *({"in": "query", **query_parameter} for query_parameter in operation.query),
        ],
        "responses": _answers(operation),
        "security": [{SCHEME: [SCOPE]}] if operation.scope else [],
    }
    if operation.scope:
        specification["x-scope"] = str(operation.scope)
    if operation.sent:
        media: Json = {"schema": operation.body}
        if operation.body_example:
            media["example"] = operation.body_example
        specification["requestBody"] = {"required": True, "content": {operation.sent: media}}
    return specification


def _answers(operation: Operation) -> Json:
    links = {
        name: {"operationId": name, "parameters": {"id_droit_acces": _RIGHT}}
        for name in operation.leads
    }
    good = {
        str(status): {
            "description": _("Réponse."),
            "content": {operation.kind: {"schema": shape, "example": _example(operation)}}
            | ({TEXT: {"schema": _as_text()}} if operation.kind == NDJSON else {}),
        }
        | ({"links": links} if links else {})
        for status, shape in operation.answers.items()
    }
    return good | {str(status): _refusal(status, operation) for status in operation.refusals}


def _as_text() -> Json:
    description = _("Les mêmes lignes, pour un client qui demande « Accept: text/plain ».")
    return schemas.text(description=description)


def _example(operation: Operation) -> object:
    return operation.example[0] if operation.kind == JSON else list(operation.example)


def _refusal(status: int, operation: Operation) -> Json:
    content: Json = {JSON: {"schema": schemas.ref(operation.refused)}}
    if operation.kind == NDJSON and operation.refused != STATUS:
        content = {NDJSON: {"schema": schemas.lines(operation.refused)}} | content
    response_spec: Json = {
        "description": _(STATUSES[status]),
        "content": content,
    }
    if status in _WAITS:
        seconds = {"type": "integer", "minimum": 1}
        retry_description = _("Secondes avant de redemander.")
        head = {"schema": seconds, "description": retry_description, "required": True}
        response_spec["headers"] = {"Retry-After": head}
    return response_spec
