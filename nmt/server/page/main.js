// The page: what is typed is translated, and each word of the translation can be asked.

import { ApiError, get, post } from "./api.js";
import { describe, draw, mark } from "./heatmap.js";
import * as history from "./history.js";
import { split, wordsOf, wordWeights } from "./words.js";

const ALTERNATIVES = 3;
const SETTLED = 1500; // milliseconds after which a translation is worth remembering
const at = (id) => document.getElementById(id);
const ui = Object.fromEntries(
  ["from", "to", "swap", "source", "mirror", "target", "detected", "count", "clear", "status",
    "copy", "others", "alternatives", "key", "api-key", "attention", "looked", "heat", "history",
    "entries", "forget"].map((id) => [id, at(id)]),
);

let languages = [];
let settings = { charLimit: -1, frontendTimeout: 400 };
let apiKey = "";
let waiting = 0; // the timer until what was typed is asked for
let settling = 0; // the timer until it is remembered
let asking = null; // the AbortController of the request under way
let shown = null; // the translation on the page: {text, source, target, translation}
let attention = null; // of the translation shown: a promise of {weights, ends}
let active = -1; // the word that is asked

// Languages

const nameOf = (code) => {
  const name = languages.find((each) => each.code === code)?.name ?? code;
  const own = new Intl.DisplayNames([code], { type: "language" }).of(code);
  return own && own !== name ? `${name} · ${own}` : name;
};

const option = (value, text) => new Option(text, value);

function fillTargets(wanted) {
  const source = ui.from.value;
  const known = languages.filter(({ code }) =>
    source === "auto"
      ? languages.some((each) => each.code !== code && each.targets.includes(code))
      : code !== source && languages.find((each) => each.code === source).targets.includes(code));
  const kept = wanted ?? ui.to.value;
  ui.to.replaceChildren(...known.map(({ code }) => option(code, nameOf(code))));
  if (known.some(({ code }) => code === kept)) ui.to.value = kept;
  ui.target.lang = ui.to.value;
  ui.source.lang = source === "auto" ? "" : source;
  ui.swap.disabled = !canSwap();
}

const sourceLanguage = () => (ui.from.value === "auto" ? shown?.detected : ui.from.value);

const canSwap = () =>
  languages.find(({ code }) => code === ui.to.value)?.targets.includes(sourceLanguage() ?? "") ?? false;

function swap() {
  if (!canSwap()) return;
  const [from, to] = [sourceLanguage(), ui.to.value];
  if (shown?.translation) ui.source.value = shown.translation;
  ui.from.value = to;
  fillTargets(from);
  typed();
  translateNow();
  ui.source.focus();
}

// Translating

const say = (text) => { ui.status.textContent = text; };

function typed() {
  const length = ui.source.value.length;
  const limited = settings.charLimit > 0;
  ui.count.textContent = length && limited ? `${length} / ${settings.charLimit}` : "";
  ui.count.classList.toggle("wrong", limited && [...ui.source.value].length > settings.charLimit);
  ui.clear.hidden = !length;
  drawMirror();
  clearTimeout(settling);
  clearTimeout(waiting);
  waiting = setTimeout(translateNow, settings.frontendTimeout);
}

function clear() {
  ui.source.value = "";
  typed();
  translateNow();
  ui.source.focus();
}

async function translateNow() {
  clearTimeout(waiting);
  asking?.abort();
  const [text, source, target] = [ui.source.value, ui.from.value, ui.to.value];
  if (!text.trim()) return show(null);
  const mine = new AbortController();
  asking = mine;
  say("…");
  try {
    const answer = await post(
      "/translate",
      { q: text, source, target, format: "text", alternatives: ALTERNATIVES, api_key: apiKey },
      mine.signal,
    );
    show({ text, source, target, translation: answer.translatedText,
      alternatives: answer.alternatives, detected: answer.detectedLanguage?.language });
    say("");
    settling = setTimeout(remember, SETTLED);
  } catch (error) {
    if (error.name !== "AbortError") complain(error);
  }
}

function complain(error) {
  if (!(error instanceof ApiError)) return say("The server cannot be reached.");
  if (error.retryAfter) {
    say("The server is busy; trying again …");
    waiting = setTimeout(translateNow, 1000 * error.retryAfter);
    return undefined;
  }
  if (error.status === 403 || (error.status === 400 && !apiKey && settings.keyRequired)) {
    ui.key.hidden = false;
    ui["api-key"].focus();
  }
  return say(error.message);
}

function show(translation) {
  shown = translation;
  attention = null;
  active = -1;
  ui.attention.hidden = true;
  ui.copy.hidden = !translation;
  ui.detected.textContent = translation?.detected ? `Detected: ${nameOf(translation.detected)}` : "";
  if (!translation) say("");
  let word = -1;
  ui.target.replaceChildren(
    ...split(translation?.translation ?? "").map(({ text, isWord }) => {
      if (!isWord) return text;
      const element = document.createElement("span");
      word += 1;
      element.className = "word";
      element.dataset.word = word;
      element.textContent = text;
      return element;
    }),
  );
  const others = translation?.alternatives ?? [];
  ui.others.hidden = !others.length;
  ui.alternatives.replaceChildren(...others.map(alternative));
  ui.alternatives.lang = ui.to.value;
  ui.swap.disabled = !canSwap();
  drawMirror();
}

