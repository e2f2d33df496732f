"""The log of a client, for who asks for it by a variable of the environment."""

from __future__ import annotations

import logging
import os

__all__ = ["set_up_log"]

_LEVELS = {"info": logging.INFO, "debug": logging.DEBUG}


def set_up_log() -> None:
    """Write the log to stderr where `APP_STORE_CONNECT_LOG` is "info" or "debug".

    "info" is a line for each call, "debug" one for each answer and each wait besides. Neither shows
    a key, a token or a signed address. Handlers of the program's own are left to do it.
    """
    level = _LEVELS.get(os.environ.get("APP_STORE_CONNECT_LOG", "").strip().lower())
    log = logging.getLogger("app_store_connect")
    if level is None or log.level == level:
        return
    log.setLevel(level)
    if not log.hasHandlers():
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        log.addHandler(handler)
