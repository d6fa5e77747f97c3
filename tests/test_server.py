"""The HTTP API as LibreTranslate documents it, asked over a socket by the clients people have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from deep_translator import LibreTranslator
from libretranslatepy import LibreTranslateAPI

from nmt.search import SearchOptions
from nmt.translator import Translator
from tests.serving import Server, error_of, serving

GREETING = "शुभ प्रभात"
SENTENCES = ["Where is the kite?", "The kite is red.", "She reads a book."]


@pytest.fixture(scope="module")
def server(
    bundle_folder: Path, turned_bundle_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("server")
    with serving(folder, bundle_folder, turned_bundle_folder) as running:
        yield running


@pytest.fixture(scope="module")
def translator(bundle_folder: Path) -> Translator:
    return Translator.load(bundle_folder)


@pytest.fixture(scope="module")
def turned(turned_bundle_folder: Path) -> Translator:
    return Translator.load(turned_bundle_folder)


def test_a_text_gives_a_text_and_a_list_a_list(server: Server, translator: Translator) -> None:
    expected = translator.translate(SENTENCES)
    assert server.translate(SENTENCES[0]) == {"translatedText": expected[0]}
    assert server.translate(SENTENCES) == {"translatedText": expected}
    assert server.translate(SENTENCES[:1]) == {"translatedText": expected[:1]}


def test_both_directions_at_once(server: Server, turned: Translator) -> None:
    expected = turned.translate([GREETING])[0]
    answer = server.translate(GREETING, source="mr", target="en")
    assert answer == {"translatedText": expected}


@pytest.mark.parametrize("source", ["en", "eng"])
@pytest.mark.parametrize("target", ["mr", "mar"])
def test_codes_in_both_forms(server: Server, source: str, target: str) -> None:
    answer = server.translate(SENTENCES[0], source=source, target=target)
    assert answer == server.translate(SENTENCES[0])


def test_a_form_says_what_json_says(server: Server) -> None:
    parameters = {"q": GREETING, "source": "mr", "target": "en", "alternatives": "2"}
    expected = server.translate(GREETING, source="mr", target="en", alternatives=2)
    url = "/translate"
    assert server.post(url, data=parameters).json() == expected
    assert server.post(url, params=parameters).json() == expected
    assert server.post(url, files={k: (None, v) for k, v in parameters.items()}).json() == expected
    # As `curl -d` sends it: nothing is escaped.
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    body = f"q={GREETING}&source=mr&target=en&alternatives=2".encode()
    assert server.post(url, data=body, headers=kind).json() == expected


def test_alternatives_are_the_next_best(server: Server, translator: Translator) -> None:
    (hyps,) = translator.hypotheses(SENTENCES[:1], SearchOptions(n_best=4))
    best, *others = (hyp.text for hyp in hyps)
    assert others
    answer = server.translate(SENTENCES[0], alternatives=3)
    assert answer == {"translatedText": best, "alternatives": others}
    many = server.translate(SENTENCES[:2], alternatives=3)
    assert many["alternatives"][0] == others
    assert len(many["alternatives"]) == 2
    assert server.translate(SENTENCES[0], alternatives=10)["alternatives"]


def test_auto_says_what_it_detected(server: Server, translator: Translator) -> None:
    english, marathi = ({"confidence": 100.0, "language": code} for code in ("en", "mr"))
    answer = server.translate(SENTENCES[0], source="auto")
    expected = translator.translate(SENTENCES[:1])[0]
    assert answer == {"translatedText": expected, "detectedLanguage": english}
    # What is in the target's language already is a copy.
    answer = server.translate([SENTENCES[0], GREETING], source="auto", target="mr")
    assert answer["translatedText"] == [expected, GREETING]
    assert answer["detectedLanguage"] == [english, marathi]


@pytest.mark.parametrize(
    ("text", "languages"),
    [
        (GREETING, ["mr"]),
        ("my kite is red", ["en"]),
        (f"{GREETING} {GREETING} hi", ["mr", "en"]),
        ("12 + 5 🙂", ["en"]),
        ("доброе утро", ["en"]),
    ],
)
def test_detect(server: Server, text: str, languages: list[str]) -> None:
    found = server.post("/detect", {"q": text}).json()
    assert [each["language"] for each in found] == languages
    assert [each["confidence"] for each in found] == sorted(
        (each["confidence"] for each in found), reverse=True
    )
    assert found == server.post("/detect", data={"q": text}).json()
    assert (found[0]["confidence"] == 0) == (text[0] in "1д")


def test_html_keeps_its_tags(server: Server, translator: Translator) -> None:
    one, two = translator.translate(["The kite is red.", "Where is the kite?"])
    html = '<p class="a>b">The kite is red.<br><!-- Where? --> <b>Where is the kite?</b></p>'
    expected = f'<p class="a>b">{one}<br><!-- Where? --> <b>{two}</b></p>'
    answer = server.translate([html, "<i></i>"], format="html", alternatives=2)
    assert answer == {"translatedText": [expected, "<i></i>"], "alternatives": [[], []]}
    auto = server.translate(html, format="html", source="auto")
    assert auto["detectedLanguage"]["language"] == "en"


def test_languages_settings_health(server: Server) -> None:
    languages = server.get("/languages").json()
    assert languages == [
        {"code": "en", "name": "English", "targets": ["en", "mr"]},
        {"code": "mr", "name": "Marathi", "targets": ["en", "mr"]},
    ]
    settings = server.get("/frontend/settings").json()
    assert settings["charLimit"] == 5000
    assert settings["language"]["target"] == {"code": "mr", "name": "Marathi"}
    assert not any(settings[key] for key in ("apiKeys", "keyRequired", "filesTranslation"))
    assert server.get("/health").json() == {"status": "ok"}


def test_attention(server: Server, translator: Translator) -> None:
    (hyps,) = translator.hypotheses(SENTENCES[:1], SearchOptions(attention=True))
    answer = server.post("/attention", {"q": SENTENCES[0], "source": "en", "target": "mr"}).json()
    assert answer["translatedText"] == hyps[0].text
    assert (answer["source"], answer["target"]) == (
        list(hyps[0].src_pieces),
        list(hyps[0].trg_pieces),
    )
    assert hyps[0].attention is not None
    assert answer["weights"] == pytest.approx(hyps[0].attention, abs=1e-4)
    assert all(sum(row) == pytest.approx(1, abs=0.01) for row in answer["weights"])


def test_libretranslatepy(server: Server, translator: Translator) -> None:
    client = LibreTranslateAPI(server.url)
    assert client.translate(SENTENCES[0], "en", "mr") == translator.translate(SENTENCES[:1])[0]
    assert client.detect(GREETING) == [{"confidence": 100.0, "language": "mr"}]
    assert [each["code"] for each in client.languages()] == ["en", "mr"]


def test_deep_translator(server: Server, turned: Translator) -> None:
    # It asks in the query of a POST, and its list of languages has no Marathi: `auto` finds it.
    client = LibreTranslator("auto", "en", "any key", custom_url=f"{server.url}/")
    texts = [GREETING, "पतंग कुठे आहे?"]
    assert client.translate_batch(texts) == turned.translate(texts)


def test_many_clients_share_a_search(server: Server, translator: Translator) -> None:
    texts = [f"{sentence} {number}" for sentence in SENTENCES for number in range(20)]
    batches = server.counter("nmt_batch_texts_count")
    with ThreadPoolExecutor(30) as clients:
        answers = list(clients.map(server.translate, texts))
    assert [each["translatedText"] for each in answers] == translator.translate(texts)
    assert server.counter("nmt_batch_texts_count") - batches < len(texts) / 2


def test_metrics_count_and_hold_no_text(server: Server) -> None:
    names = ("nmt_texts_total", "nmt_characters_total", "nmt_requests_total")
    before = [server.counter(name) for name in names]
    server.translate(SENTENCES)
    server.get("/languages/kite")
    after = [server.counter(name) for name in names]
    texts, characters, answered = (b - a for a, b in zip(before, after, strict=True))
    # Each of the three counters is read by a request of its own.
    assert (texts, characters, answered) == (3, sum(map(len, SENTENCES)), 2 + 3)
    assert "kite" not in server.get("/metrics").text


def test_every_answer_is_guarded(server: Server) -> None:
    for path in ("/", "/docs", "/spec", "/health", "/page/main.js", "/nothing", "/metrics"):
        headers = server.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert "server" not in headers
    assert server.post("/translate", {"q": "a"}).headers["cache-control"] == "no-store"


def test_other_sites_may_not_read(server: Server) -> None:
    answer = server.get("/languages", headers={"Origin": "https://example.org"})
    assert "access-control-allow-origin" not in answer.headers


def test_a_list_of_what_there_is(server: Server) -> None:
    document = server.get("/spec").json()
    assert set(document["paths"]) == {
        *("/translate", "/detect", "/attention", "/languages", "/health"),
        *("/frontend/settings", "/metrics"),
    }
    source = document["components"]["schemas"]["TranslateRequest"]["properties"]["source"]
    assert source["enum"] == ["auto", "en", "eng", "mr", "mar"]
    assert error_of(server.get("/nothing")) == (404, "Not Found")
    assert error_of(server.get("/translate")) == (405, "Method Not Allowed")


def test_a_key(bundle_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = "my key, किल्ली"
    monkeypatch.setenv("NMT_API_KEY", key)
    with serving(tmp_path, bundle_folder) as server:
        question = {"q": "The kite is red.", "source": "en", "target": "mr"}
        for path in ("/translate", "/detect", "/attention"):
            assert error_of(server.post(path, question))[0] == 400
            for wrong in ("my", f"{key} ", key.upper(), 7, [key]):
                answer = server.post(path, question | {"api_key": wrong})
                assert error_of(answer) == (403, "Invalid API key")
            assert server.post(path, question | {"api_key": key}).status_code == 200
            assert server.post(path, data=question | {"api_key": key}).status_code == 200
        assert server.get("/frontend/settings").json()["keyRequired"] is True
        assert LibreTranslateAPI(server.url, key).detect("hi")
        assert server.get("/languages").status_code == 200
        assert key not in server.log.read_text(encoding="utf-8")


@pytest.mark.parametrize("asked", [False, True])
def test_text_is_logged_only_when_asked(bundle_folder: Path, tmp_path: Path, asked: bool) -> None:
    with serving(tmp_path, bundle_folder, options=("--log-text",) if asked else ()) as server:
        server.translate("a secret kite")
        server.post("/translate", params={"q": "a secret", "source": "en", "target": "mr"})
        server.post("/translate", {"q": "a secret", "source": "secret", "target": "mr"})
    log = server.log.read_text(encoding="utf-8")
    assert len(re.findall("secret", log)) == (2 if asked else 0)
