"""Run a portal in this process, and browsers that keep their cookies."""

import io
import os
import shutil
import weakref
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, cast

from flask import g, has_app_context
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

import app
from api.context import PortalContext, portal
from api.request_log import Meter
from core.access import Viewer
from core.database import Database
from core.settings import Settings
from data.identity.accounts import actions
from data.identity.accounts.models import LoginSession, User
from data.identity.accounts.queries import get_token_digest
from data.identity.accounts.types import PasswordCheck, RequestOrigin, SignInCandidate
from data.request import Request
from tests.engines import opened
from tests.factories import NOW

HTML = {"Accept": "text/html,application/xhtml+xml"}
DISPATCH = "/_dash-update-component"
BuiltIn = tuple[str, int, str, str]  # the settings that are built into an app


def request_of(db: Session, viewer: Viewer, **facts: Any) -> Request:
    """Return the request of a callback that a test calls directly; *facts* change its portal.

    Outside an app, the portal has the usual settings.
    """
    if not has_app_context():
        facts = {"database": SameSession(db)} | facts
        return Request(db, viewer, NOW, replace(usual_portal(), **facts))
    here, dropped = replace(portal(), **facts), g.setdefault("dropped_files", set())
    return Request(db, viewer, here.clock(), here, "", g.setdefault("reads", {}), dropped)


@dataclass(frozen=True)
class SameSession:
    """Replaces a database: what it reads is read in the transaction of the test."""

    db: Session

    def reading(self) -> AbstractContextManager[Session]:
        return nullcontext(self.db)


@cache
def usual_portal() -> PortalContext:
    settings = Settings(secret_key="k" * 48, second_factor="optional")
    return app.portal_of(settings, cast("Database", None), lambda: NOW)


class Clock:
    """A clock that shows `now` until a test changes it."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


class Relay:
    """Passes every call to the database of the portal that currently uses the app."""

    def __init__(self) -> None:
        self.database: Database | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.database, name)


class Shell:
    """An app that one portal uses after another: building it would be most of a short test.

    Everything else about a portal is in the extensions of its server.
    """

    free: ClassVar[dict[BuiltIn, list["Shell"]]] = defaultdict(list)

    def __init__(self, settings: Settings, database: Database, clock: Clock) -> None:
        self.relay = Relay()
        self.relay.database = database
        self.dash = app.create_app(settings, cast("Database", self.relay), clock=clock)
        self.server = self.dash.server
        self.server.test_client_class = Client
        self.extensions = dict(self.server.extensions)
        self.serve(settings, database, clock)

    def serve(self, settings: Settings, database: Database, clock: Clock) -> None:
        """Replace the earlier portal by one with *settings*, *database* and *clock*."""
        self.relay.database = database
        meter = self.extensions["meter"]
        vars(meter).update(vars(Meter()))
        here = app.portal_of(settings, database, clock)
        self.server.extensions.clear()
        self.server.extensions.update(self.extensions | {"portal": here})


class Web:
    """A portal on *database* with its folder *var*, where nobody needs a second factor.

    It reuses the app of an earlier portal with the same built-in settings, unless the test wants
    one *alone*.
    """

    def __init__(
        self, database: Database, var: Path, *, alone: bool = False, **settings: Any
    ) -> None:
        self.database = database
        self.var = var
        self.clock = Clock()
        ours = {"secret_key": "k" * 48, "second_factor": "optional"} | settings
        environment = {
            (name, os.environ[name]) for name in os.environ if name.startswith("PORTAL_")
        }
        known = _read_settings(frozenset(environment), **ours)
        self.settings = known.model_copy(update={"var": var})
        given = self.settings, database, self.clock
        free = Shell.free[_built_in(self.settings)]
        if free and not alone:
            shell = free.pop()
            shell.serve(*given)
        else:
            shell = Shell(*given)
        if not alone:
            weakref.finalize(self, free.append, shell)
        self.dash, self.server = shell.dash, shell.server

    def browser(self, user_id: int | None = None) -> "Browser":
        browser = Browser(self)
        if user_id is not None:
            browser.enter(user_id)
        return browser


@cache
def _read_settings(_environment: frozenset[tuple[str, str]], **ours: Any) -> Settings:
    """Read *ours* and the environment once: to look for 146 variables takes 3 ms."""
    return Settings(**ours)


def _built_in(settings: Settings) -> BuiltIn:
    key, name = settings.signing_key(), settings.operator_name
    return settings.base_url, settings.trusted_proxies, key, name


class Client(FlaskClient):
    """Client that reads each answer to its end, which closes the files behind it."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        return super().open(*args, buffered=True, **kwargs)


