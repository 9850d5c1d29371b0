import { patiently, type Mes, type OrderEvent } from "./client.js";
import type { Store } from "./store.js";

/** Fetches the statuses of all orders, and the place in the feed from which to go on. */
async function begin(mes: Mes, store: Store) {
  const start = await patiently(() => mes.GET("/api/v1/events", { params: { query: { start: "now" } } }));
  if (start.error) throw new Error(start.error.detail);

  let cursor: string | undefined;
  do {
    const page = await patiently(() => mes.GET("/api/v1/orders", { params: { query: { limit: 100, cursor } } }));
    if (page.error) throw new Error(page.error.detail);
    for (const order of page.data.items) store.learn(order.externalId, order.version, order.status);
    cursor = page.data.next ?? undefined;
  } while (cursor);

  store.cursor = start.data.next;
  store.save();
}

/** Follows the feed from where the shop last was, until it is stopped. */
export async function follow(mes: Mes, store: Store, handle: (event: OrderEvent) => void, signal: AbortSignal) {
  if (!store.cursor) await begin(mes, store);

  while (!signal.aborted) {
    const query = { cursor: store.cursor, wait: 30 };
    const events = await patiently(() => mes.GET("/api/v1/events", { params: { query }, signal }));
    if (events.error?.type === "/problems/cursor-expired") {
      await begin(mes, store);
      continue;
    }
    if (events.error) throw new Error(events.error.detail);

    events.data.items.forEach(handle);
    store.cursor = events.data.next;
    store.save();
  }
}
