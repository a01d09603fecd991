"""Operator commands (`python -m jobs <command>`); only they read the settings here."""

import errno
from collections.abc import Callable
from importlib import import_module

import click
from pydantic import ValidationError
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, OperationalError
from structlog import get_logger

from core import log
from core.errors import Invalid, PortalError
from core.i18n import N_, _
from core.secret import kept_secret
from core.settings import Settings
from jobs.commands.portal import CommandPortal
from jobs.os_errors import reason_of

COMMANDS = {
    "adopt": "database:adopt",
    "backup": "backups:backup",
    "create-user": "accounts:create_user",
    "demo": "demo:demo",
    "end-contract": "rights:end_contract",
    "export-readings": "exports:export_readings",
    "fetch-weather": "weather:fetch_weather",
    "import-readings": "imports:import_readings",
    "load-weather": "weather:load_weather",
    "pack-key": "packs:pack_key",
    "migrate": "database:migrate",
    "move-proofs": "storage:move_proofs",
    "reset-second-factor": "accounts:reset_second_factor",
    "restore": "backups:restore",
    "rotate-key": "storage:rotate_key",
    "run": "schedule:run",
    "scheduler": "schedule:scheduler_command",
    "serve": "portal_server:serve",
    "setup": "database:setup",
    "verify-journal": "controls:verify_journal",
    "verify-pack": "packs:verify_pack",
    "weather-station": "weather:weather_station",
    "worker": "worker:worker",
}
PASSWORD_OCTETS = 12


class Console(click.Group):
    """Command group that loads only the requested command, and prints errors in one sentence."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module, _colon, name = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(f"jobs.commands.{module}"), name)
        return command

    def invoke(self, ctx: click.Context) -> object:
        return _run_command(lambda: super(Console, self).invoke(ctx))


def _run_command(work: Callable[[], object]) -> object:
    """Run `work`; on an error, print a sentence on standard error and exit with status 1."""
    try:
        return work()
    except PortalError as error:
        raise click.ClickException(_(error.message, **error.params)) from error
    except OperationalError as error:
        raise click.ClickException(
            _("La base de données ne répond pas : {reason}", reason=str(error.orig).strip())
        ) from error
    except OSError as error:
        if error.errno == errno.EPIPE:  # the reader of our output has left: click exits quietly
            raise
        raise click.ClickException(
            _("{file} : {reason}", file=error.filename or "–", reason=reason_of(error))
        ) from error
    except (click.ClickException, click.exceptions.Exit, click.Abort):
        raise
    except Exception as error:
        reference = log.reference()
        get_logger().exception("jobs.failed", reference=reference)
        raise click.ClickException(
            _("Erreur inattendue, référence {reference} (voir le journal ci-dessus).",
              reference=reference)
        ) from error  # fmt: skip


def _settings() -> Settings:
    """Return the settings of this machine. Raise Invalid with the name of a wrong one."""
    try:
        settings = Settings()
        make_url(settings.database)
    except ValidationError as error:
        first = error.errors()[0]
        name = "PORTAL_" + "_".join(str(part) for part in first["loc"]).upper()
        raise Invalid(
            N_(
                "{name} : « {found} » ne convient pas. Les réglages sont décrits dans la "
                "documentation."
            ),
            name=name,
            found=str(first.get("input")).rpartition("@")[2],  # a URL may contain a password
        ) from error
    except ArgumentError as error:
        raise Invalid(
            N_("PORTAL_DATABASE_URL n’est pas une adresse de base : postgresql://… ou rien.")
        ) from error
    return settings


@click.group(cls=Console, context_settings={"help_option_names": ["-h", "--help"]})
@click.pass_context
def console(ctx: click.Context) -> None:
    """Commandes d’exploitation du portail ; les réglages sont les variables PORTAL_*."""
    settings = _settings()
    log.configure(settings.log_level)
    ctx.obj = CommandPortal(
        settings, lambda: kept_secret(settings.var / "demo-password", PASSWORD_OCTETS)
    )
    ctx.call_on_close(ctx.obj.close)
