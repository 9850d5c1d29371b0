import { ACTIVE, isActive } from './types.js';
import { call } from './http.js';

/**
 * @typedef {import('./types.js').Card} Card
 * @typedef {import('./types.js').Gone} Gone
 * @typedef {import('./types.js').ActiveStatus} ActiveStatus
 * @typedef {import('./types.js').Filter} Filter
 * @typedef {import('./types.js').Sort} Sort
 */

/**
 * @typedef {object} Column
 * @property {ActiveStatus} status
 * @property {Card[]} cards Those that are shown, sorted.
 * @property {number} told How many there are, as the service has told last.
 * @property {string | null} oldestAt
 * @property {string | null} next Where to load more; null from the start.
 * @property {boolean} isComplete Whether `cards` has all there are. Then their number is the count.
 * @property {boolean} isLoading
 * @property {number} revision Grows with every change of the column.
 */

/** How many cards of each column a load brings, and how many each further one. */
const FIRST = 50;
const MORE = 100;

/** More moves than these are not remembered. */
const FORGET = 1_000;

/** With a filter the service does not tell new counts, so the page asks for them, at most so often. Milliseconds. */
const RECOUNT = 3_000;

/** @type {Filter} */
export const NO_FILTER = Object.freeze({ mine: false, overdue: false, seller: '', search: '' });

/**
 * The board as this page knows it: what it has loaded, kept up to date by the stream's events and by the answers to its
 * own changes. It never goes back to an older version of an order than one that it has shown.
 */
export class BoardStore {
  /** @type {Map<ActiveStatus, Column>} */
  columns = new Map(ACTIVE.map(status => [status, emptyColumn(status)]));

  filter = NO_FILTER;

  /** @type {Sort} */
  sort = 'oldest';

  /** Whether anything has been loaded yet. */
  isLoaded = false;

  /** Why the last load failed. @type {Error | null} */
  error = null;

  /** Cards whose change has been asked for and not been answered yet, as they will be. @type {Map<string, Card>} */
  pending = new Map();

  /** When each card was moved by a change, by `performance.now()`. @type {Map<string, number>} */
  moved = new Map();

  #changed;
  #now;
  /** @type {string | null} */
  #operatorId = null;
  /** The cards that are shown, as the service has told them. @type {Map<string, Card>} */
  #known = new Map();
  /** The column in which each card is shown. @type {Map<string, ActiveStatus>} */
  #places = new Map();
  /** Cards that are shown although they lie beyond what was loaded, since the reader has moved them. @type {Set<string>} */
  #kept = new Set();
  /** Versions of orders that have left the board. @type {Map<string, number>} */
  #gone = new Map();
  /** What has come in since the load began that is under way. @type {Map<string, Card | Gone> | null} */
  #since = null;
  #loads = 0;
  #isHeld = false;
  /** @type {(() => void)[]} */
  #held = [];
  #isRecounting = false;

  /**
   * @param {{changed: () => void, now: () => number}} options `now` is the service's time.
   */
  constructor({ changed, now }) {
    this.#changed = changed;
    this.#now = now;
  }

  /** @param {string | null} operatorId Whose orders "mine" means. */
  setOperator(operatorId) {
    this.#operatorId = operatorId;
  }

  get isFiltered() {
    return this.filter.mine || this.filter.overdue || this.filter.seller !== '' || this.filter.search !== '';
  }

  /**
   * The card as it is to be shown: with a change that is under way.
   * @param {string} id
   * @returns {Card | undefined}
   */
  card(id) {
    return this.pending.get(id) ?? this.#known.get(id);
  }

  /** @param {string} id */
  placeOf(id) {
    return this.#places.get(id);
  }

  /** @param {Column} column */
  count(column) {
    return column.isComplete ? column.cards.length : Math.max(column.told, column.cards.length);
  }

  /** @param {Column} column */
  oldestAt(column) {
    if (!column.isComplete) {
      return this.isFiltered ? null : column.oldestAt;
    }
    return column.cards.reduce(
      (/** @type {string | null} */ oldest, card) =>
        oldest === null || card.statusChangedAt < oldest ? card.statusChangedAt : oldest,
      null);
  }

