"""`move-proofs` moves stored files to another store; `rotate-key` replaces the secret key."""

import click

from core.errors import Invalid
from core.i18n import N_, _, plural
from data.administration.claims.queries import list_proof_keys
from data.contracts.queries import unscoped as contracts
from data.controls.files.portal_signature import public_key, signer_of
from data.controls.files.storage import CONTRACTS, PROOFS, storage_at
from jobs.commands.portal import CommandPortal, pass_portal
from jobs.key_rotation import NEXT, rotate
from jobs.lock import only_one
from jobs.storage import Moved, move_pieces


@click.command("move-proofs")
@click.argument("source", metavar="SOURCE")
@pass_portal
def move_proofs(portal: CommandPortal, source: str) -> None:
    """Déplacer preuves et contrats de SOURCE vers le stockage que disent les réglages.

    SOURCE est l’ancienne valeur de PORTAL_PROOFS_URL, ou var pour le dossier de PORTAL_VAR.
    Arrêtée, la commande se relance.
    """
    former, settings = ("" if source == "var" else source), portal.settings
    if former == settings.proofs_url:
        raise Invalid(N_("Preuves et contrats y sont déjà : changez d’abord PORTAL_PROOFS_URL."))
    with portal.database.reading() as db:
        keys = {PROOFS: list_proof_keys(db), CONTRACTS: contracts.list_stored_keys(db)}
    try:
        done = [
            move_pieces(
                storage_at(former, settings.var, place),
                storage_at(settings.proofs_url, settings.var, place),
                place_keys,
            )
            for place, place_keys in keys.items()
        ]
    except ValueError as error:
        raise Invalid(
            N_("« {source} » n’est pas un stockage : donnez var, ou une adresse s3://…"),
            source=source.rpartition("@")[2],
        ) from error
    _report(done)


def _report(done: list[Moved]) -> None:
    copied, present, missing = (
        sum(getattr(moved, name) for moved in done) for name in ("copied", "present", "missing")
    )
    click.echo(plural("{count} pièce déplacée.", "{count} pièces déplacées.", copied))
    if present:
        click.echo(plural("{count} y était déjà.", "{count} y étaient déjà.", present))
    if missing:
        raise click.ClickException(
            plural(
                "{count} pièce n’est dans aucun des deux stockages.",
                "{count} pièces ne sont dans aucun des deux stockages.",
                missing,
            )
        )


@click.command("rotate-key")
@pass_portal
def rotate_key(portal: CommandPortal) -> None:
    """Changer la clé secrète, le portail arrêté : ce qu’elle scelle l’est à nouveau.

    Les sessions ouvertes, les jetons des programmes et les liens signés des courriels déjà partis
    ne valent plus.
    """
    settings = portal.settings
    former = settings.signing_key()
    with only_one(portal.database, settings.var):
        done = rotate(portal.database, settings.var, former, in_file=not settings.secret_key)
    click.echo(
        plural(
            "{count} secret scellé à nouveau.", "{count} secrets scellés à nouveau.", done.resealed
        )
    )
    if done.unreadable:
        click.echo(
            plural(
                "{count} secret était déjà illisible : il reste à saisir à nouveau.",
                "{count} secrets étaient déjà illisibles : ils restent à saisir à nouveau.",
                done.unreadable,
            ),
            err=True,
        )
    path = settings.var / NEXT
    if settings.secret_key:
        sentence = N_(
            "La nouvelle clé est dans {path} : mettez-la dans PORTAL_SECRET_KEY, puis effacez ce"
            " fichier."
        )
        click.echo(_(sentence, path=path))
    new = path.read_text("utf8").strip() if settings.secret_key else settings.signing_key()
    sentence = N_(
        "Publiez la nouvelle clé des dossiers de preuve : {key}. L’ancienne, {former}, vérifie"
        " toujours ceux d’avant."
    )
    keys = {"key": new, "former": former}
    click.echo(_(sentence, **{name: public_key(signer_of(key)) for name, key in keys.items()}))
