"""The table that says what an app sells: from a TOML file, or the same as a dict."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Literal, TypeAlias

import msgspec

from ..._runtime.files import read_whole
from ..._runtime.messages.error_root import AppStoreConnectError
from ..common.price_points import TERRITORY, amounts
from ..localized_texts import locale_problems

__all__ = [
    "Codes",
    "Group",
    "Offer",
    "OfferCode",
    "Product",
    "ProductError",
    "PromotionalOffer",
    "Purchase",
    "PurchaseCode",
    "Subscription",
    "Table",
    "TableSource",
    "Text",
    "read_table",
]

TableSource: TypeAlias = "str | os.PathLike[str] | Mapping[str, Any]"


class ProductError(AppStoreConnectError):
    """A product that Apple does not let be what the table says; the text says what to do."""


class _Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An entry of the table, of which no member is unknown."""


class Text(_Entry, frozen=True, kw_only=True):
    """The texts of a locale; `app_name` is for groups of subscriptions only."""

    name: str
    description: str | None = None
    app_name: str | None = None


class Product(_Entry, frozen=True, kw_only=True):
    """What purchases and subscriptions have in common; what is left out stays as it is.

    `price` is that in the territory `base`, from which Apple derives the others but for those in
    `prices`. `territories` are those where it is sold, or `all`.
    """

    product_id: str
    name: str
    family_sharable: bool | None = None
    review_note: str | None = None
    localizations: dict[str, Text] = {}
    price: str | None = None
    base: str = "USA"
    prices: dict[str, str] = {}
    territories: list[str] | Literal["all"] | None = None
    in_new_territories: bool = True
    review_screenshot: str | None = None

    def amounts(self) -> dict[str, Any]:
        """The prices that are stated, by territory, the base's first."""
        stated = {} if self.price is None else {self.base: self.price}
        return dict(amounts({**stated, **self.prices}))


class Codes(_Entry, frozen=True, kw_only=True):
    """Codes that are good once each, of which Apple makes 10, or up to 1000 by the hundred."""

    count: int
    expires: date
    environment: Literal["PRODUCTION", "SANDBOX"] = "PRODUCTION"

    def __post_init__(self) -> None:
        """Refuse what Apple does not make."""
        if self.count not in {10, *range(100, 1001, 100)}:
            raise ValueError(f"{self.count} codes: Apple makes 10, or up to 1000 by the hundred")


class PurchaseCode(_Entry, frozen=True, kw_only=True):
    """A purchase by code, free unless it has a `price` in the purchase's base territory.

    `custom_codes` are codes with how often each is good.
    """

    name: str
    customers: list[Literal["NON_SPENDER", "ACTIVE_SPENDER", "CHURNED_SPENDER"]]
    custom_codes: dict[str, int] = {}
    one_time_codes: list[Codes] = []
    price: str | None = None
    territories: list[str] | None = None


class Purchase(Product, frozen=True, kw_only=True):
    """An in-app purchase that is not renewed."""

    type: Literal["CONSUMABLE", "NON_CONSUMABLE", "NON_RENEWING_SUBSCRIPTION"]
    offer_codes: list[PurchaseCode] = []

    @property
    def offers(self) -> Sequence[PurchaseCode]:
        """All offers of it."""
        return self.offer_codes


class Offer(_Entry, frozen=True, kw_only=True):
    """An offer to subscribers; `price` is that in the subscription's base territory.

    A `FREE_TRIAL` has none. `territories` are those of the subscription unless they are given.
    """

    mode: Literal["FREE_TRIAL", "PAY_AS_YOU_GO", "PAY_UP_FRONT"]
    duration: str
    periods: int = 1
    price: str | None = None
    territories: list[str] | None = None


class PromotionalOffer(Offer, frozen=True, kw_only=True):
    """An offer that the app makes; `code` is what the app calls it by."""

    name: str
    code: str


