from __future__ import annotations

import pytest

from ascgen.errors import SpecError
from ascgen.plan.names import members


@pytest.mark.parametrize(
    ("values", "names"),
    [
        (["V1", "v1", "v2"], ["V1", "v1", "V2"]),
        (["ios", "IOS", "Ios"], ["ios", "IOS", "Ios"]),
        (["-name", "+name", "name"], ["MINUS_NAME", "PLUS_NAME", "NAME"]),
        (["com.apple.ipa", "90", "title"], ["COM_APPLE_IPA", "N90", "TITLE"]),
    ],
)
def test_members_are_upper_case_unless_that_makes_two_one(
    values: list[str], names: list[str]
) -> None:
    assert members(values, "Platform") == dict(zip(names, values, strict=True))


def test_values_that_differ_in_signs_only_are_refused() -> None:
    with pytest.raises(SpecError, match=r"in the enumeration Platform .*'a\.b'"):
        members(["a.b", "a-b"], "Platform")
