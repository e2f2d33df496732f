"""The site as a reader has it: opened from disk, typed into, on a phone, in the dark."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browser import Browser, opened

from ascgen.explore.words import split, stem

if TYPE_CHECKING:
    from collections.abc import Generator

# One worker opens one browser.
pytestmark = pytest.mark.xdist_group("site")

DESKTOP, PHONE = (1280, 900), (390, 844)
PAGES = (
    "index.html",
    "types.html",
    "graph.html",
    "changes.html",
    "resources/App.html",
    "resources/Build.html",
    "resources/AppClipDefaultExperience.html",
    "resources/SalesReports.html",
)


@pytest.fixture(scope="session")
def window(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Generator[Browser]:
    yield from opened(site, tmp_path_factory.mktemp("profile"))


@pytest.fixture
def browser(window: Browser) -> Generator[Browser]:
    """The window as it was opened; whatever is done in it, nothing complains or leaves the disk."""
    window.resize(*DESKTOP)
    window.prefer(prefers_color_scheme="light")
    window.get("index.html")
    window.run("localStorage.clear()")
    window.get("index.html")
    window.complaints()
    window.requests()
    yield window
    assert window.complaints() == []
    assert [url for url in window.requests() if not url.startswith(("file:///", "about:"))] == []


def hits(browser: Browser) -> list[str]:
    return list(
        browser.run(
            "return [...document.querySelectorAll('[role=option]')].map(hit =>"
            " hit.querySelector('.hit-name').textContent)"
        )
    )


def chosen(browser: Browser) -> str:
    return str(browser.run("return document.querySelector('[aria-selected=true]').innerText"))


def colour(browser: Browser) -> str:
    return str(browser.run("return getComputedStyle(document.body).backgroundColor"))


def test_search_answers_as_one_types_and_leads_to_the_operation(browser: Browser) -> None:
    browser.type("/")
    browser.type("expire a bui")
    assert hits(browser)[0] == "builds.update"
    browser.type("ld")
    assert hits(browser)[0] == "builds.update"
    browser.type("\ue007")  # Enter
    browser.wait(lambda: browser.address == "resources/Build.html#builds_updateInstance")
    place = "document.getElementById('builds_updateInstance').getBoundingClientRect().top"
    browser.wait(lambda: 0 <= browser.run(f"return {place}") < 300)


def test_arrows_choose_and_escape_closes(browser: Browser) -> None:
    browser.type("/")
    browser.type("beta groups")
    first = chosen(browser)
    browser.type("\ue015")  # down
    second = chosen(browser)
    assert second != first
    browser.type("\ue013\ue013")  # up, and up past the first
    assert chosen(browser) not in {first, second}
    field = browser.find("[role=combobox]")
    assert field.get_attribute("aria-activedescendant")
    browser.type("\ue00c")  # Esc
    assert not browser.find(".found").is_displayed()
    assert field.get_attribute("aria-expanded") == "false"
    browser.type("/")  # the field no longer has the focus: this does not go into it
    assert field.get_attribute("value") == "beta groups"


def test_names_wishes_and_slips_are_understood(browser: Browser) -> None:
    for query, wanted in (
        ("builds.list", "builds.list"),
        ("asc.builds.list(", "builds.list"),
        ("GET /v1/builds/{id}", "builds.get"),
        ("builds_getCollection", "builds.list"),
        ("processingState", "processingState"),
        ("filter[bundleId]", "filter[bundleId]"),
        ("BuildAudienceType", "BuildAudienceType"),
        ("PROCESSING", "PROCESSING"),
        ("apps", "App"),
        ("betagroups", "BetaGroup"),
        ("betagrups", "beta_groups.list"),
        ("tesflight groups", "beta_groups.list"),
        ("add tester to group", "beta_groups.add_beta_testers"),
        ("register a device", "devices.create"),
    ):
        found = browser.run("return ASC.search(arguments[0]).hits.map(hit => hit.name)", query)
        assert wanted in found[:2], (query, found[:5])


def test_what_the_api_does_not_offer_is_said(browser: Browser) -> None:
    browser.type("/")
    browser.type("delete an app")
    assert browser.find(".wish").text.startswith("Not in the public API: ")


def test_nonsense_finds_nothing_and_says_so(browser: Browser) -> None:
    browser.type("/")
    browser.type("xqzvwj")
    assert hits(browser) == []
    assert browser.find("[role=status]").text == "Nothing is like that."


def test_a_keystroke_is_answered_at_once(browser: Browser) -> None:
    took = browser.run(
        """
        const took = [];
        for (const text of ["add tester to group", "submit an app for review", "appStoreVersions"])
          for (let end = 1; end <= text.length; end += 1) {
            const start = performance.now();
            ASC.search(text.slice(0, end));
            took.push(performance.now() - start);
          }
        return took.sort((a, b) => a - b);
        """
    )
    # One frame, as half of them; the machine may be busy.
    assert took[len(took) // 2] < 16, took


def test_words_are_taken_apart_as_in_python(browser: Browser) -> None:
    names = browser.run(
        "return ASC_INDEX.entries.map(entry => entry[1]).concat(Object.keys(ASC_INDEX.verbs))"
    )
    words = browser.run("return arguments[0].map(ASC.split)", names)
    assert words == [split(name) for name in names]
    known = sorted({word for found in words for word in found})
    assert browser.run("return arguments[0].map(ASC.stem)", known) == [stem(w) for w in known]


def test_a_deep_link_opens_what_it_leads_into(browser: Browser) -> None:
    browser.get("resources/Build.html#builds_getCollection:filter%5BprocessingState%5D")
    target = browser.run("return document.querySelector(':target').innerText")
    assert "processing_state" in target
    assert browser.find(":target").is_displayed()
    browser.get("types.html#TerritoryAgeRating")
    browser.run("location.hash = 'CapabilityType:APPLE_PAY'")
    browser.wait(lambda: browser.find("[id='CapabilityType:APPLE_PAY']").is_displayed())


def test_links_lead_on(browser: Browser) -> None:
    browser.find("a[href='resources/BetaGroup.html']").click()
    browser.wait(lambda: browser.address == "resources/BetaGroup.html")
    link = browser.find("[id='relationship:app'] dd a")
    link.click()
    browser.wait(lambda: browser.address == "resources/App.html")
    browser.get("graph.html")
    browser.run(
        "document.querySelector('.asc-graph a[href$=\"/Build.html\"] text').scrollIntoView()"
    )
    browser.find('.asc-graph a[href$="/Build.html"] text').click()
    browser.wait(lambda: browser.address == "resources/Build.html")


def test_the_flavour_of_snippets_is_kept(browser: Browser) -> None:
    snippet = "#builds_getInstance pre:not([hidden])"

    def shown() -> str:
        return str(
            browser.run(
                "return [...document.querySelectorAll(arguments[0])]"
                ".filter(pre => pre.offsetParent).map(pre => pre.innerText).join('|')",
                snippet,
            )
        )

    browser.get("resources/Build.html")
    assert shown() == 'build = asc.builds.get("BUILD_ID")'
    browser.run("document.querySelector('[data-flavour=async][type=button]').click()")
    assert shown() == 'build = await asc.builds.get("BUILD_ID")'
    browser.get("resources/BetaGroup.html")
    pressed = browser.find(".flavours [aria-pressed=true]")
    assert pressed.text == "AsyncClient"
    browser.get("resources/Build.html")
    assert shown() == 'build = await asc.builds.get("BUILD_ID")'


def test_dark_follows_the_system_and_the_switch(browser: Browser) -> None:
    light = colour(browser)
    browser.prefer(prefers_color_scheme="dark")
    dark = colour(browser)
    assert dark != light
    button = browser.find("button.theme")
    assert button.get_attribute("aria-pressed") == "true"
    button.click()
    assert colour(browser) == light
    browser.get("graph.html")
    assert colour(browser) == light
    back = browser.run("return getComputedStyle(document.querySelector('.asc-graph .back')).fill")
    assert back == light


@pytest.mark.parametrize("size", [DESKTOP, PHONE, (320, 568)])
def test_no_page_is_wider_than_the_window(browser: Browser, size: tuple[int, int]) -> None:
    browser.resize(*size)
    for page in PAGES:
        browser.get(page)
        browser.run("for (const part of document.querySelectorAll('details')) part.open = true")
        assert browser.run("return document.documentElement.scrollWidth") <= size[0], page


def test_text_has_contrast_in_both_themes(browser: Browser) -> None:
    """WCAG AA: 4.5 to 1, for every colour of text on every back it stands on."""
    script = (Path(__file__).parent / "contrast.js").read_text()
    for theme in ("light", "dark"):
        browser.prefer(prefers_color_scheme=theme)
        for page in ("index.html", "resources/GameCenterLeaderboard.html", "changes.html"):
            browser.get(f"{page}#gameCenterLeaderboards_getInstance")
            assert browser.run(script) == [], (theme, page)


def test_everything_works_without_keeping_anything(browser: Browser) -> None:
    browser.driver.execute_cdp_cmd(
        "Page.addScriptToEvaluateOnNewDocument",
        {"source": "Object.defineProperty(window, 'localStorage', {get() { throw new Error() }})"},
    )
    browser.get("resources/Build.html")
    browser.find("button.theme").click()
    assert browser.run("return document.documentElement.dataset.theme") == "dark"
