"""Authenticate a program by its token and count each of its calls."""

import hashlib
import re
from collections import Counter
from contextlib import suppress

from flask import current_app, request
from itsdangerous import BadData, URLSafeSerializer

from api.context import now, portal
from core.access import Viewer
from core.errors import Busy, Invalid, StorageFull, TooMany, Unauthenticated
from core.i18n import N_
from data.identity.programs import actions, queries

_BEARER = re.compile(r"Bearer +([\w.~+/-]+=*)", re.ASCII)
_SALT = "program"
_NO_TOKEN = N_("Présentez un jeton : « Authorization: Bearer … ».")
_OVER = N_("Ce jeton n’est pas, ou plus, valable : demandez-en un autre.")


def sealed(credential_id: int, until: int) -> str:
    """Return a token for the program of a credential, valid until a time (in Unix seconds)."""
    return str(_seal().dumps([credential_id, until]))


def _seal() -> URLSafeSerializer:
    kwargs = {"digest_method": hashlib.sha256, "key_derivation": "hmac"}
    return URLSafeSerializer(str(current_app.secret_key), salt=_SALT, signer_kwargs=kwargs)


def let_in() -> Viewer:
    """Return the program that makes this request; raise Unauthenticated, or TooMany.

    Its credential is looked up at each call: once revoked, its tokens are refused.
    """
    credential_id = opened(bearer_token())
    viewer, refused = counted(credential_id)
    if viewer is None:
        raise Unauthenticated(_OVER)
    if refused:
        raise refused
    return viewer


def counted(credential_id: int) -> tuple[Viewer | None, TooMany | None]:
    """Count a call; return the program of a credential, and its refusal if any.

    A call never waits for another writer: it is then counted with a later one.
    """
    later: Counter[int] = current_app.extensions.setdefault("uncounted", Counter())
    uncounted = later[credential_id]
    database = portal().database
    # on PostgreSQL it waits only for other calls of its program: a lock timeout would cost more
    try:
        with database.transaction(brief=database.sqlite, durable=False) as db:
            viewer, refused = actions.let_in(
                db, credential_id, portal().pace, now(), uncounted=uncounted
            )
    except (Busy, StorageFull):
        with database.reading() as db:
            viewer = queries.find_program(db, credential_id, now())
        later[credential_id] += 1
        return viewer, None
    if not refused:
        later[credential_id] -= uncounted
    return viewer, refused


def bearer_token() -> str:
    """Return the token in the header; raise Invalid when malformed (domain.md §4.2)."""
    header = request.headers.get("Authorization", "")
    if not header:
        raise Unauthenticated(_NO_TOKEN)
    match = _BEARER.fullmatch(header)
    if match is None:
        raise Invalid(_NO_TOKEN)
    return match[1]


def opened(token: str) -> int:
    """Return the credential of a token; raise Unauthenticated when invalid or expired."""
    with suppress(BadData, TypeError, ValueError):
        credential_id, until = _seal().loads(token)
        if now().timestamp() < until:
            return int(credential_id)
    raise Unauthenticated(_OVER)
