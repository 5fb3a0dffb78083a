/** The landing page, as the Homepage Landing in ERPNext has it. A section that fails is left out. */

import { erp, perhaps } from "./api.js";
import { emptyPage, h, link, picture } from "./dom.js";
import { product, shelf } from "./cards.js";

const target = (row) => {
	if (row.id) return product(row.id);
	if (row.link_doctype === "Brand") return `#/category/products?${new URLSearchParams({ brand: row.name })}`;
	return `#/category/${row.url || "products"}`;
};

export async function home() {
	const names = ["homepage_banners", "homepage_top_section", "top_sellers", "best_deals", "new_arrivals", "trending_items", "recommended_items", "dental_items", "infection_control_items", "testimonials"];
	const [banners, tops, sellers, deals, arrivals, trending, recommended, dental, infection, words] =
		await Promise.all(names.map((name) => perhaps(erp(`get_${name}`), [])));
	const sections = [
		hero(banners),
		tiles(tops),
		shelf("Top sellers", sellers),
		offers(deals),
		shelf("New arrivals", arrivals),
		shelf("Trending", trending),
		shelf("Recommended", recommended),
		shelf("For the dental surgery", dental, "#/category/products/dental"),
		shelf("Infection control", infection, "#/category/products/infection-control"),
		testimonials(words),
	].filter(Boolean);
	return sections.length ? h("div.home", h("h1.hidden", "Welcome"), sections) : emptyPage("Welcome", "The shop's first page isn't ready yet.", link("#/category/products", "See all products"));
}

function hero(rows) {
	return rows?.length ? h("section.hero", { "aria-label": "Offers" }, rows.map((row) => h("a", { href: target(row) },
		h("img", { src: row.image, alt: row.title || "To the offer" })))) : null;
}

function tiles(rows) {
	return rows?.length ? h("section", h("h2", "Categories and brands"), h("ul.tiles", rows.map((row) =>
		h("li", h("a", { href: target(row) }, picture(row.thumbnail, row.title), h("span", { dir: "auto" }, row.title)))))) : null;
}

function offers(rows) {
	return rows?.length ? h("section", h("h2", "Best deals"), h("div.offers", rows.map((row) => h("a", { href: target(row) },
		h("img", { src: row.image, alt: row.title || "To the deal" }))))) : null;
}

function testimonials(rows) {
	return rows?.length ? h("section", h("h2", "What customers say"), h("div.voices", rows.map((row) => h("figure",
		h("blockquote", row.review), h("figcaption", h("b", row.review_by), row.designation ? `, ${row.designation}` : ""))))) : null;
}
