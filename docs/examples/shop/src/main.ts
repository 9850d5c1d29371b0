// A small shop. It submits two orders, follows them in the feed and by webhooks, and ends when both are finished.
import { connect, type OrderEvent } from "./client.js";
import { make } from "./factory.js";
import { follow } from "./feed.js";
import { Store } from "./store.js";
import { place, submitAll } from "./submit.js";
import { receive } from "./webhooks.js";

const url = process.env.MES_URL ?? "http://localhost:5080";
const key = process.env.MES_KEY ?? "mes_test_seller-alpha_demo";

const mes = connect(url, key);
const store = new Store("shop.json");
const stop = new AbortController();

// An event that comes by both ways is told twice and applied once.
const finished = ["CLOSED", "CANCELLED", "REJECTED"];
const waiting = { feed: new Set<string>(), webhook: new Set<string>() };
const handler = (way: keyof typeof waiting) => (event: OrderEvent) => {
  const { externalId, version, to } = event.data;
  if (externalId === undefined || version === undefined || to === undefined) return; // not about an order
  const isNews = store.learn(externalId, version, to);
  store.save();
  console.log(`${way}: ${externalId} ${to} (version ${version}${isNews ? "" : ", known"})`);

  if (finished.includes(to)) waiting[way].delete(externalId);
  if (waiting.feed.size === 0 && waiting.webhook.size === 0) stop.abort();
};

const receiver = await receive(handler("webhook"));
const webhookId = await receiver.register(mes);

const following = follow(mes, store, handler("feed"), stop.signal).catch((error: unknown) => {
  if (!stop.signal.aborted) throw error;
});

for (const number of [1, 2]) {
  const externalId = `order-${Date.now()}-${number}`;
  for (const way of Object.values(waiting)) way.add(externalId);
  place(store, {
    externalId,
    model: { fileName: "bracket.stl", sha256: "9f86d081884c7d659a2feaa0c55ad015".repeat(2), polygonCount: 18240 },
    material: "PA12",
    quantity: 20,
  });
}

for (const id of await submitAll(mes, store)) await make(url, id);
await following;

await mes.DELETE("/api/v1/webhooks/{webhookId}", { params: { path: { webhookId } } });
receiver.close();
console.log("All orders are finished.");
