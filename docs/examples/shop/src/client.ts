import { setTimeout as sleep } from "node:timers/promises";
import createClient from "openapi-fetch";
import type { components, paths } from "./mes.js";

export type NewOrder = components["schemas"]["SubmitOrderBody"];
export type OrderEvent = components["schemas"]["EventDocument"];
export type Status = components["schemas"]["OrderStatus"];
export type Mes = ReturnType<typeof connect>;

export function connect(url: string, key: string) {
  return createClient<paths>({
    baseUrl: url,
    headers: { Authorization: `Bearer ${key}` },
    // Lists in a query are separated by commas. A parameter that is there twice is refused.
    querySerializer: { array: { style: "form", explode: false } },
  });
}

/** After one of these, or no answer, the same request is sent again. */
const temporary: string[] = [
  "/problems/request-timeout",
  "/problems/idempotency-in-progress",
  "/problems/concurrent-change",
  "/problems/rate-limited",
  "/problems/internal-error",
  "/problems/dependency-unavailable",
];

/** Repeats a call until it is answered, and not with a temporary problem. Only for calls that may be repeated. */
export async function patiently<T extends { error?: { type: string }; response: Response }>(
  call: () => Promise<T>,
): Promise<T> {
  for (;;) {
    const answer = await call().catch(unlessNoAnswer);
    if (answer && !temporary.includes(answer.error?.type ?? "")) return answer;

    await sleep(1000 * Number(answer?.response.headers.get("Retry-After") ?? 1));
  }
}

/** `fetch` throws a TypeError when the connection fails. */
function unlessNoAnswer(error: unknown): undefined {
  if (!(error instanceof TypeError)) throw error;
}
