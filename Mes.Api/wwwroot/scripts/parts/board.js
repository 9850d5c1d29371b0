import { html, nothing } from '../html.js';
import { column } from './column.js';
import { failed } from './failed.js';

/** @typedef {import('../app.js').App} App */

/** A press that is held longer than this no longer keeps the cards in place. Milliseconds. */
const LONGEST_PRESS = 10_000;

/**
 * The columns. What happens on a card is handled here, once for all cards.
 * @param {App} app
 */
export function board(app) {
  const { store } = app;
  if (store.error && !store.isLoaded) {
    return failed(app, store.error, () => void app.reload());
  }
  return html`
    ${store.error ? failed(app, store.error, () => void app.reload()) : nothing}
    <div class="columns" aria-busy=${!store.isLoaded}
      @click=${(/** @type {MouseEvent} */ event) => clicked(app, event)}
      @change=${(/** @type {Event} */ event) => changed(app, event)}
      @focusin=${(/** @type {FocusEvent} */ event) => focused(app, event)}
      @pointerdown=${() => pressed(app)}>
      ${[...store.columns.values()].map(one => column(app, one))}
    </div>`;
}

/**
 * @param {App} app
 * @param {MouseEvent} event
 */
function clicked(app, event) {
  const target = /** @type {Element} */ (event.target);
  const id = idAt(target);
  if (id === null) {
    return;
  }
  const card = app.store.card(id);
  const name = target.closest('[data-action]')?.getAttribute('data-action');
  const action = card && name ? app.allowed(card).find(action => action.name === name) : undefined;
  if (target.closest('.message button')) {
    app.dismiss(id);
  } else if (card && action) {
    app.currentId = id;
    app.act([card], action, { isClick: true });
  } else if (target.closest('a') && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    app.open(id);
  }
}

/**
 * @param {App} app
 * @param {Event} event
 */
function changed(app, event) {
  const target = /** @type {Element} */ (event.target);
  const id = idAt(target);
  if (id !== null && target.matches('[data-part="select"]')) {
    app.select(id);
  }
}

/**
 * @param {App} app
 * @param {FocusEvent} event
 */
function focused(app, event) {
  const id = idAt(/** @type {Element} */ (event.target));
  if (id !== null && id !== app.currentId) {
    app.currentId = id;
    app.update();
  }
}

/**
 * Nothing moves under the finger: what comes in waits until the press is over and its click has been dealt with.
 * @param {App} app
 */
function pressed(app) {
  const over = new AbortController();
  const release = () => {
    over.abort();
    clearTimeout(timer);
    setTimeout(() => app.store.release(), 0);
  };
  const timer = setTimeout(release, LONGEST_PRESS);
  app.store.hold();
  window.addEventListener('pointerup', release, { signal: over.signal });
  window.addEventListener('pointercancel', release, { signal: over.signal });
}

/** @param {Element} target */
const idAt = target => target.closest('.card')?.getAttribute('data-id') ?? null;
