import { html, nothing } from '../html.js';
import { cardOf } from '../board-store.js';
import { duration, full, moment, number } from '../formats.js';
import { failed } from './failed.js';
import { closeIcon, overdueIcon } from './icons.js';

/**
 * @typedef {import('../app.js').App} App
 * @typedef {import('../types.js').Order} Order
 */

/**
 * Everything of one order, at the side of the board.
 * @param {App} app
 */
export function panel(app) {
  const { order, error } = app.panel;
  return html`
    <aside class="panel" id="panel" aria-labelledby="panel-title">
      <header>
        <h2 id="panel-title" tabindex="-1">
          <bdi>${order ? order.externalId : error ? '–' : app.text('panel.loading')}</bdi>
        </h2>
        <button type="button" class="plain" title=${`${app.text('panel.close')} (Esc)`}
          aria-label=${app.text('panel.close')} @click=${() => app.closePanel()}>${closeIcon()}</button>
      </header>
      ${error && !order ? failed(app, error, () => void app.panel.refresh()) : nothing}
      ${order ? content(app, order) : error ? nothing : html`<div class="skeleton tall"></div>`}
    </aside>`;
}

/**
 * @param {App} app
 * @param {Order} order
 */
function content(app, order) {
  const { language } = app.preferences;
  const now = app.clock.now();
  const card = app.store.card(order.id) ?? cardOf(order);
  const isPending = app.store.pending.has(order.id);
  const actions = app.allowed(cardOf(order));
  const message = app.messages.get(order.id);
  const isOverdue = order.dueAt !== null && Date.parse(order.dueAt) < now;
  return html`
    <p class="state ${isPending ? 'pending' : ''}">
      <span class="status">${app.text(`status.${card.status}`)}</span>
      <span class="muted">${isPending ? app.text('card.pending')
        : duration(language, (now - Date.parse(order.statusChangedAt)) / 1_000)}</span>
    </p>
    <div class="actions">
      ${actions.map(action => html`
        <button type="button" class=${action.isNext ? 'primary' : ''} aria-keyshortcuts=${action.key ?? nothing}
          title=${action.key ? `${app.text(`action.${action.name}`)} (${action.key})` : nothing}
          @click=${() => app.act([cardOf(order)], action, { isClick: true })}>
          ${app.text(`action.${action.name}`)}</button>`)}
      ${actions.length > 0 || isPending ? nothing : html`
        <p class="muted">${order.operatorId && order.operatorId !== app.session?.operatorId
          && order.status === 'MANUFACTURING_STARTED'
          ? app.text('panel.held-by', { operator: order.operatorId })
          : app.text('panel.no-actions')}</p>`}
    </div>
    ${message ? html`<p class="message ${message.outcome}">${app.say(message.sentence)}</p>` : nothing}
    <dl>
      ${row(app.text('panel.material'), html`<bdi>${order.material}</bdi> × ${number(language, order.quantity)}`)}
      ${row(app.text('panel.due'), order.dueAt === null ? app.text('card.no-due') : html`
        <span class=${isOverdue ? 'overdue' : ''}>${isOverdue ? overdueIcon() : nothing}
          <time datetime=${order.dueAt} title=${full(language, order.dueAt)}>
            ${moment(language, order.dueAt, now)}</time>
          ${isOverdue ? app.text('card.overdue', {
            age: duration(language, (now - Date.parse(order.dueAt)) / 1_000),
          }) : nothing}</span>`)}
      ${row(app.text('panel.operator'), order.operatorId ? html`<bdi>${order.operatorId}</bdi>` : '–')}
      ${row(app.text('panel.seller'), html`<bdi>${order.sellerId}</bdi>`)}
      ${row(app.text('panel.file'), html`<bdi class="breaks">${order.model.fileName}</bdi>`)}
      ${row(app.text('panel.polygons'), number(language, order.model.polygonCount))}
      ${row(app.text('panel.notes'), order.notes ? html`<p class="notes" dir="auto">${order.notes}</p>` : '–')}
      ${row(app.text('panel.price'), order.price
        ? html`${number(language, order.price.amount, 2)} <bdi>${order.price.currency}</bdi>` : '–')}
      ${row(app.text('panel.shipment'), order.shipment ? html`
        <bdi>${order.shipment.carrier}</bdi>, <bdi class="breaks">${order.shipment.trackingNumber}</bdi>` : '–')}
      ${row(app.text('panel.created'), html`
        <time datetime=${order.createdAt}>${full(language, order.createdAt)}</time>`)}
      ${row(app.text('panel.version'), number(language, order.version))}
      ${row(app.text('panel.sha256'), html`<span class="breaks code">${order.model.sha256}</span>`)}
      ${row(app.text('panel.id'), html`<span class="breaks code">${order.id}</span>`)}
    </dl>
    <h3>${app.text('panel.history')}</h3>
    <ol class="history">
      ${app.panel.history.map(change => html`
        <li>
          <span class="status">${app.text(`status.${change.to}`)}</span>
          <span class="muted">${app.text('panel.by', { actor: change.actor })}</span>
          <time datetime=${change.at} title=${full(language, change.at)}>${moment(language, change.at, now)}</time>
          ${change.note ? html`<p dir="auto">${change.note}</p>` : nothing}
        </li>`)}
    </ol>`;
}

/**
 * @param {string} name
 * @param {unknown} value
 */
const row = (name, value) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
