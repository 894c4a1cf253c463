"""The settings that an operator gives through the environment."""

from __future__ import annotations

import secrets
from functools import lru_cache
from pathlib import Path

from pydantic import BaseSettings, Field, SecretStr

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """All settings, read from `MELDWIJZER_*` (the Telegram ones: `TELEGRAM_*`).

    All state lies under `data`; nothing is written anywhere else.
    """

    data: Path = Field(Path("var"), description="map voor database, model en sleutel")
    database_url: str | None = Field(None, description="SQLAlchemy-adres; standaard SQLite in `data`")
    secret: SecretStr | None = Field(None, description="sleutel voor tokens en pseudoniemen; standaard zelf gemaakt")
    action_url: str = Field("http://127.0.0.1:5055/webhook", description="adres van de action server")
    rate_limit: int = Field(
        3000,
        ge=0,
        # A whole town hall behind one address is one client, hence the height.
        description="berichten per minuut per afzender, 0 = geen grens",
    )
    retention_hours: int = Field(24, gt=0, description="uren waarna een stil gesprek verdwijnt")
    register_municipality: bool = Field(False, description="leg bij een adviesvraag ook de gemeente vast")
    admin_token: SecretStr | None = Field(
        None, min_length=20, description="wachtwoord van /admin/report; zonder is die pagina er niet"
    )
    telegram_token: SecretStr | None = Field(None, env="TELEGRAM_TOKEN", description="zonder token geen Telegram")
    telegram_api: str = Field(
        "https://api.telegram.org", env="TELEGRAM_API", description="adres van de Telegram Bot API"
    )

    class Config:
        """Environment names."""

        env_prefix = "MELDWIJZER_"

    @property
    def database(self) -> str:
        """The SQLAlchemy address of the one database."""
        return self.database_url or f"sqlite:///{(self.data / 'meldwijzer.db').resolve()}"

    @property
    def key(self) -> bytes:
        """The secret key; made once and kept under `data`, readable by its owner only."""
        if self.secret:
            return self.secret.get_secret_value().encode()
        path = self.data / "secret"
        if not path.exists():
            self.data.mkdir(parents=True, exist_ok=True)
            # Written aside and linked, so that two processes that start together share one key.
            fresh = path.with_name(f"secret.{secrets.token_hex(4)}")
            fresh.touch(mode=0o600)
            fresh.write_text(secrets.token_hex(32))
            try:
                path.hardlink_to(fresh)
            except FileExistsError:
                pass
            finally:
                fresh.unlink()
        return path.read_text().encode()


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process."""
    return Settings()
