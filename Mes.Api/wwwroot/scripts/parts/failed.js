import { html } from '../html.js';
import { sentenceOf } from '../changes.js';
import { warningIcon } from './icons.js';

/**
 * What stands where something could not be loaded.
 * @param {import('../app.js').App} app
 * @param {unknown} error
 * @param {() => void} again
 */
export function failed(app, error, again) {
  return html`
    <div class="failed" role="status">
      ${warningIcon()}
      <p><strong>${app.text('failed.title')}</strong> ${app.say(sentenceOf(error))}</p>
      <button type="button" @click=${again}>${app.text('failed.again')}</button>
    </div>`;
}
