import { html } from '../html.js';

/**
 * @typedef {import('../app.js').App} App
 * @typedef {import('../actions.js').Field} Field
 * @typedef {import('../types.js').Card} Card
 */

/**
 * Asks for what has to be told with an action. For several orders what is scanned is asked for each, the rest once.
 * @param {App} app
 * @param {Extract<import('../app.js').Dialog, {kind: 'form'}>} dialog
 */
export function actionForm(app, { action, cards }) {
  const name = app.text(`action.${action.name}`);
  const fields = action.fields ?? [];
  return html`
    <dialog class="form" aria-labelledby="form-title" @close=${() => app.closeDialog()}>
      <form @submit=${(/** @type {SubmitEvent} */ event) => {
        event.preventDefault();
        const data = new FormData(/** @type {HTMLFormElement} */ (event.currentTarget));
        app.lastCarrier = String(data.get('carrier') ?? app.lastCarrier);
        /** @type {HTMLElement} */ (event.currentTarget).closest('dialog')?.close();
        void app.make(cards, action, card => bodyOf(fields, card, data));
      }} @keydown=${nextField}>
        <h2 id="form-title">${cards.length === 1
          ? app.text('form.title-one', { action: name, order: cards[0].externalId })
          : app.text('form.title-many', { action: name, n: cards.length })}</h2>
        ${fields.flatMap(field => field.isScanned && cards.length > 1
          ? cards.map(card => input(app, field, `${field.name}:${card.id}`, card.externalId))
          : [input(app, field, field.name, null)])}
        <div class="buttons">
          <button type="button" @click=${(/** @type {Event} */ event) =>
            /** @type {HTMLElement} */ (event.currentTarget).closest('dialog')?.close()}>${app.text('form.dismiss')}</button>
          <button type="submit" class="primary">${name}</button>
        </div>
      </form>
    </dialog>`;
}

/**
 * @param {App} app
 * @param {Field} field
 * @param {string} name
 * @param {string | null} order
 */
function input(app, { name: kind, kind: type, maxLength }, name, order) {
  const label = html`
    <label for=${name}>${app.text(/** @type {import('../texts/texts.js').TextKey} */ (`field.${kind}`))}
      ${order === null ? '' : html`<bdi class="muted">${order}</bdi>`}</label>`;
  return type === 'long'
    ? html`${label}<textarea id=${name} name=${name} rows="3" required maxlength=${maxLength} dir="auto"></textarea>`
    : html`${label}<input id=${name} name=${name} required maxlength=${maxLength} autocomplete="off" dir="auto"
      data-scan="own" type=${type} step=${type === 'number' ? '0.01' : ''} min=${type === 'number' ? '0.01' : ''}
      value=${kind === 'carrier' ? app.lastCarrier : ''}>`;
}

/**
 * @param {readonly Field[]} fields
 * @param {Card} card
 * @param {FormData} data
 */
function bodyOf(fields, card, data) {
  return Object.fromEntries(fields.map(({ name, kind }) => {
    const value = String(data.get(`${name}:${card.id}`) ?? data.get(name) ?? '').trim();
    return [name, kind === 'number' ? Number(value) : value];
  }));
}

/**
 * Enter, which a scanner sends after a code, goes to the next empty field first; from the last one it submits.
 * @param {KeyboardEvent} event
 */
function nextField(event) {
  if (event.key !== 'Enter' || !(event.target instanceof HTMLInputElement)) {
    return;
  }
  const form = /** @type {HTMLFormElement} */ (event.currentTarget);
  const next = [...form.querySelectorAll('input')].find(field => field.value === '' && field !== event.target);
  if (next) {
    event.preventDefault();
    next.focus();
  }
}
