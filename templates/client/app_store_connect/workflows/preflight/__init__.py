"""Preflight: what keeps a version from review, or may get it rejected, before it is sent."""

from .checking import checked_version_async
from .report import Finding, Preflight
from .rule import Rule
from .tables import RULES

__all__ = ["RULES", "Finding", "Preflight", "Rule", "checked_version_async"]
