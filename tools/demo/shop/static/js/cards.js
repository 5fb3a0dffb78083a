/** Product cards, and pages of them. */

import { config, isAbroad, perhaps, store } from "./api.js";
import { busy, h, money, picture, say, stars } from "./dom.js";
import { wish } from "./state.js";

export const product = (id) => `#/product/${encodeURIComponent(id)}`;

export function price(card) {
	if (isAbroad) return h("span.price", { "data-product": card.id }, "…");
	const { standard_price: standard, negotiated_price: negotiated } = card;
	const from = card.price_from ? h("small", "from ") : null;
	if (!standard && !negotiated) return h("span.price.request", "Price on request");
	if (negotiated && negotiated !== standard) {
		return h("span.price", from, standard ? h("s", { title: "Price before" }, money(standard)) : null, " ", h("b", money(negotiated)));
	}
	return h("span.price", from, h("b", money(standard)));
}

export const noPrice = () => (isAbroad ? `No price in ${config.currency.toUpperCase()}` : "Price on request");

/** The lowest of the prices that Medusa asks for a product's variants, with the one before a sale. */
export function offered(variants = []) {
	const prices = variants.map((each) => each.calculated_price).filter((each) => each?.calculated_amount != null)
		.sort((a, b) => a.calculated_amount - b.calculated_amount);
	if (!prices.length) return [noPrice()];
	const { calculated_amount: asked, original_amount: before } = prices[0];
	const dearer = prices.at(-1).calculated_amount > asked;
	return [dearer ? h("small", "from ") : "", before > asked ? h("s", { title: "Price before" }, money(before)) : "", " ", h("b", money(asked))];
}

/** Abroad, write Medusa's prices into the cards below an element: one call for all. */
export async function priceAbroad(element) {
	const cards = [...element.querySelectorAll("[data-product]")];
	if (!cards.length) return;
	const id = [...new Set(cards.map((each) => each.dataset.product))];
	const { products } = await perhaps(
		store("GET", "products", null, { id, limit: id.length, region_id: config.region_id, fields: "id,*variants.calculated_price" }), { products: [] });
	for (const each of cards) {
		each.replaceChildren(...offered(products.find((row) => row.id === each.dataset.product)?.variants));
	}
}

export function heart(id, title, isWished) {
	const button = h("button.heart", {
		type: "button",
		"aria-pressed": String(Boolean(isWished)),
		"aria-label": `On the wishlist: ${title}`,
		title: "Wishlist",
		onclick: () => busy(button, async () => {
			const wanted = button.getAttribute("aria-pressed") !== "true";
			await wish(id, wanted);
			button.setAttribute("aria-pressed", String(wanted));
			say(wanted ? "It is on your wishlist." : "It is off your wishlist.");
		}),
	}, "♥");
	return button;
}

export function card(row) {
	const { id, title } = row;
	return h("li.card",
		h("a", { href: product(id) },
			picture(row.thumbnail, title, row.collection_title),
			row.collection_title ? h("small.group", row.collection_title) : null,
			h("h3", { dir: "auto" }, title),
			row.rating ? stars(row.rating) : null,
			price(row)),
		row.has_variants ? h("span.badge", "Several variants") : null,
		heart(id, title, row.is_wishlisted));
}

export const grid = (rows) => h("ul.grid", rows.map(card));

/** A row of cards under a heading; nothing where there are none. */
export const shelf = (title, rows, more) =>
	rows?.length ? shelfOf(title, h("ul.grid.row", { tabindex: 0, "aria-label": title }, rows.map(card)), more) : null;

/** 1 where a row goes on to the right, -1 where to the left. */
const forward = (element) => (getComputedStyle(element).direction === "rtl" ? -1 : 1);

function shelfOf(title, row, more) {
	const step = (way, words, sign) => h("button.step", { type: "button", "aria-label": `${words}: ${title}`, onclick: () => row.scrollBy({ left: way * forward(row) * row.clientWidth * .8, behavior: "smooth" }) }, sign);
	const steps = h("span.steps", step(-1, "Back", "‹"), step(1, "On", "›"));
	new ResizeObserver(() => (steps.hidden = row.scrollWidth <= row.clientWidth)).observe(row);
	return h("section.shelf", h("div.head", h("h2", title), more ? h("a", { href: more }, "Show all") : null, steps), row);
}

/** The pages of a list; `href` makes a page's address. */
export function pages(current, total, href) {
	if (total < 2) return null;
	const near = [...new Set([1, current - 1, current, current + 1, total])].filter((n) => n >= 1 && n <= total);
	const step = (n, words) => h("a", { href: href(n), rel: words === "Next" ? "next" : "prev" }, words);
	return h("nav.pages", { "aria-label": "Pages" },
		current > 1 ? step(current - 1, "Previous") : null,
		near.map((n, at) => [at && n - near[at - 1] > 1 ? "…" : null, h("a", { href: href(n), "aria-current": n === current ? "page" : null, "aria-label": `Page ${n}` }, n)]),
		current < total ? step(current + 1, "Next") : null);
}

/** The way to a page: `steps` are `[words, address]`; the page itself, without an address, is the last one. */
export const crumbs = (steps) => h("nav.crumbs", { "aria-label": "Breadcrumb" }, h("ol", [["Home", "#/"], ...steps].map(([words, href]) =>
	h("li", href ? h("a", { href, dir: "auto" }, words) : h("span", { "aria-current": "page", dir: "auto" }, words)))));
