/** The products on the customer's wishlist. */

import { Failure, own } from "./api.js";
import { emptyPage, h, link } from "./dom.js";
import { grid } from "./cards.js";
import { state } from "./state.js";

export async function wishlist() {
	if (!state.customer) throw new Failure("The wishlist is kept with your account.", 401);
	const rows = await own("get_wishlist");
	if (!rows.length) return emptyPage("Your wishlist is empty", "The heart on a product puts it here.", link("#/category/products", "See all products"));
	return h("div", h("h1", "Wishlist"), h("h2.hidden", "Products"), grid(rows));
}
