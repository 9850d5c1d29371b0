// The shapes that the service answers with; the contract is /openapi/v1.json.

/**
 * @typedef {'SUBMITTED' | 'PRICE_CALCULATED' | 'MANUFACTURING_APPROVED' | 'MANUFACTURING_STARTED'
 *   | 'MANUFACTURING_COMPLETED' | 'PACKAGING' | 'SHIPPED'} ActiveStatus
 * @typedef {ActiveStatus | 'CLOSED' | 'CANCELLED' | 'REJECTED'} Status
 */

/**
 * An order as the board shows it.
 * @typedef {object} Card
 * @property {string} id
 * @property {string} sellerId
 * @property {string} externalId
 * @property {string} fileName
 * @property {string} material
 * @property {number} quantity
 * @property {string | null} dueAt
 * @property {string | null} operatorId
 * @property {Status} status
 * @property {number} version
 * @property {string} createdAt
 * @property {string} statusChangedAt
 */

/**
 * What the stream says of an order that has left the board.
 * @typedef {{id: string, version: number, status: Status, gone: true}} Gone
 */

/**
 * @typedef {object} Order
 * @property {string} id
 * @property {string} sellerId
 * @property {string} externalId
 * @property {{fileName: string, sha256: string, polygonCount: number}} model
 * @property {string} material
 * @property {number} quantity
 * @property {string | null} dueAt
 * @property {string | null} notes
 * @property {{amount: number, currency: string} | null} price
 * @property {string | null} operatorId
 * @property {{carrier: string, trackingNumber: string} | null} shipment
 * @property {Status} status
 * @property {number} version
 * @property {string} createdAt
 * @property {string} statusChangedAt
 * @property {string} updatedAt
 */

/**
 * @typedef {{version: number, from: Status | null, to: Status, actor: string, at: string, note: string | null}} Change
 */

/**
 * @typedef {{warnAfter: number, lateAfter: number}} Ageing Seconds.
 *
 * `display`: whether the session may only read.
 * @typedef {{role: 'operator' | 'service', operatorId: string | null, display: boolean,
 *   expiresAt: string | null, ageing: Record<ActiveStatus, Ageing>}} Session
 */

/**
 * @typedef {object} Throughput
 * @property {{date: string, entered: Record<Status, number>}[]} days
 * @property {Record<ActiveStatus,
 *   {orders: number, medianSeconds: number | null, p90Seconds: number | null}>} timeInStatus
 */

/**
 * @typedef {object} System
 * @property {string} instance
 * @property {string} version
 * @property {string} startedAt
 * @property {{state: string, hitRatio: number | null, nearHitRatio: number | null}} cache
 * @property {{ageMs: number | null, overdue: number, outage: boolean}} licence
 * @property {{rows: number | null, oldestMs: number | null}} outbox
 * @property {{oldestMs: number | null}} events
 * @property {{state: string, detail: string | null}} redis
 * @property {{state: string, detail: string | null}} database
 */

/**
 * @typedef {'oldest' | 'newest' | 'due'} Sort
 * @typedef {{mine: boolean, overdue: boolean, seller: string, search: string}} Filter
 */

/** The columns of the board, in the order of an order's life. @type {readonly ActiveStatus[]} */
export const ACTIVE = Object.freeze([
  'SUBMITTED', 'PRICE_CALCULATED', 'MANUFACTURING_APPROVED', 'MANUFACTURING_STARTED', 'MANUFACTURING_COMPLETED',
  'PACKAGING', 'SHIPPED',
]);

/** @type {readonly Status[]} */
export const ALL = Object.freeze([...ACTIVE, 'CLOSED', 'CANCELLED', 'REJECTED']);

/**
 * @param {string} status
 * @returns {status is ActiveStatus}
 */
export const isActive = status => ACTIVE.includes(/** @type {ActiveStatus} */ (status));
