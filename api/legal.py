"""Serve the legal pages: publisher and accessibility statement."""

from flask import Blueprint, render_template

from api.context import portal

routes = Blueprint("legal", __name__)


@routes.get("/mentions-legales")
def notice() -> str:
    """Render the legal notice: publisher and contact, from the settings in force."""
    return render_template("legal.html", **_operator())


@routes.get("/accessibilite")
def accessibility() -> str:
    """Render the accessibility statement: what was checked, known gaps, and the contact."""
    return render_template("accessibility.html", **_operator())


def _operator() -> dict[str, str]:
    here = portal()
    contact = here.settings.email or here.mail_from
    return {"address": here.settings.address, "contact": contact, "phone": here.settings.phone}
