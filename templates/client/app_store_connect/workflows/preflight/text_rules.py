"""Rules on what each locale says and shows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from .rule import Rule
from .situation import delivery_of, is_unfinished

if TYPE_CHECKING:
    from collections.abc import Callable

    from .situation import Page, Situation

__all__ = ["TEXT_RULES", "missing", "no_address"]

REQUIRED = "ENTITY_ERROR.ATTRIBUTE.REQUIRED"
RECORDED = "recorded answers: codemagic-ci-cd/cli-tools, fastlane #20100"
SCREENSHOTS = "recorded answers: fastlane spaceship api_client; App Store Connect help, screenshots"
GUIDELINES = "App Review Guidelines"

# As in fastlane's precheck, whose words these are in part.
_PLACEHOLDER = re.compile(
    r"lorem ipsum|hipster ipsum|bacon ipsum|placeholder text|\bTODO\b", re.IGNORECASE
)
_OTHERS = re.compile(r"\b(android|google play|windows phone|tizen|blackberry)\b", re.IGNORECASE)
_FUTURE = re.compile(
    r"\b(coming soon|coming shortly|next version|in a future (version|update))", re.IGNORECASE
)
_TRIAL = re.compile(r"\b(beta|this is a test|alpha version|demo version)\b", re.IGNORECASE)
_PRICE = re.compile(r"[$€£¥]\s?\d")
_EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf]")
_ADDRESS = re.compile(r"https?://[^\s/.]+\.[^\s/]+(/\S*)?")

_IPHONE = frozenset({"APP_IPHONE_65", "APP_IPHONE_67"})
_IPAD = frozenset({"APP_IPAD_PRO_3GEN_129"})
_WATCH = frozenset({"APP_WATCH_SERIES_4", "APP_WATCH_SERIES_7", "APP_WATCH_ULTRA"})


def missing(name: str) -> Callable[[Any, Any], bool]:
    """Whether an attribute is not there."""
    return lambda subject, _: getattr(subject, name) in {None, ""}


def _lacks(name: str) -> Callable[[Page, Situation], bool]:
    return lambda page, _: not getattr(page.text, name)


def _says(pattern: re.Pattern[str], *names: str) -> Callable[[Page, Situation], bool]:
    return lambda page, _: any(pattern.search(getattr(page.text, x) or "") for x in names)


def no_address(text: str | None) -> bool:
    """Whether a text is there and no web address."""
    return bool(text) and not _ADDRESS.fullmatch(text or "")


def _no_address(name: str) -> Callable[[Page, Situation], bool]:
    return lambda page, _: no_address(getattr(page.text, name))


def _shows_none(page: Page, wanted: frozenset[str]) -> bool:
    return not page.in_library and not page.shown & wanted


def _no_iphone(page: Page, situation: Situation) -> bool:
    return situation.platform == "IOS" and _shows_none(page, _IPHONE)


def _has_ipad(situation: Situation) -> bool:
    return any(x.shown & _IPAD for x in situation.pages)


def _watch(situation: Situation) -> bool:
    return any(str(x.bundle_type) == "WATCH_APP" for x in situation.bundles)


def _of(platform: str, display: str) -> Callable[[Page, Situation], bool]:
    wanted = frozenset({display})
    return lambda page, situation: situation.platform == platform and _shows_none(page, wanted)


_WHERE = "workflows.versions.set_texts"
_MEDIA = "workflows.media.sync"
_ALL_TEXTS = ("description", "whats_new", "promotional_text", "keywords")

TEXT_RULES = (
    Rule(
        id="T01",
        server="5.11a",
        source=RECORDED,
        each="pages",
        broken=_lacks("description"),
        says="the description is missing",
        where=f"{_WHERE}, description",
        code=f"appStoreVersionLocalizations {REQUIRED} description",
    ),
    Rule(
        id="T02",
        server="5.11a",
        source=RECORDED,
        each="pages",
        broken=_lacks("keywords"),
        says="the keywords are missing",
        where=f"{_WHERE}, keywords",
        code=f"appStoreVersionLocalizations {REQUIRED} keywords",
    ),
    Rule(
        id="T03",
        server="5.11a",
        source=RECORDED,
        each="pages",
        broken=_lacks("support_url"),
        says="the address for support is missing",
        where=f"{_WHERE}, support_url",
        code=f"appStoreVersionLocalizations {REQUIRED} supportUrl",
    ),
    Rule(
        id="T04",
        server="5.11a",
        source=RECORDED,
        each="pages",
        broken=lambda page, situation: not situation.is_first and not page.text.whats_new,
        says="an update needs What's New",
        where=f"{_WHERE}, whats_new",
        code=f"appStoreVersionLocalizations {REQUIRED} whatsNew",
    ),
    Rule(
        id="T05",
        server="3.13",
        source="field notes on primary locales",
        each="whole",
        broken=lambda s, _: s.app.primary_locale not in {x.label for x in s.pages},
        says="the version has no texts in the app's primary locale",
        where=_WHERE,
        level="warning",
    ),
    Rule(
        id="T06",
        source="App Store Connect help, localize App Store information",
        each="pages",
        broken=lambda page, s: s.info is not None and page.label not in {x.locale for x in s.names},
        says="the app has no name in this locale",
        where="workflows.apps.set_texts, name",
        level="warning",
    ),
    Rule(
        id="T07",
        server="3.17",
        source="field notes, which contradict each other",
        each="pages",
        broken=_says(_EMOJI, "whats_new"),
        says="emoji in What's New have been refused",
        where=f"{_WHERE}, whats_new",
        level="warning",
    ),
    Rule(
        id="T08",
        source=f"{GUIDELINES} 2.1; fastlane precheck",
        each="pages",
        broken=_says(_PLACEHOLDER, *_ALL_TEXTS),
        says="a text holds a placeholder",
        where=_WHERE,
        level="warning",
    ),
    Rule(
        id="T09",
        source=f"{GUIDELINES} 2.3.10; fastlane precheck",
        each="pages",
        broken=_says(_OTHERS, *_ALL_TEXTS),
        says="a text names another platform",
        where=_WHERE,
        level="warning",
    ),
    Rule(
        id="T10",
        source=f"{GUIDELINES} 2.3.1; fastlane precheck",
        each="pages",
        broken=_says(_FUTURE, *_ALL_TEXTS),
        says="a text promises what is not there yet",
        where=_WHERE,
        level="warning",
    ),
    Rule(
        id="T11",
        source=f"{GUIDELINES} 2.2; fastlane precheck",
        each="pages",
        broken=_says(_TRIAL, *_ALL_TEXTS),
        says="a text calls the app a beta, a test or a demo",
        where=_WHERE,
        level="warning",
    ),
    Rule(
        id="T12",
        source=f"{GUIDELINES} 2.3.7; App Store Connect help, app information",
        each="pages",
        broken=_says(_PRICE, "description", "promotional_text"),
        says="a text names a price, which differs by territory",
        where=_WHERE,
        level="warning",
    ),
    Rule(
        id="T13",
        source=f"{GUIDELINES} 1.5",
        each="pages",
        broken=_no_address("support_url"),
        says="the address for support is no web address",
        where=f"{_WHERE}, support_url",
        level="warning",
    ),
    Rule(
        id="T14",
        source="App Store Connect help, platform version information",
        each="pages",
        broken=_no_address("marketing_url"),
        says="the address for marketing is no web address",
        where=f"{_WHERE}, marketing_url",
        level="warning",
    ),
    Rule(
        id="T15",
        server="5.11g",
        source=SCREENSHOTS,
        each="pages",
        broken=lambda page, s: _no_iphone(page, s) and not _has_ipad(s),
        says="screenshots of an iPhone with 6.5 or 6.9 inches are missing",
        where=_MEDIA,
        code="appScreenshots STATE_ERROR.SCREENSHOT_REQUIRED.APP_IPHONE_65",
    ),
    Rule(
        id="T16",
        server="5.11g",
        source=SCREENSHOTS,
        each="pages",
        broken=lambda page, s: _no_iphone(page, s) and _has_ipad(s),
        says="screenshots of an iPhone are missing, which Apple asks for if the build runs on one",
        where=_MEDIA,
        level="warning",
        code="appScreenshots STATE_ERROR.SCREENSHOT_REQUIRED.APP_IPHONE_65",
    ),
    Rule(
        id="T17",
        server="5.11g",
        source=SCREENSHOTS,
        each="pages",
        broken=lambda page, s: s.platform == "IOS" and _shows_none(page, _IPAD),
        says="screenshots of an iPad are missing, which Apple asks for if the build runs on one",
        where=_MEDIA,
        level="warning",
        code="appScreenshots STATE_ERROR.SCREENSHOT_REQUIRED.APP_IPAD_PRO_3GEN_129",
    ),
    Rule(
        id="T18",
        server="5.11g",
        source=SCREENSHOTS,
        each="pages",
        broken=_of("MAC_OS", "APP_DESKTOP"),
        says="screenshots of a Mac are missing",
        where=_MEDIA,
        code="appScreenshots STATE_ERROR.SCREENSHOT_REQUIRED.APP_DESKTOP",
    ),
    Rule(
        id="T19",
        server="5.11g",
        source=SCREENSHOTS,
        each="pages",
        broken=_of("TV_OS", "APP_APPLE_TV"),
        says="screenshots of an Apple TV are missing",
        where=_MEDIA,
        code="appScreenshots STATE_ERROR.SCREENSHOT_REQUIRED.APP_APPLE_TV",
    ),
    Rule(
        id="T20",
        server="5.11g",
        source=SCREENSHOTS,
        each="pages",
        broken=_of("VISION_OS", "APP_APPLE_VISION_PRO"),
        says="screenshots of an Apple Vision Pro are missing",
        where=_MEDIA,
        code="appScreenshots STATE_ERROR.SCREENSHOT_REQUIRED.APP_APPLE_VISION_PRO",
    ),
    Rule(
        id="T21",
        server="5.11g",
        source=SCREENSHOTS,
        each="pages",
        broken=lambda page, s: _watch(s) and _shows_none(page, _WATCH),
        says="the build has an app for Apple Watch, whose screenshots are missing",
        where=_MEDIA,
        code="appScreenshots STATE_ERROR.SCREENSHOT_REQUIRED.APP_WATCH_SERIES_4",
    ),
    Rule(
        id="T22",
        server="5.11l",
        source="recorded answers: tramlinehq/applelink",
        each="pages",
        broken=lambda page, _: any(map(is_unfinished, page.files)),
        says="files are still being uploaded or processed",
        where=_MEDIA,
        code="appScreenshots STATE_ERROR.ENTITY_STATE_INVALID",
    ),
    Rule(
        id="T23",
        source="Apple's errors on assets: Bagbutik's list of them",
        each="pages",
        broken=lambda page, _: any(delivery_of(x) == "FAILED" for x in page.files),
        says="Apple could not process a file: it has the wrong size, transparency or format",
        where=_MEDIA,
        level="warning",
    ),
)
