/** A product: picture, price, variants, reviews, and what goes with it. */

import { config, erp, own, perhaps, store } from "./api.js";
import { busy, day, empty, field, form, h, link, money, picture, say, stars } from "./dom.js";
import { crumbs, heart, noPrice, shelf } from "./cards.js";
import { address, pathTo } from "./groups.js";
import { choice, isThere } from "./options.js";
import { addToCart, setQuote, state } from "./state.js";
import { show } from "./main.js";

const FIELDS = "id,title,description,thumbnail,+metadata,collection.title,collection.id,options.title,*options.values,*variants.options,*variants.options.option,variants.title,variants.sku,variants.variant_rank,*variants.calculated_price,+variants.inventory_quantity,variants.allow_backorder,variants.manage_inventory";

export async function product(id) {
	const [{ product: row }, facts, members, reviews] = await Promise.all([
		store("GET", `products/${id}`, null, { region_id: config.region_id, fields: FIELDS }),
		perhaps(erp("get_website_image", { medusa_id: id }), {}),
		perhaps(family(id), []),
		perhaps(erp("get_reviews", { item_code: id }, true), { message: [], total: 0 }),
	]);
	const isWished = state.customer && (await perhaps(own("get_wishlist"), [])).some((each) => each.id === id);
	const related = await perhaps(erp("fetch_relevant_items", { product_id: id, item_group: row.collection?.title }), []);
	row.variants?.sort((a, b) => (a.variant_rank ?? 0) - (b.variant_rank ?? 0));
	const variants = members.filter((each) => each.id !== id);
	const path = row.collection ? await pathTo((group) => group.title === row.collection.title) : [];
	return h("article.product",
		crumbs([...path.map((group) => [group.title, address(group)]), [row.title]]),
		h("div.shot", picture(facts.image || row.thumbnail, row.title, row.collection?.title)),
		h("div.facts",
			path.length ? h("p.group", h("a", { href: address(path.at(-1)), dir: "auto" }, path.at(-1).title)) : null,
			h("h1", { dir: "auto" }, row.title),
			h("p", reviews.total ? stars(average(reviews.message)) : null, " ", h("a", { href: "#reviews", onclick: (event) => { event.preventDefault(); document.getElementById("reviews").scrollIntoView({ behavior: "smooth" }); } }, reviews.total ? `${reviews.total} ${reviews.total === 1 ? "review" : "reviews"}` : "No reviews yet")),
			row.metadata?.brand_name ? h("p", "By ", h("a", { href: `#/category/products?${new URLSearchParams({ brand: row.metadata.brand_name })}` }, row.metadata.brand_name)) : null,
			row.metadata?.short_description ? h("p.lead", { dir: "auto" }, row.metadata.short_description) : null,
			buy(row, facts, isWished)),
		row.description ? h("section.half", h("h2", "Description"), h("p.text", { dir: "auto" }, row.description.trim())) : null,
		specifications(row.metadata?.specifications),
		shelf("Variants", variants),
		reviewSection(id, reviews),
		shelf("Goes well with it", related.filter((each) => !variants.some((variant) => variant.id === each.id))));
}

/** The cards of a product's variants; of a variant, those of the product that it belongs to, and that product. */
async function family(id) {
	const { related_items: own, parent } = await erp("get_website_variants", { medusa_id: id });
	if (!parent) return own;
	const { related_items: siblings } = await erp("get_website_variants", { medusa_id: parent.id });
	return [parent, ...siblings];
}

/** ERPNext's units, in a customer's words. */
const UNITS = { Nos: "piece", Unit: "piece" };

const average = (rows) => (rows?.length ? rows.reduce((sum, each) => sum + each.rating, 0) / rows.length : 0);

/** The choice of a variant, its price and quantity, and what may be done. What costs more than the shop shows is asked for by a quotation. */
function buy(row, facts, isWished) {
	const variants = row.variants || [];
	if (!variants.length) return empty("Not for sale", "This product has no variant.");
	if (variants.length === 1) return h("div.buy", offer(row, { ...variants[0], inventory_quantity: facts.qty ?? variants[0].inventory_quantity }, facts, isWished));
	const box = h("div.offer");
	return h("div.buy", choice(row, (variant) => box.replaceChildren(...offer(row, variant, facts, isWished))), box);
}

