/** @typedef {'board' | 'throughput' | 'system'} View */

/**
 * What the address names: `#/` the board, `#/order/<id>` the board with an order's panel, `#/throughput`, `#/system`.
 * The browser's back button closes the panel.
 */
export class Navigation {
  /** @type {View} */
  view = 'board';

  /** @type {string | null} */
  orderId = null;

  #changed;

  /** Whether the panel was opened from this page, so that going back closes it. */
  #isOpenedHere = false;

  /** @param {() => void} changed */
  constructor(changed) {
    this.#changed = changed;
  }

  start() {
    window.addEventListener('hashchange', () => {
      this.#read();
      this.#changed();
    });
    this.#read();
  }

  /** @param {View} view */
  show(view) {
    location.hash = view === 'board' ? '#/' : `#/${view}`;
  }

  /** @param {string} id */
  openOrder(id) {
    const hash = `#/order/${id}`;
    if (this.orderId) {
      // From order to order: one step back still closes the panel.
      location.replace(hash);
    } else {
      this.#isOpenedHere = true;
      location.hash = hash;
    }
  }

  closeOrder() {
    if (this.#isOpenedHere) {
      history.back();
    } else {
      location.replace('#/');
    }
  }

  #read() {
    const [, first = '', second = ''] = location.hash.split('/');
    this.view = first === 'throughput' || first === 'system' ? first : 'board';
    this.orderId = first === 'order' && /^[0-9a-f-]{36}$/i.test(second) ? second.toLowerCase() : null;
    if (!this.orderId) {
      this.#isOpenedHere = false;
    }
  }
}
