"""Starts simulators in a process that has the client already.

simulate_start.py
"""

from __future__ import annotations

import time

import turns

from app_store_connect import Client

_ = Client
started = time.perf_counter()
from app_store_connect.simulator import Simulator  # noqa: E402 - it is what is measured

imported = time.perf_counter()
Simulator()
empty = time.perf_counter()
Simulator("demo")
demo = time.perf_counter()
turns.told(
    times={"import": [imported - started], "empty": [empty - imported], "demo": [demo - empty]}
)
