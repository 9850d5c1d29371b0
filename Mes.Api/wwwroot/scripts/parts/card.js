import { html, nothing } from '../html.js';
import { brief, cutInTheMiddle, full, initials, number, short } from '../formats.js';
import { ageClass, isOverdue } from './column.js';
import { closeIcon, dueIcon, overdueIcon } from './icons.js';

/**
 * @typedef {import('../app.js').App} App
 * @typedef {import('../types.js').Card} Card
 */

/** A card that was moved so short a time ago shows it. Milliseconds. */
const JUST_MOVED = 600;

/**
 * An order on the board: three lines, and what comes next as a button.
 * @param {App} app
 * @param {Card} card
 * @param {{age: string, isCurrent: boolean}} shown
 */
export function card(app, card, { age, isCurrent }) {
  const { id, externalId } = card;
  const { language } = app.preferences;
  const ageing = ageClass(app, card);
  const isPending = app.store.pending.has(id);
  const isSelected = app.selection.has(id);
  const next = app.allowed(card).find(action => action.isNext);
  const message = app.messages.get(id);
  const [head, tail] = cutInTheMiddle(card.fileName);
  const classes = [
    'card', ageing, isOverdue(app, card) ? 'overdue' : '', isPending ? 'pending' : '', isSelected ? 'selected' : '',
    isCurrent ? 'current' : '',
    performance.now() - (app.store.moved.get(id) ?? -Infinity) < JUST_MOVED ? 'moved' : '',
  ].filter(Boolean).join(' ');
  const content = html`
    <span class="line">
      <bdi class="reference">${externalId}</bdi>
      <span class="age" title=${full(language, card.statusChangedAt)}>${age}${ageing ? html`
        <span class="word">${app.text(ageing === 'late' ? 'card.late' : 'card.ageing')}</span>` : nothing}</span>
    </span>
    <span class="line what">
      <span class="made"><bdi class="material">${card.material}</bdi><span> × ${
        number(language, card.quantity)}</span></span>
      <bdi class="file" title=${card.fileName}><span class="start">${head}</span><span class="end">${tail}</span></bdi>
    </span>
    <span class="line">
      <bdi class="seller">${card.sellerId}</bdi>
      ${card.operatorId ? html`
        <span class="initials" title=${app.text('card.operator', { operator: card.operatorId })}>
          ${initials(card.operatorId)}</span>` : nothing}
      ${due(app, card)}
    </span>`;
  return html`
    <li class=${classes} data-id=${id}>
      ${app.isWall ? html`<div class="content">${content}</div>` : html`
        <a class="content" data-part="link" id=${`card-${id}`} href=${`#/order/${id}`} draggable="false"
          tabindex=${isCurrent ? 0 : -1}>${content}</a>
        <input type="checkbox" data-part="select" tabindex=${isCurrent ? 0 : -1} .checked=${isSelected}
          aria-label=${app.text('card.select', { order: externalId })}>`}
      ${isPending ? html`<span class="unseen">${app.text('card.pending')}</span>` : nothing}
      ${next ? html`
        <button type="button" class="next" data-part="next" data-action=${next.name} tabindex=${isCurrent ? 0 : -1}
          title=${`${app.text(`action.${next.name}`)}${next.key ? ` (${next.key})` : ''}`}
          aria-label=${`${app.text(`action.${next.name}`)}: ${externalId}`}>${app.text(`action.${next.name}`)}</button>`
        : nothing}
      ${message ? html`
        <p class="message ${message.outcome}">
          <span>${app.say(message.sentence)}</span>
          ${message.outcome === 'done' ? nothing : html`
            <button type="button" class="plain" tabindex=${isCurrent ? 0 : -1}
              aria-label=${app.text('card.dismiss')}>${closeIcon()}</button>`}
        </p>` : nothing}
    </li>`;
}

/**
 * @param {App} app
 * @param {Card} card
 */
function due(app, card) {
  const { language } = app.preferences;
  if (card.dueAt === null) {
    return nothing;
  }
  const now = app.clock.now();
  return isOverdue(app, card)
    ? html`<span class="due" title=${full(language, card.dueAt)}>${overdueIcon()}${app.text('card.overdue', {
      age: brief(language, (now - Date.parse(card.dueAt)) / 1_000),
    })}</span>`
    : html`<span class="due" title=${full(language, card.dueAt)}>${dueIcon()}<span class="unseen">${
      app.text('card.due')}</span>${short(language, card.dueAt, now)}</span>`;
}
