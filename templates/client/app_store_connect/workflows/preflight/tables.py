"""All rules of the preflight, by what they are about."""

from .app_rules import APP_RULES
from .build_rules import BUILD_RULES
from .product_rules import PRODUCT_RULES
from .review_rules import REVIEW_RULES
from .text_rules import TEXT_RULES
from .version_rules import VERSION_RULES

__all__ = ["RULES"]

RULES = (*VERSION_RULES, *TEXT_RULES, *BUILD_RULES, *APP_RULES, *REVIEW_RULES, *PRODUCT_RULES)
