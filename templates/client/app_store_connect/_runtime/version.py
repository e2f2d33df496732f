"""How the client introduces itself to the API."""

__all__ = ["USER_AGENT", "VERSION"]

VERSION = "0.1.0"
USER_AGENT = f"app-store-connect-python/{VERSION}"