function alternative(text) {
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = text;
  button.title = "Copy";
  button.addEventListener("click", () => copy(text));
  item.append(button);
  return item;
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Browsers give the clipboard to secure pages only; a selection can be copied by hand.
    getSelection()?.selectAllChildren(ui.target);
    return say("Selected: copy it with Ctrl+C");
  }
  return say("Copied");
}

// Attention

function askAttention() {
  const { text, source, target, detected, translation } = shown;
  attention ??= post("/attention", { q: text, source: detected ?? source, target, api_key: apiKey }).then(
    (answer) => {
      const [srcWords, trgWords] = [wordsOf(text), wordsOf(translation)];
      const found = { ...wordWeights(answer, srcWords, trgWords), srcWords, trgWords };
      draw(ui.heat, srcWords, trgWords, found);
      return found;
    },
  );
  return attention;
}

async function ask(word) {
  if (!shown || word === active) return;
  active = word;
  const mine = shown;
  let found;
  try {
    found = await askAttention();
  } catch (error) {
    ui.looked.textContent = error.message;
    ui.heat.replaceChildren();
    ui.attention.hidden = false;
    return;
  }
  if (shown !== mine || active !== word) return;
  const heading = [...found.weights[word]];
  ui.attention.hidden = false;
  ui.looked.textContent = describe(found.trgWords[word], heading, found.srcWords);
  mark(ui.heat, word);
  drawMirror(heading);
  for (const each of ui.target.querySelectorAll(".word")) {
    each.classList.toggle("asked", Number(each.dataset.word) === word);
  }
}

function leave() {
  active = -1;
  drawMirror();
  for (const each of ui.target.querySelectorAll(".asked")) each.classList.remove("asked");
}

/** The text behind the one that is typed, each word shaded by its weight; it also sizes the pane. */
function drawMirror(weights = []) {
  let word = -1;
  const parts = split(ui.source.value).map(({ text, isWord }) => {
    if (!isWord) return text;
    word += 1;
    if (!weights[word]) return text;
    const element = document.createElement("mark");
    element.textContent = text;
    element.style.setProperty("--weight", weights[word].toFixed(3));
    return element;
  });
  ui.mirror.replaceChildren(...parts, "\u200b"); // the blank without width keeps a last empty line
}

// History

function remember() {
  if (!shown) return;
  const { text, source, detected, target, translation } = shown;
  drawHistory(history.add({ text, source: detected ?? source, target, translation }));
}

function drawHistory(entries) {
  ui.history.hidden = !entries.length;
  ui.entries.replaceChildren(...entries.map(entryItem));
}

function entryItem(entry) {
  const item = document.createElement("li");
  const button = document.createElement("button");
  const [text, translation] = [document.createElement("span"), document.createElement("span")];
  [text.textContent, text.lang] = [entry.text, entry.source];
  [translation.textContent, translation.lang] = [entry.translation, entry.target];
  button.type = "button";
  button.append(text, translation);
  button.addEventListener("click", () => {
    ui.from.value = entry.source;
    fillTargets(entry.target);
    ui.source.value = entry.text;
    typed();
    translateNow();
    scrollTo({ top: 0 });
  });
  item.append(button);
  return item;
}

// What people do

function wire() {
  ui.source.addEventListener("input", typed);
  ui.from.addEventListener("change", () => { fillTargets(); translateNow(); });
  ui.to.addEventListener("change", () => { fillTargets(); translateNow(); });
  ui.swap.addEventListener("click", swap);
  ui.clear.addEventListener("click", clear);
  ui.copy.addEventListener("click", () => copy(shown.translation));
  ui.forget.addEventListener("click", () => drawHistory(history.forget()));
  ui.target.addEventListener("pointerover", ({ target }) => {
    if (target.dataset.word) ask(Number(target.dataset.word));
  });
  ui.target.addEventListener("pointerleave", leave);
  ui.target.addEventListener("blur", leave);
  ui.heat.addEventListener("pointerover", ({ target }) => {
    const row = target.closest("tr")?.rowIndex ?? 0;
    if (row > 0) ask(row - 1);
  });
  ui.target.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const words = shown ? wordsOf(shown.translation).length : 0;
    if (!step || !words) return;
    event.preventDefault();
    ask(Math.max(0, Math.min(words - 1, active + step)));
  });
  ui.key.addEventListener("submit", (event) => {
    event.preventDefault();
    apiKey = ui["api-key"].value;
    ui.key.hidden = true;
    translateNow();
  });
  document.addEventListener("keydown", (event) => {
    const act = { Enter: event.ctrlKey || event.metaKey ? translateNow : null,
      Escape: document.activeElement === ui.source ? clear : null }[event.key]
      ?? (event.altKey ? { KeyS: swap, KeyC: () => shown && copy(shown.translation) }[event.code] : null);
    if (!act) return;
    event.preventDefault();
    act();
  });
}

async function start() {
  wire();
  drawHistory(history.load());
  try {
    [languages, settings] = await Promise.all([get("/languages"), get("/frontend/settings")]);
  } catch (error) {
    return complain(error);
  }
  const sources = languages.filter(({ code, targets }) => targets.some((each) => each !== code));
  ui.from.replaceChildren(
    ...sources.map(({ code }) => option(code, nameOf(code))),
    option("auto", "Detect language"),
  );
  ui.from.value = settings.language.source.code;
  fillTargets(settings.language.target.code);
  ui.key.hidden = !settings.keyRequired;
  // What was typed before the page was ready, or kept by the browser over a reload.
  if (ui.source.value) typed();
  return undefined;
}

start();
