"""Log one JSON line per event on standard error, without tokens or personal data."""

import logging
import secrets

import structlog


def configure(level: str = "INFO") -> None:
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            getattr(logging, level.upper(), logging.INFO)
        ),
        logger_factory=structlog.PrintLoggerFactory(file=__import__("sys").stderr),
        cache_logger_on_first_use=False,
    )


def reference() -> str:
    """Return a short reference to a logged error that a person can read aloud: `7F3A-21C4`."""
    text = secrets.token_hex(4).upper()
    return f"{text[:4]}-{text[4:]}"
