import { svg } from '../html.js';

// Drawn on a grid of 16. Each stands beside the word it illustrates, so none has a name of its own.
const icon = (/** @type {any} */ shape) =>
  svg`<svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">${shape}</svg>`;

export const overdueIcon = () => icon(svg`<path d="M8 1.5 15 14H1zM8 6v4M8 11.7v.6" />`);
export const dueIcon = () => icon(svg`<circle cx="8" cy="8" r="6" /><path d="M8 4.5V8l2.5 1.5" />`);
export const closeIcon = () => icon(svg`<path d="m3.5 3.5 9 9m0-9-9 9" />`);
export const foldIcon = () => icon(svg`<path d="M10 4 6 8l4 4" />`);
export const unfoldIcon = () => icon(svg`<path d="m6 4 4 4-4 4" />`);
export const lockIcon = () => icon(svg`
  <rect x="3.5" y="7" width="9" height="6.5" rx="1" /><path d="M5.5 7V5a2.5 2.5 0 0 1 5 0v2" />`);
export const doneIcon = () => icon(svg`<path d="m3 8.5 3.5 3.5L13 5" />`);
export const warningIcon = overdueIcon;
