"""What a user's program does before its first call."""

from app_store_connect import Client

client = Client.from_env()
_ = client.apps.list
from app_store_connect.models import App  # noqa: E402, F401 - it is part of what is measured
