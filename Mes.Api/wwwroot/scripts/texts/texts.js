import { en } from './en.js';
import { ru } from './ru.js';

/**
 * @typedef {keyof typeof en} TextKey
 * @typedef {{time: string} | {status: import('../types.js').Status}} Named
 *   A value that depends on the language: a moment, or a status's name.
 * @typedef {{key: TextKey, values?: Record<string, string | Named>}} Sentence
 */

/** @type {Record<'en' | 'ru', Record<TextKey, string>>} */
export const LANGUAGES = { en, ru };

/**
 * @param {'en' | 'ru'} language
 * @param {TextKey} key
 * @param {Record<string, string | number>} [values]
 */
export function text(language, key, values = {}) {
  // The values may be names in another script: the marks keep a right-to-left one from turning the sentence around it.
  return LANGUAGES[language][key].replace(/\{(\w+)\}/g, (_, name) => `\u2068${values[name]}\u2069`);
}
