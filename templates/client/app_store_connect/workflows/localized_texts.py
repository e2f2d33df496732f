"""Localized texts: checked before anything is sent, and written only where they differ."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final, cast

from .._runtime.suggestions import kind_of, suggestion
from .common.partial import partial

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TypeAlias

    from .._runtime.jsonapi.resource import Resource

    Texts: TypeAlias = Mapping[str, Mapping[str, str | None]]

__all__ = [
    "ADDRESS",
    "INFO_TEXTS",
    "LOCALES",
    "VERSION_TEXTS",
    "Texts",
    "changes",
    "checked_texts",
    "locale_problems",
    "write_texts_async",
]

# The greatest lengths, in characters, None where there is none: App Store Connect help, "Required,
# localizable and editable properties" and "Platform version information".
VERSION_TEXTS: Final[Mapping[str, int | None]] = {
    "description": 4000,
    "keywords": 100,
    "marketing_url": None,
    "promotional_text": 170,
    "support_url": None,
    "whats_new": 4000,
}
INFO_TEXTS: Final[Mapping[str, int | None]] = {
    "name": 30,
    "subtitle": 30,
    "privacy_policy_url": None,
    "privacy_choices_url": None,
    "privacy_policy_text": None,
}
# No operation lists them: fastlane has a list of them in
# fastlane_core/languages.rb and App Store Connect help, "App Store localizations".
LOCALES = tuple(
    "ar-SA bn-BD ca cs da de-DE el en-AU en-CA en-GB en-US es-ES es-MX fi fr-CA fr-FR gu-IN he hi"  # noqa: SIM905 - shorter
    " hr hu id it ja kn-IN ko ml-IN mr-IN ms nl-NL no or-IN pa-IN pl pt-BR pt-PT ro ru sk sl-SI sv"
    " ta-IN te-IN th tr uk ur-PK vi zh-Hans zh-Hant".split()
)
_FORM = re.compile(r"[a-z]{2,3}(-[A-Z][A-Za-z]{1,3})?")
ADDRESS = re.compile(r"https?://[^\s/]+(/\S*)?")


def checked_texts(
    texts: Texts, known: Mapping[str, int | None], keyword: str = "texts"
) -> dict[str, dict[str, Any]]:
    """Return texts by locale after a look at all of them.

    Raises:
        ValueError: a locale, a name, a length or an address that Apple does not take; the text
            names every one of them.
    """
    problems = list(locale_problems(texts))
    problems += [x for locale, values in texts.items() for x in _problems(locale, values, known)]
    if problems:
        raise ValueError(
            "\n".join([f"{keyword}: nothing was sent:", *(f"  {x}" for x in problems)])
        )
    return {locale: dict(values) for locale, values in texts.items()}


def locale_problems(locales: Iterable[str]) -> Iterable[str]:
    """Yield what is wrong with each that cannot be a locale; there may be new ones."""
    given: set[str] = set()
    for locale in locales:
        if locale.lower() in given:
            yield f"{locale!r} is there twice"
        given.add(locale.lower())
        if not _FORM.fullmatch(locale):
            near = get_close_matches(locale.replace("_", "-"), LOCALES, 1, 0.5)
            hint = f"; did you mean {near[0]!r}?" if near else ", such as 'en-US'"
            yield f"{locale!r} is not a locale of the App Store{hint}"


def _problems(locale: str, values: object, known: Mapping[str, int | None]) -> Iterable[str]:
    if not isinstance(values, Mapping):
        yield f"{locale}: texts by name are needed, such as {{{min(known)!r}: …}}"
        return
    for name, value in cast("Mapping[str, object]", values).items():
        if name not in known:
            yield f"{locale}: there is no text {name!r}{suggestion(name, known)}"
            continue
        most = known[name]
        if value is None:
            continue
        if not isinstance(value, str):
            yield f"{locale}: {name} is {kind_of(value)}, not text"
        elif value and most is not None and len(value) > most:
            yield f"{locale}: {name} has {len(value)} characters, {most} at most are taken"
        elif value and name.endswith("_url") and not ADDRESS.fullmatch(value):
            yield f"{locale}: {name} is not a web address: {value!r}"


async def write_texts_async(
    namespace: Any, there: Iterable[Any], texts: Mapping[str, Mapping[str, Any]], **owner: Any
) -> list[Any]:
    """Write the texts of each locale that has others, and return all localizations.

    `there` are those that exist; new ones belong to the `owner`.
    """
    found = {str(x.locale).lower(): x for x in there}
    with partial(texts) as done:
        for locale, wanted in texts.items():
            current = found.get(locale.lower())
            if current is None:
                given = {name: value for name, value in wanted.items() if value}
                made = await namespace.create(locale=locale, **owner, **given)
                found[locale.lower()] = made
            elif different := changes(current, wanted):
                found[locale.lower()] = await namespace.update(current, **different)
            done.append(locale)
    return list(found.values())


def changes(resource: Resource, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of `wanted` a resource does not have yet; empty text and None are alike."""
    return {
        name: value
        for name, value in wanted.items()
        if _plain(getattr(resource, name)) != _plain(value)
    }


def _plain(value: Any) -> Any:
    # Files end with a line end, and some systems' lines end otherwise.
    if isinstance(value, str):
        return "\n".join(value.splitlines()).strip() or None
    return value
