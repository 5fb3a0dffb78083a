/** Search as you type, and its page: Medusa's store API. */

import { config, erp, perhaps, store } from "./api.js";
import { calm, h, picture } from "./dom.js";
import { nothing, offered, pages, product } from "./cards.js";

const FIELDS = "id,title,thumbnail,collection.title,*variants.calculated_price";
const PAGE = 20;

/** Medusa finds the products and knows every price; ERPNext says which prices are on request. */
async function find(q, limit, offset = 0) {
	const found = await store("GET", "products", null, { q, limit, offset, region_id: config.region_id, fields: FIELDS });
	const medusa_ids = found.products.map((row) => row.id);
	const shown = medusa_ids.length ? await perhaps(erp("get_shown_prices", { medusa_ids }), null) : {};
	const isHidden = ({ id }) => !shown || (shown[id] && !shown[id].standard_price);
	return { ...found, products: found.products.map((row) => (isHidden(row) ? { ...row, variants: [] } : row)) };
}

export async function search(_rest, query) {
	const q = query.get("q") || "", page = Number(query.get("page")) || 1;
	const { products, count } = await find(q, PAGE, PAGE * (page - 1));
	const rows = products.map((row) => h("li.card", h("a", { href: product(row.id) },
		picture(row.thumbnail, row.title, row.collection?.title), row.collection ? h("small.group", row.collection.title) : null,
		h("h3", { dir: "auto" }, row.title), h("span.price", offered(row.variants)))));
	return h("div", h("h1", `“${q}”`), h("p.lead", `${count} ${count === 1 ? "product" : "products"} found`),
		count ? h("ul.grid", rows) : nothing(),
		pages(page, Math.ceil(count / PAGE), (n) => `#/search?${new URLSearchParams({ q, page: n })}`));
}

export function bindSearch() {
	const form = document.getElementById("search"), input = form.q, list = document.getElementById("found");
	let chosen = -1, last = "";

	const close = () => {
		list.hidden = true;
		chosen = -1;
		input.setAttribute("aria-expanded", "false");
		input.removeAttribute("aria-activedescendant");
	};
	const look = calm(async () => {
		const q = (last = input.value.trim());
		if (q.length < 2) return close();
		const rows = await find(q, 6).then((found) => found.products, () => null);
		if (q !== last || document.activeElement !== input) return;
		list.replaceChildren(...(rows?.length
			? rows.map((row, at) => h("li", { role: "option", id: `found-${at}`, "data-href": product(row.id), onmousedown: () => go(product(row.id)) },
				picture(row.thumbnail, row.title, row.collection?.title), h("span", { dir: "auto" }, row.title), h("small", offered(row.variants))))
			: [h("li.none", rows ? "No product fits." : "The search doesn't answer.")]));
		list.hidden = false;
		input.setAttribute("aria-expanded", "true");
	});
	const go = (href) => {
		close();
		if (href.startsWith("#/product")) input.value = "";
		location.hash = href;
	};
	const choose = (step) => {
		const options = [...list.querySelectorAll("[role=option]")];
		if (!options.length) return;
		chosen = (chosen + step + options.length) % options.length;
		options.forEach((each, at) => each.setAttribute("aria-selected", String(at === chosen)));
		input.setAttribute("aria-activedescendant", options[chosen].id);
	};
	input.addEventListener("input", look);
	input.addEventListener("blur", () => setTimeout(close, 150));
	input.addEventListener("keydown", (event) => {
		if (event.key === "Escape") close();
		if (event.key === "ArrowDown" || event.key === "ArrowUp") {
			event.preventDefault();
			choose(event.key === "ArrowDown" ? 1 : -1);
		}
	});
	form.addEventListener("submit", (event) => {
		event.preventDefault();
		last = "";
		const option = list.hidden ? null : list.querySelector("[aria-selected=true]");
		go(option ? option.dataset.href : `#/search?${new URLSearchParams({ q: input.value.trim() })}`);
	});
}
