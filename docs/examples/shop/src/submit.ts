import { randomUUID } from "node:crypto";
import { patiently, type Mes, type NewOrder } from "./client.js";
import type { Store } from "./store.js";

/** Stores an order that a customer has placed. It is submitted later, or now: the customer need not wait. */
export function place(store: Store, order: NewOrder) {
  store.orders[order.externalId] = { submission: { order, idempotencyKey: randomUUID() }, version: 0 };
  store.save();
}

/** Submits what has been placed, also before the shop was last stopped. Returns the ids. */
export async function submitAll(mes: Mes, store: Store): Promise<string[]> {
  const ids: string[] = [];
  for (const placed of Object.values(store.orders)) {
    if (!placed.submission) continue;

    const { order, idempotencyKey } = placed.submission;
    const answer = await patiently(() =>
      mes.POST("/api/v1/orders", { params: { header: { "Idempotency-Key": idempotencyKey } }, body: order }),
    );
    if (answer.error) throw new Error(`${order.externalId}: ${answer.error.detail}`);

    delete placed.submission;
    store.learn(order.externalId, answer.data.version, answer.data.status);
    store.save();
    ids.push(answer.data.id);
  }

  return ids;
}
