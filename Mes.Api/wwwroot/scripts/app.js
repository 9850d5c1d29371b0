import { render } from './html.js';
import { announce } from './announcer.js';
import { allowed } from './actions.js';
import { BoardStore, NO_FILTER } from './board-store.js';
import { Changes, sentenceOf } from './changes.js';
import { Clock } from './clock.js';
import { Commands } from './commands.js';
import { moment } from './formats.js';
import { call, listen, NoAnswer, Problem } from './http.js';
import { Keyboard } from './keyboard.js';
import { Navigation } from './navigation.js';
import { OrderPanel } from './order-panel.js';
import { applyPreferences, loadPreferences, savePreferences } from './preferences.js';
import { Resource } from './resource.js';
import { findScanned } from './scanned-orders.js';
import { SharedStream } from './shared-stream.js';
import { page } from './parts/page.js';
import { keepFocus } from './focus.js';
import { text } from './texts/texts.js';

/**
 * @typedef {import('./types.js').ActiveStatus} ActiveStatus
 * @typedef {import('./types.js').Card} Card
 * @typedef {import('./types.js').Gone} Gone
 * @typedef {import('./types.js').Session} Session
 * @typedef {import('./types.js').Filter} Filter
 * @typedef {import('./actions.js').Action} Action
 * @typedef {import('./changes.js').Ending} Ending
 * @typedef {import('./texts/texts.js').Sentence} Sentence
 * @typedef {import('./texts/texts.js').TextKey} TextKey
 */

/**
 * @typedef {{kind: 'help'} | {kind: 'form', action: Action, cards: Card[]}} Dialog
 * @typedef {{state: 'connecting' | 'live' | 'cut', since: number, heardAt: number, behindMs: number}} Connection
 *   `since` is the service's time, `heardAt` is by `performance.now()`.
 */

/** The ages on the cards change by the minute, the freshness by the second. Milliseconds. */
const SECOND = 1_000;
const AGES = 10_000;

/** A second click so soon was meant for the card that has moved away from under the pointer. Milliseconds. */
const DOUBLE_CLICK = 400;

/** How long the first load waits for the stream, so that it need not be done twice. Milliseconds. */
const STREAM_HEAD_START = 300;

/** Marks in the browser's timeline when the first cards were drawn. */
const FIRST_CARDS = 'mes-first-cards';

/** Done is told on the card for so long; what went wrong stays until it is dismissed. Milliseconds. */
const DONE_SHOWN = 4_000;

/**
 * The page: what it knows, and what its reader can do. The parts (`parts/`) draw it; every change of state ends with
 * `update`, which draws the page once in the next frame.
 */
export class App {
  /** @type {Session | null} */
  session = null;

  /** What the sign-in page says. @type {{isKnown: boolean, reason: TextKey | null, isBusy: boolean}} */
  signIn = { isKnown: false, reason: null, isBusy: false };

