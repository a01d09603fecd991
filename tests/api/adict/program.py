"""A program of an organisation: its credential, its token, and its calls."""

import json
from datetime import timedelta
from typing import Any

from data.identity.accounts.models import ApiCredential
from data.identity.accounts.queries import get_token_digest
from data.identity.accounts.types.security import ApiScope
from tests.web import Web

SECRET = "s" * 43
BASE = "/adict/v2"


def make_credential(db: Any, now: Any, organisation_id: int = 2, **values: Any) -> ApiCredential:
    row = ApiCredential(
        **{
            "organisation_id": organisation_id,
            "name": "Supervision",
            "client_id": f"ec_{organisation_id:024d}",
            "secret_hash": get_token_digest(SECRET),
            "scopes": sorted(ApiScope),
            "created_by": organisation_id,
            "created_at": now,
            "expires_at": now + timedelta(days=90),
        }
        | values
    )
    db.add(row)
    db.flush()
    return row


class Program:
    """Calls with a token of its own."""

    def __init__(self, web: Web, client_id: str, secret: str = SECRET) -> None:
        self.web, self.client_id, self.secret = web, client_id, secret
        self.client = web.server.test_client(use_cookies=False)
        self.token = ""

    def ask_token(self, path: str = "/oauth2/token", **form: str) -> Any:
        usual = {
            "grant_type": "client_credentials",
            "client_id": self.client_id,
            "client_secret": self.secret,
            "scope": "/adict/v2",
        }
        sent = {name: text for name, text in (usual | form).items() if text}
        return self.client.post(path, data=sent)

    def enter(self) -> "Program":
        self.token = self.ask_token().json["access_token"]
        return self

    def call(self, method: str, path: str, **more: Any) -> Any:
        head = {"Authorization": f"Bearer {self.token}", "Accept": "application/json"}
        return self.client.open(f"{BASE}{path}", method=method, headers=head, **more)

    def get(self, path: str, **query: str) -> Any:
        return self.call("GET", path, query_string=query)

    def lines(self, path: str, **query: str) -> list[dict[str, Any]]:
        return lines_in(self.get(path, **query))


def lines_in(answer: Any) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.text
    return [json.loads(line) for line in answer.text.splitlines()]


def program_of(web: Web, organisation_id: int = 2, **values: Any) -> Program:
    with web.database.transaction() as db:
        row = make_credential(db, web.clock(), organisation_id, **values)
        client_id = row.client_id
    return Program(web, client_id).enter()
