/** The choice of a variant of a product with options, such as size and colour. */

import { h } from "./dom.js";

export const isThere = (variant) => !variant.manage_inventory || variant.inventory_quantity > 0 || variant.allow_backorder;

/** `{option: value}` of a variant. */
const values = (variant) => Object.fromEntries((variant.options || []).map((each) => [each.option?.title ?? each.option_id, each.value]));

/** Medusa has no order of options. The titles of the variants have the template's, as in "M / Navy". */
function place(row, option) {
	const places = row.variants.map((each) => each.title.split(" / ").indexOf(values(each)[option.title]));
	return Math.max(...places);
}

/** A product's options in their order, with their values in order; values that no variant uses are left out. */
export function optionsOf(row) {
	const used = row.variants.map(values);
	return [...(row.options || [])].sort((a, b) => place(row, a) - place(row, b)).map((option) => ({
		title: option.title,
		values: [...option.values].sort((a, b) => (a.rank ?? 0) - (b.rank ?? 0)).map((each) => each.value)
			.filter((value) => used.some((each) => each[option.title] === value)),
	})).filter((option) => option.values.length);
}

/** Fields to choose a variant by. `chosen` is told the variant, at first too; it is undefined where the combination doesn't exist. */
export function choice(row, chosen) {
	const options = optionsOf(row), first = row.variants.find(isThere) || row.variants[0];
	const wanted = values(first);
	const find = (some) => row.variants.find((each) => Object.entries(values(each)).every(([name, value]) => some[name] === value));
	const box = h("div.options");
	const draw = () => {
		box.replaceChildren(...options.map((option) => h("fieldset", h("legend", option.title), option.values.map((value) => {
			const variant = find({ ...wanted, [option.title]: value });
			const off = !variant || !isThere(variant);
			return h(`label.option${off ? ".off" : ""}`, { dir: "auto", title: !variant ? "Not made in this combination" : off ? "Out of stock at the moment" : null },
				h("input", { type: "radio", name: `option-${option.title}`, value, checked: wanted[option.title] === value, disabled: !variant && !reachable(row, option.title, value),
					onchange: () => {
						wanted[option.title] = value;
						const others = row.variants.filter((each) => values(each)[option.title] === value);
						const nearest = find(wanted) || others.find(isThere) || others[0];
						Object.assign(wanted, values(nearest));
						draw();
						chosen(nearest);
					} }), value);
		}))));
		box.querySelector("input:checked")?.focus?.({ preventScroll: true });
	};
	draw();
	chosen(first);
	return box;
}

/** Whether any variant has a value. */
const reachable = (row, title, value) => row.variants.some((each) => values(each)[title] === value);
