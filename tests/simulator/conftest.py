"""The fixtures as users of the package have them."""

from __future__ import annotations

from app_store_connect.simulator.pytest_plugin import aasc, asc, simulator

__all__ = ["aasc", "asc", "simulator"]
