import { html, nothing } from '../html.js';
import { full, moment, number, percent, precise } from '../formats.js';
import { failed } from './failed.js';
import { warningIcon } from './icons.js';

/**
 * @typedef {import('../app.js').App} App
 * @typedef {import('../types.js').System} System
 * @typedef {{name: string, value: unknown, isBad?: boolean}} Row
 */

/** States that are as they should be; all others need somebody. */
const GOOD = ['ok', 'off'];

/**
 * For whoever is on duty: how the instance and what it depends on are.
 * @param {App} app
 */
export function system(app) {
  app.system.show('/system');
  const { data, error, askedAt } = app.system;
  return html`
    <div class="figures">
      <div class="title">
        <h2>${app.text('system.title')}</h2>
        <span class="muted">${app.text('system.as-of', {
          at: moment(app.preferences.language, askedAt, askedAt),
        })}</span>
      </div>
      ${error ? failed(app, error, () => void app.system.load()) : nothing}
      ${data ? content(app, data) : error ? nothing : html`
        <div class="groups">${[0, 1, 2, 3].map(() => html`<div class="skeleton tall"></div>`)}</div>`}
    </div>`;
}

/**
 * @param {App} app
 * @param {System} data
 */
function content(app, data) {
  const { language } = app.preferences;
  const age = (/** @type {number | null} */ ms) => (ms === null ? '–' : precise(language, ms / 1_000));
  const yesNo = (/** @type {boolean} */ is) => app.text(is ? 'system.yes' : 'system.no');
  const state = (/** @type {string} */ value) => ({
    name: app.text('system.state'), value, isBad: !GOOD.includes(value),
  });
  const detail = (/** @type {string | null} */ value) => ({ name: app.text('system.detail'), value: value ?? '–' });
  return html`
    <div class="groups">
      ${group(app.text('system.service'), [
        { name: app.text('system.instance'), value: data.instance },
        { name: app.text('system.version'), value: data.version },
        { name: app.text('system.started'), value: full(language, data.startedAt) },
      ])}
      ${group(app.text('system.cache'), [
        state(data.cache.state),
        { name: app.text('system.hit-ratio'), value: percent(language, data.cache.hitRatio) },
        { name: app.text('system.near-hit-ratio'), value: percent(language, data.cache.nearHitRatio) },
      ])}
      ${group(app.text('system.redis'), [state(data.redis.state), detail(data.redis.detail)])}
      ${group(app.text('system.database'), [state(data.database.state), detail(data.database.detail)])}
      ${group(app.text('system.licence'), [
        { name: app.text('system.licence-age'), value: age(data.licence.ageMs) },
        {
          name: app.text('system.licence-overdue'),
          value: number(language, data.licence.overdue),
          isBad: data.licence.overdue > 0,
        },
        { name: app.text('system.outage'), value: yesNo(data.licence.outage), isBad: data.licence.outage },
      ])}
      ${group(app.text('system.outbox'), [
        {
          name: app.text('system.rows'),
          value: data.outbox.rows === null ? '–' : number(language, data.outbox.rows),
        },
        { name: app.text('system.oldest'), value: age(data.outbox.oldestMs) },
      ])}
      ${group(app.text('system.events'), [
        { name: app.text('system.events-oldest'), value: age(data.events.oldestMs) },
      ])}
    </div>`;
}

/**
 * @param {string} name
 * @param {Row[]} rows
 */
function group(name, rows) {
  return html`
    <section class="group ${rows.some(({ isBad }) => isBad) ? 'bad' : ''}">
      <h3>${name}</h3>
      <dl>
        ${rows.map(({ name: label, value, isBad }) => html`
          <div class=${isBad ? 'bad' : ''}><dt>${label}</dt><dd>${isBad ? warningIcon() : nothing}${value}</dd></div>`)}
      </dl>
    </section>`;
}
