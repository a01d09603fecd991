"""What differs between machines."""

from decimal import Decimal
from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings

from data.settings.types import Basis


class Portal(BaseSettings):
    """Where the portal runs, whom it asks and writes to, what it takes."""

    var: Path = Field(Path("var"), description="Folder of everything the portal writes.")
    database_url: str = Field(
        "",
        description="Database; empty means SQLite in the `var` folder, else `postgresql://…`.",
    )
    host: str = Field("127.0.0.1", description="Address the web server listens on.")
    port: int = Field(8050, ge=1, le=65535, description="Port the web server listens on.")
    workers: int = Field(2, ge=1, le=64, description="Web worker processes.")
    threads: int = Field(4, ge=1, le=64, description="Threads in each web worker.")
    secret_key: str = Field(
        "",
        description="Signs cookies and links; empty means one made at first start in `var`.",
    )
    base_url: str = Field(
        "",
        description="Public address, for links in mails; `https://` also makes cookies Secure.",
    )
    trusted_proxies: int = Field(
        0, ge=0, le=5, description="Reverse proxies in front whose `X-Forwarded-*` are believed."
    )
    trusted_hosts: str = Field(
        "",
        description="Names the portal also answers under, between commas; `*` for any. Empty "
        "means this machine and the name in `PORTAL_BASE_URL`; without it, any name once "
        "`PORTAL_HOST` is not this machine's own.",
    )
    operator_name: str = Field("Réseau Gaz", description="Name of the distributor, shown on top.")
    operator_address: str = Field(
        "12 rue du Réseau, 99000 Gazeville",
        description="Address of the distributor, printed on contracts.",
    )
    operator_email: str = Field(
        "", description="Where who is written to may answer, at the end of mails; empty is nowhere."
    )
    operator_phone: str = Field(
        "", description="Telephone of the distributor, at the end of mails; empty means none."
    )
    smtp_url: str = Field(
        "",
        description="`smtp://user:password@host:587`; empty means mails are files in `var/mail`.",
    )
    mail_from: str = Field("espace-client@reseau.example", description="Sender of the mails.")
    metrics_token: str = Field(
        "",
        description="Bearer token that opens `/metrics`; empty means this machine only.",
    )
    session_idle_minutes: int = Field(30, ge=1, description="A session unused that long ends.")
    session_hours: int = Field(12, ge=1, description="A session ends after that long anyway.")
    login_tries: int = Field(
        10,
        ge=1,
        description="Sign-in attempts allowed in 15 minutes to an address, and of an account to a "
        "network; of an account from everywhere, ten times as many.",
    )
    upload_megabytes: int = Field(
        64, ge=1, le=64, description="Largest file accepted by `/operations`: 64 at most."
    )
    deposit_megabytes: int = Field(
        128, ge=1, description="Largest deposit: all the files sent at once."
    )
    quota_megabytes: int = Field(
        500,
        ge=1,
        description="Files kept for one organisation, of `/operations` and, apart, of proofs; past "
        "it, a new deposit is refused.",
    )
    waiting_files: int = Field(
        100, ge=1, description="Files of one organisation that may wait to be read."
    )
    second_factor: Literal["required", "optional"] = Field(
        "required",
        description="Whether account managers and administrators must have a second factor. While "
        "`PORTAL_DEMO` is true, accounts with the demo's own password are spared.",
    )
    oidc_issuer: str = Field(
        "",
        pattern=r"^$|^https://[^/?#]+(/[^?#]*)?$|^http://(127\.0\.0\.1|localhost)(:\d+)?(/[^?#]*)?$",
        description="Single sign-on: address of the OpenID Connect provider, as it names itself; "
        "it needs a client id and a secret too. Empty means none.",
    )
    oidc_client_id: str = Field("", description="Name of the portal at that provider.")
    oidc_client_secret: str = Field("", description="Secret of the portal at that provider.")
    oidc_name: str = Field("", description="Name of the provider, on the sign-in page.")
    weather_provider: Literal["", "open-meteo", "meteo-france"] = Field(
        "",
        description="Who gives the temperatures of stations, twice a day and to "
        "`python -m jobs fetch-weather`; empty means nobody: they come with the readings, or from "
        "a file.",
    )
    weather_address: str = Field(
        "",
        description="Where: the archive of Open-Meteo (`https://…/v1/archive`), or the daily files "
        "of Météo-France, `{department}` standing for 01 to 95 (`https://…`, or a path).",
    )
    rights_answer_days: int = Field(
        30, ge=1, description="Days that a holder has to answer; past them, a right is obsolete."
    )
    rights_longest_years: int = Field(
        3, ge=0, description="Longest access right, in years; 0 is without limit."
    )
    proof_days: int = Field(
        20, ge=1, description="Working days that a third party has to send a proof of consent."
    )
    proof_again_days: int = Field(
        10, ge=1, description="Working days left at least when another piece is asked for."
    )
    proof_grace_days: int = Field(
        5,
        ge=0,
        description="Working days past the deadline after which nothing sent is a refusal.",
    )
    proof_undo_minutes: int = Field(
        10,
        ge=0,
        description="Minutes that a decision on a proof may be undone; its effects wait for them.",
    )
    proofs_url: str = Field(
        "",
        pattern=r"^$|^s3(\+http)?://[^/]+/.+",
        description="Where pieces of proof are kept; empty means `var/proofs`, else "
        "`s3://key:secret@host/bucket`.",
    )
    clamd: str = Field(
        "",
        pattern=r"^$|^unix:/.+|^tcp://.+",
        description="Antivirus that screens each piece of proof: `unix:/run/clamav/clamd.ctl` or "
        "`tcp://host:3310`; empty means none.",
    )
    seal_p12: str = Field(
        "",
        description="PKCS#12 file of the certificate that seals contracts; empty means one for "
        "trying, made at first start in `var/seal`.",
    )
    seal_password: str = Field("", description="Password of `PORTAL_SEAL_P12`.")
    seal_anchors: str = Field(
        "",
        description="PEM file of authorities that vouch for seals or for timestamps, beside the "
        "one of `PORTAL_SEAL_P12`.",
    )
    tsa_url: str = Field(
        "",
        pattern=r"^$|^https?://.+",
        description="Timestamp authority (RFC 3161) of the seals; its root goes in "
        "`PORTAL_SEAL_ANCHORS`. Empty means none.",
    )
    contract_clauses: str = Field(
        "",
        description="Text file of the clauses of contracts, as "
        "`data/contracts/templates/clauses.txt`; empty means that one.",
    )
    co2_factor: Decimal = Field(
        Decimal("0.2154"), gt=0, le=1, description="kg CO₂e of a kWh of gas."
    )
    co2_basis: Basis = Field(
        Basis.PCS,
        description="What that kWh is counted on: `pcs`, higher heating value, as consumption is, "
        "or `pci`.",
    )
    co2_source: str = Field(
        "Base Carbone (ADEME), gaz naturel 2022, mix moyen, combustion et amont",
        description="Where that factor comes from, shown beside it.",
    )
    api_calls_a_minute: int = Field(
        60,
        ge=0,
        description="Calls that the programs of one organisation may make in a minute, evenly; 0 "
        "is without limit.",
    )
    api_calls_a_day: int = Field(
        6000, ge=0, description="The same in a day of Paris; 0 is without limit."
    )
    upstream_url: str = Field(
        "",
        pattern=r"^$|^https://[^/?#]+(/[^?#]*)?$|^http://(127\.0\.0\.1|localhost)(:\d+)?(/[^?#]*)?$",
        description="ADICT of the distributor that organisations may mirror their rights and "
        "readings from (`https://…/adict/v2`); what it says is believed. Empty means none.",
    )
    upstream_token_url: str = Field(
        "",
        pattern=r"^$|^https://[^?#]+$|^http://(127\.0\.0\.1|localhost)(:\d+)?(/[^?#]*)?$",
        description="Where that distributor gives tokens.",
    )
    upstream_scope: str = Field("/adict/v2", description="Scope that its tokens are asked for.")
    upstream_calls_a_day: int = Field(
        6000,
        ge=0,
        description="Calls that one organisation may make there in a day of Paris; 0 is without "
        "limit. One leaves each second at most, whoever asks.",
    )
    share_days: int = Field(90, ge=0, le=366, description="Days a shared link may last; 0: none.")
    export_megabytes: int = Field(
        5000,
        ge=1,
        description="Exports kept for one organisation; past it, a new one is refused.",
    )
    privacy_contact: str = Field(
        "",
        description="Who answers about personal data, on `/confidentialite`: an address, a name. "
        "Empty means `PORTAL_MAIL_FROM`.",
    )
    backup_passphrase: str = Field(
        "",
        description="Seals the portal's keys in backups; empty leaves them in the clear there, for "
        "the owner of the files alone. Needed again to restore.",
    )
    backup_external: Literal["report", "include", "refuse"] = Field(
        "report",
        description="What backups do with a secret key given by `PORTAL_SECRET_KEY`, a certificate "
        "outside `PORTAL_VAR` and proofs in a bucket: `report` leaves them out and says so, "
        "`include` saves them too, `refuse` makes no backup without them.",
    )
    demo: bool = Field(
        default=True, description="Load the demo when the database is empty at `make run`."
    )
    log_level: str = Field("INFO", description="`DEBUG`, `INFO`, `WARNING` or `ERROR`.")