  /** The sellers on the board, as far as it is loaded. */
  sellers() {
    return [...new Set([...this.#known.values()].map(card => card.sellerId))].sort();
  }

  /**
   * Loads the board. What comes in meanwhile is applied to it.
   * @param {{isAnew?: boolean}} [options]
   *   Anew means that what is known no longer counts: the database may have been restored to older versions.
   */
  async load({ isAnew = false } = {}) {
    const load = ++this.#loads;
    this.#since = new Map();
    try {
      const pages = await (this.isFiltered || this.sort !== 'oldest' ? this.#loadColumns() : this.#loadBoard());
      if (load === this.#loads) {
        this.#release();
        this.error = null;
        this.isLoaded = true;
        if (isAnew) {
          this.#known.clear();
          this.#gone.clear();
        }
        this.#replace(pages);
      }
    } catch (error) {
      if (load === this.#loads) {
        this.error = /** @type {Error} */ (error);
        this.#changed();
      }
      throw error;
    }
  }

  /** @param {ActiveStatus} status */
  async loadMore(status) {
    const column = this.#column(status);
    if (column.isLoading || column.isComplete) {
      return;
    }
    const load = this.#loads;
    column.isLoading = true;
    this.#touch(column);
    try {
      const page = await call('GET', this.#path(status, MORE, column.next));
      if (load !== this.#loads) {
        return;
      }
      column.told = page.count;
      column.next = page.next;
      column.isComplete = page.next === null;
      for (const card of page.items) {
        this.#merge(card, { isInWindow: true });
      }
    } finally {
      column.isLoading = false;
      this.#touch(column);
      this.#changed();
    }
  }

  /**
   * Applies a card, or what is left of one, that the stream or an answer has brought.
   * @param {Card | Gone} card
   * @param {{isOwn?: boolean}} [options] A card that the reader has changed is shown wherever it stands.
   */
  apply(card, { isOwn = false } = {}) {
    this.#whenReleased(() => {
      this.#since?.set(card.id, newer(this.#since.get(card.id), card));
      if (isOwn) {
        this.#kept.add(card.id);
      }
      this.#merge(card, { isMove: true });
      if (this.isFiltered && [...this.columns.values()].some(column => !column.isComplete)) {
        this.#recountSoon();
      }
      this.#changed();
    });
  }

  /** @param {Partial<Record<ActiveStatus, {n: number, oldestAt: string | null}>>} counts */
  applyCounts(counts) {
    if (this.isFiltered) {
      return;
    }
    this.#whenReleased(() => {
      for (const [status, { n, oldestAt }] of Object.entries(counts)) {
        const column = isActive(status) ? this.columns.get(status) : undefined;
        if (column) {
          column.told = n;
          column.oldestAt = oldestAt;
          this.#touch(column);
        }
      }
      this.#changed();
    });
  }

  /**
   * Shows a change that has been asked for.
   * @param {Card} card As it will be.
   */
  begin(card) {
    this.pending.set(card.id, card);
    this.#kept.add(card.id);
    this.#place(card.id, { isMove: true });
    this.#changed();
  }

  /**
   * Takes back what {@link begin} has shown. The order is then shown as the service has told it.
   * @param {string} id
   */
  end(id) {
    if (this.pending.delete(id)) {
      this.#place(id, { isMove: true });
      this.#changed();
    }
  }

  /** Lets nothing move while a finger or a mouse button is down. */
  hold() {
    this.#isHeld = true;
  }

  release() {
    this.#release();
  }

  #release() {
    this.#isHeld = false;
    const held = this.#held;
    this.#held = [];
    held.forEach(apply => apply());
  }

