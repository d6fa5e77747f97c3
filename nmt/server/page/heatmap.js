// The table under the panes: a row for each word of the translation, a column for each source word.

const percent = (weight) => `${Math.round(100 * weight)} %`;

function cell(tag, text, scope) {
  const element = document.createElement(tag);
  element.textContent = text;
  if (scope) element.scope = scope;
  return element;
}

function weightCell(weight) {
  const element = document.createElement("td");
  const text = document.createElement("span");
  text.textContent = percent(weight);
  element.append(text);
  // Through the object model: the page allows no style attributes.
  element.style.setProperty("--weight", weight.toFixed(3));
  return element;
}

export function draw(table, srcWords, trgWords, { weights, ends }) {
  const head = document.createElement("tr");
  head.append(cell("td", ""), ...srcWords.map((word) => cell("th", word, "col")), cell("th", "end", "col"));
  const rows = trgWords.map((word, i) => {
    const row = document.createElement("tr");
    row.append(cell("th", word, "row"), ...[...weights[i], ends[i]].map(weightCell));
    return row;
  });
  table.replaceChildren(head, ...rows);
}

export function mark(table, row) {
  [...table.rows].forEach((each, i) => each.classList.toggle("marked", i === row + 1));
}

/** Say in words what one word looked at: its three heaviest, if they weigh anything. */
export function describe(word, weights, srcWords) {
  const heaviest = weights
    .map((weight, i) => ({ weight, word: srcWords[i] }))
    .sort((a, b) => b.weight - a.weight)
    .filter(({ weight }) => weight >= 0.05)
    .slice(0, 3)
    .map(({ weight, word: source }) => `${source} ${percent(weight)}`);
  return heaviest.length ? `${word} ← ${heaviest.join(", ")}` : `${word} ← the sentence's end`;
}
