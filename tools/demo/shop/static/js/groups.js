/** The tree of the shop's groups, which ERPNext's menu has. */

import { erp, perhaps } from "./api.js";

let tree;

/** The top group with all below it; asked for once. */
export const groups = () => (tree ??= perhaps(erp("get_menu", { parent: "Products", mobile_view: 1 })));

export const address = (group) => `#/category/${group.url || group.handle}`;

/** The groups from below the top one to the first that `fits`; [] where none does. */
export async function pathTo(fits) {
	const find = (group) => {
		for (const each of group?.children || []) {
			const below = fits(each) ? [] : find(each);
			if (below) return [each, ...below];
		}
		return null;
	};
	return find(await groups()) || [];
}
