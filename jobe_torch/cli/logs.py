"""Where log lines go: one per event, on stderr, ours and gunicorn's alike."""

from __future__ import annotations

import logging
import sys

import structlog

from jobe_torch.config import LogFormat

__all__ = ["start_logging"]


def start_logging(log_format: LogFormat) -> None:
    """Send what the server and its libraries log to stderr."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    ends: list[structlog.typing.Processor]
    if log_format is LogFormat.JSON:
        ends = [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    else:
        ends = [
            _leave_out_what_is_empty,
            structlog.dev.ConsoleRenderer(
                pad_event_to=0,
                pad_level=False,
                colors=sys.stderr.isatty(),
                sort_keys=False,  # a run's line begins with whose it is and what came of it
                # The default shows the variables too: submissions, and keys.
                exception_formatter=structlog.dev.plain_traceback,
            ),
        ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *ends],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)


def _leave_out_what_is_empty(
    _logger: object, _method: str, line: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """For people: a run without a key, say, has no such word in its line."""
    return {name: value for name, value in line.items() if value != "" and value is not False}
