"""`verify-journal`: the chain of the controls' journal, read whole."""

from datetime import UTC, datetime

import click

from data.controls.files.anchors import Anchors
from data.errors import Invalid
from i18n import N_, _, plural
from jobs import controls
from jobs.commands.portal import Portal, pass_portal


@click.command(name="verify-journal")
@pass_portal
def verify_journal(portal: Portal) -> None:
    """Vérifier que le journal des contrôles est tel qu’il a été écrit."""
    settings = portal.settings
    anchors = Anchors(settings.var, settings.signing_key())
    found = controls.verify(portal.database, anchors, datetime.now(UTC))
    for broken in found.broken:
        click.echo(_(broken.sentence, seq=broken.seq), err=True)
    if found.broken:
        raise Invalid(N_("Le journal des contrôles n’est pas tel qu’il a été écrit."))
    click.echo(
        plural(
            "{count} écriture vérifiée, empreinte {hash}.",
            "{count} écritures vérifiées, empreinte {hash}.",
            found.entries,
            hash=found.last_hash,
        )
    )
