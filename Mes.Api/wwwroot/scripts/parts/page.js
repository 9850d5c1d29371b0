import { html, nothing } from '../html.js';
import { actionForm } from './action-form.js';
import { board } from './board.js';
import { help } from './help.js';
import { closeIcon } from './icons.js';
import { panel } from './panel.js';
import { selectionBar } from './selection-bar.js';
import { signIn } from './sign-in.js';
import { system } from './system.js';
import { throughput } from './throughput.js';
import { topBar } from './top-bar.js';

/** @typedef {import('../app.js').App} App */

/**
 * The whole page.
 * @param {App} app
 */
export function page(app) {
  document.title = title(app);
  if (!app.session) {
    return signIn(app);
  }
  return html`
    ${topBar(app)}
    <main id="main" class="main ${app.navigation.view}">
      ${view(app)}
    </main>
    ${app.navigation.orderId && !app.isWall ? panel(app) : nothing}
    ${app.isWall ? nothing : selectionBar(app)}
    ${app.notice ? notice(app) : nothing}
    ${app.dialog?.kind === 'help' ? help(app) : nothing}
    ${app.dialog?.kind === 'form' ? actionForm(app, app.dialog) : nothing}`;
}

/** @param {App} app */
function view(app) {
  switch (app.navigation.view) {
    case 'throughput':
      return throughput(app);
    case 'system':
      return system(app);
    default:
      return board(app);
  }
}

/** @param {App} app */
function notice(app) {
  return html`
    <div class="notice">
      <span>${app.notice ? app.say(app.notice) : nothing}</span>
      <button type="button" class="plain" aria-label=${app.text('card.dismiss')} @click=${() => {
        app.notice = null;
        app.update();
      }}>${closeIcon()}</button>
    </div>`;
}

/** @param {App} app */
function title(app) {
  const { session, navigation, panel: { order } } = app;
  const place = !session ? app.text('sign-in.title')
    : order && navigation.orderId ? order.externalId
      : app.text(`view.${navigation.view}`);
  return `${place} · ${app.text('name')}`;
}
