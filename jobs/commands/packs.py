"""`verify-pack` checks an evidence pack; `pack-key` shows the key that signs them."""

from pathlib import Path
from zipfile import ZipFile

import click

from core.errors import Invalid
from core.i18n import N_, _, plural
from data.controls import queries
from data.controls.files.archive import seal_of, sealed
from data.controls.files.pack import PAGE
from data.controls.files.pack_verifier import verify
from data.controls.files.portal_signature import public_key, signer_of
from data.controls.files.storage import digest_of
from jobs.commands.portal import CommandPortal, pass_portal

UNSIGNED = 3  # exit code of a consistent pack whose signer was not checked
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("verify-pack")
@click.argument("file", metavar="FILE", type=FILE)
@click.option("--key", default="", help="Clé publique que publie le distributeur.")
@click.option("--here", is_flag=True, help="Sur le serveur : avec sa clé et son journal.")
@pass_portal
def verify_pack(portal: CommandPortal, file: Path, key: str, *, here: bool) -> None:
    """Vérifier le dossier de preuve FILE : chaque octet changé a sa place nommée.

    Sans clé, il est seulement d’accord avec lui-même : qui l’a signé reste à comparer (code 3).
    """
    flaws = verify(file, _own_key(portal) if here else key.strip().lower())
    for flaw in flaws:
        click.echo(_("{place} : {problem}", place=_(flaw.place), problem=_(flaw.sentence)))
    if flaws:
        count = plural("{count} défaut trouvé.", "{count} défauts trouvés.", len(flaws))
        raise click.ClickException(count)
    if here:
        # The journal of this portal must contain the seal of the pack
        with portal.database.reading() as db:
            has_seal = queries.is_packed(db, seal_of(file.read_bytes()))
        if not has_seal:
            raise Invalid(N_("Le journal de ce portail ne connaît pas ce dossier."))
    if here or key:
        click.echo(_("{file} : intact, signé par cette clé.", file=file.name))
        return
    seal = sealed(file.read_bytes())
    sentence = N_(
        "{file} : rien n’est abîmé, et le journal concorde. Signature de la clé {key}, à comparer"
        " à celle que publie le distributeur."
    )
    click.echo(_(sentence, file=file.name, key=seal.key if seal else ""))
    click.echo(_("{file} : empreinte SHA-256 {sha256}", file=PAGE, sha256=_page_of(file)))
    raise SystemExit(UNSIGNED)


def _page_of(file: Path) -> str:
    """Return the digest of the page in the pack; only the signature proves its origin."""
    with ZipFile(file) as packed:
        return digest_of(packed.read(PAGE)) if PAGE in packed.namelist() else "-"


@click.command("pack-key")
@pass_portal
def pack_key(portal: CommandPortal) -> None:
    """Écrire la clé publique qui signe les dossiers de preuve : le distributeur la publie."""
    click.echo(_own_key(portal))


def _own_key(portal: CommandPortal) -> str:
    return public_key(signer_of(portal.settings.signing_key()))
