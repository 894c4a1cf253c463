"""The settings that an operator gives through the environment."""

from __future__ import annotations

import re
import secrets
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import BaseSettings, Field, SecretStr, validator
from sqlalchemy.engine import make_url

ROOT = Path(__file__).resolve().parent.parent
#: As a browser writes it: without the port that goes without saying.
ORIGIN = re.compile(r"(https://[a-z0-9.-]+|http://(localhost|127\.0\.0\.1))(?<![.-])(:(?!(80|443)$)[1-9]\d{0,4})?")


class Settings(BaseSettings):
    """All settings, read from `MELDWIJZER_*` (the Telegram ones: `TELEGRAM_*`).

    All state lies under `data`; nothing is written anywhere else.
    """

    data: Path = Field(Path("var"), description="map voor database, model en sleutel")
    database_url: str | None = Field(None, description="SQLAlchemy-adres; standaard SQLite in `data`")
    redis_url: SecretStr | None = Field(None, description="Redis-adres, nodig bij meer dan één proces of machine")
    secret: SecretStr | None = Field(None, description="sleutel voor tokens en pseudoniemen; standaard zelf gemaakt")
    action_url: str = Field("http://127.0.0.1:5055/webhook", description="adres van de action server")
    rate_limit: int = Field(
        3000,
        ge=0,
        # A whole town hall behind one address is one client, hence the height.
        description="berichten per minuut per afzender, 0 = geen grens",
    )
    origins: str = Field("", description="websites die de web-API in de browser mogen gebruiken, met komma's ertussen")
    retention_hours: int = Field(24, gt=0, description="uren waarna een stil gesprek verdwijnt")
    keep_unanswered: bool = Field(
        False, description="bewaar vragen zonder antwoord 30 dagen, zonder persoonsgegevens, om de inhoud te verbeteren"
    )
    register_municipality: bool = Field(False, description="leg bij een adviesvraag ook de gemeente vast")
    admin_token: SecretStr | None = Field(
        None, min_length=20, description="wachtwoord van /admin/report; zonder is die pagina er niet"
    )
    trainer_token: SecretStr | None = Field(
        None, min_length=20, description="wachtwoord van /trainer; zonder is die pagina er niet"
    )
    security_contact: str | None = Field(
        None,
        regex=r"^((https://|mailto:|tel:\+)[!-~]+)?\Z",
        description="waar iemand een zwakke plek meldt (security.txt): https://…, mailto:… of tel:+31…",
    )
    metrics_token: SecretStr | None = Field(
        None, min_length=20, description="wachtwoord van /metrics; zonder is die pagina er niet"
    )
    log_format: Literal["text", "json"] = Field("text", description="vorm van de logregels: text of json")
    telegram_token: SecretStr | None = Field(None, env="TELEGRAM_TOKEN", description="zonder token geen Telegram")
    telegram_api: str = Field(
        "https://api.telegram.org", env="TELEGRAM_API", description="adres van de Telegram Bot API"
    )
    telegram_webhook: str | None = Field(
        None,
        env="TELEGRAM_WEBHOOK",
        regex=r"^(https://[^/\s]\S*)?$",
        description="openbaar https-adres van deze server; zonder haalt de server de berichten zelf op",
    )
    telegram_webhook_secret: SecretStr | None = Field(
        None, env="TELEGRAM_WEBHOOK_SECRET", description="geheim dat Telegram meestuurt; standaard zelf gemaakt"
    )

    class Config:
        """Environment names."""

        env_prefix = "MELDWIJZER_"

    @validator("telegram_webhook_secret")
    def _telegram_takes_it(cls, secret: SecretStr | None) -> SecretStr | None:  # noqa: N805
        if secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret.get_secret_value()):
            raise ValueError("gebruik hoogstens 256 tekens uit A-Z, a-z, 0-9, _ en -")
        return secret

    @validator("origins")
    def _are_origins(cls, value: str) -> str:  # noqa: N805
        for origin in _parts(value):
            if not ORIGIN.fullmatch(origin):
                raise ValueError(
                    f"'{origin}' is geen adres van een website. Schrijf https://www.gemeente.nl (of om te proberen "
                    "http://localhost:8080), zonder pad of schuine streep erachter, zonder * en zonder poort 80 of 443."
                )
        return value

    @property
    def allowed_origins(self) -> frozenset[str]:
        """The origins of other sites whose pages may use the web API."""
        return frozenset(_parts(self.origins))

    @property
    def folder(self) -> Path:
        """The folder `data`; made when it is not there, for its owner only."""
        self.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self.data

    @property
    def database(self) -> str:
        """The SQLAlchemy address of the one database."""
        address = make_url(self.database_url or f"sqlite:///{(self.folder / 'meldwijzer.db').resolve()}")
        if address.get_backend_name() == "postgresql" and "connect_timeout" not in address.query:
            # A server that is gone without a word would hold up everyone for minutes.
            address = address.update_query_dict({"connect_timeout": "2"})
        return address.render_as_string(hide_password=False)

    @property
    def key(self) -> bytes:
        """The secret key; made once and kept under `data`, readable by its owner only."""
        if self.secret:
            return self.secret.get_secret_value().encode()
        path = self.folder / "secret"
        if not path.exists():
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


def _parts(listed: str) -> list[str]:
    return [part for part in (each.strip() for each in listed.lower().split(",")) if part]


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process."""
    return Settings()
