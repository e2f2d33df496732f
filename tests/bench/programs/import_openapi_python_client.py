"""What a user's program does before its first call with openapi-python-client's package."""

from asc_openapi_python_client import AuthenticatedClient
from asc_openapi_python_client.api.apps import apps_get_collection

client = AuthenticatedClient("https://api.appstoreconnect.apple.com", token="token")
client.get_httpx_client()
_ = apps_get_collection.sync
