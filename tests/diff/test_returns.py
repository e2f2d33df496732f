from __future__ import annotations

import pytest

from ascgen.diff.operations import returns
from ascgen.diff.sides import Side
from ascgen.plan.catalog import build_catalog
from ascgen.plan.namespaces import build_namespaces
from support.specs import ALL, facts


@pytest.mark.parametrize("name", ALL)
def test_answers_are_those_of_the_generated_methods(name: str) -> None:
    api = facts(name)
    side = Side.of(api)
    methods = {
        method.doc.split("`")[1]: method.returns
        for namespace in build_namespaces(api, build_catalog(api))
        for method in namespace.methods
    }
    assert {f"{item.method} {item.path}": returns(item, side) for item in api.operations} == methods
