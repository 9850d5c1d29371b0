import { html } from '../html.js';

/** @type {readonly [string, import('../texts/texts.js').TextKey][]} */
const KEYS = [
  ['/', 'help.search'],
  ['j k ↓ ↑', 'help.up-down'],
  ['h l ← →', 'help.left-right'],
  ['Enter', 'help.open'],
  ['c', 'help.claim'],
  ['d', 'help.complete'],
  ['p', 'help.pack'],
  ['s', 'help.ship'],
  ['r', 'help.release'],
  ['a', 'help.approve'],
  ['x', 'help.select'],
  ['Esc', 'help.escape'],
  ['m', 'help.mine'],
  ['o', 'help.overdue'],
  ['1 2 3', 'help.views'],
  ['Shift+L', 'help.lock'],
  ['?', 'help.help'],
];

/**
 * The keys.
 * @param {import('../app.js').App} app
 */
export function help(app) {
  return html`
    <dialog class="help" aria-labelledby="help-title" @close=${() => app.closeDialog()}>
      <h2 id="help-title">${app.text('help.title')}</h2>
      <dl>
        ${KEYS.map(([keys, meaning]) => html`
          <div><dt>${keys.split(' ').map(key => html`<kbd>${key}</kbd> `)}</dt><dd>${app.text(meaning)}</dd></div>`)}
      </dl>
      <p class="muted">${app.text('help.scanner')}</p>
      <p><a href="/docs">${app.text('help.docs')}</a></p>
      <div class="buttons">
        <button type="button" class="primary" autofocus @click=${(/** @type {Event} */ event) =>
          /** @type {HTMLElement} */ (event.currentTarget).closest('dialog')?.close()}>${app.text('help.close')}</button>
      </div>
    </dialog>`;
}
