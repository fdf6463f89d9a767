"""Every limit, time and address, read from the environment in this one place.

Each setting has its line in ``.env.example``; a test compares the two.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit, urlunsplit

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

Seconds = Annotated[float, Field(gt=0)]
Count = Annotated[int, Field(gt=0)]


class Settings(BaseSettings):
    """What the person who runs Reachly can decide. Times are in seconds unless the name says otherwise."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", env_ignore_empty=True)

    # Where it runs
    reachly_home: Path = Path(".reachly")
    host: str = "127.0.0.1"
    port: int | None = None
    public_url: str | None = None
    reachly_embedded: bool = False
    secret_key: SecretStr = SecretStr("")
    log_level: str = "INFO"
    log_json: bool = False
    sentry_dsn: SecretStr | None = None
    metrics_token: SecretStr | None = None
    cors_origins: str = ""
    trusted_proxies: int = 0

    # Stores
    database_url: SecretStr = SecretStr("")
    database_owner_url: SecretStr | None = None
    database_pool: Count = 20
    database_pool_wait: Seconds = 5
    database_connect_timeout: Seconds = 5
    lock_timeout: Seconds = 5
    statement_timeout: Seconds = 30
    idle_transaction_timeout: Seconds = 30
    migration_lock_timeout: Seconds = 1
    migration_patience: Seconds = 600
    redis_url: SecretStr = SecretStr("")
    redis_timeout: Seconds = 1
    storage_url: SecretStr = SecretStr("")
    storage_allow_http: bool = False

    # Web
    web_threads: Count = 32
    web_processes: Count = 1
    web_streams: Count = 2000
    request_body_bytes: Count = 2_000_000
    session_days: Count = 30
    access_token_seconds: Count = 3600
    stream_ping: Seconds = 10
    terms_version: str = "2026-11-01"

    # Request limits, per minute; RATE_LIMIT_SCALE multiplies them all
    rate_limit_scale: Annotated[float, Field(gt=0)] = 1
    rate_limit_requests: Count = 600
    rate_limit_writes: Count = 120
    rate_limit_estimates: Count = 120
    rate_limit_registrations: Count = 10
    login_attempts_per_address: Count = 20
    login_attempts_per_account: Count = 100
    login_attempts_per_account_and_address: Count = 8
    login_window: Seconds = 900

    # Jobs
    job_lease: Seconds = 30
    job_sweep: Seconds = 1
    job_send_after: Seconds = 2
    job_resend_after: Seconds = 6
    job_crashes: Count = 5
    job_leads_limit: Count = 10_000
    job_turn: Seconds = 10
    workspace_running: Count = 4
    workspace_running_interactive: Count = 3
    workspace_running_bulk: Count = 2
    workspace_open_jobs: Count = 500
    worker_threads: Count = 8
    worker_processes: Count = 1
    worker_stop: Count = 15
    idempotency_hours: Count = 24
    trial_credits: int = 100
    unlock_wait: Annotated[float, Field(ge=0, le=25)] = 6
    bounces_a_month: Annotated[int, Field(ge=0, le=1000)] = 100

    # Audit
    audit_every: Annotated[float, Field(ge=0)] = 86_400
    audit_hour: Annotated[float, Field(ge=0, lt=24)] = 3
    audit_timeout: Seconds = 600
    audit_hash_bytes: Annotated[int, Field(ge=0)] = 1_000_000_000

    # Exports
    export_days: Annotated[float, Field(gt=0)] = 7
    export_chunk_bytes: Count = 1_048_576

    # Mail
    smtp_url: SecretStr = SecretStr("")
    mail_from: str = "Reachly <reachly@localhost.localdomain>"
    smtp_timeout: Seconds = 15
    mail_every: Seconds = 2
    mail_attempts: Count = 15
    mail_backoff: Seconds = 30
    mail_days: Annotated[float, Field(gt=0)] = 30
    invitation_days: Annotated[float, Field(gt=0)] = 14

    # Table access
    rest_timeout: Seconds = 5

    # Imports
    import_bytes: Count = 200_000_000
    import_rows: Count = 2_000_000
    import_columns: Count = 500
    import_cell_characters: Count = 100_000
    import_page_rows: Count = 1_000
    import_days: Annotated[float, Field(gt=0)] = 30

    # Providers
    provider_connect_timeout: Seconds = 4
    provider_read_timeout: Seconds = 12
    provider_waits: Count = 40
    provider_wait_longest: Seconds = 900
    provider_backoff: Seconds = 1
    provider_in_flight: Count = 32
    provider_slow: Seconds = 5
    provider_breaker_failures: Count = 5
    provider_breaker_open: Seconds = 20
    provider_answers_days: Annotated[float, Field(gt=0)] = 30
    provider_misses_days: Annotated[float, Field(gt=0)] = 30
    estimate_cache: Seconds = 300
    vocabulary_cache: Seconds = 86_400
    lusha_api_key: SecretStr | None = None
    lusha_base_url: str = "https://api.lusha.com"
    lusha_page_size: Annotated[int, Field(ge=10, le=100)] = 50
    lusha_enrich_size: Annotated[int, Field(ge=1, le=100)] = 25
    lusha_per_second: Annotated[float, Field(gt=0)] = 25
    clay_api_key: SecretStr | None = None
    clay_base_url: str = "https://api.clay.com/public/v0"
    clay_page_size: Annotated[int, Field(ge=1, le=500)] = 50
    clay_email_routine: str = ""
    clay_phone_routine: str = ""
    clay_webhook_secret: SecretStr | None = None
    clay_webhook_id: str = ""
    clay_table_url: SecretStr | None = None
    clay_table_token: SecretStr | None = None
    clay_table_quiet: Seconds = 120
    clay_table_timeout: Seconds = 3600

    # Embedded only
    sandbox_url: str = ""
    sandbox_inbox: str = ""

    def secrets(self) -> list[str]:
        """The parts of SECRET_KEY: the first signs and encrypts, all are believed, so that it can be changed.

        Raises ``ValueError`` where there is none.
        """
        parts = [part for part in self.secret_key.get_secret_value().split(",") if part]
        if not parts:
            raise ValueError("SECRET_KEY is not set: use a long random text, the same for web and worker")
        return parts

    def redis_at(self, offset: int) -> str:
        """The Redis URL with its database number moved on by ``offset``: queues, news and limits do not share one."""
        url = self.redis_url.get_secret_value()
        if not url:
            raise ValueError("REDIS_URL is not set: start with `python3 -m reachly`, or name a Redis server")
        parts = urlsplit(url)
        base = int(parts.path.strip("/") or 0)
        return urlunsplit(parts._replace(path=f"/{base + offset}"))


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process, read once; raises ``pydantic.ValidationError`` naming each wrong variable."""
    return Settings()
