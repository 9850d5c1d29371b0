import { html, nothing, live } from '../html.js';
import { initials } from '../formats.js';
import { freshness } from './freshness.js';
import { closeIcon, lockIcon } from './icons.js';

/**
 * @typedef {import('../app.js').App} App
 * @typedef {import('../types.js').Sort} Sort
 */

/** @type {readonly ('board' | 'throughput' | 'system')[]} */
const VIEWS = ['board', 'throughput', 'system'];

/** @type {readonly Sort[]} */
const SORTS = ['oldest', 'newest', 'due'];

/**
 * The line at the top: where one is, what is shown, how fresh it is, who is signed in.
 * @param {App} app
 */
export function topBar(app) {
  return html`
    <header class="top">
      <h1>${app.text('name')}</h1>
      ${app.isWall ? nothing : html`
        <nav aria-label=${app.text('views')}>
          ${VIEWS.map((view, index) => html`
            <a href=${view === 'board' ? '#/' : `#/${view}`} title=${`${app.text(`view.${view}`)} (${index + 1})`}
              aria-current=${app.navigation.view === view ? 'page' : 'false'}>${app.text(`view.${view}`)}</a>`)}
          <a href="/docs" title=${app.text('help.docs')}>${app.text('view.docs')}</a>
        </nav>
        ${app.navigation.view === 'board' ? filters(app) : nothing}`}
      <span class="spacer"></span>
      ${freshness(app)}
      ${app.isWall ? nothing : reader(app)}
    </header>`;
}

/** @param {App} app */
function filters(app) {
  const { filter, sort, isFiltered } = app.store;
  const sellers = [...new Set([...app.store.sellers(), ...(filter.seller ? [filter.seller] : [])])];
  return html`
    <search class="filters" aria-label=${app.text('filters')}>
      <input id="search" type="search" autocomplete="off" spellcheck="false" maxlength="64" aria-keyshortcuts="/"
        aria-label=${app.text('search')} placeholder=${`${app.text('search.hint')}  /`}
        @input=${(/** @type {InputEvent} */ event) =>
          app.setSearch(/** @type {HTMLInputElement} */ (event.currentTarget).value)}>
      ${app.session?.operatorId ? chip(app, 'filter.mine', filter.mine, 'm', () => app.setFilter({ mine: !filter.mine }))
        : nothing}
      ${chip(app, 'filter.overdue', filter.overdue, 'o', () => app.setFilter({ overdue: !filter.overdue }))}
      <select class="chip ${filter.seller ? 'on' : ''}" aria-label=${app.text('filter.seller')}
        .value=${live(filter.seller)}
        @change=${(/** @type {Event} */ event) =>
          app.setFilter({ seller: /** @type {HTMLSelectElement} */ (event.currentTarget).value })}>
        <option value="" ?selected=${filter.seller === ''}>${app.text('filter.any-seller')}</option>
        ${sellers.map(seller => html`
          <option value=${seller} ?selected=${filter.seller === seller}>${seller}</option>`)}
      </select>
      <select class="chip" aria-label=${app.text('sort')} .value=${live(sort)}
        @change=${(/** @type {Event} */ event) =>
          app.prefer({ sort: /** @type {Sort} */ (/** @type {HTMLSelectElement} */ (event.currentTarget).value) })}>
        ${SORTS.map(one => html`<option value=${one} ?selected=${sort === one}>${app.text(`sort.${one}`)}</option>`)}
      </select>
      ${isFiltered ? html`
        <button type="button" class="plain" aria-label=${app.text('filter.clear')} title=${`${app.text('filter.clear')} (Esc)`}
          @click=${() => {
            const search = /** @type {HTMLInputElement | null} */ (document.getElementById('search'));
            if (search) {
              search.value = '';
            }
            app.clearFilters();
          }}>${closeIcon()}</button>` : nothing}
    </search>`;
}

/**
 * @param {App} app
 * @param {'filter.mine' | 'filter.overdue'} name
 * @param {boolean} isOn
 * @param {string} key
 * @param {() => void} toggle
 */
function chip(app, name, isOn, key, toggle) {
  return html`
    <button type="button" class="chip ${isOn ? 'on' : ''}" aria-pressed=${isOn} aria-keyshortcuts=${key}
      title=${`${app.text(name)} (${key})`} @click=${toggle}>${app.text(name)}</button>`;
}

/** @param {App} app */
function reader(app) {
  const who = app.session?.operatorId ?? app.session?.role ?? '';
  return html`
    <span class="reader">
      <span class="who" title=${who}><span class="initials" aria-hidden="true">${initials(who)}</span>
        <bdi class="name">${who}</bdi></span>
      <button type="button" class="plain" aria-label=${app.text('lock')} aria-keyshortcuts="Shift+L"
        title=${`${app.text('lock.title')} (Shift+L)`} @click=${() => void app.lock()}>${lockIcon()}</button>
      ${readerChoices(app)}
      <button type="button" class="plain" aria-keyshortcuts="?" title=${`${app.text('help.title')} (?)`}
        aria-label=${app.text('help')} @click=${() => app.showHelp()}>?</button>
    </span>`;
}

/**
 * Theme and language: what a reader may choose without being signed in.
 * @param {App} app
 */
export function readerChoices(app) {
  const { theme, language } = app.preferences;
  const next = theme === 'auto' ? 'light' : theme === 'light' ? 'dark' : 'auto';
  return html`
    <button type="button" class="plain theme" aria-label=${app.text(`theme.${theme}`)}
      title=${app.text(`theme.${theme}`)} @click=${() => app.prefer({ theme: next })}>${theme === 'auto' ? '◐' : theme === 'light' ? '○' : '●'}</button>
    <button type="button" class="plain" lang=${language === 'en' ? 'ru' : 'en'} title=${app.text('language.title')}
      @click=${() => app.prefer({ language: language === 'en' ? 'ru' : 'en' })}>${app.text('language')}</button>`;
}
