"""Describe one portal: its database, its clock, and what its environment says."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from core.database import Database
from data.administration.subjects.types import Periods
from data.contracts.files.context import Papers
from data.contracts.types import Operator
from data.controls.files.antivirus import Screening
from data.controls.files.portal_signature import Signer
from data.controls.files.storage import Storage
from data.controls.rules.deadlines import delays_of as proof_delays_of
from data.controls.types import ProofDelays
from data.exchange.mirror.types import Address
from data.exports.types import ExportLimits
from data.identity.accounts.channels.oidc import OidcProvider
from data.identity.accounts.types import FactorPolicy, SessionLimits
from data.identity.programs.types import ProgramPace
from data.identity.settings.queries import read_values
from data.identity.settings.types import OperatorSettings
from data.rights.rules.pending import delays_of
from data.rights.types import Delays
from data.runs.types import DepositLimits


@dataclass(frozen=True, slots=True, kw_only=True)
class Portal:
    """One portal: its database, its clock, and the settings that entry points use."""

    database: Database
    var: Path
    origin: OperatorSettings  # the operator's settings in the environment: see `settings`
    privacy_contact: str = ""
    mail_from: str = ""
    address: str
    secure: bool
    hosts: frozenset[str] = frozenset()  # names it answers under; empty means any
    metrics_token: str = field(repr=False)
    signing_key: str = field(default="", repr=False)  # of links and cookies
    mails_leave: bool = False  # a server sends them; else they are files in `var/mail`
    sends_sms: bool = False  # the operator has a gateway
    sms_countries: tuple[str, ...] = ("33",)  # dialling codes
    sealing_key: bytes = field(default=b"", repr=False)  # of second factors, of channels
    signer: Signer = field(repr=False)  # of evidence packs
    limits: SessionLimits = field(default_factory=SessionLimits)
    factors: FactorPolicy = field(default_factory=FactorPolicy)
    provider: OidcProvider | None = None  # of single sign-on
    clock: Callable[[], datetime]
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

    @property
    def settings(self) -> OperatorSettings:
        """Return the operator's settings in force, as its administrators left them."""
        return self.read_settings()

    def read_settings(self) -> OperatorSettings:
        with self.database.reading() as db:
            return read_values(db, self.origin)

    @property
    def operator(self) -> str:
        return self.settings.operator

    @property
    def delays(self) -> Delays:
        """Return the delays of access rights."""
        return delays_of(self.settings)

    @property
    def proof_delays(self) -> ProofDelays:
        return proof_delays_of(self.settings)

    @property
    def exports(self) -> ExportLimits:
        return ExportLimits(self.settings.export_days, self.export_megabytes)

    @property
    def periods(self) -> Periods:
        return replace(self.retention_periods, export_days=self.settings.export_days)

    @property
    def papers(self) -> Papers:
        """Return what contracts are made with, in the operator's current name."""
        settings = self.settings
        return replace(self.contract_papers, operator=Operator(settings.operator, settings.address))
