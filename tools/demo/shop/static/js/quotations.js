/** Quotations: the list for the next one, those asked for, and the customer's decision. */

import { Failure, askQuotation, config, decide, demo, quotations as read } from "./api.js";
import { busy, day, empty, field, form, h, link, money, say } from "./dom.js";
import { product } from "./cards.js";
import { dropQuote, setQuote, state } from "./state.js";
import { show } from "./main.js";

/** A quotation's status, in the customer's words. */
const STATES = { Requested: "We are working out the prices", "Price received": "Prices are in", Approved: "Ordered", Rejected: "Declined" };

export async function quotations() {
	const rows = state.customer ? await read() : [];
	return h("div", h("h1", "Quotations"), request(),
		state.customer ? h("section", h("h2", "Your requests"), rows.length ? rows.map(quotation) : empty("None yet", "")) : null);
}

function request() {
	if (!state.quote.length) return empty("Nothing is on the list", "“Add to quotation” on a product puts it here.", link("#/category/products", "See all products"));
	const lines = state.quote.map((row) => {
		const number = h("input", { type: "number", min: 1, max: 9999, value: row.quantity, "aria-label": `Quantity of ${row.title}`, onchange: () => number.reportValidity() && setQuote(row, number.valueAsNumber) });
		return h("li", h("a", { href: product(row.product_id), dir: "auto" }, row.title), number, h("button.plain", { type: "button", "aria-label": `Remove ${row.title}`, onclick: () => { setQuote(row, 0); show(); } }, "Remove"));
	});
	const ask = form("Ask for a quotation", async (values) => {
		if (!state.customer) throw new Failure("Log in first: a quotation needs a customer.", 401);
		const items = state.quote.map(({ variant_id, quantity }) => ({ variant_id, quantity }));
		const billing_address = { first_name: state.customer.first_name, last_name: state.customer.last_name, address_line1: values.street, city: values.city, country: config.country.toUpperCase(), is_default: true };
		await askQuotation({ items, billing_address });
		dropQuote();
		say("We have your request and will send you our prices.");
		await show();
	}, field("Street and number", "street", { required: true, autocomplete: "address-line1" }), field("City", "city", { required: true, autocomplete: "address-level2" }));
	return h("section.split", h("div", h("h2", "Your list"), h("ul.lines", lines)), state.customer ? ask : h("p", link("#/login?then=%23/quotations", "Log in to ask for it")));
}

function quotation(row) {
	const isPriced = row.status === "Price received";
	const act = (words, approval, kind) => {
		const button = h(`button.${kind}`, { type: "button", onclick: () => busy(button, async () => {
			const reply = await decide(row.id, approval);
			if (reply.order_id) location.hash = `#/order/${reply.order_id}?new=1`;
			else { say("You have declined the quotation."); await show(); }
		}) }, words);
		return button;
	};
	return h("article.quotation",
		h("div.head", h("h3", `Quotation ${row.number}`), h("span", { class: `badge ${isPriced ? "good" : ""}` }, STATES[row.status] || row.status), h("small", day(row.created_at))),
		h("ul.lines", row.items.map((each) => h("li", h("span", { dir: "auto" }, each.title), h("span", each.price == null ? `${each.quantity} ×` : `${each.quantity} × ${money(each.price)}`), each.amount == null ? null : h("b", money(each.amount))))),
		row.total == null ? null : h("dl.sums", h("div", h("dt", "Total"), h("dd", money(row.total)))),
		isPriced ? h("p.actions", act("Approve and order", "Approved", "main"), act("Decline", "Rejected", "plain")) : null,
		!isPriced && row.status === "Requested" && config.has_clerk ? clerk(row) : null);
}

/** In the demo a visitor may play the clerk, who sits at the Desk. */
function clerk(row) {
	const button = h("button", { type: "button", onclick: () => busy(button, async () => {
		await demo("POST", `price/${row.id}`);
		say("The clerk has priced it. The prices are on their way.");
		for (let tries = 15; tries; tries--) {
			await new Promise((done) => setTimeout(done, 1000));
			const found = (await read()).find((each) => each.id === row.id);
			if (found?.status !== "Requested") break;
		}
		await show();
	}) }, "Price it, as the clerk would");
	return h("aside.demo", h("p", "Demo: somebody prices the Quotation at the Desk and sets it to “Ready for Customer Review”."), button);
}
