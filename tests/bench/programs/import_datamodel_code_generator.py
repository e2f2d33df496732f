"""What a user's program does before its first call with datamodel-code-generator's client."""

from asc_client import Client

client = Client(base_url="https://api.appstoreconnect.apple.com", itc_bearer_token="token")
_ = client.apps.apps_get_collection
