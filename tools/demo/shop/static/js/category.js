/** Lists of products with filters and pages: a group's, those on clearance, those of a search. The address has the filters, so that it can be sent to others. */

import { erp } from "./api.js";
import { empty, emptyPage, h } from "./dom.js";
import { crumbs, grid, pages } from "./cards.js";
import { address as groupAddress, pathTo } from "./groups.js";

/** Argument, heading, where the reply has the choices. */
const FACETS = [
	["collection_title", "Group", "distinct_collection_titles"], ["brand", "Brand", "distinct_brands"],
	["colour", "Colour", "distinct_colours"], ["shape", "Shape", "distinct_shapes"], ["shade", "Shade", "distinct_shades"],
];

export async function category(route, query) {
	const path = await pathTo((group) => (group.url || group.handle) === route);
	const title = path.length ? path.at(-1).title : !route || route === "products" ? "All products" : pretty(route.split("/").pop());
	const above = path.slice(0, -1).map((group) => [group.title, groupAddress(group)]);
	return list("get_website_items", `category/${route || "products"}`, { url: route || "products" }, query, title, above);
}

export const clearance = (_rest, query) => list("get_clearance_items", "clearance", {}, query, "Clearance");

export async function search(_rest, query) {
	const words = (query.get("q") || "").trim();
	if (!/[\p{L}\p{N}]/u.test(words)) return emptyPage("What are you looking for?", "Enter a word in the field above, such as “gloves”, a brand or an item code.");
	return list("get_website_items", "search", { url: "products", search: words }, query, `“${words}”`, [], words);
}

async function list(name, path, asked, query, title, above = [], words = "") {
	const chosen = Object.fromEntries(FACETS.map(([argument]) => [argument, query.getAll(argument)]));
	const filters = { ...chosen, availability: query.get("availability"), sort_order: query.get("sort") || (words ? "relevance" : "default"), page: Number(query.get("page")) || 1 };
	const found = await erp(name, { ...asked, ...filters });
	const rows = found.paginatedProducts || [];
	const address = (changes) => {
		const next = new URLSearchParams(query);
		next.delete("page");
		for (const [key, value] of Object.entries(changes)) {
			next.delete(key);
			[value].flat().filter(Boolean).forEach((each) => next.append(key, each));
		}
		return `#/${path}${String(next) ? `?${next}` : ""}`;
	};
	const go = (changes) => (location.hash = address(changes));
	return h("div.listing",
		h("div.head", crumbs([...above, [words ? "Search" : title]]),
			h("h1", { dir: "auto" }, found.searched_for ? `“${found.searched_for}”` : title),
			found.searched_for ? h("p.corrected", "Nothing has ", h("q", { dir: "auto" }, words), ". These are the results for ", h("b", { dir: "auto" }, found.searched_for), ".") : null,
			h("p.lead", { role: "status" }, `${found.product_count} ${found.product_count === 1 ? "product" : "products"}`, found.total_pages > 1 ? `, page ${found.current_page} of ${found.total_pages}` : "")),
		sidebar(found, chosen, filters, go, `#/${path}${words ? `?${new URLSearchParams({ q: words })}` : ""}`),
		h("div.results",
			h("h2.hidden", "Products"),
			h("p.sort", h("label", { for: "sort" }, "Order"), select(filters.sort_order, Boolean(words), (value) => go({ sort: value }))),
			rows.length ? grid(rows) : empty("Nothing found", words ? "No product has these words. Try fewer or other ones, or another filter." : "No product fits these filters."),
			pages(found.current_page, found.total_pages, (page) => address({ page: page > 1 ? String(page) : null }))));
}

function select(current, isSearch, change) {
	const first = isSearch ? ["relevance", "Best match"] : ["default", "Recommended"];
	const choices = [first, ["price_asc", "Price, lowest first"], ["price_desc", "Price, highest first"], ["asc", "Name, A to Z"], ["desc", "Name, Z to A"]];
	return h("select", { id: "sort", onchange: (event) => change(event.target.value) },
		choices.map(([value, words]) => h("option", { value, selected: value === current }, words)));
}

const pretty = (slug) => slug.replace(/-/g, " ").replace(/^\p{L}/u, (sign) => sign.toUpperCase());

function sidebar(found, chosen, filters, go, bare) {
	const groups = FACETS.map(([argument, heading, key]) => facet(argument, heading, merged(found[key] || [], chosen[argument]), chosen[argument], go));
	const stock = h("label.check", h("input", { type: "checkbox", id: "filter-stock", checked: Boolean(filters.availability), onchange: (event) => go({ availability: event.target.checked ? "In Stock" : null }) }), "In stock only");
	const isFiltered = filters.availability || Object.values(chosen).some((each) => each.length);
	const open = matchMedia("(min-width: 800px)").matches;
	return h("aside", { "aria-label": "Filters" }, h("details.filters", { open }, h("summary", "Filters"),
		h("fieldset", h("legend", "Availability"), stock), groups,
		isFiltered ? h("a.button", { href: bare }, "Remove all filters") : null));
}

/** The choices as `{name, count}`, with those that are chosen and not among them. */
function merged(choices, chosen) {
	const rows = choices.map((each) => (typeof each === "object" ? each : { name: each })).filter((each) => each.name);
	return [...rows, ...chosen.filter((name) => !rows.some((row) => row.name === name)).map((name) => ({ name, count: 0 }))];
}

function facet(argument, heading, choices, chosen, go) {
	if (choices.length < 2 && !chosen.length) return null;
	const boxes = choices.map(({ name, count }) => h("label.check", h("input", {
		type: "checkbox", id: `filter-${argument}-${name}`, value: name, checked: chosen.includes(name),
		onchange: (event) => go({ [argument]: event.target.checked ? [...chosen, name] : chosen.filter((each) => each !== name) }),
	}), h("span", { dir: "auto" }, name), count == null ? null : h("small", count)));
	return h("fieldset", h("legend", heading), h("div.scroll", boxes));
}
