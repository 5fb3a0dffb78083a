/** The cart, and the way from it to an order: all in Medusa. */

import { Failure, config, store } from "./api.js";
import { busy, emptyPage, field, form, h, link, money, say } from "./dom.js";
import { product } from "./cards.js";
import { dropCart, loadCart, setQuantity, state } from "./state.js";
import { show } from "./main.js";

const nothing = () => emptyPage("Your cart is empty", "", link("#/category/products", "See all products"));

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
		onchange: () => number.reportValidity() && busy(number, () => set(number.valueAsNumber), (error) => { number.value = row.quantity; say(error.message, "bad"); }) });
	return h("li", h("span", h("a", { href: product(row.product_id), dir: "auto" }, row.product_title), " ", variant(row)), number, h("span", `× ${money(row.unit_price)}`), h("b", money(row.unit_price * row.quantity)), remove);
}

const variant = (row) => (row.variant_title && row.variant_title !== "Default" ? h("small", { dir: "auto" }, row.variant_title) : null);

export const sums = (row) => h("dl.sums",
	[["Goods", row.item_subtotal ?? row.subtotal], ["Delivery", row.shipping_total], ["Tax", row.tax_total], ["Total", row.total]]
		.filter(([name, amount]) => amount || name === "Total" || (name === "Delivery" && row.shipping_methods?.length)).map(([name, amount]) => h("div", h("dt", name), h("dd", money(amount)))));

/** What is charged is what is shown: the chosen delivery is in the cart before the order is placed. */
export async function checkout() {
	await loadCart();
	if (!state.cart?.items?.length) return nothing();
	const path = `carts/${state.cart.id}`;
	const [{ region }] = await Promise.all([
		store("GET", `regions/${config.region_id}`, null, { fields: "id,*countries" }),
		store("POST", path, { shipping_address: { country_code: config.country, ...filled(state.cart.shipping_address) } }),
	]);
	const { shipping_options: ways } = await store("GET", "shipping-options", null, { cart_id: state.cart.id });
	if (!ways.length) throw new Failure("The shop doesn't deliver what is in your cart.");
	const kept = state.cart.shipping_methods?.[0]?.shipping_option_id;
	const first = ways.find((way) => way.id === kept) || ways[0];
	const bill = h("div.bill", { "aria-live": "polite" });
	const choose = async (way) => {
		await store("POST", `${path}/shipping-methods`, { option_id: way });
		await loadCart();
		bill.replaceChildren(sums(state.cart));
		page.querySelector("button.main").textContent = `Order for ${money(state.cart.total)}`;
	};
	const who = state.customer || {}, before = state.cart.shipping_address || {};
	const choices = ways.map((way) => h("label.check", h("input", { type: "radio", name: "way", id: `way-${way.id}`, value: way.id, required: true, checked: way === first,
		onchange: (event) => busy(event.target, () => choose(way.id)) }), way.name, h("small", way.amount ? money(way.amount) : "free")));
	const countries = (region.countries || []).map((each) => h("option", { value: each.iso_2, selected: each.iso_2 === (before.country_code || config.country) }, each.display_name || each.iso_2.toUpperCase()));
	const page = h("div.narrow", h("h1", "Checkout"),
		h("section", h("h2", "Your goods"), h("ul.lines", state.cart.items.map((row) => h("li", h("span", { dir: "auto" }, row.product_title, " ", variant(row)), h("span", `${row.quantity} × ${money(row.unit_price)}`), h("b", money(row.unit_price * row.quantity))))),
			h("p", h("a", { href: "#/cart" }, "Change the cart"))),
		form("Order", (values) => order(path, values, bill),
			field("E-mail", "email", { type: "email", required: true, value: who.email, readonly: Boolean(who.email), autocomplete: "email" }),
			field("First name", "first_name", { required: true, value: before.first_name || who.first_name, autocomplete: "given-name" }),
			field("Last name", "last_name", { required: true, value: before.last_name || who.last_name, autocomplete: "family-name" }),
			field("Street and number", "address_1", { required: true, value: before.address_1, autocomplete: "address-line1" }),
			field("Postal code", "postal_code", { value: before.postal_code, autocomplete: "postal-code" }),
			field("City", "city", { required: true, value: before.city, autocomplete: "address-level2" }),
			h("p.field", h("label", { for: "field-country_code" }, "Country"), h("select", { id: "field-country_code", name: "country_code", required: true, autocomplete: "country" }, countries)),
			field("Phone", "phone", { type: "tel", value: before.phone || who.phone, autocomplete: "tel" }),
			h("fieldset", h("legend", "Delivery"), choices),
			h("section", h("h2", "To pay"), bill, h("p", "Payment: on account. The demo shop takes no card."))));
	await choose(first.id);
	return page;
}

const filled = (row) => Object.fromEntries(["first_name", "last_name", "address_1", "postal_code", "city", "country_code", "phone"].filter((key) => row?.[key]).map((key) => [key, row[key]]));

async function order(path, { email, ...values }, bill) {
	const shown = state.cart.total, shipping_address = filled(values);
	await store("POST", path, { ...(state.customer ? {} : { email }), shipping_address, billing_address: shipping_address });
	await loadCart();
	if (state.cart.total !== shown) {
		bill.replaceChildren(sums(state.cart));
		throw new Failure(`The total is ${money(state.cart.total)} now: a price, a tax or the delivery has changed. Press “Order” again if you agree.`);
	}
	const { payment_collection } = await store("POST", "payment-collections", { cart_id: state.cart.id });
	await store("POST", `payment-collections/${payment_collection.id}/payment-sessions`, { provider_id: "pp_system_default" });
	const done = await store("POST", `${path}/complete`);
	if (done.type !== "order") throw new Failure(done.error?.message || "The order wasn't placed.");
	dropCart();
	location.hash = `#/order/${done.order.id}?new=1`;
}
