"""Give an entry point what it knows of the request that it answers (ADR 0065)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from core.access import Viewer
from core.database import Session
from core.errors import NotFound
from core.i18n import N_
from data.controls.rules.deadlines import delays_of as proof_delays_of
from data.controls.types import ProofDelays
from data.exchange.mirror.types import Address
from data.identity.settings.queries import read_values
from data.identity.settings.types import OperatorSettings
from data.metering.consumption.types import Series
from data.portal import Portal
from data.rights import actions
from data.rights.rules.pending import delays_of
from data.rights.rules.reads import SEEN
from data.rights.types import Delays, LookupCost, Stopped


@dataclass(frozen=True, slots=True)
class Request:
    """What a page, a callback or a route receives: one session, one viewer, one instant.

    Once the answer is made, api/access_log.py logs `reads` and api/proofs.py erases
    `dropped_files`.
    """

    db: Session
    viewer: Viewer
    now: datetime
    portal: Portal
    ip: str = ""  # as the proxy that is trusted says
    reads: dict[str, str] = field(default_factory=dict)
    dropped_files: set[str] = field(default_factory=set)

    @property
    def settings(self) -> OperatorSettings:
        """Return the operator's settings in force, as the session of the request reads them."""
        return read_values(self.db, self.portal.origin)

    @property
    def delays(self) -> Delays:
        """Return the delays of access rights."""
        return delays_of(self.settings)

    @property
    def proof_delays(self) -> ProofDelays:
        return proof_delays_of(self.settings)

    def get_upstream(self) -> Address:
        """Return the distributor's address; raise NotFound when the operator has set none."""
        if self.portal.upstream is None:
            raise NotFound(N_("Les connexions ne sont pas ouvertes dans ce portail."))
        return self.portal.upstream

    def record_read(self, number: str | None, what: str = SEEN) -> None:
        """Remember that the answer shows the consumption of a PCE; nothing where it is None.

        `what` is a word of data.rights.rules.reads: what is shown of it. Consumption wins over any
        other.
        """
        if number is not None:
            self.reads[number] = what if what == SEEN else self.reads.get(number, what)

    def record_series(self, series: Series, what: str = SEEN) -> None:
        """Remember that the answer shows a chart: its PCE, and that it is compared with.

        A PCE of which no value is readable there is not read.
        """
        self.record_read(series.number if series.tells else None, what)
        if series.reference and series.reference.is_other and series.reference.tells:
            self.record_read(series.reference.number, what)

    def drop_files(self, keys: Iterable[str]) -> None:
        """Have stored files erased that nobody refers to any more, once the answer is made."""
        self.dropped_files.update(keys)

    def spend(self, cost: LookupCost) -> Stopped | None:
        """Count what a file of declarations asks in vain: kept even if what follows fails."""
        with self.portal.database.transaction() as db:
            return actions.charge_lookups(db, self.viewer, cost, self.now)
