"""Settings of a portal that differ between machines."""

from decimal import Decimal
from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings

from core.i18n import N_


class PortalSettings(BaseSettings):
    """Settings of the portal: where it runs, the services it uses, its limits."""

    var: Path = Field(Path("var"), description="Folder of everything that the portal writes.")
    database_url: str = Field(
        "",
        description="Database, as `postgresql://…`. Empty: SQLite in the `var` folder.",
    )
    host: str = Field("127.0.0.1", description="Address the web server listens on.")
    port: int = Field(8050, ge=1, le=65535, description="Port the web server listens on.")
    workers: int = Field(2, ge=1, le=64, description="Web worker processes.")
    threads: int = Field(4, ge=1, le=64, description="Threads in each web worker.")
    tick: int = Field(
        60,
        ge=1,
        le=60,
        description="Longest time between two runs of a frequent task, in seconds. For tests.",
    )
    secret_key: str = Field(
        "",
        description="Key that signs cookies and links and seals secrets. Empty: one is made at "
        "first start in `var`.",
    )
    base_url: str = Field(
        "",
        description="Public address, for the links of mails. With `https://`, cookies are Secure.",
    )
    trusted_proxies: int = Field(
        0,
        ge=0,
        le=5,
        description="Number of reverse proxies in front whose `X-Forwarded-*` headers are trusted.",
    )
    trusted_hosts: str = Field(
        "",
        description="Other names that the portal answers under, separated by commas; `*` for any."
        " Empty: this machine and the name in `PORTAL_BASE_URL`; without that one, "
        "any name once `PORTAL_HOST` is not this machine.",
    )
    operator_name: str = Field(
        "Réseau Gaz", description="Name of the distributor, shown at the top of each page."
    )
    operator_address: str = Field(
        "12 rue du Réseau, 99000 Gazeville",
        description="Address of the distributor, printed on contracts.",
    )
    operator_email: str = Field("", description="Reply address at the end of mails. Empty: none.")
    operator_phone: str = Field(
        "", description="Telephone of the distributor at the end of mails. Empty: none."
    )
    smtp_url: str = Field(
        "",
        description="Mail server, as `smtp://user:password@host:587`. Empty: mails are files in "
        "`var/mail`.",
    )
    sms_url: str = Field(
        "",
        pattern=r"^$|^[a-z0-9]+://.*\{number\}",
        repr=False,
        description="SMS gateway: an Apprise address with `{number}` where the mobile number goes,"
        " as `vonage://key:secret@sender/{number}`. Empty: nobody is offered SMS.",
    )
    sms_countries: str = Field(
        "33,262,508,590,594,596,681,687,689",
        pattern=r"^[1-9]\d{0,3}(,[1-9]\d{0,3})*$",
        description="Dialling codes of the countries that SMS leave for, separated by commas."
        " By default, France and its overseas territories.",
    )
    mail_from: str = Field("espace-client@reseau.example", description="Sender of the mails.")
    metrics_token: str = Field(
        "",
        description="Bearer token that opens `/metrics`. Empty: only this machine reads it.",
    )
    session_idle_minutes: int = Field(
        30, ge=1, description="Minutes without use after which a session ends."
    )
    session_hours: int = Field(
        12, ge=1, description="Hours after which a session ends in any case."
    )
    login_tries: int = Field(
        10,
        ge=1,
        description="Sign-in attempts allowed in 15 minutes for an address, and for an account "
        "from one network. An account has ten times as many from all networks "
        "together.",
    )
    upload_megabytes: int = Field(
        64, ge=1, le=64, description="Largest file accepted on `/operations`, 64 at most."
    )
    deposit_megabytes: int = Field(
        128, ge=1, description="Largest deposit: all the files sent together."
    )
    quota_megabytes: int = Field(
        500,
        ge=1,
        description="Size of the files kept for one organisation: those of `/operations` and, "
        "counted apart, proofs. Past it, a new deposit is refused.",
    )
    waiting_files: int = Field(
        100, ge=1, description="Number of files of one organisation that may wait to be read."
    )
    second_factor: Literal["required", "optional"] = Field(
        "required",
        description="Whether account managers and administrators must have a second factor. While"
        " `PORTAL_DEMO` is true, accounts that keep the demo password are exempt.",
    )
    oidc_issuer: str = Field(
        "",
        pattern=r"^$|^https://[^/?#]+(/[^?#]*)?$|^http://(127\.0\.0\.1|localhost)(:\d+)?(/[^?#]*)?$",
        description="Single sign-on: issuer address of the OpenID Connect provider. A client id "
        "and a secret are needed too. Empty: none.",
    )
    oidc_client_id: str = Field("", description="Client id of the portal at that provider.")
    oidc_client_secret: str = Field("", description="Client secret of the portal at that provider.")
    oidc_name: str = Field("", description="Name of that provider on the sign-in page.")
    weather_provider: Literal["", "open-meteo", "meteo-france"] = Field(
        "",
        description="Source of station temperatures, read twice a day and by `python -m jobs "
        "fetch-weather`. Empty: none; temperatures come with the readings or from a "
        "file.",
    )
    weather_address: str = Field(
        "",
        description="Address of that source: the Open-Meteo archive (`https://…/v1/archive`), or "
        "the daily files of Météo-France with `{department}` in place of 01 to 95 "
        "(`https://…`, or a path).",
    )
    rights_answer_days: int = Field(
        30,
        ge=1,
        description="Days that a holder has to answer. Afterwards the request is obsolete.",
    )
    rights_longest_years: int = Field(
        3, ge=0, description="Longest duration of an access right, in years. 0: no limit."
    )
    proof_days: int = Field(
        20, ge=1, description="Working days that a third party has to send a proof of consent."
    )
    proof_again_days: int = Field(
        10, ge=1, description="Fewest working days left when another document is asked for."
    )
    proof_grace_days: int = Field(
        5,
        ge=0,
        description="Working days after the deadline until a missing proof counts as a refusal.",
    )
    proof_undo_minutes: int = Field(
        10,
        ge=0,
        description="Minutes during which a decision on a proof can be undone. Its effects wait "
        "until then.",
    )
    proofs_url: str = Field(
        "",
        pattern=r"^$|^s3(\+http)?://[^/]+/.+",
        description="Store of proofs, as `s3://key:secret@host/bucket`. Empty: `var/proofs`.",
    )
    clamd: str = Field(
        "",
        pattern=r"^$|^unix:/.+|^tcp://.+",
        description="Antivirus that screens each proof: `unix:/run/clamav/clamd.ctl` or "
        "`tcp://host:3310`. Empty: none.",
    )
    seal_p12: str = Field(
        "",
        description="PKCS#12 file of the certificate that seals contracts. Empty: a test "
        "certificate, made at first start in `var/seal`.",
    )
    seal_password: str = Field("", description="Password of `PORTAL_SEAL_P12`.")
    seal_anchors: str = Field(
        "",
        description="PEM file of authorities trusted for seals and timestamps, in addition to "
        "that of `PORTAL_SEAL_P12`.",
    )
    tsa_url: str = Field(
        "",
        pattern=r"^$|^https?://.+",
        description="Timestamp authority (RFC 3161) for the seals. Put its root in "
        "`PORTAL_SEAL_ANCHORS`. Empty: none.",
    )
    contract_clauses: str = Field(
        "",
        description="Text file of the clauses of contracts, in the form of "
        "`data/contracts/templates/clauses.txt`. Empty: that file.",
    )
    co2_factor: Decimal = Field(
        Decimal("0.2154"), gt=0, le=1, description="Emission factor of gas, in kg CO₂e per kWh."
    )
    co2_basis: Literal["pcs", "pci"] = Field(
        "pcs",
        description="Heating value that this factor is given for: `pcs` (gross, as consumption "
        "is) or `pci` (net).",
    )
    co2_source: str = Field(
        N_("Base Carbone (ADEME), gaz naturel 2022, mix moyen, combustion et amont"),
        description="Source of this factor, shown beside it.",
    )
    api_calls_a_minute: int = Field(
        60,
        ge=0,
        description="Calls that the programs of one organisation may make in a minute, spread "
        "evenly. 0: no limit.",
    )
    api_calls_a_day: int = Field(
        6000,
        ge=0,
        description="Calls that the programs of one organisation may make in a day (Paris). 0: no"
        " limit.",
    )
    upstream_url: str = Field(
        "",
        pattern=r"^$|^https://[^/?#]+(/[^?#]*)?$|^http://(127\.0\.0\.1|localhost)(:\d+)?(/[^?#]*)?$",
        description="ADICT address of the distributor that organisations may mirror "
        "(`https://…/adict/v2`). Its answers are trusted. Empty: none.",
    )
    upstream_token_url: str = Field(
        "",
        pattern=r"^$|^https://[^?#]+$|^http://(127\.0\.0\.1|localhost)(:\d+)?(/[^?#]*)?$",
        description="Token address of that distributor.",
    )
    upstream_scope: str = Field("/adict/v2", description="Scope asked for in its tokens.")
    upstream_calls_a_day: int = Field(
        6000,
        ge=0,
        description="Calls that one organisation may make there in a day (Paris). 0: no limit. At"
        " most one call a second leaves the portal.",
    )
    share_days: int = Field(
        90, ge=0, le=366, description="Longest life of a shared link, in days. 0: no links."
    )
    export_megabytes: int = Field(
        5000,
        ge=1,
        description="Size of the exports kept for one organisation. Past it, a new export is "
        "refused.",
    )
    privacy_contact: str = Field(
        "",
        description="Contact for personal data on `/confidentialite`: an address, a name. Empty: "
        "`PORTAL_MAIL_FROM`.",
    )
    backup_passphrase: str = Field(
        "",
        description="Passphrase that seals the keys of the portal in backups, and that a restore "
        "needs. Empty: keys lie there in the clear, readable by the owner of the "
        "files alone.",
    )
    backup_external: Literal["report", "include", "refuse"] = Field(
        "report",
        description="What backups do with a secret key given by `PORTAL_SECRET_KEY`, a certificate "
        "outside `PORTAL_VAR` and proofs in a bucket: `report` leaves them out and says so, "
        "`include` saves them too, `refuse` makes no backup without them.",
    )
    demo: bool = Field(
        default=True, description="Load the demo at `make run` when the database is empty."
    )
    log_level: str = Field(
        "INFO", description="Level of the logs: `DEBUG`, `INFO`, `WARNING` or `ERROR`."
    )
