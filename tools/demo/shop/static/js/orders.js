/** The customer's orders: Medusa's, and their status in ERPNext in the customer's words. */

import { Failure, own, perhaps, store } from "./api.js";
import { day, emptyPage, h, link, money } from "./dom.js";
import { sums } from "./cart.js";
import { state } from "./state.js";

const FIELDS = "id,display_id,created_at,email,status,*items,subtotal,item_subtotal,shipping_total,tax_total,total,*shipping_address";
const TRIES = 60;

export async function orders() {
	if (!state.customer) throw new Failure("Your orders are kept with your account.", 401);
	const { orders: rows } = await store("GET", "orders", null, { fields: "id,display_id,created_at,total,*items", order: "-created_at" });
	if (!rows.length) return emptyPage("No orders yet", "", link("#/category/products", "See all products"));
	return h("div", h("h1", "Orders"), h("ul.lines", rows.map((row) =>
		h("li", h("a", { href: `#/order/${row.id}` }, `Order ${row.display_id}`), h("span", day(row.created_at)), h("span", `${row.items?.length || 0} ${row.items?.length === 1 ? "item" : "items"}`), h("b", money(row.total))))));
}

export async function order(id, query) {
	const { order: row } = await store("GET", `orders/${id}`, null, { fields: FIELDS });
	const status = h("div", { "aria-live": "polite" }, h("p.loading", "Loading…"));
	if (state.customer) follow(id, status, TRIES);
	else status.replaceChildren(h("p", "This order was placed without an account. Please keep its number for questions."));
	return h("div", query.get("new") ? h("p.notice.good", "Thank you. Your order is placed.") : null,
		h("h1", `Order ${row.display_id}`), h("p.lead", `${day(row.created_at)}, ${row.email || ""}`),
		h("ul.lines", row.items.map((each) => h("li", h("span", { dir: "auto" }, each.product_title || each.title), h("span", `${each.quantity} × ${money(each.unit_price)}`), h("b", money(each.unit_price * each.quantity))))),
		sums(row), h("section", h("h2", "Status"), status));
}

/** Ask ERPNext until it has taken the order up, and show what it says. */
async function follow(id, place, tries) {
	let found;
	try {
		found = await own("get_order_documents", { medusa_order_id: id });
	} catch (error) {
		place.replaceChildren(h("p.loading", error.status === 404 && tries ? "We are taking up your order. This page shows the status in a moment." : error.message));
		if (error.status === 404 && tries) setTimeout(() => location.hash.includes(id) && follow(id, place, tries - 1), 2000);
		return;
	}
	const more = await perhaps(own("get_sales_order_name", { medusa_order_id: id }), {});
	place.replaceChildren(h("dl.specs",
		h("div", h("dt", "Status"), h("dd", h("b", found.status_text))),
		h("div", h("dt", "Our number"), h("dd", found.sales_order_id)),
		more.isReturnable ? h("div", h("dt", "Returns"), h("dd", "Delivered goods can be sent back")) : null),
	list("Deliveries", found.deliveries, (row) => [row.name, row.status_text, day(row.date), row.tracking_number ? tracking(row) : null]),
	list("Invoices", found.invoices, (row) => [h("a", { href: row.pdf_url }, row.name), row.status_text, money(row.grand_total), row.outstanding_amount > 0 ? `${money(row.outstanding_amount)} to pay` : null]));
}

const tracking = (row) => ["Tracking number ", row.tracking_url ? h("a", { href: row.tracking_url, rel: "noopener" }, row.tracking_number) : row.tracking_number];

const list = (title, rows, cells) =>
	h("section", h("h3", title), rows.length ? h("ul.lines", rows.map((row) => h("li", cells(row).filter(Boolean).map((each) => h("span", each))))) : h("p", "None yet."));
