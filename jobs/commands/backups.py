"""`backup` and `restore`: the portal in a folder, and back."""

from datetime import UTC, datetime
from pathlib import Path

import click

from data.db import Database
from i18n import _, plural
from jobs import backup as backups
from jobs.commands.portal import Portal, bar, pass_portal

FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command()
@click.argument("folder", metavar="DIR", type=FOLDER)
@pass_portal
def backup(portal: Portal, folder: Path) -> None:
    """Sauvegarder la base et les fichiers reçus dans le dossier neuf DIR.

    Le portail peut rester en marche. Ses clés y sont, scellées si PORTAL_BACKUP_PASSPHRASE est
    donnée, en clair sinon.
    """
    with bar(desc=_("Sauvegarde"), unit=" fichier") as shown:
        manifest = backups.backup(
            portal.database,
            portal.settings.var,
            folder,
            datetime.now(UTC),
            passphrase=portal.settings.backup_passphrase,
            progress=lambda _name: shown.update(1),
        )
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
@pass_portal
def restore(portal: Portal, folder: Path) -> None:
    """Remettre la sauvegarde DIR dans une base vide, après avoir tout vérifié."""
    database = Database(portal.settings.database)  # not migrated: the backup says to what schema
    try:
        with bar(desc=_("Restauration"), unit=" fichier") as shown:
            manifest = backups.restore(
                database,
                portal.settings.var,
                folder,
                passphrase=portal.settings.backup_passphrase,
                progress=lambda _name: shown.update(1),
            )
    finally:
        database.close()
    click.echo(_("La sauvegarde du {day} est en place.", day=manifest.created_at[:16]))
