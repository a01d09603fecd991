"""Send to the services that Apprise reaches: chat, SMS, push."""

import re
from datetime import datetime

from data.notifications.channels.errors import ChannelRefused, Unanswered
from data.notifications.channels.public_addresses import Allow, only_public
from data.notifications.rules import forces_an_option, is_public, unquoted
from data.notifications.types import ChannelMessage

# Settings of a service that its address cannot override; timeouts in seconds.
_OURS = {
    "socket_connect_timeout": 8,
    "socket_read_timeout": 8,
    "verify_certificate": True,
    "redirects": False,
}
# Services that act on this machine, or read a key from one of its files.
_LOCAL = frozenset(
    {"dbus", "kde", "qt", "glib", "gnome", "macosx", "windows", "syslog", "rsyslog", "blink1"}
    | {"vapid", "fcm", "deltachat"}
)
# Options that name a local file: `discord://…?template=/etc/passwd` would send it.
_FILES = re.compile(
    r"[?&;]\s*[-+:]?\s*(template|keyfile|subfile|pgp\w*|cert\w*|ca\w*|attach\w*|config)\s*=",
    re.IGNORECASE,
)


def by_apprise(parcel: ChannelMessage, at: datetime, *, allow: Allow = is_public) -> None:
    """Send title and text.

    Raise ChannelRefused for an unknown service or a private address, OSError otherwise. Apprise is
    only imported when used: it knows more than a hundred services.
    """
    del at
    import apprise

    if _names_a_file(parcel.url) or forces_an_option(parcel.url):
        raise ChannelRefused("unknown service", gone=True)  # noqa: TRY003 (a code of the journal)
    asset = apprise.AppriseAsset(
        app_id="Espace client",
        async_mode=False,
        http_redirects=False,
        secure_logging=True,
        storage_mode=apprise.PersistentStoreMode.MEMORY,
    )
    with only_public(allow):
        service = apprise.Apprise.instantiate(parcel.url, asset=asset, suppress_exceptions=True)
        if service is None:
            raise ChannelRefused("unknown service", gone=True)  # noqa: TRY003
        for name, value in _OURS.items():
            setattr(service, name, value)
        is_accepted = service.notify(
            title=parcel.title, body=parcel.text, body_format=apprise.NotifyFormat.TEXT
        )
    if not is_accepted:
        raise Unanswered("not taken")  # noqa: TRY003


def by_sms(parcel: ChannelMessage, at: datetime, *, allow: Allow = is_public) -> None:
    """Send by the operator's gateway, which may be on its private network."""
    del allow
    by_apprise(parcel, at, allow=lambda _address: True)


def _names_a_file(url: str) -> bool:
    """Return whether an address targets this machine or one of its files, however quoted."""
    plain = unquoted(url)
    scheme = plain.partition("://")[0].strip().lower()
    return scheme.rstrip("s") in _LOCAL or scheme in _LOCAL or bool(_FILES.search(plain))
