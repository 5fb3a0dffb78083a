/** The frame around the pages: addresses, menu, what the visitor has. */

import { chooseRegion, config } from "./api.js";
import { priceAbroad } from "./cards.js";
import { emptyPage, h, link, setCurrency } from "./dom.js";
import { address, groups } from "./groups.js";
import { dropCart, inCart, remember, signOut, state, watch } from "./state.js";
import { bindSearch } from "./search.js";

/** By the first part of the address: the module of the page, and its function. */
const PAGES = {
	"": ["home", "home"], category: ["category", "category"], clearance: ["category", "clearance"], search: ["category", "search"],
	product: ["product", "product"], wishlist: ["wishlist", "wishlist"], suggest: ["suggest", "suggest"],
	login: ["account", "login"], "sign-up": ["account", "signUp"],
	cart: ["cart", "cart"], checkout: ["cart", "checkout"], orders: ["orders", "orders"], order: ["orders", "order"],
	quotations: ["quotations", "quotations"],
};
const main = document.getElementById("main"), menu = document.getElementById("menu"), search = document.getElementById("search");
const opener = document.getElementById("menu-button");
let turn = 0;

/** Show the page of the address; what a former one still loads is dropped. Whether this one is shown. */
export async function show() {
	const mine = ++turn;
	const [path, query] = (location.hash.slice(2) || "").split("?");
	const [name, ...rest] = path.split("/").map(decodeURIComponent);
	const [file, page] = PAGES[name] || [];
	main.setAttribute("aria-busy", "true");
	if (!main.children.length) main.append(h("p.loading", "Loading…"));
	let made;
	try {
		made = file
			? await (await import(`./${file}.js`))[page](rest.join("/"), new URLSearchParams(query))
			: emptyPage("There is no such page", "The address is wrong, or the page has moved.", link("#/", "Home"));
	} catch (error) {
		if (!error.status) console.error(error);
		const isLogin = error.status === 401;
		made = emptyPage(isLogin ? "Please log in" : error.status === 404 ? "Not found" : "This can't be shown", error.message,
			isLogin ? link(`#/login?${new URLSearchParams({ then: location.hash })}`, "Log in") : link("#/", "Home"));
		made.setAttribute("role", "alert");
	}
	await priceAbroad(made);
	if (mine !== turn) return false;
	main.replaceChildren(made);
	main.removeAttribute("aria-busy");
	search.q.value = name === "search" ? new URLSearchParams(query).get("q") || "" : "";
	const heading = main.querySelector("h1, h2");
	document.title = `${name && heading ? `${heading.textContent} · ` : ""}Harbour Medical Supplies`;
	mark();
	return true;
}

function mark() {
	for (const each of document.querySelectorAll("#menu a, #mine a")) {
		const href = each.getAttribute("href");
		const isHere = location.hash === href || (href !== "#/" && location.hash.startsWith(`${href}/`));
		isHere ? each.setAttribute("aria-current", "page") : each.removeAttribute("aria-current");
	}
}

/** The groups, each with all below it. They open by their button, and with a mouse when it is over them. */
async function showMenu() {
	const tree = await groups();
	menu.replaceChildren(h("ul.tops", (tree?.children || []).map(entry), h("li", h("a", { href: "#/clearance" }, "Clearance"))));
	mark();
}

function entry(group) {
	const head = h("a", { href: address(group), dir: "auto" }, group.title);
	if (!group.children?.length) return h("li", head);
	const below = h("ul", group.children.map(entry));
	const closes = ({ key, relatedTarget }, li) => isWide() && (key ? key === "Escape" : !li.contains(relatedTarget)) && toggle(opens, false);
	const opens = h("button.opens", { type: "button", "aria-expanded": "false", "aria-label": `Groups in ${group.title}`, onclick: () => toggle(opens) }, "▾");
	const made = h("li.with", head, opens, below);
	for (const event of ["focusout", "keydown"]) made.addEventListener(event, (each) => closes(each, made));
	return made;
}

/** Whether the menu is beside the content at all times, and not behind its button. */
const isWide = () => getComputedStyle(opener).display === "none";

function toggle(button, isOpen = button.getAttribute("aria-expanded") !== "true") {
	button.setAttribute("aria-expanded", String(isOpen));
}

function showMine() {
	const counted = (words, count) => [words, count ? h("b.count", count, h("span.hidden", " in it")) : null];
	const links = [
		["#/wishlist", "Wishlist"],
		["#/quotations", counted("Quotations", state.quote.length)],
		["#/orders", "Orders"],
		["#/cart", counted("Cart", inCart())],
	];
	document.getElementById("mine").replaceChildren(
		...links.map(([href, words]) => h("a", { href }, words)),
		state.customer
			? h("button.plain", { onclick: () => { signOut(); location.hash = "#/"; show(); }, title: state.customer.email }, `Log out ${state.customer.first_name || ""}`)
			: h("a.button", { href: "#/login" }, "Log in"));
	mark();
}

/** A cart is of one region, so another country begins with an empty one. */
function showRegions() {
	if (config.regions.length < 2) return;
	const currency = (each) => `${each.name} (${each.currency.toUpperCase()})`;
	const choices = config.regions.map((each) => h("option", { value: each.id, selected: each.id === config.region_id }, currency(each)));
	document.getElementById("region").replaceChildren(h("label", { for: "country" }, "Delivery to "), h("select", { id: "country",
		onchange: (event) => { chooseRegion(event.target.value); dropCart(); location.reload(); } }, choices));
}

setCurrency(config.currency);
showRegions();
watch(showMine);
bindSearch();
menu.addEventListener("click", ({ target }) => target.closest("a") && menu.classList.add("chosen"));
opener.addEventListener("click", () => toggle(opener));
for (const event of ["mouseleave", "focusin"]) menu.addEventListener(event, () => menu.classList.remove("chosen"));
document.getElementById("skip").addEventListener("click", (event) => {
	event.preventDefault();
	main.focus();
});
addEventListener("hashchange", () => {
	toggle(opener, false);
	// A filter or an order keeps the focus, and the place, for the next one.
	const id = main.contains(document.activeElement) ? document.activeElement.id : "";
	const again = () => /^(filter-|sort$)/.test(id) && document.getElementById(id);
	if (!again()) scrollTo(0, 0);
	show().then((isShown) => isShown && (again() || main).focus({ preventScroll: true }));
});
showMine();
showMenu();
// Not awaited here: the pages import this module.
remember().then(show);
