"""`backup` and `restore`: copy the portal to a folder, and back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from core.database import Database
from core.i18n import _, plural
from jobs import backup as backups
from jobs.commands.portal import CommandPortal, bar, pass_portal

if TYPE_CHECKING:
    from core.settings import Settings
from jobs.external_parts import SEAL_FILE, ExternalParts, Policy, label

EXTERNAL = click.Choice([policy.value for policy in Policy])
FOLDER = click.Path(file_okay=False, path_type=Path)


def external_parts(settings: Settings, policy: str | None = None) -> ExternalParts:
    """Return what the settings put outside the portal's folder, and what backups do with it."""
    seal = Path(settings.seal_p12) if settings.seal_p12 else None
    chosen = Policy(policy or settings.backup_external)
    return ExternalParts(settings.secret_key, seal, settings.proofs_url, chosen)


@click.command()
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.option(
    "--external",
    type=EXTERNAL,
    help="Ce qui est hors de PORTAL_VAR (clé secrète donnée par l’environnement, certificat,"
    " stockage S3) : report le dit, include le sauvegarde aussi, refuse arrête tout.",
)
@pass_portal
def backup(portal: CommandPortal, folder: Path, external: str | None) -> None:
    """Sauvegarder la base et les fichiers reçus dans le dossier neuf DIR.

    Le portail peut rester en marche. Ses clés y sont, scellées si PORTAL_BACKUP_PASSPHRASE est
    donnée, en clair sinon.
    """
    with bar(desc=_("Sauvegarde"), unit=" fichier") as progress_bar:
        manifest = backups.backup(
            portal.database,
            portal.settings.var,
            folder,
            datetime.now(UTC),
            passphrase=portal.settings.backup_passphrase,
            external=external_parts(portal.settings, external),
            progress=lambda _name: progress_bar.update(1),
        )
    if manifest.missing:
        warning = _("Attention, cette sauvegarde n’a pas : {parts}. Conservez-les vous-même.",
                    parts=label(manifest.missing))  # fmt: skip
        click.echo(warning, err=True)
    click.echo(
        plural(
            "{count} fichier sauvegardé dans {folder}.",
            "{count} fichiers sauvegardés dans {folder}.",
            len(manifest.files),
            folder=folder,
        )
    )


@click.command()
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.option("--without-key", is_flag=True, help="Perdre ce que scelle la clé secrète absente.")
@pass_portal
def restore(portal: CommandPortal, folder: Path, *, without_key: bool) -> None:
    """Remettre la sauvegarde DIR dans une base vide, après avoir tout vérifié."""
    database = Database(portal.settings.database)  # not migrated: the backup determines the schema
    try:
        with bar(desc=_("Restauration"), unit=" fichier") as progress_bar:
            manifest = backups.restore(
                database,
                portal.settings.var,
                folder,
                passphrase=portal.settings.backup_passphrase,
                external=external_parts(portal.settings),
                without_key=without_key,
                progress=lambda _name: progress_bar.update(1),
            )
    finally:
        database.close()
    if manifest.missing:
        warning = _("Attention, la sauvegarde n’avait pas : {parts}. Remettez-les vous-même.",
                    parts=label(manifest.missing))  # fmt: skip
        click.echo(warning, err=True)
    if (portal.settings.var / SEAL_FILE).exists():
        path = portal.settings.var / SEAL_FILE
        click.echo(_("Le certificat de scellement est dans {path} : donnez-le à PORTAL_SEAL_P12.",
                     path=path))  # fmt: skip
    click.echo(_("La sauvegarde du {day} est en place.", day=manifest.created_at[:16]))
