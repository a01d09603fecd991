"""Store pieces in an S3 bucket: `s3://key:secret@host[:port]/bucket[/folder]`.

`s3+http://` disables TLS; `?region=` names the region. Without a key in the address, the usual
AWS_* variables or the machine's role are used. The time that a deposit waits is limited.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from obstore.exceptions import BaseError
from obstore.store import S3Store

from core.errors import Unavailable
from core.i18n import N_
from data.controls.files.storage import gone, is_key, new_key

if TYPE_CHECKING:
    from obstore.store import S3Config

_REGION = "us-east-1"  # expected by servers without regions
_CONNECT = "5s"
_WHOLE = "30s"
_TRIES = 2
_NO_BUCKET = "NoSuchBucket"  # S3's error code
_Found = TypeVar("_Found")


class S3Storage:
    """See `storage.Storage`; raise ValueError when `url` is not of the above form."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        bucket, _slash, folder = parts.path.strip("/").partition("/")
        if parts.scheme not in {"s3", "s3+http"} or not parts.hostname or not bucket:
            raise ValueError(parts.scheme)
        plain = parts.scheme == "s3+http"
        self._store = S3Store(
            bucket,
            prefix=folder or None,
            config=_config(parts, plain=plain),
            client_options={"allow_http": plain, "timeout": _WHOLE, "connect_timeout": _CONNECT},
            retry_config={"max_retries": _TRIES},
        )

    def put_object(self, content: bytes) -> str:
        key = new_key()
        self.put_as(key, content)
        return key

    def put_as(self, key: str, content: bytes) -> None:
        _answered(lambda: self._store.put(key, content))

    def get(self, key: str) -> bytes:
        if not is_key(key):
            raise gone()
        content = _answered(lambda: self._get_object(key))
        if content is None:
            raise gone()
        return content

    def _get_object(self, key: str) -> bytes | None:
        """Return an object, None without it; a missing bucket raises instead."""
        try:
            return bytes(self._store.get(key).bytes())
        except FileNotFoundError as error:
            if _NO_BUCKET in str(error):
                raise
            return None

    def delete(self, key: str) -> None:
        if is_key(key):
            _answered(lambda: self._store.delete(key))

    def names(self, older_than: timedelta | None = None) -> Iterator[str]:
        before = None if older_than is None else self._now() - older_than
        listed = _answered(lambda: [entry for page in self._store.list() for entry in page])
        for entry in sorted(listed, key=lambda held: held["path"]):
            name = entry["path"].rpartition("/")[2]
            if is_key(name) and (before is None or entry["last_modified"] < before):
                yield name

    def _now(self) -> datetime:
        """Return the server's time, as the modification date of an empty probe object."""
        probe = self.put_object(b"")
        put_at = _answered(lambda: self._store.head(probe)["last_modified"])
        self.delete(probe)
        return put_at


def _config(parts: SplitResult, *, plain: bool) -> "S3Config":
    place = parts.netloc.rpartition("@")[2]
    config: S3Config = {
        "endpoint": f"{'http' if plain else 'https'}://{place}",
        "region": parse_qs(parts.query).get("region", [_REGION])[0],
        "virtual_hosted_style_request": False,
    }
    if parts.username:
        config["access_key_id"] = unquote(parts.username)
        config["secret_access_key"] = unquote(parts.password or "")
    return config


def _answered(ask: Callable[[], _Found]) -> _Found:
    try:
        return ask()
    except (BaseError, OSError) as error:
        raise Unavailable(
            N_("Le stockage des pièces ne répond pas : rien n’est perdu, réessayez bientôt.")
        ) from error