class Browser:
    """A client with cookies, whose POSTs carry the form token and our origin."""

    def __init__(self, web: Web) -> None:
        self.web = web
        self.client = web.server.test_client()

    def enter(self, user_id: int) -> None:
        """Sign in without hashing a password, and without a code where none is required."""
        with self.web.database.transaction() as db:
            user = db.scalars(select(User).where(User.id == user_id)).one()
            proof = PasswordCheck(
                SignInCandidate(user.id, user.email, user.password_hash), holds=True
            )
            origin = RequestOrigin("Firefox · Linux", "::1")
            coded = self.web.settings.second_factor == "optional"
            token = actions.sign_in(db, proof, self.web.clock(), origin, coded=coded)
        with self.client.session_transaction() as session:
            session.clear()
            session["_user_id"] = token
            session["_fresh"] = True
        self.client.get("/connexion", headers=HTML)  # sent home at once, with the form token

    def cookies(self) -> dict[str, str]:
        return {cookie.key: cookie.value for cookie in self.client._cookies.values()}  # type: ignore[attr-defined]

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(path, headers=HTML | headers)

    def post(self, path: str, data: dict[str, str] | None = None, **headers: str) -> Any:
        token = self.cookies().get("_csrf_token", "")
        return self.client.post(
            path, data={"csrf_token": token} | (data or {}), headers=HTML | headers
        )

    def send(
        self,
        path: str,
        files: Sequence[tuple[str, bytes]],
        data: Mapping[str, str] | None = None,
        **headers: str | None,
    ) -> Any:
        """POST *files* (names and bytes) as the file field does, without headers that are None."""
        parts = [FileStorage(io.BytesIO(content), name) for name, content in files]
        boundary, body = encode_multipart(dict(data or {}) | {"files": parts})
        return self.client.post(
            path,
            data=body,
            content_type=f"multipart/form-data; boundary={boundary}",
            headers=self.head(**headers),
        )

    def head(self, **headers: str | None) -> dict[str, str]:
        """Return the headers of a request that a script of the page makes."""
        ours = {
            "X-CSRFToken": self.cookies().get("_csrf_token", ""),
            "Sec-Fetch-Site": "same-origin",
            "Origin": "http://localhost",
        }
        return {name: value for name, value in (ours | headers).items() if value is not None}

    def dispatch(self, body: object, **headers: str) -> Any:
        """POST *body* as a callback of the page would."""
        sent = {
            "X-CSRFToken": self.cookies().get("_csrf_token", ""),
            "Sec-Fetch-Site": "same-origin",
        } | headers
        return self.client.post(DISPATCH, json=body, headers=sent)

    def open(self, path: str, search: str = "") -> Any:
        """Return what Dash's router answers for an address: the whole layout of the page."""
        output = next(o for o in self.web.dash.callback_map if "_pages_content.children" in o)
        return self.dispatch(
            {
                "output": output,
                "outputs": [
                    {"id": "_pages_content", "property": "children"},
                    {"id": "_pages_store", "property": "data"},
                ],
                "inputs": [
                    {"id": "_pages_location", "property": "pathname", "value": path},
                    {"id": "_pages_location", "property": "search", "value": search},
                ],
                "changedPropIds": ["_pages_location.pathname"],
            }
        )


@contextmanager
def renewed(web: Web, browser: Browser) -> Iterator[None]:
    """Check that the block gives *browser* a new session id, and that copies of the old one fail.

    The row stays, and so does the form token, which other tabs of the browser use.
    """
    copy, other = web.browser(), web.browser(1)
    copy.client.set_cookie("session", browser.cookies()["session"])
    assert copy.get("/compte").status_code == 200
    with browser.client.session_transaction() as session:
        old, form_token = session["_user_id"], session["csrf_token"]
    with web.database.reading() as db:
        row = select(LoginSession.id).where(LoginSession.token_hash == get_token_digest(old))
        row_id = db.scalars(row).one()
    yield
    with browser.client.session_transaction() as session:
        assert session["_user_id"] != old
        assert session["csrf_token"] == form_token
    assert browser.get("/compte").status_code == 200
    assert [one.get("/compte").status_code for one in (copy, other)] == [302, 302]
    with web.database.reading() as db:
        left = select(LoginSession.id).where(LoginSession.ended_at.is_(None))
        assert list(db.scalars(left)) == [row_id]


def fresh_database(template: Path, folder: Path) -> Database:
    path = folder / "portal.db"
    shutil.copy(template, path)
    database = opened(f"sqlite:///{path}")
    weakref.finalize(database, database.engine.dispose)
    return database