class WinBackOffer(Offer, frozen=True, kw_only=True):
    """An offer to those who left; `code` is its id, which no other offer has.

    They paid for `paid_months` and left between `left_months[0]` and `left_months[1]` months ago;
    `wait_months` lie between two such offers.
    """

    name: str
    code: str
    start: date
    end: date | None = None
    paid_months: int
    left_months: tuple[int, int]
    wait_months: int | None = None
    priority: Literal["HIGH", "NORMAL"] = "NORMAL"
    promotion: Literal["NOT_PROMOTED", "USE_AUTO_GENERATED_ASSETS"] | None = None


class OfferCode(Offer, frozen=True, kw_only=True):
    """An offer that a code is good for; `custom_codes` are codes with how often each is good."""

    name: str
    customers: list[Literal["NEW", "EXISTING", "EXPIRED"]]
    eligibility: Literal["STACK_WITH_INTRO_OFFERS", "REPLACE_INTRO_OFFERS"] = (
        "STACK_WITH_INTRO_OFFERS"
    )
    custom_codes: dict[str, int] = {}
    one_time_codes: list[Codes] = []


class Subscription(Product, frozen=True, kw_only=True):
    """A subscription that is renewed; `level` 1 is the highest of its group."""

    period: str
    level: int | None = None
    introductory_offers: list[Offer] = []
    promotional_offers: list[PromotionalOffer] = []
    offer_codes: list[OfferCode] = []
    win_back_offers: list[WinBackOffer] = []

    @property
    def offers(self) -> Sequence[Offer]:
        """All offers to its subscribers."""
        return [
            *self.introductory_offers,
            *self.promotional_offers,
            *self.offer_codes,
            *self.win_back_offers,
        ]


class Group(_Entry, frozen=True, kw_only=True):
    """A group of subscriptions, of which a customer has one; `name` is its reference name."""

    name: str
    localizations: dict[str, Text] = {}
    subscriptions: list[Subscription] = []


class Table(_Entry, frozen=True, kw_only=True):
    """All that an app sells."""

    purchases: list[Purchase] = []
    groups: list[Group] = []

    @property
    def names(self) -> list[str]:
        """The ids of products and the names of groups, in the order in which they are made."""
        found = [x.product_id for x in self.purchases]
        for group in self.groups:
            found += [group.name, *(x.product_id for x in group.subscriptions)]
        return found


def _check_offers(product: Purchase | Subscription) -> None:
    offers = product.offers
    for price in (x.price for x in offers if x.price is not None):
        amounts({product.base: price})
    chosen = [product.territories, *(x.territories for x in offers)]
    for codes in (x for x in chosen if isinstance(x, list)):
        for code in codes:
            if not TERRITORY.fullmatch(code) or codes.count(code) > 1:
                told = "is there twice" if codes.count(code) > 1 else "is none, such as USA"
                raise ValueError(f"{product.product_id}: the territory {code!r} {told}")


def read_table(source: TableSource) -> tuple[Table, Path]:
    """Read a table, and return it with the folder that its files are in.

    Raises:
        ValueError: it is not such a table; the text names the member.
    """
    folder = Path()
    if isinstance(source, Mapping):
        data: Any = source
    else:
        path = Path(source)
        folder = path.parent
        try:
            data = tomllib.loads(read_whole(path).decode())
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
            raise ValueError(f"{path} is not TOML: {error}") from None
    try:
        table = msgspec.convert(data, Table)
    except msgspec.ValidationError as error:
        raise ValueError(f"the table of products is not as it has to be: {error}") from None
    products: list[Purchase | Subscription] = [
        *table.purchases,
        *(y for x in table.groups for y in x.subscriptions),
    ]
    texts = [(x.name, x.localizations) for x in products]
    texts += [(x.name, x.localizations) for x in table.groups]
    for name, localizations in texts:
        for problem in locale_problems(localizations):
            raise ValueError(f"{name}: {problem}")
    for product in products:
        product.amounts()
        _check_offers(product)
        if product.prices and product.price is None:
            raise ValueError(f"{product.product_id}: prices need a price in {product.base}, too")
        if product.review_screenshot and not (folder / product.review_screenshot).is_file():
            raise ValueError(f"{product.product_id}: {product.review_screenshot} is not there")
    names = table.names
    if twice := sorted({x for x in names if names.count(x) > 1}):
        raise ValueError(f"{twice[0]} is in the table twice")
    return table, folder
