"""`verify-journal` checks the whole chain of the controls' journal."""

from datetime import UTC, datetime

import click

from core.errors import Invalid
from core.i18n import N_, _, plural
from data.controls.files.anchors import Anchors
from jobs import controls
from jobs.commands.portal import CommandPortal, pass_portal


@click.command(name="verify-journal")
@pass_portal
def verify_journal(portal: CommandPortal) -> None:
    """Vérifier que le journal des contrôles est tel qu’il a été écrit."""
    settings = portal.settings
    anchors = Anchors(settings.var, settings.signing_key())
    report = controls.verify(portal.database, anchors, datetime.now(UTC))
    for broken in report.broken:
        click.echo(_(broken.sentence, seq=broken.seq), err=True)
    if report.broken:
        raise Invalid(N_("Le journal des contrôles n’est pas tel qu’il a été écrit."))
    click.echo(
        plural(
            "{count} écriture vérifiée, empreinte {hash}.",
            "{count} écritures vérifiées, empreinte {hash}.",
            report.entries,
            hash=report.last_hash,
        )
    )
