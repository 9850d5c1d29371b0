import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import type { NewOrder, Status } from "./client.js";

export interface ShopOrder {
  /** What is submitted, with its idempotency key. Both are stored before they are sent. */
  submission?: { order: NewOrder; idempotencyKey: string };
  version: number;
  status?: Status;
}

/**
 * What the shop knows: its orders by their externalIds, and its place in the feed. A real shop has them in its
 * database. They are written together, so that the place is never ahead of the orders.
 */
export class Store {
  orders: Record<string, ShopOrder> = {};
  cursor?: string;

  constructor(private readonly file: string) {
    if (existsSync(file)) Object.assign(this, JSON.parse(readFileSync(file, "utf8")));
  }

  /** Takes over a status, unless the shop knows it or a later one. Returns whether it was news. */
  learn(externalId: string, version: number, status: Status): boolean {
    const order = (this.orders[externalId] ??= { version: 0 });
    if (version <= order.version) return false;
    order.version = version;
    order.status = status;
    return true;
  }


  save() {
    const { orders, cursor } = this;
    writeFileSync(`${this.file}.new`, JSON.stringify({ orders, cursor }, null, 2));
    renameSync(`${this.file}.new`, this.file);
  }
}
