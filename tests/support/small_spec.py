"""A document as small as Apple's kind can be, and the archives it may come in."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

APPLE = "https://api.appstoreconnect.apple.com/"
ENTERPRISE = "https://api.enterprise.developer.apple.com/"


def small_spec(version: str = "1.0", *, note: str = "", server: str = APPLE) -> dict[str, Any]:
    return {
        "openapi": "3.0.1",
        "info": {"title": "App Store Connect API", "version": version, "description": note},
        "servers": [{"url": server}],
        "paths": {"/v1/apps": {"get": {"operationId": "apps_getCollection", "responses": {}}}},
        "components": {"schemas": {"App": {"type": "object"}}},
    }


def small_spec_bytes(version: str = "1.0", *, note: str = "", server: str = APPLE) -> bytes:
    return json.dumps(small_spec(version, note=note, server=server)).encode()


def zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()
