import { call, Problem } from './http.js';
import { isActive } from './types.js';

/**
 * The orders that a barcode means: the id of one, or a seller's reference.
 * @param {string} code
 * @returns {Promise<{id: string, externalId: string}[]>}
 */
export async function findScanned(code) {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(code)) {
    try {
      return [await call('GET', `/orders/${code.toLowerCase()}`)];
    } catch (error) {
      if (!(error instanceof Problem && error.status === 404)) {
        throw error;
      }
    }
  }
  if (code === '' || code.length > 64) {
    return [];
  }
  const list = await call('GET', `/orders?externalId=${encodeURIComponent(code)}&limit=10`);
  const active = list.items.filter((/** @type {{status: string}} */ order) => isActive(order.status));
  return active.length > 0 ? active : list.items;
}