function offer(row, variant, facts, isWished) {
	const { calculated_amount: asked, original_amount: before } = variant.calculated_price || {};
	const amount = facts.price === 0 ? null : asked;
	const left = variant.manage_inventory ? variant.inventory_quantity ?? 0 : Infinity;
	const quantity = h("input", { type: "number", id: "quantity", min: 1, max: 999, value: 1, required: true });
	const wanted = () => (quantity.reportValidity() ? quantity.valueAsNumber : 0);
	const cart = h("button.main", { type: "button", disabled: !isThere(variant), onclick: () => busy(cart, async () => {
		if (!wanted()) return;
		await addToCart(variant.id, wanted());
		say("It is in your cart.");
	}) }, "Add to cart");
	const title = row.variants.length > 1 ? `${row.title}, ${variant.title}` : row.title;
	const quote = h("button", { type: "button", onclick: () => {
		if (!wanted()) return;
		setQuote({ variant_id: variant.id, product_id: row.id, title }, wanted());
		say("It is on the list for your quotation.");
	} }, "Add to quotation");
	const uom = facts.uom || row.metadata?.UOM;
	const unit = uom ? ` per ${UNITS[uom] || uom.toLowerCase()}` : "";
	return [
		h("p.cost", amount == null ? noPrice() : [before > amount ? [h("s", { title: "Price before" }, money(before)), " "] : null, h("b", money(amount)), h("small", unit)]),
		h("p", { class: isThere(variant) ? "stock yes" : "stock no" }, left > 0 ? "In stock" : isThere(variant) ? "Can be ordered, delivered later" : "Out of stock at the moment"),
		h("p.actions", h("label", { for: "quantity" }, "Quantity"), quantity, amount == null ? null : cart, quote, heart(row.id, row.title, isWished)),
	];
}

function specifications(rows) {
	return Array.isArray(rows) && rows.length ? h("section.half", h("h2", "Specifications"), h("dl.specs", rows.map((each) => h("div", h("dt", { dir: "auto" }, each.label), h("dd", { dir: "auto" }, each.description))))) : null;
}

function reviewSection(id, { message: rows }) {
	const mine = rows.find((each) => each.is_mine);
	return h("section", { id: "reviews" }, h("h2", "Reviews"),
		rows.length ? h("ul.reviews", rows.map((each) => review(id, each))) : h("p", "No reviews yet."),
		state.customer ? h("details", { open: !rows.length }, h("summary", mine ? "Change your review" : "Write a review"), reviewForm(id, mine)) : h("p", link("#/login", "Log in to write a review")));
}

function review(id, row) {
	const vote = (words, key, kind) => {
		const mine = row.my_vote === kind;
		const button = h("button.plain", { type: "button", "aria-pressed": `${mine}`, onclick: () => busy(button, async () => {
			await own("add_review_to_website_item", { item_code: id, review_id: row.review_id, [key]: row[key] + (mine ? -1 : 1) });
			await show();
		}) }, `${words} ${row[key] || 0}`);
		return button;
	};
	return h("li", h("p", stars(row.rating), " ", h("b", row.name || "A customer"), row.date ? h("small", ` ${day(row.date)}`) : null),
		h("p.text", { dir: "auto" }, row.review), state.customer && !row.is_mine ? h("p", vote("Helpful", "likes", "Like"), vote("Not helpful", "dislikes", "Dislike")) : null);
}

function reviewForm(id, mine) {
	const choices = [5, 4, 3, 2, 1].map((n) => h("label.check", h("input", { type: "radio", name: "rating", value: n, required: true, checked: mine?.rating === n }), stars(n)));
	const words = field("Your review", "review", { rows: 4, required: true, maxlength: 5000 });
	if (mine) words.querySelector("textarea").value = mine.review;
	return form("Send", async (values) => {
		await own("add_review_to_website_item", { item_code: id, review: values.review, rating: Number(values.rating) });
		say("Thank you for your review.");
		await show();
	}, h("fieldset.rating", h("legend", "Stars"), choices), words);
}
