"""What the client stands on, and nothing else."""

import httpx
import jwt  # noqa: F401 - what is measured
import msgspec  # noqa: F401

httpx.Client()
