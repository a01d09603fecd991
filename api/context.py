"""Give routes access to the portal they belong to."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypedDict, cast

from flask import current_app, g, has_app_context
from sqlalchemy.orm import Session

from api.concurrency_limit import Running
from api.request_cache import Lately
from core.access import Permission, Viewer
from core.database import Database
from core.errors import Unauthenticated, Unreadable
from core.i18n import N_
from data.accounts.channels.oidc import OidcProvider
from data.accounts.types import FactorPolicy, SessionLimits
from data.contracts.files.context import Papers
from data.contracts.queries import count_waiting
from data.contracts.types import Operator
from data.controls.files.antivirus import Screening
from data.controls.files.portal_signature import Signer
from data.controls.files.storage import Storage
from data.controls.queries import count_to_do
from data.controls.rules.deadlines import delays_of as proof_delays_of
from data.controls.types import ProofDelays
from data.controls.types.pieces import Findings
from data.exports.types import ExportLimits
from data.mirror.types import Address
from data.notifications.queries import count_unread
from data.pces.queries import has_several
from data.programs.types import ProgramPace
from data.rights import actions
from data.rights.rules.pending import delays_of
from data.rights.rules.reads import SEEN
from data.rights.types import Delays, LookupCost, Stopped
from data.runs.files import folder_of
from data.runs.types import DepositLimits
from data.settings.queries import read_values
from data.settings.types import OperatorSettings
from data.subjects.types import Periods

VERSION = "0.1.0"


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalContext:
    """One portal: its database, its clock, and the settings that routes use."""

    database: Database
    var: Path
    origin: OperatorSettings  # the operator's settings in the environment: see `values`
    privacy_contact: str = ""
    mail_from: str = ""
    address: str
    secure: bool
    hosts: frozenset[str] = frozenset()  # names it answers under; empty means any
    metrics_token: str = field(repr=False)
    mails_leave: bool = False  # a server sends them; else they are files in `var/mail`
    sealing_key: bytes = field(default=b"", repr=False)  # of second factors, of channels
    signer: Signer = field(repr=False)  # of evidence packs
    limits: SessionLimits = field(default_factory=SessionLimits)
    factors: FactorPolicy = field(default_factory=FactorPolicy)
    provider: OidcProvider | None = None  # of single sign-on
    clock: Callable[[], datetime] = utc_now
    bundles: Mapping[str, str] = field(default_factory=dict)  # manifest of var/static
    deposits: DepositLimits = field(default_factory=DepositLimits)
    export_megabytes: int = 5000
    share_days: int = 90  # most, of a shared link
    pace: ProgramPace = field(default_factory=ProgramPace)  # of programs
    upstream: Address | None = None  # where organisations mirror what they have
    staged: bool = False  # two cases of a test set answer as they are described: see adict
    retention_periods: Periods = field(
        default_factory=Periods
    )  # each class of personal data: see `periods`
    storage: Storage = field(repr=False)  # of pieces of proof
    screen: Screening = field(repr=False)
    contract_papers: Papers = field(repr=False)  # in the environment's name: see `papers`
    running: Running = field(default_factory=Running)
    findings: Lately[tuple[object, ...], Findings] = field(default_factory=lambda: Lately(20))
    undrawn: Lately[tuple[str, int], Unreadable] = field(default_factory=lambda: Lately(1000))

    @property
    def values(self) -> OperatorSettings:
        """The operator's settings in force, as its administrators left them; read once a request.

        Another process may have changed them: nothing of them is kept beyond. Those of the
        environment where the database is gone.
        """
        if not has_app_context():
            return self._read_values()
        if "outage" in g:
            return self.origin
        if "values" not in g:
            g.values = self._read_values()
        return cast("OperatorSettings", g.values)

    def _read_values(self) -> OperatorSettings:
        with self.database.reading() as db:
            return read_values(db, self.origin)

    @property
    def operator(self) -> str:
        return self.values.operator

    @property
    def delays(self) -> Delays:
        """Return the delays of access rights."""
        return delays_of(self.values)

    @property
    def proof_delays(self) -> ProofDelays:
        return proof_delays_of(self.values)

    @property
    def exports(self) -> ExportLimits:
        return ExportLimits(self.values.export_days, self.export_megabytes)

    @property
    def periods(self) -> Periods:
        return replace(self.retention_periods, export_days=self.values.export_days)

    @property
    def papers(self) -> Papers:
        """What contracts are made with, in the name of the operator as it is now."""
        values = self.values
        return replace(self.contract_papers, operator=Operator(values.operator, values.address))


def portal() -> PortalContext:
    """The portal that serves this request."""
    return cast("PortalContext", current_app.extensions["portal"])


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


def saw(number: str | None, what: str = SEEN) -> None:
    """Remember that this request shows the consumption of a PCE (api/access_log.py writes it).

    Or *what* else of it, of data.rights.rules.reads; consumption goes first.
    """
    if number is not None:
        reads_by_pce = g.setdefault("saw", {})
        reads_by_pce[number] = what if what == SEEN else reads_by_pce.get(number, what)


def spend(lookup_count: LookupCost) -> Stopped | None:
    """Count what a file of declarations asks in vain: kept even if what follows fails."""
    with portal().database.transaction() as db:
        return actions.spend(db, viewer_now(), lookup_count, now())


def facts(names: Sequence[str]) -> dict[str, object]:
    """What a page wants to know of the portal itself."""
    here = portal()
    fact_readers: dict[str, Callable[[], object]] = {
        "now": now,
        "limits": lambda: here.limits,
        "factors": lambda: here.factors,
        "periods": lambda: here.periods,
        "mails_leave": lambda: here.mails_leave,
        "delays": lambda: here.delays,
        "proof_delays": lambda: here.proof_delays,
        "saw": lambda: saw,
        "spend": lambda: spend,
        "folder": lambda: folder_of(here.var),
        "papers": lambda: here.papers,
        "values": lambda: here.values,
        "origin": lambda: here.origin,
        "address": lambda: here.address,
        "share_days": lambda: here.share_days,
        "pace": lambda: here.pace,
        "upstream": lambda: here.upstream,
    }
    return {name: fact_readers[name]() for name in names}


def unread_of(viewer: Viewer) -> int:
    """What the bell of a page counts: one read of an index of what is unread."""
    if not viewer.may(Permission.NOTICES):
        return 0
    with portal().database.reading() as db:
        return count_unread(db, viewer)


def to_do_of(viewer: Viewer) -> dict[str, int]:
    """What the menu counts, by path: the controls and the contracts that wait for this person."""
    counters_by_path: Mapping[str, tuple[Permission, Callable[[Session, Viewer], int]]] = {
        "/controles": (Permission.CONTROLS_READ, count_to_do),
        "/contrats": (Permission.CONTRACTS_WRITE, count_waiting),
    }
    with portal().database.reading() as db:
        return {
            path: count(db, viewer)
            for path, (permission, count) in counters_by_path.items()
            if viewer.may(permission)
        }


class FrameExtras(TypedDict):
    """What the frame of a page tells beside its menu."""

    unread: int
    to_do: dict[str, int]


def told_of(viewer: Viewer) -> FrameExtras:
    return FrameExtras(unread=unread_of(viewer), to_do=to_do_of(viewer))


def sees_several(viewer: Viewer) -> bool:
    """Whether there is something to see at a glance: more than one PCE."""
    with portal().database.reading() as db:
        return has_several(db, viewer)
