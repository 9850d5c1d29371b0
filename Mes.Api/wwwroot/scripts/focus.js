/**
 * Draws, and keeps the focus where it was. A card that moves to another column is a new element there, and without this
 * its focus would be lost: it goes along with the card, or to the card's neighbour when the card has left the board.
 * The page scrolls only for a card that the reader has moved by a key.
 * @param {import('./app.js').App} app
 * @param {() => void} draw
 */
export function keepFocus(app, draw) {
  const before = document.activeElement;
  const card = before?.closest('.card');
  const part = before?.getAttribute('data-part') ?? 'link';
  const id = card?.getAttribute('data-id') ?? null;
  const neighbours = card ? [card.nextElementSibling, card.previousElementSibling] : [];
  const panel = document.getElementById('panel');
  draw();
  openDialog();
  if (id !== null && (document.activeElement === document.body || !before?.isConnected)) {
    const now = document.getElementById(`card-${id}`)?.closest('.card')
      ?? neighbours.find(neighbour => neighbour?.isConnected && neighbour.matches('.card'));
    const target = now?.querySelector(`[data-part="${part}"]`) ?? now?.querySelector('[data-part="link"]');
    if (target instanceof HTMLElement) {
      app.currentId = now?.getAttribute('data-id') ?? null;
      target.focus({ preventScroll: true });
      if (app.followed === id) {
        // The reader has moved it by a key, and goes on with it.
        app.followed = null;
        now?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
      }
    }
  }
  const opened = document.getElementById('panel');
  if (opened && opened !== panel) {
    opened.querySelector('h2')?.focus({ preventScroll: true });
  }
}

/** A dialog is modal only if it is opened by a call, which works once it stands in the document. */
function openDialog() {
  const dialog = document.querySelector('dialog:not([open])');
  if (dialog instanceof HTMLDialogElement) {
    dialog.showModal();
    dialog.querySelector('input')?.focus();
  }
}