  /** @param {() => void} apply */
  #whenReleased(apply) {
    if (this.#isHeld) {
      this.#held.push(apply);
    } else {
      apply();
    }
  }

  async #loadBoard() {
    const board = await call('GET', `/board?limit=${FIRST}`);
    /** @type {{status: ActiveStatus, oldestAt: string | null, items: Card[]}[]} */
    const columns = board.columns;
    return columns.map(column => ({
      status: column.status,
      items: column.items,
      told: board.counts[column.status],
      oldestAt: column.oldestAt,
      next: null,
      isComplete: column.items.length >= board.counts[column.status],
    }));
  }

  #loadColumns() {
    return Promise.all(ACTIVE.map(async status => {
      const page = await call('GET', this.#path(status, FIRST, null));
      return {
        status,
        items: page.items,
        told: page.count,
        oldestAt: null,
        next: page.next,
        isComplete: page.next === null,
      };
    }));
  }

  /**
   * @param {ActiveStatus} status
   * @param {number} limit
   * @param {string | null} cursor
   */
  #path(status, limit, cursor) {
    const query = new URLSearchParams({ sort: this.sort, limit: String(limit) });
    if (cursor !== null) {
      query.set('cursor', cursor);
    }
    if (this.filter.mine && this.#operatorId) {
      query.set('operatorId', this.#operatorId);
    }
    if (this.filter.seller) {
      query.set('sellerId', this.filter.seller);
    }
    if (this.filter.overdue) {
      query.set('overdue', 'true');
    }
    if (this.filter.search) {
      query.set('q', this.filter.search);
    }
    return `/board/${status}?${query}`;
  }

  /**
   * @param {{status: ActiveStatus, items: Card[], told: number, oldestAt: string | null, next: string | null,
   *   isComplete: boolean}[]} pages
   */
  #replace(pages) {
    const before = this.#known;
    this.#known = new Map();
    this.#places.clear();
    this.#kept = new Set(this.pending.keys());
    for (const { status, items, ...rest } of pages) {
      const column = this.#column(status);
      Object.assign(column, rest, { cards: [], isLoading: false });
      for (const item of items) {
        const earlier = before.get(item.id);
        const card = earlier && earlier.version >= item.version ? earlier : item;
        if (this.#isNews(card)) {
          this.#known.set(card.id, card);
          if (card.status === status) {
            // The page is sorted already.
            column.cards.push(card);
            this.#places.set(card.id, status);
          } else {
            this.#place(card.id, {});
          }
        }
      }
      this.#touch(column);
    }
    for (const id of this.pending.keys()) {
      this.#place(id, {});
    }
    const since = this.#since ?? new Map();
    this.#since = null;
    for (const card of since.values()) {
      this.#merge(card, {});
    }
    this.#changed();
  }

  /** @param {Card | Gone} card */
  #isNews(card) {
    return card.version > (this.#gone.get(card.id) ?? 0);
  }

  /**
   * @param {Card | Gone} card
   * @param {{isInWindow?: boolean, isMove?: boolean}} how
   */
  #merge(card, how) {
    const known = this.#known.get(card.id);
    if (!this.#isNews(card) || (known && known.version > card.version)) {
      return;
    }
    if ('gone' in card || !isActive(card.status)) {
      this.#gone.set(card.id, card.version);
      this.#known.delete(card.id);
      this.#kept.delete(card.id);
    } else {
      this.#known.set(card.id, card);
    }
    this.#place(card.id, how);
  }

  /**
   * Puts a card where it belongs, or takes it off.
   * @param {string} id
   * @param {{isInWindow?: boolean, isMove?: boolean}} how
   */
  #place(id, { isInWindow = false, isMove = false }) {
    const from = this.#places.get(id);
    if (from) {
      const column = this.#column(from);
      column.cards = column.cards.filter(card => card.id !== id);
      this.#places.delete(id);
      this.#touch(column);
    }
    const card = this.card(id);
    if (!card || !isActive(card.status)) {
      return;
    }
    const column = this.#column(card.status);
    const index = this.#indexOf(column, card);
    const isShown = this.pending.has(id)
      || (this.#matches(card)
        && (isInWindow || column.isComplete || index < column.cards.length || this.#kept.has(id)));
    if (!isShown) {
      if (!this.pending.has(id)) {
        this.#known.delete(id);
      }
      return;
    }
    column.cards = column.cards.toSpliced(index, 0, card);
    this.#places.set(id, card.status);
    if (isMove && from !== card.status) {
      if (this.moved.size > FORGET) {
        this.moved.clear();
      }
      this.moved.set(id, performance.now());
    }
    this.#touch(column);
  }

  /**
   * Where the card belongs in its column.
   * @param {Column} column
   * @param {Card} card
   */
  #indexOf(column, card) {
    let low = 0;
    let high = column.cards.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#compare(column.cards[middle], card) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /**
   * @param {Card} one
   * @param {Card} other
   */
  #compare(one, other) {
    const byId = order(one.id, other.id);
    switch (this.sort) {
      case 'newest':
        return order(other.statusChangedAt, one.statusChangedAt) || -byId;
      case 'due':
        // Digits sort before the tilde, so an order without a date comes last.
        return order(one.dueAt ?? '~', other.dueAt ?? '~') || byId;
      default:
        return order(one.statusChangedAt, other.statusChangedAt) || byId;
    }
  }

  /** @param {Card} card */
  #matches(card) {
    const { mine, overdue, seller, search } = this.filter;
    const wanted = search.toLowerCase();
    return (!mine || card.operatorId === this.#operatorId)
      && (!seller || card.sellerId === seller)
      && (!overdue || (card.dueAt !== null && Date.parse(card.dueAt) < this.#now()))
      && (!wanted || card.externalId.toLowerCase().includes(wanted) || card.id.includes(wanted));
  }

  #recountSoon() {
    if (this.#isRecounting) {
      return;
    }
    this.#isRecounting = true;
    setTimeout(async () => {
      this.#isRecounting = false;
      const load = this.#loads;
      await Promise.all([...this.columns.values()].filter(column => !column.isComplete).map(async column => {
        const page = await call('GET', this.#path(column.status, 1, null));
        if (load === this.#loads) {
          column.told = page.count;
          this.#touch(column);
        }
      })).catch(error => console.info('The counts cannot be told now; the next change asks for them again.', error));
      this.#changed();
    }, RECOUNT);
  }

  /** @param {ActiveStatus} status */
  #column(status) {
    return /** @type {Column} */ (this.columns.get(status));
  }

  /** @param {Column} column */
  #touch(column) {
    column.revision++;
  }
}

/**
 * @param {ActiveStatus} status
 * @returns {Column}
 */
function emptyColumn(status) {
  return { status, cards: [], told: 0, oldestAt: null, next: null, isComplete: false, isLoading: false, revision: 0 };
}

/**
 * @param {string} one
 * @param {string} other
 */
const order = (one, other) => (one < other ? -1 : one > other ? 1 : 0);

/**
 * @param {Card | Gone | undefined} one
 * @param {Card | Gone} other
 */
const newer = (one, other) => (one && one.version > other.version ? one : other);

/**
 * What the board shows of an order.
 * @param {import('./types.js').Order} order
 * @returns {Card}
 */
export function cardOf(order) {
  const { id, sellerId, externalId, model, material, quantity, dueAt, operatorId, status, version, createdAt,
    statusChangedAt } = order;
  return { id, sellerId, externalId, fileName: model.fileName, material, quantity, dueAt, operatorId, status, version,
    createdAt, statusChangedAt };
}
