"""The page in a real browser: typed into, read, pointed at, looked at on a desktop and a phone."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import Select, WebDriverWait

from nmt.translator import Translator
from tests.serving import Server, serving

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
TEXT = "where is the kite"
# Headless Chromium needs no network; without a proxy for loopback, and as root without a sandbox.
ARGUMENTS = ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--no-proxy-server")
SIZES = {"desktop": (1280, 900), "phone": (390, 844)}


@pytest.fixture(scope="module")
def server(
    bundle_folder: Path, turned_bundle_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("server")
    with serving(folder, bundle_folder, turned_bundle_folder) as running:
        yield running


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    if not (CHROMIUM and DRIVER):
        reason = "no chromium and chromedriver; as root on Debian, scripts/setup_browser"
        # Where a browser is promised, its absence is a failure.
        (pytest.fail if os.environ.get("NMT_TEST_BROWSER") else pytest.skip)(reason)
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in (*ARGUMENTS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options, webdriver.ChromeService(DRIVER))
    yield driver
    driver.quit()


class Page:
    """What a person does with the page."""

    def __init__(self, driver: webdriver.Chrome, url: str) -> None:
        self.driver, self.url = driver, url
        self.wait = WebDriverWait(driver, 300, 0.05)

    def open(self, size: str = "desktop", *, dark: bool = False) -> Page:
        width, height = SIZES[size]
        self.driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": size == "phone"},
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
        self.driver.get(self.url)
        self.wait.until(lambda _: self.options("from"))
        return self

    def at(self, name: str) -> WebElement:
        return self.driver.find_element(By.ID, name)

    def all(self, selector: str) -> list[WebElement]:
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def options(self, name: str) -> list[str]:
        return [str(o.get_attribute("value")) for o in Select(self.at(name)).options]

    def type(self, text: str) -> None:
        self.at("source").send_keys(text)

    def reads(self, text: str) -> None:
        """Wait until the translation is this text."""
        self.wait.until(lambda _: self.at("target").text == text)

    def style(self, element: WebElement, name: str) -> str:
        return element.value_of_css_property(name)


@pytest.fixture
def page(chromium: webdriver.Chrome, server: Server) -> Iterator[Page]:
    chromium.get(f"{server.url}/health")  # a page of the same origin, whose history can be emptied
    chromium.execute_script("localStorage.clear()")
    for kind in ("browser", "performance"):
        _log(chromium, kind)
    yield Page(chromium, server.url)
    assert _log(chromium, "browser") == []
    sent = [m for m in _log(chromium, "performance") if '"Network.requestWillBeSent"' in m]
    assert sent
    assert [m for m in sent if f'"url":"{server.url}/' not in m] == []


def _log(driver: webdriver.Chrome, kind: str) -> list[str]:
    """Return the messages of one of the browser's logs since the last look."""
    read: Any = driver.get_log
    return [entry["message"] for entry in read(kind)]


@pytest.fixture(scope="module")
def translation(bundle_folder: Path) -> str:
    return Translator.load(bundle_folder).translate([TEXT])[0]


def test_what_is_typed_is_translated(page: Page, translation: str) -> None:
    page.open()
    page.type(TEXT)
    page.reads(translation)
    assert page.at("target").get_attribute("lang") == "mr"
    assert page.at("target").get_attribute("aria-live") == "polite"
    assert page.all("#alternatives li")
    assert page.at("count").text == f"{len(TEXT)} / 5000"
    fonts = page.driver.execute_script(
        "return [...document.fonts].filter(f => f.status === 'loaded').map(f => f.family)"
    )
    assert fonts == ['"Noto Sans Devanagari"'] or fonts == ["Noto Sans Devanagari"]


def test_typing_asks_once(page: Page, server: Server, translation: str) -> None:
    page.open()
    before = server.counter("nmt_texts_total")
    page.type(TEXT)
    page.reads(translation)
    # Some keys may come late on a busy machine, but not every one of them is a question.
    assert 1 <= server.counter("nmt_texts_total") - before <= len(TEXT) / 3


def test_the_languages_swap(page: Page, translation: str, turned_bundle_folder: Path) -> None:
    page.open()
    page.type(TEXT)
    page.reads(translation)
    page.at("source").send_keys(Keys.ALT, "s")
    back = Translator.load(turned_bundle_folder).translate([translation])[0]
    page.reads(" ".join(back.split()))
    chosen = [Select(page.at(name)).first_selected_option for name in ("from", "to")]
    assert [option.get_attribute("value") for option in chosen] == ["mr", "en"]
    assert page.at("source").get_attribute("value") == translation


