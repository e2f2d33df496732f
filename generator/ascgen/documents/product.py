"""Which of Apple's two APIs is meant."""

from __future__ import annotations

from typing import Literal, get_args

Product = Literal["app-store-connect", "enterprise"]
PRODUCTS: tuple[Product, ...] = get_args(Product)
