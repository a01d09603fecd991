"""Settings that differ between machines; read once at startup and passed in."""

from contextlib import suppress
from ipaddress import ip_address
from urllib.parse import urlsplit

from pydantic_settings import SettingsConfigDict

from core.secret import kept_secret
from core.settings.portal import PortalSettings
from core.settings.retention import RetentionSettings


class Settings(RetentionSettings, PortalSettings):
    """Every `PORTAL_*` environment variable; the settings pages are tested against it."""

    model_config = SettingsConfigDict(env_prefix="PORTAL_", frozen=True, hide_input_in_errors=True)

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.var.resolve() / 'portal.db'}"

    @property
    def address(self) -> str:
        return self.base_url.rstrip("/") or f"http://{self.host}:{self.port}"

    @property
    def secure(self) -> bool:
        return self.base_url.startswith("https://")

    @property
    def single_sign_on(self) -> tuple[str, str, str, str]:
        """Return issuer, client id, client secret and displayed name; usable if none is empty."""
        name = self.oidc_name or urlsplit(self.oidc_issuer).hostname or ""
        return (self.oidc_issuer, self.oidc_client_id, self.oidc_client_secret, name)

    @property
    def alone(self) -> bool:
        """Return whether only this machine can reach the portal."""
        with suppress(ValueError):
            return ip_address(self.host).is_loopback
        return self.host.lower() == "localhost"

    @property
    def hosts(self) -> frozenset[str]:
        """Return the host names the portal answers to; empty means any."""
        trusted_names = {name.strip().lower() for name in self.trusted_hosts.split(",")} - {""}
        public = urlsplit(self.base_url).hostname
        if "*" in trusted_names or not (trusted_names or public or self.alone):
            return frozenset()
        here = {"localhost", "127.0.0.1", "::1", self.host.lower()}
        return frozenset(trusted_names | here | ({public} if public else set()))

    def signing_key(self) -> str:
        """Return the secret key; created once in `var/secret-key` when none is given."""
        return self.secret_key or kept_secret(self.var / "secret-key", 48)
