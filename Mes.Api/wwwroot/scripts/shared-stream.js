import { EventStream } from './event-stream.js';

/** @typedef {import('./event-stream.js').ServerEvent} ServerEvent */

const URL = '/api/v1/board/stream';
const NAME = 'mes-board-stream';

/** A tab that has been hidden so long lets go of the stream. A quick look elsewhere costs nothing. Milliseconds. */
const HIDDEN_LIMIT = 15_000;

/**
 * One stream for all tabs of a browser: HTTP/1.1 gives six connections to a host, and each tab would hold one. The tab
 * that has the lock (Web Locks) reads the stream and passes every event on (BroadcastChannel); when it is closed or
 * hidden, another visible tab gets the lock and goes on where the last event was. When all tabs are hidden, none reads.
 *
 * Where there are no locks (they need https, or localhost), each visible tab has a stream of its own.
 */
export class SharedStream {
  /** The id of the last event that this tab has applied. @type {string | null} */
  #lastId = null;
  #handler;
  #channel = navigator.locks ? new BroadcastChannel(NAME) : null;
  /** @type {EventStream | null} */
  #stream = null;
  #isOpen = false;
  /** @type {AbortController | null} */
  #claim = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #hiding;
  #visibility = () => this.#seen();
  #online = () => this.#stream?.hurry();

  /**
   * @param {{load: (isAnew: boolean) => void, event: (event: ServerEvent) => void, cut: () => void, live: () => void,
   *   refused: () => void}} handler
   *   `load`: the board must be loaded, since events may have been missed; events from now on follow. Anew if the service
   *   says so. `cut` and `live`: the connection, whichever tab has it.
   */
  constructor(handler) {
    this.#handler = handler;
    if (this.#channel) {
      this.#channel.onmessage = ({ data }) => this.#hear(data);
      this.#channel.postMessage({ kind: 'hello' });
    }
    document.addEventListener('visibilitychange', this.#visibility);
    window.addEventListener('online', this.#online);
    this.#seen();
  }

  /** Whether this tab is the one that reads the stream. */
  get isReader() {
    return this.#stream !== null;
  }

  close() {
    clearTimeout(this.#hiding);
    document.removeEventListener('visibilitychange', this.#visibility);
    window.removeEventListener('online', this.#online);
    this.#letGo();
    this.#channel?.close();
  }

  #seen() {
    clearTimeout(this.#hiding);
    if (document.visibilityState === 'visible') {
      this.#stream?.hurry();
      this.#apply();
    } else {
      this.#hiding = setTimeout(() => this.#letGo(), HIDDEN_LIMIT);
    }
  }

  /** Applies for the lock, unless this tab has it or waits for it. */
  #apply() {
    if (this.#claim) {
      return;
    }
    const claim = this.#claim = new AbortController();
    if (!navigator.locks) {
      this.#read(claim.signal);
      return;
    }
    navigator.locks.request(NAME, { signal: claim.signal }, () => this.#read(claim.signal)).catch(error => {
      if (!claim.signal.aborted) {
        throw error;
      }
    });
  }

  #letGo() {
    this.#claim?.abort();
    this.#claim = null;
  }

  /**
   * Reads the stream until this tab lets go of it.
   * @param {AbortSignal} signal
   */
  #read(signal) {
    if (signal.aborted) {
      return Promise.resolve();
    }
    return new Promise(resolve => {
      const stream = this.#stream = new EventStream(URL, this.#lastId, {
        opened: (from, at) => this.#tell({ kind: 'opened', from, at }),
        event: event => this.#tell({ kind: 'event', event }),
        cut: () => this.#tell({ kind: 'cut' }),
        refused: () => this.#tell({ kind: 'refused' }),
      });
      signal.addEventListener('abort', () => {
        stream.stop();
        this.#stream = null;
        resolve(undefined);
      }, { once: true });
    });
  }

  /** @param {any} message */
  #tell(message) {
    this.#channel?.postMessage(message);
    this.#hear(message);
  }

  /** @param {any} message */
  #hear(message) {
    switch (message.kind) {
      case 'hello':
        // A new tab: it loads the board itself, and wants to know whether events are coming.
        if (this.#stream && this.#isOpen) {
          this.#channel?.postMessage({ kind: 'welcome', lastId: this.#lastId });
        }
        break;
      case 'welcome':
        if (this.#lastId === null) {
          this.#lastId = message.lastId;
          this.#isOpen = true;
          this.#handler.load(false);
          this.#handler.live();
        }
        break;
      case 'opened':
        this.#isOpen = true;
        this.#handler.live();
        if (message.from === null || message.from !== this.#lastId) {
          // The stream begins elsewhere than where this tab is.
          this.#handler.load(false);
        }
        this.#lastId = message.at ?? this.#lastId;
        break;
      case 'event':
        this.#lastId = message.event.id ?? this.#lastId;
        this.#isOpen = true;
        if (message.event.type === 'reset') {
          this.#handler.load(true);
        } else {
          this.#handler.event(message.event);
        }
        break;
      case 'cut':
        this.#isOpen = false;
        this.#handler.cut();
        break;
      case 'refused':
        this.#isOpen = false;
        this.#handler.refused();
        break;
      default:
        // A tab with another version of the page.
        break;
    }
  }
}
