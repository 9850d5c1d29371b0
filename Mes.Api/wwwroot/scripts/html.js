// The one place that names the vendored template library. Whatever a template inserts becomes text, never markup.
export { html, svg, nothing, render } from '../vendor/lit-html/lit-html.js';
export { repeat } from '../vendor/lit-html/directives/repeat.js';
export { guard } from '../vendor/lit-html/directives/guard.js';
export { live } from '../vendor/lit-html/directives/live.js';
/** @typedef {import('../vendor/lit-html/lit-html.js').TemplateResult | typeof import('../vendor/lit-html/lit-html.js').nothing} Markup */
