/** A scanner types a character every few milliseconds, a hand at most every 60 or so. Milliseconds. */
const GAP = 50;

/** Shorter bursts are a hand on two keys. */
const SHORTEST_CODE = 4;

/** What a scanner's keys mean when the keyboard's layout has no Latin letters. @type {Record<string, string>} */
const KEYS = { Minus: '-', Slash: '/', Period: '.', Comma: ',', Space: ' ', Equal: '=', Semicolon: ';' };

/**
 * Tells the keys of the reader from the barcode scanner's. A scanner is a keyboard too: it types fast and ends with
 * Enter. A letter therefore waits for an instant before it counts as a command: in a code it counts as nothing.
 */
export class Keyboard {
  #commands;
  /** @type {{key: string, code: string, shift: boolean}[]} */
  #burst = [];
  #lastAt = -Infinity;
  /** The field into which the scanner types, and what it held before. @type {{element: HTMLInputElement | HTMLTextAreaElement, value: string} | null} */
  #field = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {{isCommand: (key: string) => boolean, run: (key: string) => void, scan: (code: string) => void}} commands
   */
  constructor(commands) {
    this.#commands = commands;
    document.addEventListener('keydown', event => this.#press(event), { capture: true });
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) {
      return;
    }
    const field = fieldOf(event.target);
    const isCharacter = [...event.key].length === 1;
    if (isCharacter && !event.repeat) {
      this.#collect(event, field);
    }
    if (event.key === 'Enter') {
      this.#enter(event, field);
    } else if (!isCharacter || event.repeat) {
      this.#runNow(event, field);
    } else if (!field && !document.querySelector('dialog[open]')) {
      this.#runSoon(event);
    }
  }

  /**
   * @param {KeyboardEvent} event
   * @param {HTMLInputElement | HTMLTextAreaElement | null} field
   */
  #collect(event, field) {
    if (event.timeStamp - this.#lastAt > GAP) {
      this.#burst = [];
      this.#field = null;
    }
    if (field && field !== this.#field?.element) {
      this.#field = { element: field, value: field.value };
    }
    this.#burst.push({ key: event.key, code: event.code, shift: event.shiftKey });
    this.#lastAt = event.timeStamp;
  }

  /**
   * @param {KeyboardEvent} event
   * @param {HTMLInputElement | HTMLTextAreaElement | null} field
   */
  #enter(event, field) {
    const isScan = this.#burst.length >= SHORTEST_CODE && event.timeStamp - this.#lastAt <= GAP;
    if (!isScan || field?.dataset.scan === 'own' || document.querySelector('dialog[open]')) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    clearTimeout(this.#timer);
    if (this.#field) {
      const { element, value } = this.#field;
      element.value = value;
      element.dispatchEvent(new Event('input', { bubbles: true }));
    }
    const code = codeOf(this.#burst);
    this.#burst = [];
    this.#commands.scan(code);
  }

  /**
   * @param {KeyboardEvent} event
   * @param {HTMLInputElement | HTMLTextAreaElement | null} field
   */
  #runNow(event, field) {
    const key = commandOf(event);
    if (document.querySelector('dialog[open]') || (field && key !== 'Escape') || isChoosing(event.target, key)) {
      return;
    }
    if (this.#commands.isCommand(key)) {
      event.preventDefault();
      this.#commands.run(key);
    }
  }

  /** @param {KeyboardEvent} event */
  #runSoon(event) {
    const key = commandOf(event);
    if (isChoosing(event.target, key)) {
      return;
    }
    clearTimeout(this.#timer);
    if (this.#commands.isCommand(key)) {
      event.preventDefault();
    }
    if (key === '/' && this.#burst.length === 1) {
      // The next letter is meant for the search already.
      this.#commands.run(key);
      return;
    }
    this.#timer = setTimeout(() => {
      const keys = this.#burst;
      this.#burst = [];
      if (keys.length < SHORTEST_CODE) {
        keys.map(commandOf).filter(this.#commands.isCommand).forEach(this.#commands.run);
      }
    }, GAP + 10);
  }
}

/**
 * The command that a key stands for. On a keyboard without Latin letters it is the key in the same place.
 * @param {{key: string, code: string, shiftKey?: boolean, shift?: boolean}} event
 */
function commandOf({ key, code, shiftKey, shift }) {
  const isShifted = shiftKey ?? shift ?? false;
  if (code === 'Slash' && (key === '.' || key === ',')) {
    return isShifted ? '?' : '/';
  }
  if (/^Key[A-Z]$/.test(code) && !/^[a-z]$/i.test(key)) {
    return isShifted ? code[3] : code[3].toLowerCase();
  }
  return key;
}

/** @param {{key: string, code: string, shift: boolean}[]} keys */
function codeOf(keys) {
  if (keys.every(({ key }) => key <= '~')) {
    return keys.map(({ key }) => key).join('');
  }
  return keys.map(({ key, code, shift }) => {
    const letter = /^(?:Key|Digit)(.)$/.exec(code)?.[1];
    return letter ? (shift ? letter : letter.toLowerCase()) : KEYS[code] ?? key;
  }).join('');
}

/**
 * @param {EventTarget | null} target
 * @returns {HTMLInputElement | HTMLTextAreaElement | null}
 */
function fieldOf(target) {
  return (target instanceof HTMLInputElement && target.type !== 'checkbox') || target instanceof HTMLTextAreaElement
    ? target
    : null;
}

/**
 * Whether the key chooses in a list.
 * @param {EventTarget | null} target
 * @param {string} key
 */
const isChoosing = (target, key) => target instanceof HTMLSelectElement && key !== 'Escape';
