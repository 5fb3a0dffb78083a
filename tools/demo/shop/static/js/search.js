/** Search as you type. Its page is a list of products: category.js. */

import { erp } from "./api.js";
import { calm, h, picture } from "./dom.js";
import { price, priceAbroad, product } from "./cards.js";

const MOST = 6;
const hasWord = (text) => /[\p{L}\p{N}]/u.test(text);

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
		if (q.length < 2 || !hasWord(q)) return close();
		const rows = await erp("get_website_items", { url: "products", search: q }).then((found) => found.paginatedProducts.slice(0, MOST), () => null);
		if (q !== last || document.activeElement !== input) return;
		list.replaceChildren(...(rows?.length
			? rows.map((row, at) => h("li", { role: "option", id: `found-${at}`, "data-href": product(row.id), onmousedown: () => go(product(row.id)) },
				picture(row.thumbnail, row.title, row.collection_title), h("span", { dir: "auto" }, row.title), price(row)))
			: [h("li.none", { role: "option", "aria-disabled": "true" }, rows ? "No product has these words." : "The search doesn't answer.")]));
		list.hidden = false;
		input.setAttribute("aria-expanded", "true");
		await priceAbroad(list);
	});
	const go = (href) => {
		close();
		location.hash = href;
	};
	const choose = (step) => {
		const options = [...list.querySelectorAll("[data-href]")];
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
		if (!option && !hasWord(input.value)) return input.focus();
		go(option ? option.dataset.href : `#/search?${new URLSearchParams({ q: input.value.trim() })}`);
	});
}
