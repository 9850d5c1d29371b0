import { html, svg } from '../html.js';

const WIDTH = 300;
const HEIGHT = 64;

/** Steps of the axis of time that a reader can count in. Seconds. */
const TICKS = [1, 5, 15, 60, 300, 900, 3_600, 10_800, 21_600, 43_200, 86_400, 172_800, 432_000, 864_000, 2_592_000];

/**
 * Bars, one for each day. The numbers stand in the table below, so the drawing is hidden from screen readers.
 * @param {{label: string, value: number}[]} bars
 * @param {number} most The value of a bar of full height, the same for all charts that are compared.
 */
export function barChart(bars, most) {
  const step = WIDTH / Math.max(1, bars.length);
  return html`
    <svg class="chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">
      ${bars.map(({ label, value }, index) => {
        const height = most === 0 ? 0 : value / most * (HEIGHT - 2);
        return svg`
          <rect class="bar" x=${index * step + step * 0.1} y=${HEIGHT - 1 - height} width=${step * 0.8}
            height=${height}><title>${label}: ${value}</title></rect>`;
      })}
      <line class="axis" x1="0" x2=${WIDTH} y1=${HEIGHT - 0.5} y2=${HEIGHT - 0.5} />
    </svg>`;
}

/**
 * Two lines over the statuses, with a point for each value. A status without a value interrupts them.
 * @param {{label: string, lower: number | null, upper: number | null}[]} points
 * @param {(value: number) => string} show
 */
export function lineChart(points, show) {
  const width = 900;
  const height = 240;
  const left = 90;
  const bottom = 28;
  const top = 12;
  const highest = Math.max(1, ...points.map(({ upper }) => upper ?? 0));
  const tick = TICKS.find(seconds => highest / seconds <= 5) ?? highest / 5;
  const most = Math.ceil(highest / tick) * tick;
  const ticks = Array.from({ length: most / tick + 1 }, (_, index) => index * tick);
  const step = (width - left) / points.length;
  const x = (/** @type {number} */ index) => left + step * (index + 0.5);
  const y = (/** @type {number} */ value) => top + (height - top - bottom) * (1 - value / most);
  const line = (/** @type {'lower' | 'upper'} */ which) => svg`
    <path class=${`line ${which}`} d=${path(points.map((point, index) => {
      const value = point[which];
      return value === null ? null : [x(index), y(value)];
    }))} />
    ${points.map((point, index) => {
      const value = point[which];
      return value === null ? '' : svg`
        <circle class=${`point ${which}`} cx=${x(index)} cy=${y(value)} r="4">
          <title>${point.label}: ${show(value)}</title></circle>`;
    })}`;
  return html`
    <svg class="chart lines" viewBox="0 0 ${width} ${height}" aria-hidden="true">
      ${ticks.map(value => svg`
        <line class="grid" x1=${left} x2=${width} y1=${y(value)} y2=${y(value)} />
        <text class="tick" x=${left - 10} y=${y(value) + 4} text-anchor="end">${value === 0 ? '0' : show(value)}</text>`)}
      ${points.map(({ label }, index) => svg`
        <text class="tick" x=${x(index)} y=${height - 8} text-anchor="middle">${label}</text>`)}
      ${line('upper')}
      ${line('lower')}
    </svg>`;
}

/** @param {(number[] | null)[]} points */
function path(points) {
  let isDown = false;
  return points.map(point => {
    const command = point === null ? '' : `${isDown ? 'L' : 'M'}${point[0]} ${point[1]}`;
    isDown = point !== null;
    return command;
  }).join('');
}
