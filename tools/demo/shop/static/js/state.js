/** What the visitor has: an account, a cart in Medusa, a list for the next quotation. Changes are told to `watch`ers. */

import { Failure, config, own, perhaps, setToken, store, token } from "./api.js";

const CART = "shop-cart", QUOTE = "shop-quote";
const CART_FIELDS = "id,email,completed_at,*items,*shipping_address,*shipping_methods,subtotal,item_subtotal,shipping_total,tax_total,discount_total,total";
export const state = { customer: null, cart: null, quote: JSON.parse(localStorage.getItem(QUOTE) || "[]") };
const watchers = new Set();
export const watch = (action) => watchers.add(action);
const changed = () => watchers.forEach((action) => action());

/** Who is signed in by the token of this browser, and the cart of before. */
export async function remember() {
	if (token()) state.customer = (await perhaps(store("GET", "customers/me"), {})).customer || null;
	await perhaps(loadCart());
	changed();
}

/** Log in. The cart of before becomes the customer's. */
export async function signIn(received) {
	setToken(received);
	state.customer = (await store("GET", "customers/me")).customer;
	if (state.cart) await perhaps(store("POST", `carts/${state.cart.id}/customer`));
	changed();
}

export function signOut() {
	setToken(null);
	localStorage.removeItem(CART);
	Object.assign(state, { customer: null, cart: null });
	changed();
}

export async function loadCart() {
	const id = localStorage.getItem(CART);
	if (!id) return;
	const { cart } = await store("GET", `carts/${id}`, null, { fields: CART_FIELDS });
	state.cart = cart.completed_at ? null : cart;
}

async function cartId() {
	if (!state.cart) {
		const { cart } = await store("POST", "carts", { region_id: config.region_id });
		localStorage.setItem(CART, cart.id);
		state.cart = cart;
	}
	return state.cart.id;
}

async function change(method, path, body) {
	await store(method, `carts/${await cartId()}/${path}`, body);
	await loadCart();
	changed();
}

export const addToCart = (variant_id, quantity) => change("POST", "line-items", { variant_id, quantity });
export const setQuantity = (line, quantity) =>
	quantity ? change("POST", `line-items/${line}`, { quantity }) : change("DELETE", `line-items/${line}`);

export function dropCart() {
	localStorage.removeItem(CART);
	state.cart = null;
	changed();
}

export const inCart = () => (state.cart?.items || []).reduce((sum, each) => sum + each.quantity, 0);

/** Put so many of a variant on the list for the next quotation; 0 takes it off. */
export function setQuote(row, quantity) {
	state.quote = state.quote.filter((each) => each.variant_id !== row.variant_id);
	if (quantity) state.quote.push({ ...row, quantity });
	localStorage.setItem(QUOTE, JSON.stringify(state.quote));
	changed();
}

export function dropQuote() {
	state.quote = [];
	localStorage.removeItem(QUOTE);
	changed();
}

/** Put a product on the wishlist or take it off; `product` is Medusa's id. */
export async function wish(product, isWished) {
	if (!state.customer) throw new Failure("Log in first: the wishlist is kept with your account.", 401);
	const [row] = await own("handle_wishlist", { item_codes: [product], [isWished ? "is_add" : "is_remove"]: 1 });
	if (row.status === "error") throw new Failure(row.message);
	return row.message;
}
