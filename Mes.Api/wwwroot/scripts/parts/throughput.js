import { html, guard, nothing } from '../html.js';
import { brief, day, number, precise } from '../formats.js';
import { ACTIVE, ALL } from '../types.js';
import { barChart, lineChart } from './charts.js';
import { failed } from './failed.js';

/**
 * @typedef {import('../app.js').App} App
 * @typedef {import('../types.js').Throughput} Throughput
 */

const DAYS = [7, 30, 90];

/**
 * How orders flow through the factory: as charts, and the same numbers as tables.
 * @param {App} app
 */
export function throughput(app) {
  app.throughput.show(`/stats/throughput?days=${app.days}`);
  const { data, error } = app.throughput;
  const { language } = app.preferences;
  return html`
    <div class="figures">
      <div class="title">
        <h2>${app.text('throughput.title')}</h2>
        <label class="unseen" for="days">${app.text('throughput.days')}</label>
        <select id="days" class="chip" @change=${(/** @type {Event} */ event) =>
          app.setDays(Number(/** @type {HTMLSelectElement} */ (event.currentTarget).value))}>
          ${DAYS.map(days => html`
            <option value=${days} ?selected=${days === app.days}>${app.text('throughput.last', { n: days })}</option>`)}
        </select>
        <span class="muted">${app.text('throughput.utc')}</span>
      </div>
      ${error ? failed(app, error, () => void app.throughput.load()) : nothing}
      ${data ? guard([data, language], () => content(app, data)) : error ? nothing : skeletons()}
    </div>`;
}

/**
 * @param {App} app
 * @param {Throughput} data
 */
function content(app, data) {
  const { language } = app.preferences;
  const statuses = ALL.filter(status => data.days.some(({ entered }) => entered[status] > 0));
  if (statuses.length === 0) {
    return html`<p class="nothing">${app.text('throughput.empty')}</p>`;
  }
  const most = Math.max(...data.days.flatMap(({ entered }) => statuses.map(status => entered[status])));
  const spent = (/** @type {number} */ seconds) => precise(language, seconds);
  return html`
    <section>
      <h3>${app.text('throughput.entered')}</h3>
      <div class="multiples">
        ${statuses.map(status => {
          const values = data.days.map(({ date, entered }) => ({ label: day(language, date), value: entered[status] }));
          const sum = values.reduce((total, { value }) => total + value, 0);
          return html`
            <figure>
              <figcaption><span>${app.text(`status.${status}`)}</span> <strong>${number(language, sum)}</strong>
                <span class="muted">${app.text('throughput.most', {
                  n: number(language, Math.max(...values.map(({ value }) => value))),
                })}</span></figcaption>
              ${barChart(values, most)}
              <div class="span muted" aria-hidden="true">
                <span>${values[0].label}</span><span>${values[values.length - 1].label}</span></div>
            </figure>`;
        })}
      </div>
    </section>
    <section>
      <h3 id="spent-title">${app.text('throughput.spent')}</h3>
      <p class="muted">${app.text('throughput.spent-note')}</p>
      <p class="legend" aria-hidden="true">
        <span class="lower"><span class="sample"></span>${app.text('throughput.median')}</span>
        <span class="upper"><span class="sample"></span>${app.text('throughput.p90')}</span>
      </p>
      <div class="scrolls plot" tabindex="0" role="img" aria-labelledby="spent-title">
        ${lineChart(ACTIVE.map(status => ({
          label: app.text(`status.${status}`),
          lower: data.timeInStatus[status].medianSeconds,
          upper: data.timeInStatus[status].p90Seconds,
        })), seconds => (seconds < 60 ? spent(seconds) : brief(language, seconds)))}
      </div>
      <div class="scrolls" tabindex="0" role="region" aria-labelledby="spent-title">
        <table>
          <thead><tr>
            <th scope="col">${app.text('throughput.status')}</th>
            <th scope="col" class="numeric">${app.text('throughput.orders')}</th>
            <th scope="col" class="numeric">${app.text('throughput.median')}</th>
            <th scope="col" class="numeric">${app.text('throughput.p90')}</th>
          </tr></thead>
          <tbody>
            ${ACTIVE.map(status => {
              const { orders, medianSeconds, p90Seconds } = data.timeInStatus[status];
              return html`
                <tr>
                  <th scope="row">${app.text(`status.${status}`)}</th>
                  <td class="numeric">${number(language, orders)}</td>
                  <td class="numeric">
                    ${medianSeconds === null ? app.text('throughput.none') : spent(medianSeconds)}</td>
                  <td class="numeric">${p90Seconds === null ? '–' : spent(p90Seconds)}</td>
                </tr>`;
            })}
          </tbody>
        </table>
      </div>
    </section>
    <section>
      <h3 id="table-title">${app.text('throughput.table')}</h3>
      <div class="scrolls" tabindex="0" role="region" aria-labelledby="table-title">
        <table>
          <thead><tr>
            <th scope="col">${app.text('throughput.day')}</th>
            ${statuses.map(status => html`<th scope="col" class="numeric">${app.text(`status.${status}`)}</th>`)}
          </tr></thead>
          <tbody>
            ${data.days.toReversed().map(({ date, entered }) => html`
              <tr>
                <th scope="row">${day(language, date)}</th>
                ${statuses.map(status => html`
                  <td class="numeric ${entered[status] === 0 ? 'zero' : ''}">${number(language, entered[status])}</td>`)}
              </tr>`)}
          </tbody>
          <tfoot><tr>
            <th scope="row">${app.text('throughput.total')}</th>
            ${statuses.map(status => html`
              <td class="numeric">${number(language,
                data.days.reduce((total, { entered }) => total + entered[status], 0))}</td>`)}
          </tr></tfoot>
        </table>
      </div>
    </section>`;
}

const skeletons = () => html`
  <div class="multiples">${[0, 1, 2, 3, 4, 5].map(() => html`<div class="skeleton tall"></div>`)}</div>`;
