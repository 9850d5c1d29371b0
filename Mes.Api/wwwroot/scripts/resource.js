import { call, NoAnswer, Problem } from './http.js';

/**
 * Something that a view shows and asks for again while it is shown. After a failure it keeps what it has.
 * @template T
 */
export class Resource {
  /** @type {T | null} */
  data = null;

  /** @type {Problem | NoAnswer | null} */
  error = null;

  /** When the service was asked last, by this device's clock. */
  askedAt = 0;

  #changed;
  #every;
  #path = '';
  #loads = 0;

  /**
   * @param {() => void} changed
   * @param {number} every Milliseconds.
   */
  constructor(changed, every) {
    this.#changed = changed;
    this.#every = every;
  }

  /**
   * Called as often as the view likes; asks the service when it is time.
   * @param {string} path
   */
  show(path) {
    if (path !== this.#path) {
      this.#path = path;
      this.data = null;
      this.error = null;
      this.askedAt = 0;
    }
    if (Date.now() - this.askedAt >= this.#every && document.visibilityState === 'visible') {
      void this.load();
    }
  }

  /** Forgets what was shown, for the next reader. */
  clear() {
    this.#path = '';
    this.data = null;
    this.error = null;
    this.#loads++;
  }

  async load() {
    const load = ++this.#loads;
    this.askedAt = Date.now();
    try {
      const data = await call('GET', this.#path);
      if (load === this.#loads) {
        this.data = data;
        this.error = null;
      }
    } catch (error) {
      if (!(error instanceof Problem || error instanceof NoAnswer)) {
        throw error;
      }
      if (load === this.#loads) {
        this.error = error;
      }
    }
    this.#changed();
  }
}
