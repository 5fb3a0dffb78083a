/** What a visitor misses in the shop. */

import { visit } from "./api.js";
import { field, form, h, say } from "./dom.js";

export async function suggest() {
	return h("div.narrow", h("h1", "Suggest a product"), form("Send", async (values) => {
		await visit("create_product_suggestion", values);
		say("Thank you. We will look for it.");
		location.hash = "#/";
	}, field("Product", "product_name", { required: true }), field("Your name", "suggested_by", { required: true, autocomplete: "name" }),
	field("Phone", "contact_number", { required: true, type: "tel", autocomplete: "tel" }), field("What it is for", "product_short_description", { rows: 3 })));
}
