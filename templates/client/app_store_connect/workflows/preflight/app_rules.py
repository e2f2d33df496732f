"""Rules on the app as a whole: info, age rating, price, availability."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .rule import Rule
from .text_rules import REQUIRED, missing, no_address

if TYPE_CHECKING:
    from typing import Any

    from .situation import Situation

__all__ = ["APP_RULES"]

_TRIAL = re.compile(r"\b(beta|test|demo|trial)\b", re.IGNORECASE)
_HELP = "App Store Connect help"
_GUIDELINES = "App Review Guidelines"
_TEXTS = "workflows.apps.set_texts"
_RATING = "workflows.apps.set_age_rating"


def _category(situation: Situation, name: str) -> Any:
    return getattr(situation.info, name, None)


def _twice(situation: Situation, _: Situation) -> bool:
    first, second = (_category(situation, f"{x}_category") for x in ("primary", "secondary"))
    return first is not None and first == second


def _korea(declaration: Any, _: Situation) -> bool:
    override = str(declaration.korea_age_rating_override or "NONE")
    return bool(declaration.grac_rating_classification_number) and override == "NONE"


def _kids(situation: Situation, _: Situation) -> bool:
    declaration: Any = getattr(situation.info, "age_rating_declaration", None)
    made_for_kids = bool(situation.app.is_or_ever_was_made_for_kids)
    return made_for_kids and getattr(declaration, "kids_age_band", None) is None


def _rating_of(situation: Situation) -> Any:
    return getattr(situation.info, "age_rating_declaration", None)


APP_RULES = (
    Rule(
        id="A01",
        server="5.11e",
        source="recorded answers: fastlane #16727",
        each="app",
        broken=missing("content_rights_declaration"),
        says="whether it shows content of others is not declared",
        where="apps.update, content_rights_declaration",
        code=f"apps {REQUIRED} contentRightsDeclaration",
    ),
    Rule(
        id="A02",
        server="5.11h",
        source="a recorded answer",
        each="whole",
        broken=lambda s, _: not s.has_price,
        says="the app has no price, not even that it is free",
        where="workflows.apps.set_price",
        code="appPrices STATE_ERROR.APP_PRICING_REQUIRED",
    ),
    Rule(
        id="A03",
        source=f"{_HELP}, set availability",
        each="whole",
        broken=lambda s, _: not s.is_available,
        says="the app is available in no territory",
        where="workflows.apps.set_availability",
        level="warning",
    ),
    Rule(
        id="A04",
        server="5.11i",
        source="recorded answers: codemagic-ci-cd/cli-tools #85",
        each="whole",
        broken=lambda s, _: s.is_first,
        says="no key can read whether the answers on the app's privacy are published",
        where="App Store Connect on the web, App Privacy",
        level="unseen",
        code="apps STATE_ERROR.APP_DATA_USAGES_REQUIRED",
    ),
    Rule(
        id="A05",
        server="5.11d",
        source="a recorded answer",
        each="whole",
        broken=lambda s, _: _category(s, "primary_category") is None,
        says="the app has no primary category",
        where="workflows.apps.set_categories",
        code="appInfos ENTITY_ERROR.RELATIONSHIP.REQUIRED primaryCategory",
    ),
    Rule(
        id="A06",
        server="5.11c",
        source="field notes on submissions",
        each="names",
        broken=missing("privacy_policy_url"),
        says="the address of the privacy policy is missing",
        where=f"{_TEXTS}, privacy_policy_url",
        code=f"appInfoLocalizations {REQUIRED} privacyPolicyUrl",
    ),
    Rule(
        id="A07",
        source=f"{_HELP}, app privacy",
        each="names",
        broken=lambda text, _: no_address(text.privacy_policy_url),
        says="the address of the privacy policy is no web address",
        where=f"{_TEXTS}, privacy_policy_url",
        level="warning",
    ),
    Rule(
        id="A08",
        source=f"{_HELP}, app information",
        each="names",
        broken=missing("name"),
        says="the app has no name",
        where=f"{_TEXTS}, name",
        level="warning",
    ),
    Rule(
        id="A09",
        source=f"{_GUIDELINES} 2.2; fastlane precheck",
        each="names",
        broken=lambda text, _: _TRIAL.search(f"{text.name or ''} {text.subtitle or ''}"),
        says="name or subtitle call the app a test",
        where=_TEXTS,
        level="warning",
    ),
    Rule(
        id="A10",
        source=f"{_HELP}, app privacy on Apple TV",
        each="names",
        broken=lambda text, s: s.platform == "TV_OS" and not text.privacy_policy_text,
        says="an app for Apple TV shows its privacy policy as text, which is missing",
        where=f"{_TEXTS}, privacy_policy_text",
        level="warning",
    ),
    Rule(
        id="A11",
        server="3.10",
        source="field notes on new locales",
        each="names",
        broken=lambda text, s: text.locale not in {x.label for x in s.pages},
        says="the app has a name in this locale, and the version no texts",
        where="workflows.versions.set_texts",
        level="warning",
    ),
    Rule(
        id="A12",
        source=f"{_HELP}, categories",
        each="whole",
        broken=_twice,
        says="both categories are the same",
        where="workflows.apps.set_categories",
        level="warning",
    ),
    Rule(
        id="A13",
        server="5.11k",
        source="recorded answers: tramlinehq/applelink",
        each="questions",
        broken=lambda question, _: question.answer is None,
        says="this question of the age rating has no answer",
        where=_RATING,
        code=f"ageRatingDeclarations {REQUIRED}",
    ),
    Rule(
        id="A14",
        server="3.21",
        source="field notes on Korean ratings",
        each="whole",
        broken=lambda s, _: (rating := _rating_of(s)) is not None and _korea(rating, s),
        says="a Korean classification number needs korea_age_rating_override",
        where=_RATING,
        level="warning",
    ),
    Rule(
        id="A15",
        source=f"{_GUIDELINES} 1.3",
        each="whole",
        broken=_kids,
        says="an app that is made for children needs an age band",
        where=f"{_RATING}, kids_age_band",
        level="warning",
    ),
    Rule(
        id="A16",
        source=f"{_HELP}, app information",
        each="whole",
        broken=lambda s, _: s.info is None,
        says="the app has no app info that can be read",
        where="App Store Connect on the web, App Information",
    ),
)
