"""Structs for the page as one writes them by hand, with nothing that the page does not need."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - msgspec reads annotations
from enum import StrEnum

import msgspec


class Linkage(msgspec.Struct):
    """What a relationship leads to."""

    type: str
    id: str


class Relationship(msgspec.Struct):
    """A relationship to one or many."""

    links: dict[str, str]
    data: Linkage | list[Linkage] | None = None
    meta: dict[str, dict[str, int]] | None = None


class ContentRights(StrEnum):
    """Whether an app shows what belongs to others."""

    USES = "USES_THIRD_PARTY_CONTENT"
    DOES_NOT_USE = "DOES_NOT_USE_THIRD_PARTY_CONTENT"


class State(StrEnum):
    """How far a build is."""

    PROCESSING = "PROCESSING"
    FAILED = "FAILED"
    INVALID = "INVALID"
    VALID = "VALID"


class Audience(StrEnum):
    """Who may get a build."""

    INTERNAL_ONLY = "INTERNAL_ONLY"
    APP_STORE_ELIGIBLE = "APP_STORE_ELIGIBLE"


class UrlVersion(StrEnum):
    """The version of a notification."""

    V1 = "V1"
    V2 = "V2"


class AppAttributes(msgspec.Struct, rename="camel"):
    """The attributes of an app."""

    accessibility_url: str | None = None
    name: str | None = None
    bundle_id: str | None = None
    sku: str | None = None
    primary_locale: str | None = None
    is_or_ever_was_made_for_kids: bool | None = None
    subscription_status_url: str | None = None
    subscription_status_url_version: UrlVersion | None = None
    subscription_status_url_for_sandbox: str | None = None
    subscription_status_url_version_for_sandbox: UrlVersion | None = None
    content_rights_declaration: ContentRights | None = None
    streamlined_purchasing_enabled: bool | None = None


class Icon(msgspec.Struct, rename="camel"):
    """An image."""

    template_url: str | None = None
    width: int | None = None
    height: int | None = None


class BuildAttributes(msgspec.Struct, rename="camel"):
    """The attributes of a build."""

    version: str | None = None
    uploaded_date: datetime | None = None
    expiration_date: datetime | None = None
    expired: bool | None = None
    min_os_version: str | None = None
    ls_minimum_system_version: str | None = None
    computed_min_mac_os_version: str | None = None
    computed_min_vision_os_version: str | None = None
    icon_asset_token: Icon | None = None
    processing_state: State | None = None
    build_audience_type: Audience | None = None
    uses_non_exempt_encryption: bool | None = None


class App(msgspec.Struct):
    """An app."""

    type: str
    id: str
    attributes: AppAttributes
    relationships: dict[str, Relationship]
    links: dict[str, str]


class Build(msgspec.Struct):
    """A build."""

    type: str
    id: str
    attributes: BuildAttributes
    relationships: dict[str, Relationship]
    links: dict[str, str]


class Page(msgspec.Struct):
    """A page of apps with their builds."""

    data: list[App]
    links: dict[str, str]
    meta: dict[str, dict[str, int]]
    included: list[Build] = []


class One(msgspec.Struct):
    """A single app."""

    data: App
    links: dict[str, str]
