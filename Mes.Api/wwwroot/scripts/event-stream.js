/** A beat comes every 5 s. After so long without a byte the connection is dead, whatever TCP thinks. Milliseconds. */
const SILENCE = 12_000;

/** The longest pause between two attempts, in milliseconds. */
const LONGEST_PAUSE = 15_000;

/**
 * @typedef {{type: string, data: any, id: string | null}} ServerEvent
 */

/**
 * Reads the board's events by `fetch`, and connects again for as long as it is not stopped. `EventSource` would give up
 * for good after a proxy's 502, and would hide that the service has fallen silent.
 */
export class EventStream {
  #url;
  #handler;
  #lastId;
  #stop = new AbortController();
  #hurry = () => {};

  /**
   * @param {string} url
   * @param {string | null} lastId Where an earlier stream has ended; null to begin now.
   * @param {{opened: (from: string | null, at: string | null) => void, event: (event: ServerEvent) => void,
   *   cut: () => void, refused: () => void}} handler
   *   `opened` comes before the first event of each connection, with the id that was asked for and the one at which the
   *   stream begins. `refused` comes at 401, after which the stream has ended.
   */
  constructor(url, lastId, handler) {
    this.#url = url;
    this.#lastId = lastId;
    this.#handler = handler;
    void this.#run();
  }

  stop() {
    this.#stop.abort();
  }

  /** Tries again at once, if it is waiting to. */
  hurry() {
    this.#hurry();
  }

  async #run() {
    let failures = 0;
    let pause = 1_000 + Math.random() * 2_000;
    while (!this.#stop.signal.aborted) {
      let retryAfter = 0;
      try {
        const outcome = await this.#connect(retry => {
          failures = 0;
          pause = retry ?? pause;
        });
        if (outcome === 'refused') {
          return;
        }
        retryAfter = outcome;
      } catch (error) {
        if (!this.#stop.signal.aborted) {
          console.info('The stream is cut off.', error);
        }
      }
      if (this.#stop.signal.aborted) {
        return;
      }
      this.#handler.cut();
      failures++;
      // Jitter, so that a restarted service does not meet all its browsers in the same second. The first attempt is a
      // quick one: most cuts are a replaced instance.
      const longest = failures === 1 ? 500 : Math.min(LONGEST_PAUSE, pause * 2 ** (failures - 2));
      await this.#wait(Math.max(retryAfter, longest / 2 + Math.random() * longest / 2));
    }
  }

  /**
   * @param {(retry: number | null) => void} wellConnected
   * @returns {Promise<number | 'refused'>} How long to wait at least, in milliseconds.
   */
  async #connect(wellConnected) {
    const silence = new AbortController();
    const signal = AbortSignal.any([this.#stop.signal, silence.signal]);
    let watchdog = setTimeout(() => silence.abort(new Error('silence')), SILENCE);
    try {
      const from = this.#lastId;
      const response = await fetch(this.#url, {
        headers: { Accept: 'text/event-stream', ...(from === null ? {} : { 'Last-Event-ID': from }) },
        cache: 'no-store',
        credentials: 'same-origin',
        signal,
      });
      if (response.status === 401) {
        this.#handler.refused();
        return 'refused';
      }
      if (!response.ok || !response.body) {
        return 1_000 * (Number(response.headers.get('Retry-After')) || 0);
      }
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      const parser = new EventParser();
      let isOpen = false;
      for (;;) {
        const { value, done } = await reader.read();
        clearTimeout(watchdog);
        if (done) {
          return 0;
        }
        watchdog = setTimeout(() => silence.abort(new Error('silence')), SILENCE);
        const events = parser.push(value);
        if (!isOpen && (parser.lastId !== null || events.length > 0)) {
          isOpen = true;
          wellConnected(parser.retry);
          this.#handler.opened(from, parser.lastId);
        }
        for (const event of events) {
          this.#lastId = event.id ?? this.#lastId;
          this.#handler.event(event);
        }
        this.#lastId = parser.lastId ?? this.#lastId;
      }
    } finally {
      clearTimeout(watchdog);
    }
  }

  /** @param {number} milliseconds */
  #wait(milliseconds) {
    return new Promise(resolve => {
      const done = () => {
        clearTimeout(timer);
        this.#hurry = () => {};
        resolve(undefined);
      };
      const timer = setTimeout(done, milliseconds);
      this.#hurry = done;
      this.#stop.signal.addEventListener('abort', done, { once: true });
    });
  }
}

/** Takes a stream of text apart as the HTML standard says ("Interpreting an event stream"). */
export class EventParser {
  /** @type {string | null} */
  lastId = null;

  /** What the service asks to wait before the next connection, in milliseconds. @type {number | null} */
  retry = null;

  #rest = '';
  #type = '';
  /** @type {string[]} */
  #data = [];

  /**
   * @param {string} text
   * @returns {ServerEvent[]}
   */
  push(text) {
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? '';
    /** @type {ServerEvent[]} */
    const events = [];
    for (const line of lines) {
      if (line === '') {
        if (this.#data.length > 0) {
          events.push({ type: this.#type || 'message', data: JSON.parse(this.#data.join('\n')), id: this.lastId });
        }
        this.#type = '';
        this.#data = [];
      } else {
        this.#field(line);
      }
    }
    return events;
  }

  /** @param {string} line */
  #field(line) {
    const colon = line.indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    switch (name) {
      case 'event':
        this.#type = value;
        break;
      case 'data':
        this.#data.push(value);
        break;
      case 'id':
        this.lastId = value;
        break;
      case 'retry':
        this.retry = /^\d+$/.test(value) ? Number(value) : this.retry;
        break;
      default:
        // A comment, or a field of a later version.
        break;
    }
  }
}
