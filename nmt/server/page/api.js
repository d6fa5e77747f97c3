// The server's answers as promises.

export class ApiError extends Error {
  /** @param {number} status @param {string} reason @param {number} retryAfter seconds, or 0 */
  constructor(status, reason, retryAfter) {
    super(reason);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

async function read(response) {
  const body = await response.json().catch(() => ({}));
  if (response.ok) return body;
  const retryAfter = Number(response.headers.get("Retry-After")) || 0;
  throw new ApiError(response.status, body.error ?? response.statusText, retryAfter);
}

export const get = async (path) => read(await fetch(path));

export const post = async (path, parameters, signal) =>
  read(
    await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(parameters),
      signal,
    }),
  );
