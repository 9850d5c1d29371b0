const BASE = '/api/v1';

/** How long a call may take, in milliseconds. A change that gets no answer by then has an unknown outcome. */
const LIMIT = 20_000;

/** An answer that is a problem document (RFC 9457). Its name is the last part of the document's type. */
export class Problem extends Error {
  /**
   * @param {number} status
   * @param {Record<string, unknown>} document
   * @param {number | null} retryAfter Seconds.
   */
  constructor(status, document, retryAfter) {
    super(String(document.title ?? status));
    this.status = status;
    this.document = document;
    this.retryAfter = retryAfter;
    this.kind = String(document.type ?? '').split('/').pop() || `http-${status}`;
  }
}

/** No answer came: the network is cut, the service is away, or it took too long. */
export class NoAnswer extends Error {}

let unauthenticated = () => {};

/** @type {(at: string) => void} */
let timeTold = () => {};

/**
 * @param {{unauthenticated: () => void, timeTold: (at: string) => void}} listener
 *   `unauthenticated`: the service does not know the session any more. `timeTold`: the service's time of an answer.
 */
export function listen(listener) {
  ({ unauthenticated, timeTold } = listener);
}

/**
 * @param {string} method
 * @param {string} path Below the base path, with its query.
 * @param {{body?: unknown, version?: number, signal?: AbortSignal}} [options] `version` is sent as `If-Match`.
 * @returns {Promise<any>} The answer's JSON; null without one.
 * @throws {Problem} The service refuses.
 * @throws {NoAnswer} There is no answer.
 */
export async function call(method, path, { body, version, signal } = {}) {
  /** @type {Record<string, string>} */
  const headers = { Accept: 'application/json' };
  if (body !== undefined) {
    headers['Content-Type'] = 'application/json';
  }
  if (version !== undefined) {
    headers['If-Match'] = `"${version}"`;
  }
  const limit = AbortSignal.timeout(LIMIT);
  let response, text;
  try {
    response = await fetch(BASE + path, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
      credentials: 'same-origin',
    });
    text = await response.text();
  } catch (error) {
    if (signal?.aborted) {
      throw error;
    }
    throw new NoAnswer(String(error));
  }
  timeTold(response.headers.get('Date') ?? '');
  const document = parse(text);
  if (response.ok) {
    return document;
  }
  if (response.status === 401 && path !== '/session') {
    unauthenticated();
  }
  const seconds = Number(response.headers.get('Retry-After'));
  throw new Problem(response.status, document ?? {}, Number.isFinite(seconds) && seconds > 0 ? seconds : null);
}

/** @param {string} text */
function parse(text) {
  try {
    return text ? JSON.parse(text) : null;
  } catch {
    // A proxy's page of HTML, for example. The status says enough.
    return null;
  }
}
