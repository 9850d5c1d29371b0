/**
 * @typedef {import('./types.js').Status} Status
 * @typedef {import('./types.js').Session} Session
 * @typedef {import('./texts/texts.js').TextKey} TextKey
 */

/**
 * @typedef {object} Field
 * @property {string} name
 * @property {'text' | 'number' | 'long'} kind
 * @property {number} maxLength
 * @property {boolean} [isScanned] Whether a barcode is scanned into it.
 */

/**
 * @typedef {object} Action
 * @property {'claim' | 'complete' | 'pack' | 'ship' | 'release' | 'price' | 'approve' | 'close' | 'reject' | 'cancel'} name
 * @property {string} path The sub-resource to post to.
 * @property {readonly Status[]} from
 * @property {Status} to
 * @property {'operator' | 'service'} role
 * @property {boolean} [isForHolder] Whether only the operator may who has claimed the order.
 * @property {boolean} [isNext] Whether it is what comes next: a button on the card.
 * @property {boolean} [isForMany] Whether it is offered for several selected orders.
 * @property {string} [key]
 * @property {readonly Field[]} [fields] What has to be told with it.
 */

/** @type {readonly Field[]} */
const REASON = [{ name: 'reason', kind: 'long', maxLength: 500 }];

/** Everything that can be done from the board, in the order of an order's life. @type {readonly Action[]} */
export const ACTIONS = [
  {
    name: 'price', path: 'price', from: ['SUBMITTED'], to: 'PRICE_CALCULATED', role: 'service',
    fields: [{ name: 'amount', kind: 'number', maxLength: 12 }, { name: 'currency', kind: 'text', maxLength: 3 }],
  },
  {
    name: 'approve', path: 'approval', from: ['PRICE_CALCULATED'], to: 'MANUFACTURING_APPROVED', role: 'service',
    isNext: true, key: 'a',
  },
  {
    name: 'claim', path: 'claim', from: ['MANUFACTURING_APPROVED'], to: 'MANUFACTURING_STARTED', role: 'operator',
    isNext: true, key: 'c',
  },
  {
    name: 'complete', path: 'completion', from: ['MANUFACTURING_STARTED'], to: 'MANUFACTURING_COMPLETED',
    role: 'operator', isForHolder: true, isNext: true, key: 'd',
  },
  {
    name: 'pack', path: 'packaging', from: ['MANUFACTURING_COMPLETED'], to: 'PACKAGING', role: 'operator',
    isNext: true, isForMany: true, key: 'p',
  },
  {
    name: 'ship', path: 'shipment', from: ['PACKAGING'], to: 'SHIPPED', role: 'operator',
    isNext: true, isForMany: true, key: 's',
    fields: [
      { name: 'carrier', kind: 'text', maxLength: 64 },
      { name: 'trackingNumber', kind: 'text', maxLength: 64, isScanned: true },
    ],
  },
  {
    name: 'release', path: 'release', from: ['MANUFACTURING_STARTED'], to: 'MANUFACTURING_APPROVED', role: 'operator',
    isForHolder: true, key: 'r', fields: REASON,
  },
  {
    name: 'release', path: 'release', from: ['MANUFACTURING_STARTED'], to: 'MANUFACTURING_APPROVED', role: 'service',
    key: 'r', fields: REASON,
  },
  { name: 'close', path: 'closure', from: ['SHIPPED'], to: 'CLOSED', role: 'service', isNext: true },
  {
    name: 'reject', path: 'rejection', from: ['SUBMITTED', 'PRICE_CALCULATED', 'MANUFACTURING_APPROVED'],
    to: 'REJECTED', role: 'service', fields: REASON,
  },
  {
    name: 'cancel', path: 'cancellation', from: ['SUBMITTED', 'PRICE_CALCULATED', 'MANUFACTURING_APPROVED'],
    to: 'CANCELLED', role: 'service', fields: REASON,
  },
];

/**
 * What this reader can do with an order now.
 * @param {{status: Status, operatorId: string | null}} order
 * @param {Session} session
 * @returns {Action[]}
 */
export function allowed(order, session) {
  return ACTIONS.filter(action =>
    action.role === session.role
    && action.from.includes(order.status)
    && (!action.isForHolder || order.operatorId === session.operatorId));
}
