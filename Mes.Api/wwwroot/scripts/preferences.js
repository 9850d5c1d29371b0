const KEY = 'mes-board';

/**
 * What the reader has chosen on this device. None of it is a secret: who is signed in stands in the session's cookie.
 * @typedef {object} Preferences
 * @property {'auto' | 'light' | 'dark'} theme
 * @property {'en' | 'ru'} language
 * @property {import('./types.js').Sort} sort
 * @property {import('./types.js').ActiveStatus[]} folded
 */

/** @returns {Preferences} */
export function loadPreferences() {
  /** @type {Preferences} */
  const preferences = {
    theme: 'auto',
    language: navigator.language.startsWith('ru') ? 'ru' : 'en',
    sort: 'oldest',
    folded: [],
  };
  try {
    const stored = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    if (['auto', 'light', 'dark'].includes(stored.theme)) {
      preferences.theme = stored.theme;
    }
    if (['en', 'ru'].includes(stored.language)) {
      preferences.language = stored.language;
    }
    if (['oldest', 'newest', 'due'].includes(stored.sort)) {
      preferences.sort = stored.sort;
    }
    if (Array.isArray(stored.folded)) {
      preferences.folded = stored.folded;
    }
  } catch (error) {
    // Storage may be forbidden, or hold what another version wrote. The board works with its defaults.
    console.warn('The preferences cannot be read.', error);
  }
  return preferences;
}

/** @param {Preferences} preferences */
export function savePreferences(preferences) {
  try {
    localStorage.setItem(KEY, JSON.stringify(preferences));
  } catch (error) {
    console.warn('The preferences cannot be kept.', error);
  }
}

/** @param {Preferences} preferences */
export function applyPreferences({ theme, language }) {
  document.documentElement.lang = language;
  document.documentElement.dataset.theme = theme;
}
