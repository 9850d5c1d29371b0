import { html, nothing } from '../html.js';
import { closeIcon, doneIcon, warningIcon } from './icons.js';

/**
 * At the bottom, while orders are selected: what all of them allow, and how each change has ended.
 * @param {import('../app.js').App} app
 */
export function selectionBar(app) {
  const cards = app.selectedCards();
  if (cards.length === 0 && app.results.length === 0) {
    return nothing;
  }
  const actions = app.allowedForAll();
  return html`
    <section class="selection" aria-label=${app.text('select.bar')}>
      ${app.results.length > 0 ? html`
        <ul class="results" role="list" aria-label=${app.text('select.results')}>
          ${app.results.map(({ card, ending }) => html`
            <li class=${ending.outcome}>${ending.outcome === 'done' ? doneIcon() : warningIcon()}
              <span>${ending.outcome === 'done' ? nothing : html`<bdi>${card.externalId}</bdi>: `}${app.say(ending.sentence)}</span>
            </li>`)}
        </ul>` : nothing}
      <div class="line">
        ${cards.length > 0 ? html`<strong>${app.text('select.n', { n: cards.length })}</strong>` : nothing}
        ${actions.map(action => html`
          <button type="button" class="primary" aria-keyshortcuts=${action.key ?? nothing}
            title=${`${app.text(`action.${action.name}`)}${action.key ? ` (${action.key})` : ''}`}
            @click=${() => app.act(cards, action, { isClick: true })}>${app.text(`action.${action.name}`)}</button>`)}
        ${actions.length === 0 && cards.length > 0
          ? html`<span class="muted">${app.text('select.none-allowed')}</span>` : nothing}
        <button type="button" class="plain" title=${`${app.text('select.clear')} (Esc)`}
          aria-label=${app.text('select.clear')} @click=${() => app.clearSelection()}>${closeIcon()}</button>
      </div>
    </section>`;
}
