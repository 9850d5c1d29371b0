import { html, nothing } from '../html.js';
import { readerChoices } from './top-bar.js';

/**
 * The page of those who are not signed in.
 * @param {import('../app.js').App} app
 */
export function signIn(app) {
  const { isKnown, reason, isBusy } = app.signIn;
  if (!isKnown) {
    return html`
      <main class="sign-in">
        <h1>${app.text('name')}</h1>
        <p class="muted">${reason ? app.text(reason) : app.text('fresh.connecting')}</p>
      </main>`;
  }
  return html`
    <main class="sign-in">
      <h1>${app.text('name')}</h1>
      ${reason ? html`<p class="reason" role="alert">${app.text(reason)}</p>` : nothing}
      <form autocomplete="off" @submit=${(/** @type {SubmitEvent} */ event) => {
        event.preventDefault();
        const form = /** @type {HTMLFormElement} */ (event.currentTarget);
        const key = String(new FormData(form).get('key') ?? '').trim();
        form.reset();
        void app.enter(key);
      }}>
        <label for="key">${app.text('sign-in.key')}</label>
        <input id="key" name="key" type="password" required autofocus maxlength="200" autocomplete="off"
          spellcheck="false" data-scan="own" aria-describedby="key-help">
        <p id="key-help" class="muted">${app.text('sign-in.help')}</p>
        <button type="submit" class="primary" ?disabled=${isBusy}>${app.text('sign-in.submit')}</button>
      </form>
      <footer>
        ${readerChoices(app)}
        <a href="/docs">${app.text('help.docs')}</a>
      </footer>
    </main>`;
}
