"""Render an operation on its page: a command to copy and its responses."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from api.adict.errors import JSON, NDJSON
from api.adict.openapi.operations import FORM_DATA, URL_ENCODED
from api.credentials import SCOPES
from core.i18n import _
from data.identity.accounts.types.security import ApiScope
from data.identity.programs.rules import CARRIED_ON

Json = Mapping[str, Any]
_QUERIES = {"periode": "periode=2026", "filtre": "filtre=car,tarif_acheminement"}


@dataclass(frozen=True, slots=True)
class OperationEntry:
    """An operation as the page shows it."""

    name: str  # anchor of its section
    method: str
    path: str
    summary: str
    more: str
    scope: str
    parameters: tuple[Json, ...]
    command: str
    answer: str
    status: str
    kind: str
    codes: tuple[str, ...]


def entries_of(document: Json) -> list[OperationEntry]:
    address = document["servers"][0]["url"]
    return [
        _entry(address, method, path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def _entry(address: str, method: str, path: str, operation: Json) -> OperationEntry:
    (status, good), *others = operation["responses"].items()
    (kind, media) = next(iter(good["content"].items()))
    return OperationEntry(
        name=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        more=operation["description"],
        scope=_(SCOPES[ApiScope(operation["x-scope"])]) if "x-scope" in operation else "",
        parameters=tuple(operation["parameters"]),
        command=CARRIED_ON.join(_command(address, method, path, operation)),
        answer=_render_entry(kind, media["example"]),
        status=status,
        kind=kind,
        codes=tuple(status for status, _response in others),
    )


def _render_entry(kind: str, example: Any) -> str:  # noqa: ANN401 (any JSON)
    if kind == NDJSON:
        return "\n".join(json.dumps(item, ensure_ascii=False) for item in example)
    return json.dumps(example, ensure_ascii=False, indent=2)


def _command(address: str, method: str, path: str, operation: Json) -> Iterator[str]:
    """Yield the parts of the `curl` command, one per line."""
    yield "curl" if method == "get" else f"curl -X {method.upper()}"
    if operation["security"]:
        yield '-H "Authorization: Bearer $TOKEN"'
    yield from _body(operation)
    queries = [
        _QUERIES[parameter["name"]]
        for parameter in operation["parameters"]
        if parameter["name"] in _QUERIES
    ]
    for parameter in operation["parameters"]:
        if parameter["in"] == "path":
            path = path.replace(f"{{{parameter['name']}}}", quote(parameter["example"]))
    query_string = f"?{'&'.join(queries)}" if queries else ""
    yield f"'{address}{path}{query_string}'"


def _body(operation: Json) -> Iterator[str]:
    content = operation.get("requestBody", {}).get("content", {})
    for kind, media in content.items():
        if kind == JSON:
            yield "-H 'Content-Type: application/json'"
            yield f"-d '{json.dumps(media['example'], ensure_ascii=False, indent=2)}'"
        elif kind == FORM_DATA:
            yield "-F preuves=@mandat.pdf"
        elif kind == URL_ENCODED:
            yield from (f"-d {name}={value}" for name, value in media["example"].items())