def test_a_word_shows_what_it_looked_at(page: Page, translation: str) -> None:
    page.open()
    page.type(TEXT)
    page.reads(translation)
    assert not page.at("attention").is_displayed()
    words = page.all(".word")
    assert [word.text for word in words] == translation.split()
    ActionChains(page.driver).move_to_element(words[-1]).perform()
    page.wait.until(lambda _: page.all("#heat .marked"))
    assert page.all("#heat .marked th")[0].text == words[-1].text
    heads = [each.text for each in page.all("#heat th[scope=col]")]
    assert heads == [*TEXT.split(), "end"]
    rows = page.all("#heat tr")[1:]
    assert len(rows) == len(words)
    for row in rows:
        cells = row.find_elements(By.TAG_NAME, "td")
        percents = [int(str(cell.get_attribute("textContent")).split()[0]) for cell in cells]
        assert sum(percents) == pytest.approx(100, abs=len(cells) / 2)
    assert page.at("looked").text.startswith(f"{words[-1].text} ← ")
    # The words themselves are shaded behind the text.
    assert {mark.get_attribute("textContent") for mark in page.all("#mirror mark")} <= set(
        TEXT.split()
    )
    assert page.all("#mirror mark")


def test_the_keyboard_alone_does_it(page: Page, translation: str) -> None:
    page.open()
    page.driver.switch_to.active_element.send_keys(TEXT, Keys.CONTROL, Keys.ENTER)
    page.reads(translation)
    for _ in range(10):
        ActionChains(page.driver).send_keys(Keys.TAB).perform()
        if page.driver.switch_to.active_element.get_attribute("id") == "target":
            break
    ActionChains(page.driver).send_keys(Keys.ARROW_RIGHT).perform()
    page.wait.until(lambda _: page.at("looked").text.startswith(translation.split()[0]))
    page.at("source").click()
    page.driver.switch_to.active_element.send_keys(Keys.ESCAPE)
    page.reads("")
    assert page.at("source").get_attribute("value") == ""
    assert not page.at("attention").is_displayed()


def test_the_history_stays_in_the_browser(page: Page, translation: str) -> None:
    page.open()
    page.type(TEXT)
    page.reads(translation)
    page.wait.until(lambda _: page.at("history").is_displayed())
    page.open()
    page.at("history").click()
    (entry,) = page.all("#entries button")
    assert entry.text.split("\n") == [TEXT, translation]
    entry.click()
    page.reads(translation)
    page.at("forget").click()
    assert not page.at("history").is_displayed()
    assert page.driver.execute_script("return localStorage.getItem('nmt.history')") == "[]"


def test_copying(page: Page, translation: str) -> None:
    page.driver.execute_cdp_cmd(
        "Browser.grantPermissions",
        {"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"], "origin": page.url},
    )
    page.open()
    page.type(TEXT)
    page.reads(translation)
    page.at("copy").click()
    page.wait.until(lambda _: page.at("status").text == "Copied")
    read = "navigator.clipboard.readText().then(arguments[0])"
    assert page.driver.execute_async_script(read) == translation


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_it_fits_and_can_be_read(
    page: Page, translation: str, size: str, dark: bool, tmp_path: Path
) -> None:
    page.open(size, dark=dark)
    page.type(TEXT)
    page.reads(translation)
    ActionChains(page.driver).move_to_element(page.all(".word")[0]).perform()
    page.wait.until(lambda _: page.at("attention").is_displayed())
    width = page.driver.execute_script("return document.documentElement.scrollWidth")
    assert width <= SIZES[size][0]
    beside = page.at("target").rect["y"] < page.at("source").rect["y"] + 50
    assert beside == (size == "desktop")
    for name in ("target", "looked", "count"):
        assert _contrast(page, page.at(name)) >= 4.5, name  # WCAG 2.2, success criterion 1.4.3
    # NMT_SCREENSHOTS names a folder for those who want to look.
    folder = Path(os.environ.get("NMT_SCREENSHOTS", tmp_path))
    page.driver.execute_script("scrollTo(0, 0)")
    path = folder / f"{size}-{'dark' if dark else 'light'}.png"
    assert page.driver.save_screenshot(str(path))
    page.at("theme").click()
    assert page.all("html")[0].get_attribute("data-theme") == ("light" if dark else "dark")


def _contrast(page: Page, element: WebElement) -> float:
    """Return the contrast of a text with its pane: WCAG 2.2, relative luminance."""
    colours = [
        page.style(element, "color"),
        page.style(page.all(".pane")[0], "background-color"),
    ]
    light, dark = sorted(map(_luminance, colours), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(value.strip(" rgba()")) / 255 for value in colour.split(",")[:3]]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_the_description_is_drawn(page: Page, server: Server) -> None:
    page.open()
    page.driver.get(f"{server.url}/docs")
    page.wait.until(lambda _: page.all("#operations section"))
    titles = [each.text for each in page.all("#operations h2")]
    assert "POST /translate" in titles
    assert len(titles) == len(server.get("/spec").json()["paths"])
    page.all(".try button")[0].click()
    page.wait.until(lambda _: page.all(".try pre")[0].text.startswith("200"))
