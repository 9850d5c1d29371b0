import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { Webhook } from "standardwebhooks";
import type { Mes, OrderEvent } from "./client.js";

/** Listens for webhooks on this machine, which only the sandbox accepts. */
export async function receive(handle: (event: OrderEvent) => void) {
  let secret: string | undefined;

  const server = createServer(async (request, response) => {
    // The signature is one of the bytes that were sent, so the body is parsed only afterwards.
    const body = await text(request);
    let event: OrderEvent;
    try {
      event = new Webhook(secret ?? "").verify(body, request.headers as Record<string, string>) as OrderEvent;
    } catch {
      response.writeHead(400).end();
      return;
    }

    if (event.type !== "webhook.test") handle(event);
    response.writeHead(204).end();
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/mes-events`;

  return {
    /** Has events sent here. A real shop does this once, and keeps the secret with its other secrets. */
    async register(mes: Mes) {
      const webhook = await mes.POST("/api/v1/webhooks", { body: { url: address } });
      if (webhook.error) throw new Error(webhook.error.detail);

      secret = webhook.data.secret;
      return webhook.data.id;
    },
    close: () => server.close(),
  };
}
