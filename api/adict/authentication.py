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
from data.programs import actions, queries

_BEARER = re.compile(r"Bearer +([\w.~+/-]+=*)", re.ASCII)
_SALT = "program"
_NO_TOKEN = N_("Présentez un jeton : « Authorization: Bearer … ».")
_OVER = N_("Ce jeton n’est pas, ou plus, valable : demandez-en un autre.")


def sealed(credential_id: int, until: int) -> str:
    """A token for the program of a credential, good until an instant (seconds since 1970)."""
    return str(_seal().dumps([credential_id, until]))


def _seal() -> URLSafeSerializer:
    kwargs = {"digest_method": hashlib.sha256, "key_derivation": "hmac"}
    return URLSafeSerializer(str(current_app.secret_key), salt=_SALT, signer_kwargs=kwargs)


def let_in() -> Viewer:
    """The program behind this request; raises Unauthenticated, TooMany past its pace.

    Its credential is looked up at each call: revoked, its tokens open nothing from then on.
    """
    credential_id = opened(bearer_token())
    viewer, refused = counted(credential_id)
    if viewer is None:
        raise Unauthenticated(_OVER)
    if refused:
        raise refused
    return viewer


def counted(credential_id: int) -> tuple[Viewer | None, TooMany | None]:
    """The program of a credential, and its refusal; its call is counted.

    Nobody waits for another writer to be counted: the call is counted with one of the next.
    """
    later: Counter[int] = current_app.extensions.setdefault("uncounted", Counter())
    uncounted = later[credential_id]
    database = portal().database
    try:  # on PostgreSQL its other calls alone are waited for, and a limit would be one more turn
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
    """The token in the header; Invalid when that is there and misspelt (domain.md §4.2)."""
    header = request.headers.get("Authorization", "")
    if not header:
        raise Unauthenticated(_NO_TOKEN)
    match = _BEARER.fullmatch(header)
    if match is None:
        raise Invalid(_NO_TOKEN)
    return match[1]


def opened(token: str) -> int:
    """The credential that a token was given to; raises Unauthenticated once it is over."""
    with suppress(BadData, TypeError, ValueError):
        credential_id, until = _seal().loads(token)
        if now().timestamp() < until:
            return int(credential_id)
    raise Unauthenticated(_OVER)
