"""An operation of the document as its page shows it: a command to copy, and what is answered."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from api.adict.described.operations import FORM_DATA, URL_ENCODED
from api.adict.refusals import JSON, NDJSON
from api.credentials import SCOPES
from data.accounts.types.security import ApiScope
from data.programs.rules import CARRIED_ON
from i18n import _

Json = Mapping[str, Any]
_QUERIES = {"periode": "periode=2026", "filtre": "filtre=car,tarif_acheminement"}


@dataclass(frozen=True, slots=True)
class Entry:
    """What the page says of one operation."""

    name: str  # of its place in the page
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


def entries_of(document: Json) -> list[Entry]:
    address = document["servers"][0]["url"]
    return [
        _entry(address, method, path, told)
        for path, methods in document["paths"].items()
        for method, told in methods.items()
    ]


def _entry(address: str, method: str, path: str, told: Json) -> Entry:
    (status, good), *others = told["responses"].items()
    (kind, media) = next(iter(good["content"].items()))
    return Entry(
        name=told["operationId"],
        method=method.upper(),
        path=path,
        summary=told["summary"],
        more=told["description"],
        scope=_(SCOPES[ApiScope(told["x-scope"])]) if "x-scope" in told else "",
        parameters=tuple(told["parameters"]),
        command=CARRIED_ON.join(_command(address, method, path, told)),
        answer=_shown(kind, media["example"]),
        status=status,
        kind=kind,
        codes=tuple(status for status, _told in others),
    )


def _shown(kind: str, example: Any) -> str:  # noqa: ANN401 (any JSON)
    if kind == NDJSON:
        return "\n".join(json.dumps(one, ensure_ascii=False) for one in example)
    return json.dumps(example, ensure_ascii=False, indent=2)


def _command(address: str, method: str, path: str, told: Json) -> Iterator[str]:
    """The words of `curl`, a line each."""
    yield "curl" if method == "get" else f"curl -X {method.upper()}"
    if told["security"]:
        yield '-H "Authorization: Bearer $TOKEN"'
    yield from _body(told)
    queries = [_QUERIES[one["name"]] for one in told["parameters"] if one["name"] in _QUERIES]
    for one in told["parameters"]:
        if one["in"] == "path":
            path = path.replace(f"{{{one['name']}}}", quote(one["example"]))
    asked = f"?{'&'.join(queries)}" if queries else ""
    yield f"'{address}{path}{asked}'"


def _body(told: Json) -> Iterator[str]:
    content = told.get("requestBody", {}).get("content", {})
    for kind, media in content.items():
        if kind == JSON:
            yield "-H 'Content-Type: application/json'"
            yield f"-d '{json.dumps(media['example'], ensure_ascii=False, indent=2)}'"
        elif kind == FORM_DATA:
            yield "-F preuves=@mandat.pdf"
        elif kind == URL_ENCODED:
            yield from (f"-d {name}={value}" for name, value in media["example"].items())
