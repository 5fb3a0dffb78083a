/** The products of a group, with filters, facets and pages. The address has the filters, so that it can be sent to others. */

import { erp } from "./api.js";
import { h } from "./dom.js";
import { grid, nothing, pages } from "./cards.js";

/** Argument, heading, where the reply has the choices. */
const FACETS = [
	["collection_title", "Group", "distinct_collection_titles"], ["brand", "Brand", "distinct_brands"],
	["colour", "Colour", "distinct_colours"], ["shape", "Shape", "distinct_shapes"], ["shade", "Shade", "distinct_shades"],
];

export const category = (route, query) => list("get_website_items", `category/${route || "products"}`, route || "products", query);
export const clearance = (_rest, query) => list("get_clearance_items", "clearance", "", query);

async function list(name, path, route, query) {
	const chosen = Object.fromEntries(FACETS.map(([argument]) => [argument, query.getAll(argument)]));
	const filters = { ...chosen, availability: query.get("availability"), sort_order: query.get("sort"), page: Number(query.get("page")) || 1 };
	const found = await erp(name, { ...(route ? { url: route } : {}), ...filters });
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
		h("div.head", h("nav.crumbs", { "aria-label": "Where you are" }, crumbs(route, found)),
			h("h1", { dir: "auto" }, name === "get_clearance_items" ? "Clearance" : title(route, found)),
			h("p.lead", { role: "status" }, `${found.product_count} ${found.product_count === 1 ? "product" : "products"}`, found.total_pages > 1 ? `, page ${found.current_page} of ${found.total_pages}` : "")),
		sidebar(found, chosen, filters, go, `#/${path}`),
		h("div.results",
			h("p.sort", h("label", { for: "sort" }, "Order"), select(filters.sort_order, (value) => go({ sort: value }))),
			rows.length ? grid(rows) : nothing(),
			pages(found.current_page, found.total_pages, (page) => address({ page: page > 1 ? String(page) : null }))));
}

function select(current, change) {
	const choices = [["default", "Recommended"], ["asc", "Name, A to Z"], ["desc", "Name, Z to A"]];
	return h("select", { id: "sort", onchange: (event) => change(event.target.value) },
		choices.map(([value, words]) => h("option", { value, selected: value === (current || "asc") }, words)));
}

const pretty = (slug) => slug.replace(/-/g, " ").replace(/^\p{L}/u, (sign) => sign.toUpperCase());

function title(route, found) {
	const last = route.split("/").pop();
	const names = found.distinct_collection_titles || [];
	return names.length === 1 && names[0].name ? names[0].name : pretty(last);
}

function crumbs(route) {
	const parts = route.split("/").filter(Boolean);
	return [h("a", { href: "#/" }, "Start"), parts.slice(0, -1).map((part, at) => [" › ", h("a", { href: `#/category/${parts.slice(0, at + 1).join("/")}` }, pretty(part))])];
}

function sidebar(found, chosen, filters, go, bare) {
	const groups = FACETS.map(([argument, heading, key]) => facet(argument, heading, merged(found[key] || [], chosen[argument]), chosen[argument], go));
	const stock = h("label.check", h("input", { type: "checkbox", checked: Boolean(filters.availability), onchange: (event) => go({ availability: event.target.checked ? "In Stock" : null }) }), "In stock only");
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
		type: "checkbox", value: name, checked: chosen.includes(name),
		onchange: (event) => go({ [argument]: event.target.checked ? [...chosen, name] : chosen.filter((each) => each !== name) }),
	}), h("span", { dir: "auto" }, name), count == null ? null : h("small", count)));
	return h("fieldset", h("legend", heading), h("div.scroll", boxes));
}
