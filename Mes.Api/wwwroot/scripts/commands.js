/**
 * @typedef {import('./app.js').App} App
 * @typedef {import('./types.js').Card} Card
 */

/** What the keys do. */
export class Commands {
  #app;

  /** @param {App} app */
  constructor(app) {
    this.#app = app;
  }

  /**
   * The commands that hold now, by key.
   * @returns {Record<string, () => void>}
   */
  now() {
    if (!this.#app.session || this.#app.isWall || this.#app.dialog) {
      return {};
    }
    return {
      '/': () => /** @type {HTMLElement | null} */ (document.getElementById('search'))?.focus(),
      '?': () => this.#app.showHelp(),
      Escape: () => this.#escape(),
      1: () => this.#app.navigation.show('board'),
      2: () => this.#app.navigation.show('throughput'),
      3: () => this.#app.navigation.show('system'),
      L: () => void this.#app.lock(),
      ...(this.#app.navigation.view === 'board' ? this.#onBoard() : {}),
    };
  }

  /** @returns {Record<string, () => void>} */
  #onBoard() {
    const on = (/** @type {string} */ key) => () => this.#actByKey(key);
    return {
      j: () => this.#step(1),
      k: () => this.#step(-1),
      ArrowDown: () => this.#step(1),
      ArrowUp: () => this.#step(-1),
      h: () => this.#stepAside(-1),
      l: () => this.#stepAside(1),
      ArrowLeft: () => this.#stepAside(-1),
      ArrowRight: () => this.#stepAside(1),
      Home: () => this.#step(-Infinity),
      End: () => this.#step(Infinity),
      x: () => this.#selectCurrent(),
      m: () => this.#app.session?.operatorId ? this.#app.setFilter({ mine: !this.#app.store.filter.mine }) : undefined,
      o: () => this.#app.setFilter({ overdue: !this.#app.store.filter.overdue }),
      a: on('a'),
      c: on('c'),
      d: on('d'),
      p: on('p'),
      s: on('s'),
      r: on('r'),
    };
  }

  #escape() {
    const search = /** @type {HTMLInputElement | null} */ (document.getElementById('search'));
    if (search && document.activeElement === search) {
      if (search.value === '') {
        this.#app.focusCurrent();
      } else {
        search.value = '';
        this.#app.setSearch('');
      }
    } else if (this.#app.navigation.orderId) {
      this.#app.closePanel();
    } else if (this.#app.notice) {
      this.#app.notice = null;
      this.#app.update();
    } else if (this.#app.currentId && this.#app.messages.has(this.#app.currentId)) {
      this.#app.dismiss(this.#app.currentId);
    } else if (this.#app.selection.size > 0 || this.#app.results.length > 0) {
      this.#app.clearSelection();
    } else if (this.#app.store.isFiltered) {
      this.#app.clearFilters();
    }
  }

  /** @param {string} key */
  #actByKey(key) {
    const cards = this.#app.selection.size > 0 && !this.#app.navigation.orderId
      ? this.#app.selectedCards()
      : [this.#currentCard()];
    const [first] = cards;
    const action = first && this.#app.allowed(first).find(action => action.key === key);
    if (action && (cards.length === 1 || this.#app.allowedForAll().includes(action))) {
      this.#app.followed = cards.length === 1 ? first.id : null;
      this.#app.act(/** @type {Card[]} */ (cards), action);
    }
  }

  #selectCurrent() {
    const { currentId, store } = this.#app;
    if (currentId !== null && store.placeOf(currentId)) {
      this.#app.select(currentId);
    }
  }

  #currentCard() {
    const id = this.#app.navigation.orderId ?? this.#app.currentId;
    return id === null ? undefined : this.#app.store.card(id) ?? this.#app.panel.cardOf(id);
  }

  /** @param {number} by Cards down. */
  #step(by) {
    const place = this.#app.currentId === null ? undefined : this.#app.store.placeOf(this.#app.currentId);
    if (!place) {
      this.#goTo(this.#shownColumns().find(({ cards }) => cards.length > 0)?.cards[0]);
      return;
    }
    const { cards } = /** @type {import('./board-store.js').Column} */ (this.#app.store.columns.get(place));
    const index = cards.findIndex(card => card.id === this.#app.currentId) + by;
    if (index >= cards.length && Number.isFinite(by)) {
      document.getElementById(`more-${place}`)?.focus();
      return;
    }
    this.#goTo(cards[Math.min(cards.length - 1, Math.max(0, index))]);
  }

  /** @param {1 | -1} by */
  #stepAside(by) {
    const columns = this.#shownColumns();
    const place = this.#app.currentId === null ? undefined : this.#app.store.placeOf(this.#app.currentId);
    const from = columns.findIndex(({ status }) => status === place);
    if (from < 0) {
      this.#step(0);
      return;
    }
    const row = columns[from].cards.findIndex(card => card.id === this.#app.currentId);
    for (let index = from + by; index >= 0 && index < columns.length; index += by) {
      const { cards } = columns[index];
      if (cards.length > 0) {
        this.#goTo(cards[Math.min(row, cards.length - 1)]);
        return;
      }
    }
  }

  #shownColumns() {
    return [...this.#app.store.columns.values()].filter(({ status }) => !this.#app.preferences.folded.includes(status));
  }

  /** @param {Card | undefined} card */
  #goTo(card) {
    if (card) {
      this.#app.currentId = card.id;
      this.#app.focusCurrent();
      this.#app.update();
    }
  }
}
