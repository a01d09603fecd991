"""What every route needs to know of the portal it belongs to."""

import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TypedDict, cast

from flask import current_app, g, request
from sqlalchemy.orm import Session

from api.lately import Lately
from api.running import Running
from data.access import Permission, Viewer
from data.accounts.channels.oidc import Provider
from data.accounts.rules import device_of
from data.accounts.types import FactorPolicy, Origin, SessionLimits
from data.contracts.files.papers import Papers
from data.contracts.queries import count_waiting
from data.controls.files.antivirus import Screening
from data.controls.files.signing import Signer
from data.controls.files.storage import Storage
from data.controls.queries import count_to_do
from data.controls.types import ProofDelays
from data.controls.types.pieces import Findings
from data.db import Database
from data.errors import Unauthenticated, Unreadable
from data.exports.types import Limits as ExportLimits
from data.notifications.queries import count_unread
from data.pces.queries import has_several
from data.rights import actions
from data.rights.rules.reads import SEEN
from data.rights.types import Delays, Looked, Stopped
from data.runs.files import folder_of
from data.runs.types import Limits
from i18n import N_

VERSION = "0.1.0"
BROWSER_COOKIE = "browser"
_BROWSER = re.compile(r"[\w-]{32}", re.ASCII)


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Portal:
    """One portal: its database, its clock, and the settings that routes use."""

    database: Database
    var: Path
    operator: str
    address: str
    secure: bool
    hosts: frozenset[str] = frozenset()  # names it answers under; empty means any
    metrics_token: str = field(repr=False)
    mails_leave: bool = False  # a server sends them; else they are files in `var/mail`
    sealing_key: bytes = field(default=b"", repr=False)  # of second factors, of channels
    signer: Signer = field(repr=False)  # of evidence packs
    limits: SessionLimits = field(default_factory=SessionLimits)
    factors: FactorPolicy = field(default_factory=FactorPolicy)
    provider: Provider | None = None  # of single sign-on
    clock: Callable[[], datetime] = utc_now
    bundles: Mapping[str, str] = field(default_factory=dict)  # manifest of var/static
    deposits: Limits = field(default_factory=Limits)
    exports: ExportLimits = field(default_factory=ExportLimits)
    delays: Delays = field(default_factory=Delays)  # of access rights
    proof_delays: ProofDelays = field(default_factory=ProofDelays)
    storage: Storage = field(repr=False)  # of pieces of proof
    screen: Screening = field(repr=False)
    papers: Papers = field(repr=False)  # of contracts
    running: Running = field(default_factory=Running)
    findings: Lately[tuple[object, ...], Findings] = field(default_factory=lambda: Lately(20))
    undrawn: Lately[tuple[str, int], Unreadable] = field(default_factory=lambda: Lately(1000))


def portal() -> Portal:
    """The portal that serves this request."""
    return cast("Portal", current_app.extensions["portal"])


def now() -> datetime:
    """The instant of this request, the same from its first line to its last."""
    if "now" not in g:
        g.now = portal().clock()
    return cast("datetime", g.now)


def viewer_now() -> Viewer:
    """The viewer that the guard found for this request."""
    viewer: Viewer | None = g.get("viewer")
    if viewer is None:
        raise Unauthenticated(N_("Votre session est terminée : connectez-vous de nouveau."))
    return viewer


def saw(number: str | None) -> None:
    """Remember that this request shows the consumption of a PCE (api/readers.py writes it)."""
    if number is not None:
        g.setdefault("saw", {})[number] = SEEN


def spend(seen: Looked) -> Stopped | None:
    """Count what a file of declarations asks in vain: kept even if what follows fails."""
    with portal().database.transaction() as db:
        return actions.spend(db, viewer_now(), seen, now())


def facts(names: Sequence[str]) -> dict[str, object]:
    """What a page wants to know of the portal itself."""
    here = portal()
    known: dict[str, object] = {
        "now": now(),
        "limits": here.limits,
        "factors": here.factors,
        "mails_leave": here.mails_leave,
        "delays": here.delays,
        "proof_delays": here.proof_delays,
        "saw": saw,
        "spend": spend,
        "folder": folder_of(here.var),
        "papers": here.papers,
    }
    return {name: known[name] for name in names}


def unread_of(viewer: Viewer) -> int:
    """What the bell of a page counts: one read of an index of what is unread."""
    if not viewer.may(Permission.NOTICES):
        return 0
    with portal().database.reading() as db:
        return count_unread(db, viewer)


def to_do_of(viewer: Viewer) -> dict[str, int]:
    """What the menu counts, by path: the controls and the contracts that wait for this person."""
    asked: Mapping[str, tuple[Permission, Callable[[Session, Viewer], int]]] = {
        "/controles": (Permission.CONTROLS_READ, count_to_do),
        "/contrats": (Permission.CONTRACTS_WRITE, count_waiting),
    }
    with portal().database.reading() as db:
        return {
            path: count(db, viewer)
            for path, (permission, count) in asked.items()
            if viewer.may(permission)
        }


class Told(TypedDict):
    """What the frame of a page tells beside its menu."""

    unread: int
    to_do: dict[str, int]


def told_of(viewer: Viewer) -> Told:
    return Told(unread=unread_of(viewer), to_do=to_do_of(viewer))


def sees_several(viewer: Viewer) -> bool:
    """Whether there is something to see at a glance: more than one PCE."""
    with portal().database.reading() as db:
        return has_several(db, viewer)


def origin_now() -> Origin:
    """Where this request comes from."""
    agent = request.user_agent.string
    return Origin(device_of(agent), request.remote_addr or "", browser_now())


def browser_now() -> str:
    """What tells this browser from the others of its owner; made the first time it comes in."""
    if "browser" not in g:
        kept = request.cookies.get(BROWSER_COOKIE, "")
        g.browser = kept if _BROWSER.fullmatch(kept) else secrets.token_urlsafe(24)
    return str(g.browser)
