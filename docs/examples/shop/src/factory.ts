import { connect } from "./client.js";

/** Plays the factory in the sandbox: makes an order, from its price to its closure. Needs the sandbox's demo keys. */
export async function make(url: string, id: string) {
  const crm = connect(url, "mes_test_service-crm_demo");
  const anna = connect(url, "mes_test_operator-anna_demo");
  const params = { path: { id } };

  for (const step of [
    () => crm.POST("/api/v1/orders/{id}/price", { params, body: { amount: 149.9, currency: "EUR" } }),
    () => crm.POST("/api/v1/orders/{id}/approval", { params }),
    () => anna.POST("/api/v1/orders/{id}/claim", { params }),
    () => anna.POST("/api/v1/orders/{id}/completion", { params }),
    () => anna.POST("/api/v1/orders/{id}/packaging", { params }),
    () => anna.POST("/api/v1/orders/{id}/shipment", { params, body: { carrier: "DHL", trackingNumber: "JD0146" } }),
    () => crm.POST("/api/v1/orders/{id}/closure", { params }),
  ]) {
    const { error } = await step();
    if (error) throw new Error(error.detail);
  }
}
