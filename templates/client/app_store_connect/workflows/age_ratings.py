"""The questions of the age rating."""

from __future__ import annotations

__all__ = ["QUESTIONS"]

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
