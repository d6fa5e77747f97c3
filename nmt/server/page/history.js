// What was translated, in this browser's own storage and nowhere else.

const KEY = "nmt.history";
const MOST = 50;

export function load() {
  try {
    const entries = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(entries) ? entries : [];
  } catch {
    return [];
  }
}

function store(entries) {
  try {
    localStorage.setItem(KEY, JSON.stringify(entries));
  } catch {
    // A browser that keeps nothing, or has no room: the page works without a history.
  }
  return entries;
}

/** Add an entry in front; one that was only typed on takes its place, and so does its repetition. */
export function add(entry) {
  const before = load().filter(
    (old, i) =>
      !(old.source === entry.source && old.target === entry.target &&
        (old.text === entry.text || (i === 0 && entry.text.startsWith(old.text)))),
  );
  return store([entry, ...before].slice(0, MOST));
}

export const forget = () => store([]);
