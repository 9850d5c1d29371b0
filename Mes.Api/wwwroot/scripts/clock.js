/**
 * The service's time, told from what it sends. A tablet's own clock may be wrong by hours, and the age of an order must
 * not depend on it.
 */
export class Clock {
  /** The service's time minus this device's, in milliseconds. */
  #offset = 0;

  #isSet = false;

  /**
   * @param {string} at The service's time when it sent its message. What is no time is not heard.
   */
  hear(at) {
    const offset = Date.parse(at) - Date.now();
    if (!Number.isFinite(offset)) {
      return;
    }
    // The message was under way for a while, so every offset is too small by that. The largest is the best one. When
    // this device's clock is put right, offsets jump: then the last one counts.
    if (!this.#isSet || offset > this.#offset || this.#offset - offset > 5_000) {
      this.#offset = offset;
      this.#isSet = true;
    }
  }

  /** Milliseconds since 1970, by the service's clock. */
  now() {
    return Date.now() + this.#offset;
  }
}
