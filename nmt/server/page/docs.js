// The API's description, drawn from the server's own OpenAPI document.

import { get } from "./api.js";

const EXAMPLES = {
  "/translate": { q: "my kite is red", source: "en", target: "mr", format: "text", alternatives: 2 },
  "/detect": { q: "my kite is red" },
  "/attention": { q: "my kite is red", source: "en", target: "mr" },
};

function element(tag, text, className) {
  const made = document.createElement(tag);
  if (text) made.textContent = text;
  if (className) made.className = className;
  return made;
}

/** A paragraph or cell in which what stands between backticks is code. */
function prose(tag, text = "") {
  const made = element(tag);
  made.append(
    ...text.split("`").map((part, i) => (i % 2 ? element("code", part) : part)),
  );
  return made;
}

const named = (spec, schema) =>
  schema?.$ref ? spec.components.schemas[schema.$ref.split("/").at(-1)] : schema;

function typeOf(spec, schema) {
  if (!schema) return "";
  if (schema.$ref) return schema.$ref.split("/").at(-1);
  if (schema.anyOf) return [...new Set(schema.anyOf.map((each) => typeOf(spec, each)))].join(" or ");
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(", ");
  if (schema.type === "array") return `list of ${typeOf(spec, schema.items)}`;
  return schema.type ?? "";
}

function properties(spec, schema) {
  const table = element("table", "", "fields");
  const required = schema.required ?? [];
  for (const [name, each] of Object.entries(schema.properties ?? {})) {
    const row = element("tr");
    const head = element("th");
    head.scope = "row";
    head.append(element("code", name), required.includes(name) ? " *" : "");
    row.append(head, element("td", typeOf(spec, each)), prose("td", each.description));
    table.append(row);
  }
  return table;
}

function answers(spec, responses) {
  const table = element("table", "", "fields");
  for (const [status, { description, content }] of Object.entries(responses)) {
    const row = element("tr");
    const head = element("th", status);
    head.scope = "row";
    const schema = Object.values(content ?? {})[0]?.schema;
    row.append(head, element("td", typeOf(spec, schema)), prose("td", description));
    table.append(row);
  }
  return table;
}

function tryOut(method, path) {
  const form = element("form", "", "try");
  const input = element("textarea");
  const answer = element("pre");
  const button = element("button", "Send");
  input.value = JSON.stringify(EXAMPLES[path] ?? {}, null, 1);
  input.rows = input.value.split("\n").length;
  input.setAttribute("aria-label", `Body of ${path}`);
  answer.setAttribute("aria-live", "polite");
  if (method === "post") form.append(input);
  form.append(button, answer);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const options = { method: "POST", headers: { "Content-Type": "application/json" }, body: input.value };
    const response = await fetch(path, method === "post" ? options : {}).catch((error) => error);
    if (!(response instanceof Response)) {
      answer.textContent = "The server cannot be reached.";
      return;
    }
    const text = await response.text();
    let pretty = text;
    try {
      pretty = JSON.stringify(JSON.parse(text), null, 1);
    } catch {
      // Not every answer is JSON.
    }
    answer.textContent = `${response.status} ${response.statusText}\n${pretty.slice(0, 5000)}`;
  });
  return form;
}

function operation(spec, path, method, each) {
  const section = element("section", "", "card");
  const title = element("h2");
  title.append(element("code", `${method.toUpperCase()} ${path}`));
  section.append(title, prose("p", each.description));
  const body = named(spec, each.requestBody?.content["application/json"]?.schema);
  if (body) section.append(element("h3", "Parameters"), properties(spec, body));
  section.append(element("h3", "Answers"), answers(spec, each.responses), tryOut(method, path));
  return section;
}

const spec = await get("/spec");
document.getElementById("about").replaceWith(prose("p", spec.info.description));
document.getElementById("operations").replaceChildren(
  ...Object.entries(spec.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, each]) => operation(spec, path, method, each)),
  ),
);
