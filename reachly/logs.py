"""One way of logging for every process: structured, one line each, no keys and no lead data."""

from __future__ import annotations

import logging
import sys

import structlog

from reachly.settings import settings


def start() -> None:
    """Set up logging and, where a DSN is configured, error reports; safe to call more than once."""
    config = settings()
    level = logging.getLevelNamesMapping().get(config.log_level.upper(), logging.INFO)
    logging.basicConfig(level=level, format="%(levelname)s %(name)s %(message)s", stream=sys.stderr)
    for noisy in ("httpx", "httpcore"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    renderer = (
        structlog.processors.JSONRenderer()
        if config.log_json
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    if config.sentry_dsn:
        import sentry_sdk

        sentry_sdk.init(dsn=config.sentry_dsn.get_secret_value(), send_default_pii=False)


def alert(event: str, **about: object) -> None:
    """Say aloud what an operator must see: an error in the log and, where a DSN is configured, an error report."""
    structlog.get_logger().error(event, **about)
    if settings().sentry_dsn:
        import sentry_sdk

        sentry_sdk.capture_message(f"{event} {about}", level="error")
