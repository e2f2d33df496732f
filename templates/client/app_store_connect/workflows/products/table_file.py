"""The table of products read from a file or a dict, and checked before anything is sent."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import msgspec

from ..._runtime.files import read_whole
from ..assets.pictures import picture_problem
from ..common.price_points import TERRITORY, amounts
from ..common.reading import reading
from ..common.words import check_word
from ..localized_texts import locale_problems
from .table import Purchase, Subscription, Table

__all__ = ["TableSource", "read_table"]

TableSource: TypeAlias = "str | os.PathLike[str] | Mapping[str, Any]"

# Width and height in pixels: App Store Connect help, "In-app purchase information", which has JPG
# or PNG, flattened.
_IMAGE = (1024, 1024)
# Of subscriptions, and of offers.
_DURATIONS = (
    *("ONE_WEEK", "ONE_MONTH", "TWO_MONTHS", "THREE_MONTHS", "SIX_MONTHS", "ONE_YEAR"),
    *("THREE_DAYS", "TWO_WEEKS"),
)


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


def _durations(product: Purchase | Subscription) -> Iterator[tuple[str, str]]:
    if isinstance(product, Subscription):
        yield "period", product.period
        yield from (("duration", offer.duration) for offer in product.offers)


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
            with reading("table"):
                data = tomllib.loads(read_whole(path).decode("utf-8-sig"))
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            raise ValueError(f"table: {path} is not TOML: {error}") from None
    try:
        table = msgspec.convert(data, Table)
    except msgspec.ValidationError as error:
        raise ValueError(f"the table is not as it has to be: {error}") from None
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
        for name, word in _durations(product):
            check_word(f"{product.product_id}: {name}", word, _DURATIONS)
        if product.prices and product.price is None:
            raise ValueError(f"{product.product_id}: prices need a price in {product.base}, too")
        wrong = product.image and picture_problem(folder / product.image, *_IMAGE)
        if wrong:
            raise ValueError(f"{product.product_id}: {wrong}")
        if product.review_screenshot and not (folder / product.review_screenshot).is_file():
            raise ValueError(f"{product.product_id}: {product.review_screenshot} is not there")
    promoted = [x.product_id for x in table.promoted]
    names = [*table.names, *(x for x in promoted if promoted.count(x) > 1)]
    if twice := sorted({x for x in names if names.count(x) > 1}):
        raise ValueError(f"{twice[0]} is in the table twice")
    return table, folder
