"""The questions of the age rating."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._runtime.suggestions import suggestion

__all__ = ["QUESTIONS", "checked_answers"]

# Those that a submission is refused without, as tramlinehq/applelink recorded it.
QUESTIONS = (
    "advertising",
    "age_assurance",
    "alcohol_tobacco_or_drug_use_or_references",
    "contests",
    "gambling",
    "gambling_simulated",
    "guns_or_other_weapons",
    "health_or_wellness_topics",
    "horror_or_fear_themes",
    "loot_box",
    "mature_or_suggestive_themes",
    "medical_or_treatment_information",
    "messaging_and_chat",
    "parental_controls",
    "profanity_or_crude_humor",
    "sexual_content_graphic_and_nudity",
    "sexual_content_or_nudity",
    "unrestricted_web_access",
    "user_generated_content",
    "violence_cartoon_or_fantasy",
    "violence_realistic",
    "violence_realistic_prolonged_graphic_or_sadistic",
)

_FREQUENCIES = ("NONE", "INFREQUENT_OR_MILD", "INFREQUENT", "FREQUENT", "FREQUENT_OR_INTENSE")
_YES_OR_NO = frozenset(
    {
        "advertising",
        "age_assurance",
        "gambling",
        "health_or_wellness_topics",
        "loot_box",
        "messaging_and_chat",
        "parental_controls",
        "social_media",
        "social_media_age_restricted",
        "unrestricted_web_access",
        "user_generated_content",
    }
)
# What else a declaration says, and the words it may take; any text where there are none.
_OTHERS: dict[str, tuple[str, ...]] = {
    "age_rating_override_v2": (
        "NONE",
        "NINE_PLUS",
        "THIRTEEN_PLUS",
        "SIXTEEN_PLUS",
        "EIGHTEEN_PLUS",
        "UNRATED",
    ),
    "developer_age_rating_info_url": (),
    "grac_rating_classification_number": (),
    "kids_age_band": ("FIVE_AND_UNDER", "SIX_TO_EIGHT", "NINE_TO_ELEVEN"),
    "korea_age_rating_override": ("NONE", "FIFTEEN_PLUS", "NINETEEN_PLUS"),
}


def checked_answers(answers: Mapping[str, bool | str | None]) -> dict[str, Any]:
    """Return answers after a look at all of them; ValueError names those that cannot be."""
    problems = [x for x in (_problem(*item) for item in answers.items()) if x]
    if problems:
        raise ValueError("; ".join(["nothing was sent", *problems]))
    return dict(answers)


def _problem(name: str, answer: object) -> str:
    known = {*QUESTIONS, *_YES_OR_NO, *_OTHERS}
    if name not in known:
        return f"there is no question {name!r}{suggestion(name, known)}"
    if answer is None:
        return ""
    if name in _YES_OR_NO:
        return "" if isinstance(answer, bool) else f"{name} is answered by True or False"
    words = _OTHERS.get(name, _FREQUENCIES)
    if words and answer not in words:
        return f"{name} is answered by {', '.join(words)}"
    return ""
