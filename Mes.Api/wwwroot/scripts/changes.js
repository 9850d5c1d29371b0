import { call, NoAnswer, Problem } from './http.js';
import { cardOf } from './board-store.js';

/**
 * @typedef {import('./types.js').Card} Card
 * @typedef {import('./types.js').Order} Order
 * @typedef {import('./types.js').Session} Session
 * @typedef {import('./actions.js').Action} Action
 * @typedef {import('./texts/texts.js').Sentence} Sentence
 */

/**
 * How a change has ended.
 * `refused`: the order is as it was, or as another has made it. `unknown`: no answer came, and the service could not be
 * asked yet which version it has.
 * @typedef {{outcome: 'done' | 'refused' | 'unknown', sentence: Sentence}} Ending
 */

/** How long to wait before the service is asked again what has become of a change without an answer. Milliseconds. */
const ASK_AGAIN = 2_000;

/**
 * Changes orders: shows each change at once as pending, sends it for the version that the reader has seen, and settles
 * it by the answer. It says what has happened, and never more than it knows.
 */
export class Changes {
  #store;
  #session;
  #told;

  /**
   * @param {import('./board-store.js').BoardStore} store
   * @param {Session} session
   * @param {(card: Card, ending: Ending) => void} told
   */
  constructor(store, session, told) {
    this.#store = store;
    this.#session = session;
    this.#told = told;
  }

  /**
   * @param {Card} card As the reader has seen it.
   * @param {Action} action
   * @param {Record<string, unknown>} [body]
   * @returns {Promise<Ending>}
   */
  async make(card, action, body) {
    this.#store.begin({
      ...card,
      status: action.to,
      operatorId: action.name === 'claim' ? this.#session.operatorId
        : action.name === 'release' ? null
          : card.operatorId,
      statusChangedAt: card.statusChangedAt,
    });
    const ending = await this.#send(card, action, body);
    this.#store.end(card.id);
    this.#told(card, ending);
    return ending;
  }

  /**
   * @param {Card} card
   * @param {Action} action
   * @param {Record<string, unknown>} [body]
   * @returns {Promise<Ending>}
   */
  async #send(card, action, body) {
    try {
      const order = await call('POST', `/orders/${card.id}/${action.path}`, { body, version: card.version });
      this.#show(order);
      return { outcome: 'done', sentence: { key: `done.${action.name}`, values: { order: card.externalId } } };
    } catch (error) {
      if (error instanceof Problem) {
        return this.#refusal(card, action, error);
      }
      if (error instanceof NoAnswer) {
        void this.#findOut(card, action);
        return { outcome: 'unknown', sentence: { key: 'problem.no-answer' } };
      }
      throw error;
    }
  }

  /**
   * @param {Card} card
   * @param {Action} action
   * @param {Problem} problem
   * @returns {Promise<Ending>}
   */
  async #refusal(card, action, problem) {
    const fallback = /** @type {Ending} */ ({ outcome: 'refused', sentence: sentenceOf(problem) });
    if (!['already-claimed', 'invalid-transition', 'precondition-failed', 'concurrent-change', 'not-found']
      .includes(problem.kind)) {
      return fallback;
    }
    // Another was faster. What the order is now says more than which rule has refused the change.
    try {
      const order = /** @type {Order} */ (await call('GET', `/orders/${card.id}`));
      this.#show(order);
      return { outcome: 'refused', sentence: this.#whatHappened(order, action) };
    } catch (error) {
      if (error instanceof Problem || error instanceof NoAnswer) {
        return fallback;
      }
      throw error;
    }
  }

  /**
   * @param {Order} order
   * @param {Action} action
   * @returns {Sentence}
   */
  #whatHappened(order, action) {
    if (order.operatorId && order.operatorId !== this.#session.operatorId
      && order.status === 'MANUFACTURING_STARTED') {
      return {
        key: action.name === 'claim' ? 'problem.claimed-by' : 'problem.held-by',
        values: { operator: order.operatorId, at: { time: order.statusChangedAt } },
      };
    }
    return {
      key: 'problem.changed-meanwhile',
      values: { status: { status: order.status }, at: { time: order.updatedAt } },
    };
  }

  /**
   * Asks until the service answers what has become of a change without an answer.
   * @param {Card} card
   * @param {Action} action
   */
  async #findOut(card, action) {
    for (;;) {
      await new Promise(resolve => setTimeout(resolve, ASK_AGAIN));
      try {
        const order = /** @type {Order} */ (await call('GET', `/orders/${card.id}`));
        this.#show(order);
        this.#told(card, this.#found(card, action, order));
        return;
      } catch (error) {
        if (error instanceof Problem && error.status < 500 && error.status !== 429) {
          // The session has ended, or the order is not there: nothing more will be known here.
          return;
        }
        if (!(error instanceof Problem || error instanceof NoAnswer)) {
          throw error;
        }
      }
    }
  }

  /**
   * @param {Card} card
   * @param {Action} action
   * @param {Order} order
   * @returns {Ending}
   */
  #found(card, action, order) {
    if (order.version === card.version) {
      return { outcome: 'refused', sentence: { key: 'problem.not-done' } };
    }
    const isOurs = action.name !== 'claim' || order.operatorId === this.#session.operatorId;
    return order.status === action.to && isOurs
      ? { outcome: 'done', sentence: { key: `done.${action.name}`, values: { order: card.externalId } } }
      : { outcome: 'refused', sentence: this.#whatHappened(order, action) };
  }

  /** @param {Order} order */
  #show(order) {
    this.#store.apply(cardOf(order), { isOwn: true });
  }
}

/**
 * What a refusal means, in the reader's language.
 * @param {unknown} error
 * @returns {Sentence}
 */
export function sentenceOf(error) {
  if (error instanceof NoAnswer) {
    return { key: 'problem.cut-off' };
  }
  if (!(error instanceof Problem)) {
    throw error;
  }
  switch (error.kind) {
    case 'already-claimed':
      return { key: 'problem.already-claimed', values: { operator: String(error.document.operatorId ?? '?') } };
    case 'validation-error': {
      const messages = Object.values(/** @type {Record<string, string[]>} */ (error.document.errors ?? {})).flat();
      return { key: 'problem.validation-error', values: { detail: messages.join('; ') } };
    }
    case 'rate-limited':
      return { key: 'problem.rate-limited', values: { seconds: String(error.retryAfter ?? 1) } };
    case 'invalid-transition':
    case 'precondition-failed':
    case 'concurrent-change':
      return { key: 'problem.changed' };
    case 'dependency-unavailable':
    case 'unauthenticated':
    case 'forbidden':
    case 'not-found':
      return { key: `problem.${error.kind}` };
    default:
      return {
        key: 'problem.other',
        values: { status: String(error.status), trace: String(error.document.traceId ?? '–') },
      };
  }
}
