import { call, NoAnswer, Problem } from './http.js';
import { cardOf } from './board-store.js';

/**
 * @typedef {import('./types.js').Order} Order
 * @typedef {import('./types.js').Change} Change
 * @typedef {import('./types.js').Card} Card
 */

/** The order that the side panel shows, with its history. */
export class OrderPanel {
  /** @type {string | null} */
  id = null;

  /** @type {Order | null} */
  order = null;

  /** Oldest first. @type {Change[]} */
  history = [];

  /** Why there is nothing to show. @type {Problem | NoAnswer | null} */
  error = null;

  #changed;
  #loads = 0;

  /** @param {() => void} changed */
  constructor(changed) {
    this.#changed = changed;
  }

  /** @param {string} id */
  async open(id) {
    if (this.id !== id) {
      this.id = id;
      this.order = null;
      this.history = [];
      this.error = null;
      await this.refresh();
    }
  }

  close() {
    this.id = null;
    this.order = null;
    this.history = [];
    this.error = null;
    this.#loads++;
  }

  /** Whether the panel shows an older version of this order. @param {{id: string, version: number}} card */
  isOlderThan(card) {
    return this.order !== null && this.order.id === card.id && this.order.version < card.version;
  }

  /** @param {string} id */
  cardOf(id) {
    return this.order?.id === id ? cardOf(this.order) : undefined;
  }

  async refresh() {
    const { id } = this;
    if (id === null) {
      return;
    }
    const load = ++this.#loads;
    try {
      const [order, history] = await Promise.all([
        call('GET', `/orders/${id}`),
        call('GET', `/orders/${id}/history`),
      ]);
      if (load === this.#loads && (this.order === null || order.version >= this.order.version)) {
        this.order = order;
        this.history = history.items;
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
