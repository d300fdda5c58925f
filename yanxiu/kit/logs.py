"""Logs for machines and people: one event is one line, user text cannot forge a second."""

import json
import logging
from datetime import datetime

from yanxiu.kit.clock import SHANGHAI


class OneLine(logging.Formatter):
    """JSON on one line, time in Asia/Shanghai with offset."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, SHANGHAI).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        for name in ("reference", "request_id", "path"):
            if hasattr(record, name):
                line[name] = getattr(record, name)
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)
