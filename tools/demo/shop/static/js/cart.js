/** The cart, and the way from it to an order: all in Medusa. */

import { Failure, config, store } from "./api.js";
import { busy, empty, field, form, h, link, money, say } from "./dom.js";
import { product } from "./cards.js";
import { dropCart, loadCart, setQuantity, state } from "./state.js";
import { show } from "./main.js";

const nothing = () => empty("Your cart is empty", "", link("#/category/products", "Look around"));

export async function cart() {
	await loadCart();
	const rows = state.cart?.items || [];
	if (!rows.length) return nothing();
	return h("div", h("h1", "Cart"), h("ul.lines", rows.map(line)), sums(state.cart), h("p.actions", link("#/checkout", "To the checkout")));
}

function line(row) {
	const set = async (quantity) => {
		await setQuantity(row.id, quantity);
		await show();
	};
	const remove = h("button.plain", { type: "button", "aria-label": `Remove ${row.product_title}`, onclick: () => busy(remove, () => set(0)) }, "Remove");
	const number = h("input", { type: "number", min: 1, max: 999, value: row.quantity, "aria-label": `Quantity of ${row.product_title}`,
		onchange: () => busy(number, () => set(Math.max(1, Math.round(number.valueAsNumber || 1))), (error) => { number.value = row.quantity; say(error.message, "bad"); }) });
	const variant = row.variant_title && row.variant_title !== "Default" ? h("small", { dir: "auto" }, row.variant_title) : null;
	return h("li", h("span", h("a", { href: product(row.product_id), dir: "auto" }, row.product_title), " ", variant), number, h("span", `× ${money(row.unit_price)}`), h("b", money(row.unit_price * row.quantity)), remove);
}

export const sums = (row) => h("dl.sums",
	[["Goods", row.item_subtotal ?? row.subtotal], ["Delivery", row.shipping_total], ["Tax", row.tax_total], ["Total", row.total]]
		.filter(([name, amount]) => amount || name === "Total").map(([name, amount]) => h("div", h("dt", name), h("dd", money(amount)))));

export async function checkout() {
	await loadCart();
	if (!state.cart?.items?.length) return nothing();
	const path = `carts/${state.cart.id}`;
	await store("POST", path, { shipping_address: { country_code: config.country, ...filled(state.cart.shipping_address) } });
	const { shipping_options: ways } = await store("GET", "shipping-options", null, { cart_id: state.cart.id });
	if (!ways.length) throw new Failure("The shop doesn't deliver what is in your cart.");
	const who = state.customer || {};
	const choices = ways.map((way, at) => h("label.check", h("input", { type: "radio", name: "way", value: way.id, required: true, checked: !at }), way.name, h("small", money(way.amount))));
	return h("div.narrow", h("h1", "Checkout"), sums(state.cart), form("Order", (values) => order(path, values),
		field("E-mail", "email", { type: "email", required: true, value: who.email, readonly: Boolean(who.email), autocomplete: "email" }),
		field("First name", "first_name", { required: true, value: who.first_name, autocomplete: "given-name" }),
		field("Last name", "last_name", { required: true, value: who.last_name, autocomplete: "family-name" }),
		field("Street and number", "address_1", { required: true, autocomplete: "address-line1" }),
		field("City", "city", { required: true, autocomplete: "address-level2" }),
		field("Phone", "phone", { type: "tel", value: who.phone, autocomplete: "tel" }),
		h("fieldset", h("legend", "Delivery"), choices),
		h("p", "Payment: on account. The demo shop takes no card.")));
}

const filled = (row) => Object.fromEntries(["first_name", "last_name", "address_1", "city", "phone"].filter((key) => row?.[key]).map((key) => [key, row[key]]));

async function order(path, { email, way, ...values }) {
	const shipping_address = { country_code: config.country, ...filled(values) };
	await store("POST", path, { ...(state.customer ? {} : { email }), shipping_address, billing_address: shipping_address });
	await store("POST", `${path}/shipping-methods`, { option_id: way });
	const { payment_collection } = await store("POST", "payment-collections", { cart_id: state.cart.id });
	await store("POST", `payment-collections/${payment_collection.id}/payment-sessions`, { provider_id: "pp_system_default" });
	const done = await store("POST", `${path}/complete`);
	if (done.type !== "order") throw new Failure(done.error?.message || "The order wasn't placed.");
	dropCart();
	location.hash = `#/order/${done.order.id}?new=1`;
}
