import { text } from './texts/texts.js';

/** @typedef {'en' | 'ru'} Language */

/** @type {Map<string, Intl.DateTimeFormat>} */
const dateFormats = new Map();

/** @type {Map<string, Intl.NumberFormat>} */
const numberFormats = new Map();

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** English as Europe writes it: 24 hours, the day before the month. @param {Language} language */
const locale = language => (language === 'en' ? 'en-GB' : language);

/**
 * A duration in the two units that matter.
 * @param {Language} language
 * @param {number} seconds
 */
export function duration(language, seconds) {
  // A clock that has been put right may make an age negative for a moment.
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < MINUTE) {
    return text(language, 'age.under-minute');
  }
  if (whole < HOUR) {
    return plain(text(language, 'age.minutes', { m: Math.floor(whole / MINUTE) }));
  }
  if (whole < DAY) {
    return plain(text(language, 'age.hours', { h: Math.floor(whole / HOUR), m: Math.floor(whole % HOUR / MINUTE) }));
  }
  return plain(text(language, 'age.days', { d: Math.floor(whole / DAY), h: Math.floor(whole % DAY / HOUR) }));
}

/**
 * A duration in one unit: what fits on a card.
 * @param {Language} language
 * @param {number} seconds
 */
export function brief(language, seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < HOUR) {
    return duration(language, whole);
  }
  return plain(whole < 2 * DAY
    ? text(language, 'age.whole-hours', { h: Math.floor(whole / HOUR) })
    : text(language, 'age.whole-days', { d: Math.floor(whole / DAY) }));
}

/**
 * A duration that may be shorter than a minute, as the panels show it.
 * @param {Language} language
 * @param {number} seconds
 */
export function precise(language, seconds) {
  return seconds < MINUTE
    ? plain(text(language, 'age.seconds', { s: number(language, seconds, seconds < 10 ? 1 : 0) }))
    : duration(language, seconds);
}

/**
 * The time of day; with the date unless it is today. In the reader's zone.
 * @param {Language} language
 * @param {string | number} at
 * @param {number} now
 */
export function moment(language, at, now) {
  const date = new Date(at);
  const isToday = date.toDateString() === new Date(now).toDateString();
  return format(language, isToday
    ? { hour: '2-digit', minute: '2-digit' }
    : { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' }).format(date);
}

/**
 * The time of day, or the date if it is another day: what fits on a card.
 * @param {Language} language
 * @param {string} at
 * @param {number} now
 */
export function short(language, at, now) {
  const date = new Date(at);
  const isToday = date.toDateString() === new Date(now).toDateString();
  return format(language, isToday
    ? { hour: '2-digit', minute: '2-digit' }
    : { day: 'numeric', month: 'short' }).format(date);
}

/**
 * Date and time with its zone, in full.
 * @param {Language} language
 * @param {string} at
 */
export function full(language, at) {
  return format(language, {
    day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit',
    timeZoneName: 'short',
  }).format(new Date(at));
}

/**
 * A day without a time, such as 2026-01-31.
 * @param {Language} language
 * @param {string} date
 */
export function day(language, date) {
  return format(language, { day: 'numeric', month: 'short', timeZone: 'UTC' }).format(new Date(`${date}T00:00:00Z`));
}

/**
 * @param {Language} language
 * @param {number} value
 * @param {number} [digits]
 */
export function number(language, value, digits = 0) {
  const key = `${language} ${digits}`;
  let numberFormat = numberFormats.get(key);
  if (!numberFormat) {
    numberFormat = new Intl.NumberFormat(locale(language), { maximumFractionDigits: digits });
    numberFormats.set(key, numberFormat);
  }
  return numberFormat.format(value);
}

/**
 * @param {Language} language
 * @param {number | null} ratio
 */
export function percent(language, ratio) {
  return ratio === null ? '–' : `${number(language, ratio * 100, 1)} %`;
}

/** The letters that stand for an operator on a card. @param {string} name */
export function initials(name) {
  const words = name.split(/[\s._-]+/).filter(Boolean);
  const letters = words.length > 1
    ? [...words[0]].slice(0, 1).concat([...words[1]].slice(0, 1))
    : [...(words[0] ?? '')].slice(0, 2);
  return letters.join('').toUpperCase();
}

/**
 * Splits a file name so that its end, which tells the versions of a model apart, stays visible when the rest is cut.
 * Whole characters as a reader sees them, never halves of one.
 * @param {string} name
 * @returns {[string, string]}
 */
export function cutInTheMiddle(name) {
  const characters = [...graphemes.segment(name)].map(({ segment }) => segment);
  const tail = Math.min(7, Math.floor(characters.length / 2));
  return [characters.slice(0, characters.length - tail).join(''), characters.slice(characters.length - tail).join('')];
}

/** Without the marks around the values: these are digits. @param {string} marked */
const plain = marked => marked.replace(/[\u2068\u2069]/g, '');

/**
 * @param {Language} language
 * @param {Intl.DateTimeFormatOptions} options
 */
function format(language, options) {
  const key = language + JSON.stringify(options);
  let dateFormat = dateFormats.get(key);
  if (!dateFormat) {
    dateFormat = new Intl.DateTimeFormat(locale(language), options);
    dateFormats.set(key, dateFormat);
  }
  return dateFormat;
}
