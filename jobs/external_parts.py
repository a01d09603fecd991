"""Handle the parts of a portal stored outside its folder in backups."""

import hashlib
import hmac
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from core.errors import Invalid, Unreadable
from core.i18n import N_, _
from data.controls.files.storage import CONTRACTS, PROOFS, is_key, storage_at

SECRET_KEY = "secret-key"  # noqa: S105 (the name of its file)
SEAL = "seal"
PIECES = "pieces"
SEAL_FILE = "seal/operator.p12"  # path of a restored certificate, in `var`

LABELS = {
    SECRET_KEY: N_("la clé secrète de PORTAL_SECRET_KEY"),
    SEAL: N_("le certificat de PORTAL_SEAL_P12"),
    PIECES: N_("les preuves et les contrats du stockage de PORTAL_PROOFS_URL"),
}


class Policy(StrEnum):
    """What a backup does with the parts outside the portal's folder."""

    REPORT = "report"  # leave them out and report it
    INCLUDE = "include"
    REFUSE = "refuse"  # make no backup


@dataclass(frozen=True, slots=True)
class ExternalParts:
    """Parts that the settings put outside `var`; empty for those inside."""

    secret_key: str = field(default="", repr=False)
    seal_p12: Path | None = None
    proofs_url: str = field(default="", repr=False)
    policy: Policy = Policy.REPORT

    def names(self, var: Path) -> list[str]:
        """Return the names of the parts outside `var`."""
        outside = self.seal_p12 is not None and not self.seal_p12.resolve().is_relative_to(
            (var / SEAL).resolve()
        )
        parts = {SECRET_KEY: self.secret_key, SEAL: outside, PIECES: self.proofs_url}
        return [name for name, present in parts.items() if present]

    def missing(self, var: Path, *, keyless: bool = False) -> list[str]:
        """Return the parts that a backup leaves out; raise Invalid if the policy refuses it.

        `keyless`: the secret key that seals rows of the database is neither in `var` nor known
        here, as when a command runs without the portal's environment.
        """
        unknown = [SECRET_KEY] if keyless else []
        names = self.names(var) + unknown
        if names and self.policy is Policy.REFUSE:
            raise Invalid(
                N_(
                    "Cette sauvegarde n’aurait pas : {parts}. Ajoutez --external=include pour les y"
                    " mettre, ou --external=report pour vous en passer."
                ),
                parts=label(names),
            )
        return unknown if self.policy is Policy.INCLUDE else names

    def key_files(self, var: Path) -> Mapping[str, bytes]:
        """Return the keys that a backup includes, by the path that a restore gives them in `var`.

        Raises OSError when the certificate cannot be read.
        """
        if self.policy is not Policy.INCLUDE:
            return {}
        files = {SECRET_KEY: self.secret_key.encode()} if self.secret_key else {}
        if SEAL in self.names(var) and self.seal_p12 is not None:
            files[SEAL_FILE] = self.seal_p12.read_bytes()
        return files

    def copy_pieces(self, var: Path, backup: Path) -> None:
        """Copy into `backup` the pieces of the bucket that it lacks, if it includes them."""
        if not self.proofs_url or self.policy is not Policy.INCLUDE:
            return
        for place in (PROOFS, CONTRACTS):
            storage, folder = storage_at(self.proofs_url, var, place), backup / place
            for key in storage.names():
                path = folder / key
                if not path.exists():
                    with suppress(Unreadable):  # deleted meanwhile
                        content = storage.get(key)
                        path.touch(mode=0o600)
                        path.write_bytes(content)

    def put_pieces(self, var: Path, backup: Path) -> None:
        """Put the pieces of `backup` into the bucket, under their previous keys."""
        for place in (PROOFS, CONTRACTS):
            storage = storage_at(self.proofs_url, var, place)
            folder = backup / place
            paths = folder.iterdir() if folder.is_dir() else ()
            for path in (path for path in paths if is_key(path.name)):
                storage.put_as(path.name, path.read_bytes())

    def require_key(self, var: Path, restored: str, digest: str | None) -> None:
        """Raise Invalid unless the portal will have the secret key whose digest is `digest`.

        `restored` is the key in the backup, if any. A portal that never created a key has sealed
        nothing: its digest is empty. None comes from a backup older than digests: any key is
        accepted.
        """
        if digest == "":
            return
        path = var / SECRET_KEY
        here = path.read_text("utf8").strip() if path.exists() else ""
        key = self.secret_key or restored or here
        if not key:
            raise Invalid(
                N_(
                    "Cette sauvegarde ne contient pas la clé secrète du portail. Sans elle, les"
                    " secondes authentifications, les webhooks, les canaux et les identifiants du"
                    " distributeur sont illisibles, et les dossiers de preuve changent de"
                    " signature. Donnez-la dans PORTAL_SECRET_KEY, ou ajoutez --without-key pour"
                    " les perdre."
                )
            )
        if digest and not hmac.compare_digest(digest_of(key), digest):
            raise Invalid(
                N_(
                    "La clé secrète de ce portail n’est pas celle de la sauvegarde : ce qu’elle"
                    " scelle serait illisible. Donnez la bonne dans PORTAL_SECRET_KEY, ou ajoutez"
                    " --without-key pour le perdre."
                )
            )


def digest_of(key: str) -> str:
    """Return a digest that identifies a secret key without revealing it; "" for none."""
    return hashlib.sha256(b"portal secret key " + key.encode()).hexdigest()[:32] if key else ""


def label(names: list[str]) -> str:
    """Return the names of parts in a sentence, in the current language."""
    return ", ".join(_(LABELS.get(name, name)) for name in names)
