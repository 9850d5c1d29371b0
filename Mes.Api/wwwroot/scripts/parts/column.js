import { html, nothing, guard, repeat } from '../html.js';
import { brief, duration, number } from '../formats.js';
import { card } from './card.js';
import { foldIcon, unfoldIcon } from './icons.js';

/**
 * @typedef {import('../app.js').App} App
 * @typedef {import('../board-store.js').Column} Column
 */

/** How many cards a screen on the wall can show at all. */
const WALL = 30;

/**
 * A status, its count and its orders.
 * @param {App} app
 * @param {Column} column
 */
export function column(app, column) {
  const { status, cards } = column;
  const isFolded = app.preferences.folded.includes(status) && !app.isWall;
  const current = app.currentId !== null && app.store.placeOf(app.currentId) === status ? app.currentId : null;
  return guard(
    [column.revision, app.tick, isFolded, current, isTabStop(app, column), app.store.isLoaded, app.session],
    () => html`
      <section class="column ${isFolded ? 'folded' : ''} ${cards.length === 0 ? 'empty' : ''}" data-status=${status}
        aria-labelledby=${`head-${status}`}>
        ${head(app, column, isFolded)}
        ${isFolded ? nothing : app.store.isLoaded ? body(app, column) : skeletons(app)}
      </section>`);
}

/**
 * @param {App} app
 * @param {Column} column
 * @param {boolean} isFolded
 */
function head(app, column, isFolded) {
  const { status } = column;
  const { language } = app.preferences;
  const name = app.text(`status.${status}`);
  const oldest = app.store.oldestAt(column);
  const label = app.text(isFolded ? 'column.unfold' : 'column.fold', { status: name });
  return html`
    <header class="head">
      <h2 id=${`head-${status}`}>${name}</h2>
      <span class="count">${app.store.isLoaded ? number(language, app.store.count(column)) : ''}</span>
      <span class="oldest">${oldest && app.store.isLoaded && !isFolded
        ? app.text('column.oldest', { age: duration(language, (app.clock.now() - Date.parse(oldest)) / 1_000) })
        : nothing}</span>
      ${app.isWall ? nothing : html`
        <button type="button" class="plain fold" aria-expanded=${!isFolded} aria-label=${label} title=${label}
          @click=${() => app.fold(status)}>${isFolded ? unfoldIcon() : foldIcon()}</button>`}
    </header>`;
}

/**
 * @param {App} app
 * @param {Column} column
 */
function body(app, column) {
  const { language } = app.preferences;
  const shown = app.isWall ? column.cards.slice(0, WALL) : column.cards;
  const count = app.store.count(column);
  const stop = isTabStop(app, column);
  return html`
    <ul class="cards" role="list">
      ${repeat(shown, ({ id }) => id, one => {
        const { id } = one;
        const message = app.messages.get(id);
        const age = brief(language, (app.clock.now() - Date.parse(one.statusChangedAt)) / 1_000);
        const isCurrent = id === stop;
        return html`${guard(
          [one, age, message, app.selection.has(id), app.store.pending.has(id), isCurrent, language, app.session,
            ageClass(app, one), isOverdue(app, one)],
          () => card(app, one, { age, isCurrent }))}`;
      })}
    </ul>
    ${count === 0 ? html`
      <p class="nothing">${app.text(app.store.isFiltered ? 'column.empty-filtered' : 'column.empty')}</p>` : nothing}
    ${app.isWall && count > WALL ? html`
      <p class="nothing">${app.text('column.rest', { n: number(language, count - WALL) })}</p>` : nothing}
    ${!app.isWall && shown.length < count && !column.isComplete ? html`
      <button type="button" class="more" id=${`more-${column.status}`} ?disabled=${column.isLoading}
        @click=${() => void app.loadMore(column.status)}>
        ${app.text(column.isLoading ? 'column.loading' : 'column.more')}
        <span class="muted">${app.text('column.shown', {
          n: number(language, shown.length), m: number(language, count),
        })}</span>
      </button>` : nothing}`;
}

/** @param {App} app */
function skeletons(app) {
  return html`
    <ul class="cards" role="list" aria-label=${app.text('column.loading')}>
      ${[0, 1, 2].map(() => html`<li class="card skeleton"></li>`)}
    </ul>`;
}

/**
 * The one card of the board that the tab key stops at: the current one, else the first. Its id, if it is in this column.
 * @param {App} app
 * @param {Column} column
 */
function isTabStop(app, column) {
  const place = app.currentId === null ? undefined : app.store.placeOf(app.currentId);
  if (place && !app.preferences.folded.includes(place)) {
    return place === column.status ? app.currentId : null;
  }
  const first = [...app.store.columns.values()].find(({ status, cards }) =>
    cards.length > 0 && !app.preferences.folded.includes(status));
  return first === column ? first.cards[0].id : null;
}

/**
 * How long an order has been in its status, as a class: nothing, ageing, late.
 * @param {App} app
 * @param {import('../types.js').Card} card
 */
export function ageClass(app, { status, statusChangedAt }) {
  const ageing = app.session?.ageing[/** @type {import('../types.js').ActiveStatus} */ (status)];
  const age = (app.clock.now() - Date.parse(statusChangedAt)) / 1_000;
  return !ageing || age < ageing.warnAfter ? '' : age < ageing.lateAfter ? 'ageing' : 'late';
}

/**
 * @param {App} app
 * @param {import('../types.js').Card} card
 */
export function isOverdue(app, { dueAt }) {
  return dueAt !== null && Date.parse(dueAt) < app.clock.now();
}
