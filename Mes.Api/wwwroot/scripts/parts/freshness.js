import { html } from '../html.js';
import { moment, number } from '../formats.js';

/** Half a second is the service's promise; a second and a half is worth a word. Milliseconds. */
const BEHIND = 1_500;

/** A beat comes every 5 s. Milliseconds. */
const OVERDUE_BEAT = 7_000;

/**
 * How fresh the board is: live, some seconds behind, or cut off since a time of day.
 * @param {import('../app.js').App} app
 */
export function freshness(app) {
  const { state, text } = freshnessOf(app);
  return html`
    <span class="freshness ${state}" id="freshness" title=${app.text('fresh.title')}>
      <svg class="dot" viewBox="0 0 8 8" width="8" height="8" aria-hidden="true"><circle cx="4" cy="4" r="4" /></svg>
      ${text}
    </span>`;
}

/** @param {import('../app.js').App} app */
function freshnessOf(app) {
  const { connection, clock, preferences: { language } } = app;
  if (connection.state === 'cut') {
    return { state: 'cut', text: app.text('fresh.cut', { at: moment(language, connection.since, clock.now()) }) };
  }
  if (connection.state === 'connecting') {
    return { state: 'connecting', text: app.text('fresh.connecting') };
  }
  const silent = performance.now() - connection.heardAt;
  const behind = Math.max(connection.behindMs, silent > OVERDUE_BEAT ? silent : 0);
  return behind >= BEHIND
    ? { state: 'behind', text: app.text('fresh.behind', { seconds: number(language, Math.round(behind / 1_000)) }) }
    : { state: 'live', text: app.text('fresh.live') };
}