  preferences = loadPreferences();
  clock = new Clock();
  navigation = new Navigation(() => this.#navigated());
  store = new BoardStore({ changed: () => this.update(), now: () => this.clock.now() });
  panel = new OrderPanel(() => this.update());

  /** @type {Resource<import('./types.js').Throughput>} */
  throughput = new Resource(() => this.update(), 30_000);

  /** How many days the throughput is told of. */
  days = 30;

  /** @type {Resource<import('./types.js').System>} */
  system = new Resource(() => this.update(), 5_000);

  /** @type {Connection} */
  connection = { state: 'connecting', since: 0, heardAt: 0, behindMs: 0 };

  /** The card that the keyboard is at. @type {string | null} */
  currentId = null;

  /** @type {Set<string>} */
  selection = new Set();

  /** What is told on cards. @type {Map<string, Ending>} */
  messages = new Map();

  /** How the changes of several orders have ended. @type {{card: Card, ending: Ending}[]} */
  results = [];

  /** What the page says at its bottom. @type {Sentence | null} */
  notice = null;

  /** @type {Dialog | null} */
  dialog = null;

  /** The card that the keyboard has moved, which is to be scrolled into view. @type {string | null} */
  followed = null;

  /** The carrier of the last shipment, which is often the next one's too. */
  lastCarrier = '';

  /** Grows when ages are to be drawn anew, or anything else that all cards show. */
  tick = 0;

  isWall = new URLSearchParams(location.search).get('display') === 'wall';

  #root;
  #isScheduled = false;
  #lastClick = -Infinity;
  /** @type {Changes | null} */
  #changes = null;
  /** @type {SharedStream | null} */
  #stream = null;
  /** @type {Promise<void> | null} */
  #resuming = null;
  #sessions = new BroadcastChannel('mes-board-session');
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #searching;

  /** @param {HTMLElement} root */
  constructor(root) {
    this.#root = root;
  }

  start() {
    applyPreferences(this.preferences);
    document.documentElement.dataset.display = this.isWall ? 'wall' : 'desk';
    this.store.sort = this.preferences.sort;
    listen({
      unauthenticated: () => this.#sessionEnded('sign-in.ended'),
      timeTold: at => this.clock.hear(at),
    });
    this.#sessions.onmessage = () => void this.#resume(null);
    const commands = new Commands(this);
    new Keyboard({
      isCommand: key => key in commands.now(),
      run: key => commands.now()[key]?.(),
      scan: code => void this.scan(code),
    });
    this.navigation.start();
    setInterval(() => this.#second(), SECOND);
    setInterval(() => this.#aged(), AGES);
    void this.#resume(null);
  }

  /** Draws the page in the next frame. */
  update() {
    if (this.#isScheduled) {
      return;
    }
    this.#isScheduled = true;
    const draw = () => {
      this.#isScheduled = false;
      keepFocus(this, () => render(page(this), this.#root));
      if (this.store.isLoaded && performance.getEntriesByName(FIRST_CARDS).length === 0) {
        performance.mark(FIRST_CARDS);
      }
    };
    // A hidden tab gets no frames, but its title and its announcements matter all the same.
    if (document.visibilityState === 'visible') {
      requestAnimationFrame(draw);
    } else {
      setTimeout(draw, 100);
    }
  }

  /**
   * @param {TextKey} key
   * @param {Record<string, string | number>} [values]
   */
  text(key, values) {
    return text(this.preferences.language, key, values);
  }

  /** @param {Sentence} sentence */
  say({ key, values = {} }) {
    const { language } = this.preferences;
    return text(language, key, Object.fromEntries(Object.entries(values).map(([name, value]) => [
      name,
      typeof value === 'string' ? value
        : 'time' in value ? moment(language, value.time, this.clock.now())
          : text(language, `status.${value.status}`),
    ])));
  }

  // Session

  /** @param {string} key */
  async enter(key) {
    this.signIn = { ...this.signIn, isBusy: true, reason: null };
    this.update();
    try {
      // A display on a wall stays signed in, and may only read.
      await call('POST', '/session', { body: this.isWall ? { key, display: true } : { key } });
      this.#sessions.postMessage('changed');
      // An answer that is still under way knows nothing of the new session.
      await this.#resuming;
      await this.#resume(null);
    } catch (error) {
      this.signIn = { isKnown: true, isBusy: false, reason: reasonOf(error) };
      this.update();
    }
  }

  /** Ends the session, so that another operator can begin theirs. */
  async lock() {
    try {
      await call('DELETE', '/session');
    } catch (error) {
      if (!(error instanceof NoAnswer || error instanceof Problem)) {
        throw error;
      }
      // A session that could not be ended is still good: the page must not say that it is locked.
      this.tell(sentenceOf(error));
      return;
    }
    this.#sessions.postMessage('changed');
    this.#sessionEnded('sign-in.locked');
  }

  /** @param {TextKey | null} reason Why the reader must sign in, unless there is a session. */
  #resume(reason) {
    this.#resuming ??= this.#askForSession(reason).finally(() => {
      this.#resuming = null;
    });
    return this.#resuming;
  }

  /** @param {TextKey | null} reason */
  async #askForSession(reason) {
    /** @type {Session} */
    let session;
    try {
      session = await call('GET', '/session');
    } catch (error) {
      if (error instanceof Problem && error.status === 401) {
        this.#sessionEnded(this.session ? 'sign-in.ended' : reason);
      } else {
        // No word about the session: what is shown stays, and the page asks again.
        this.signIn = { ...this.signIn, reason: 'problem.cut-off', isBusy: false };
        setTimeout(() => void this.#resume(reason), 2_000);
        this.update();
      }
      return;
    }
    const isSame = this.session?.operatorId === session.operatorId && this.session?.role === session.role;
    this.session = session;
    this.signIn = { isKnown: true, reason: null, isBusy: false };
    if (!isSame || !this.#stream) {
      this.#begin(session);
    }
    this.update();
  }

  /** @param {Session} session */
  #begin(session) {
    this.#stream?.close();
    this.selection.clear();
    this.messages.clear();
    this.results = [];
    this.store.setOperator(session.operatorId);
    if (session.operatorId === null) {
      this.store.filter = { ...this.store.filter, mine: false };
    }
    this.#changes = new Changes(this.store, session, (card, ending) => this.#ended(card, ending));
    this.connection = { state: 'connecting', since: this.clock.now(), heardAt: performance.now(), behindMs: 0 };
    let isOpened = false;
    const load = (/** @type {boolean} */ isAnew) => {
      isOpened = true;
      void this.reload({ isAnew });
    };
    setTimeout(() => {
      if (!isOpened) {
        load(false);
      }
    }, STREAM_HEAD_START);
    this.#stream = new SharedStream({
      load,
      event: event => this.#received(event),
      live: () => this.#connected(),
      cut: () => this.#cut(),
      refused: () => {
        this.#stream?.close();
        this.#stream = null;
        void this.#resume('sign-in.ended');
      },
    });
    this.#navigated();
  }

  /** @param {TextKey | null} reason */
  #sessionEnded(reason) {
    const wasIn = this.session !== null;
    this.session = null;
    this.#stream?.close();
    this.#stream = null;
    this.dialog = null;
    this.panel.close();
    this.throughput.clear();
    this.system.clear();
    this.signIn = { isKnown: true, isBusy: false, reason: reason ?? (wasIn ? 'sign-in.ended' : null) };
    this.update();
  }

  // Freshness

  #connected() {
    const wasCut = this.connection.state === 'cut';
    this.connection = { state: 'live', since: this.clock.now(), heardAt: performance.now(), behindMs: 0 };
    if (wasCut) {
      announce(this.text('fresh.said-live'));
      void this.panel.refresh();
    }
    this.update();
  }

  #cut() {
    if (this.connection.state !== 'cut') {
      this.connection = { ...this.connection, state: 'cut', since: this.clock.now() };
      announce(
        this.text('fresh.said-cut', { at: moment(this.preferences.language, this.clock.now(), this.clock.now()) }),
        { urgent: true });
    }
    this.update();
  }

  /** @param {import('./event-stream.js').ServerEvent} event */
  #received({ type, data }) {
    this.connection.heardAt = performance.now();
    switch (type) {
      case 'card':
        this.#cardReceived(data);
        break;
      case 'counts':
        this.store.applyCounts(data);
        break;
      case 'beat':
        this.clock.hear(data.at);
        this.connection.behindMs = data.behindMs ?? 0;
        if (this.connection.state !== 'live') {
          this.#connected();
        }
        break;
      default:
        // A later version of the service may send more.
        break;
    }
    this.update();
  }

  /** @param {Card | Gone} card */
  #cardReceived(card) {
    const before = this.store.card(card.id);
    const isOwn = this.store.pending.has(card.id);
    this.store.apply(card);
    if (!isOwn && before && card.version > before.version) {
      this.messages.delete(card.id);
      if (before.operatorId !== null && before.operatorId === this.session?.operatorId) {
        announce(this.say({
          key: 'changed.mine', values: { order: before.externalId, status: { status: card.status } },
        }));
      }
    }
    if (this.panel.isOlderThan(card)) {
      void this.panel.refresh();
      if (!isOwn) {
        announce(this.say({ key: 'changed.panel', values: { status: { status: card.status } } }));
      }
    }
  }

  #second() {
    if (this.session?.expiresAt && Date.parse(this.session.expiresAt) < this.clock.now()) {
      void this.#resume('sign-in.ended');
    }
    this.update();
  }

  #aged() {
    this.tick++;
    if (this.store.filter.overdue && this.tick % 6 === 0) {
      // Orders become overdue without a change.
      void this.reload();
    }
    this.update();
  }

  /** @param {number} days */
  setDays(days) {
    this.days = days;
    this.update();
  }

  // The board

  /** @param {{isAnew?: boolean}} [options] See the store. */
  async reload(options) {
    try {
      await this.store.load(options);
    } catch (error) {
      if (!(error instanceof Problem || error instanceof NoAnswer)) {
        throw error;
      }
      // The store keeps the error, and the board says it. The stream's next opening loads again; so does the reader.
      setTimeout(() => {
        if (this.session && this.store.error === error) {
          void this.reload(options);
        }
      }, 1_000 * (error instanceof Problem && error.retryAfter ? error.retryAfter : 3));
    }
  }

  /** @param {ActiveStatus} status */
  async loadMore(status) {
    try {
      await this.store.loadMore(status);
    } catch (error) {
      this.tell(sentenceOf(error));
    }
  }

  /** @param {Partial<Filter>} change */
  setFilter(change) {
    this.store.filter = Object.freeze({ ...this.store.filter, ...change });
    this.tick++;
    this.update();
    void this.reload();
  }

  /** @param {string} search Typed so far. */
  setSearch(search) {
    clearTimeout(this.#searching);
    this.#searching = setTimeout(() => {
      if (search.trim() !== this.store.filter.search) {
        this.setFilter({ search: search.trim() });
      }
    }, 200);
  }

  clearFilters() {
    clearTimeout(this.#searching);
    this.setFilter(NO_FILTER);
  }

  /** @param {Partial<import('./preferences.js').Preferences>} change */
  prefer(change) {
    this.preferences = { ...this.preferences, ...change };
    savePreferences(this.preferences);
    applyPreferences(this.preferences);
    this.tick++;
    this.update();
    if (change.sort) {
      this.store.sort = change.sort;
      void this.reload();
    }
  }

  /** @param {ActiveStatus} status */
  fold(status) {
    const { folded } = this.preferences;
    this.prefer({
      folded: folded.includes(status) ? folded.filter(other => other !== status) : [...folded, status],
    });
  }

  /** @param {string} id */
  open(id) {
    this.currentId = id;
    this.navigation.openOrder(id);
  }

  /** @param {string} code */
  async scan(code) {
    if (!this.session || this.isWall) {
      return;
    }
    try {
      const found = await findScanned(code.trim());
      if (found.length === 1) {
        this.notice = null;
        announce(this.text('scan.found', { order: found[0].externalId }));
        this.open(found[0].id);
      } else if (found.length === 0) {
        this.tell({ key: 'scan.none', values: { code } });
      } else {
        this.tell({ key: 'scan.several', values: { code } });
        this.setFilter({ ...NO_FILTER, search: code.trim() });
      }
    } catch (error) {
      this.tell(sentenceOf(error));
    }
  }

  /** @param {Sentence} sentence */
  tell(sentence) {
    this.notice = sentence;
    announce(this.say(sentence), { urgent: true });
    this.update();
  }

  // Changes

  /**
   * @param {Card} card
   * @returns {Action[]}
   */
  allowed(card) {
    return this.session && !this.session.display && !this.isWall && !this.store.pending.has(card.id)
      ? allowed(card, this.session)
      : [];
  }

  /**
   * Does the action, or asks for what has to be told with it.
   * @param {Card[]} cards
   * @param {Action} action
   * @param {{isClick?: boolean}} [options]
   */
  act(cards, action, { isClick = false } = {}) {
    if (isClick && performance.now() - this.#lastClick < DOUBLE_CLICK) {
      return;
    }
    this.#lastClick = performance.now();
    if (action.fields) {
      this.dialog = { kind: 'form', action, cards };
      this.update();
    } else {
      void this.make(cards, action, () => undefined);
    }
  }

  /**
   * Makes one change for each card, one after the other, and tells how each has ended.
   * @param {Card[]} cards
   * @param {Action} action
   * @param {(card: Card) => Record<string, unknown> | undefined} bodyOf
   */
  async make(cards, action, bodyOf) {
    const changes = this.#changes;
    this.dialog = null;
    this.results = [];
    cards.forEach(card => this.messages.delete(card.id));
    this.update();
    for (const card of cards) {
      const ending = await changes?.make(card, action, bodyOf(card));
      if (ending && cards.length > 1) {
        this.results = [...this.results, { card, ending }];
        if (ending.outcome === 'done') {
          this.selection.delete(card.id);
        }
        this.tick++;
      }
    }
    this.update();
  }

  /**
   * @param {Card} card
   * @param {Ending} ending
   */
  #ended(card, ending) {
    this.messages.set(card.id, ending);
    this.tick++;
    announce(this.say(ending.sentence), { urgent: ending.outcome !== 'done' });
    if (ending.outcome === 'done') {
      setTimeout(() => {
        if (this.messages.get(card.id) === ending) {
          this.dismiss(card.id);
        }
      }, DONE_SHOWN);
    }
    if (this.panel.id === card.id) {
      void this.panel.refresh();
    }
    this.update();
  }

  /** @param {string} id */
  dismiss(id) {
    if (this.messages.delete(id)) {
      this.tick++;
      this.update();
    }
  }

  /** @param {string} id */
  select(id) {
    if (!this.selection.delete(id)) {
      this.selection.add(id);
    }
    this.results = [];
    this.tick++;
    this.update();
  }

  clearSelection() {
    this.selection.clear();
    this.results = [];
    this.tick++;
    this.update();
  }

  // Dialogs and panel

  showHelp() {
    this.dialog = { kind: 'help' };
    this.update();
  }

  closeDialog() {
    this.dialog = null;
    this.update();
  }

  closePanel() {
    this.navigation.closeOrder();
  }

  selectedCards() {
    return [...this.selection].map(id => this.store.card(id)).filter(card => card !== undefined);
  }

  /** What all the selected orders allow. */
  allowedForAll() {
    const [first, ...others] = this.selectedCards().map(card => this.allowed(card));
    return (first ?? []).filter(action =>
      (action.isForMany || others.length === 0) && others.every(actions => actions.includes(action)));
  }

  /** Gives the focus to the card that the keyboard is at, or takes it from where it is. */
  focusCurrent() {
    const link = this.currentId === null ? null : document.getElementById(`card-${this.currentId}`);
    if (link) {
      link.focus();
    } else {
      /** @type {HTMLElement | null} */ (document.activeElement)?.blur();
    }
  }

  // Navigation

  #navigated() {
    if (this.session) {
      const { orderId } = this.navigation;
      if (orderId) {
        void this.panel.open(orderId);
        this.currentId = orderId;
      } else if (this.panel.id) {
        this.panel.close();
        // After the panel is gone: the focus goes back to the card.
        requestAnimationFrame(() => this.focusCurrent());
      }
    }
    this.update();
  }
}

/**
 * @param {unknown} error
 * @returns {TextKey}
 */
function reasonOf(error) {
  if (error instanceof Problem && (error.status === 401 || error.status === 400)) {
    return 'sign-in.bad';
  }
  if (error instanceof Problem && error.status === 403) {
    return 'sign-in.forbidden';
  }
  if (error instanceof Problem || error instanceof NoAnswer) {
    return 'problem.cut-off';
  }
  throw error;
}
