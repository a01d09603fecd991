"""Refuse values marked as an organisation's deposits in files of the distributor's side.

The portal's own exports name the source of each day. Without this rule, a typed value that is
exported and sent to the distributor's staff would come back as the distributor's value.
"""

from core.errors import Invalid
from core.i18n import N_, short_day
from data.metering.consumption.types import ReadingsFile
from data.provenance import DataSource, Provenance


def check_relayed(file: ReadingsFile, provenance: Provenance) -> None:
    """Raise Invalid when `file` marks a value as deposited and `provenance` is not a deposit."""
    if file.deposited is not None and provenance.source is not DataSource.DEPOSIT:
        raise Invalid(
            N_(
                "Ce fichier indique lui-même que la valeur du {day} a été déposée par une"
                " organisation (colonne « Source » ou remarque) : elle ne peut pas être"
                " enregistrée comme celle du distributeur. Retirez ces lignes, ou faites déposer"
                " le fichier par le titulaire du PCE."
            ),
            day=short_day(file.deposited),
        )
