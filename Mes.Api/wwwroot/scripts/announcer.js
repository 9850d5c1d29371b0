/**
 * Tells a screen reader what concerns its reader: the outcome of an action, a change by others of an order in hand, a
 * connection lost and found. Everything else on the board changes in silence.
 * @param {string} text
 * @param {{urgent?: boolean}} [options]
 */
export function announce(text, { urgent = false } = {}) {
  const region = document.getElementById(urgent ? 'warned' : 'said');
  if (region) {
    // The same text again is announced only if the node is a new one.
    const line = document.createElement('p');
    line.textContent = text;
    region.append(line);
    while (region.childElementCount > 5) {
      region.firstElementChild?.remove();
    }
  }
}
