// From the model's pieces to the words a reader sees.

/** Split a text into [{text, isWord}], blanks included, so that joined it is the text again. */
export const split = (text) =>
  (text.match(/\s+|\S+/gu) ?? []).map((part) => ({ text: part, isWord: /\S/u.test(part) }));

export const wordsOf = (text) => text.match(/\S+/gu) ?? [];

/** Group the places of pieces by word: `▁` begins one, `</s>` belongs to none. */
function group(pieces) {
  const words = [];
  pieces.forEach((piece, place) => {
    if (piece === "</s>") return;
    if (piece.startsWith("▁") || !words.length) words.push([]);
    words.at(-1).push(place);
  });
  return words;
}

/** Return, for each of `count` words of a text, the places of its pieces. */
function placesOf(pieces, count) {
  const groups = group(pieces);
  if (groups.length === count) return groups;
  // The text was respelt on its way to the model: take what stands about there.
  return Array.from({ length: count }, (_, i) =>
    groups[Math.min(groups.length - 1, Math.floor((i * groups.length) / count))] ?? [],
  );
}

/**
 * Return how much each target word looked at each source word, rows by target word, and the rest,
 * which went to the sentence's end: `{weights: [[…]], ends: […]}`, all from 0 to 1.
 */
export function wordWeights({ source, target, weights }, srcWords, trgWords) {
  const columns = placesOf(source, srcWords.length);
  const rows = placesOf(target, trgWords.length);
  const mean = (row, places) =>
    row.length
      ? row.reduce((sum, r) => sum + places.reduce((s, c) => s + weights[r][c], 0), 0) / row.length
      : 0;
  const ends = source.flatMap((piece, place) => (piece === "</s>" ? [place] : []));
  return {
    weights: rows.map((row) => columns.map((places) => mean(row, places))),
    ends: rows.map((row) => mean(row, ends)),
  };
}
