"""Rules on in-app purchases and subscriptions, which never tell what they lack."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .rule import Rule
from .situation import Product, Situation, is_unfinished

__all__ = ["PRODUCT_RULES"]

_NOTES = "field notes on MISSING_METADATA"
_WHERE = "workflows.purchases"


def _is_subscription(product: Product) -> bool:
    return product.group is not None


def _lacks(*names: str, subscription: bool) -> Callable[[Product, Situation], bool]:
    """Whether a new product of a kind has none of these."""

    def lacks(product: Product, _: Situation) -> bool:
        return (
            product.is_new
            and _is_subscription(product) == subscription
            and not any(getattr(product.it, x, None) for x in names)
        )

    return lacks


def _screenshot(product: Product) -> Any:
    return getattr(product.it, "app_store_review_screenshot", None)


def _first_ones(product: Product, situation: Situation) -> bool:
    approved = any(x.it.state == "APPROVED" for x in situation.products)
    return product.it.state == "READY_TO_SUBMIT" and not approved


def _rule(
    number: int, says: str, broken: Callable[[Product, Situation], object], server: str = "9.2"
) -> Rule:
    return Rule(
        id=f"P{number:02}",
        server=server,
        source=_NOTES,
        each="products",
        broken=broken,
        says=says,
        where=_WHERE,
        level="warning",
    )


PRODUCT_RULES = (
    _rule(1, "the in-app purchase has no name", _lacks("name", subscription=False)),
    _rule(
        2,
        "the in-app purchase has no localization",
        _lacks("in_app_purchase_localizations", subscription=False),
    ),
    _rule(
        3,
        "the in-app purchase has no price",
        _lacks("iap_price_schedule", subscription=False),
    ),
    _rule(
        4,
        "the in-app purchase is available nowhere",
        _lacks("in_app_purchase_availability", subscription=False),
    ),
    _rule(
        5,
        "the in-app purchase has no screenshot for App Review",
        _lacks("app_store_review_screenshot", subscription=False),
    ),
    _rule(
        6,
        "its screenshot for App Review is still being processed",
        lambda product, _: (file := _screenshot(product)) is not None and is_unfinished(file),
        "7.14",
    ),
    _rule(
        7,
        "the subscription has no period",
        _lacks("subscription_period", subscription=True),
        "9.3",
    ),
    _rule(
        8,
        "the subscription has no localization",
        _lacks("subscription_localizations", subscription=True),
        "9.3",
    ),
    _rule(
        9,
        "the group of the subscription has no localization",
        lambda product, _: (
            product.is_new
            and _is_subscription(product)
            and not product.group.subscription_group_localizations
        ),
        "9.3",
    ),
    _rule(10, "the subscription has no price", _lacks("prices", subscription=True), "9.3"),
    _rule(
        11,
        "the subscription is available nowhere",
        _lacks("subscription_availability", "plan_availabilities", subscription=True),
        "9.3",
    ),
    _rule(
        12,
        "the subscription has no screenshot for App Review",
        _lacks("app_store_review_screenshot", subscription=True),
        "9.3",
    ),
    _rule(
        13,
        "the first product of an app has to go with a version: name it in `purchases`",
        _first_ones,
        "9.19",
    ),
    _rule(
        14,
        "App Review rejected the product, for reasons that only the website tells",
        lambda product, _: product.it.state in {"REJECTED", "DEVELOPER_ACTION_NEEDED"},
        "9.12",
    ),
    _rule(
        15,
        "the product is MISSING_METADATA, which Apple updates some seconds after a change",
        lambda product, _: product.it.state == "MISSING_METADATA",
        "11.10",
    ),
)
