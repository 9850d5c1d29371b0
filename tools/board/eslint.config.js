import js from '@eslint/js';

const browser = [
  'AbortController', 'AbortSignal', 'BroadcastChannel', 'Date', 'Element', 'Event', 'FormData', 'HTMLDialogElement',
  'HTMLElement', 'HTMLInputElement', 'HTMLSelectElement', 'HTMLTextAreaElement', 'TextDecoderStream',
  'URLSearchParams', 'clearTimeout', 'console', 'document', 'fetch', 'history', 'localStorage', 'location',
  'navigator', 'performance', 'requestAnimationFrame', 'setInterval', 'setTimeout', 'window',
];

export default [
  js.configs.recommended,
  {
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    languageOptions: {
      ecmaVersion: 2024,
      sourceType: 'module',
      globals: Object.fromEntries(browser.map(name => [name, 'readonly'])),
    },
    rules: {
      'curly': 'error',
      'eqeqeq': 'error',
      'no-alert': 'error',
      'no-eval': 'error',
      'no-implied-eval': 'error',
      'no-new-func': 'error',
      'no-script-url': 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      'max-len': ['error', { code: 120, ignoreTemplateLiterals: false, ignoreStrings: true, ignoreComments: true }],
      // What a seller types must never become markup or code.
      'no-restricted-properties': ['error', ...['innerHTML', 'outerHTML', 'insertAdjacentHTML', 'srcdoc']
        .map(property => ({ property, message: 'Use a template of html.js.' }))],
      'no-restricted-syntax': ['error', {
        selector: 'MemberExpression[object.name="document"][property.name=/^write(ln)?$/]',
        message: 'Use a template of html.js.',
      }],
    },
  },
];
