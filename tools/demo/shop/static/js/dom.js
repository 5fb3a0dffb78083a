/** Elements, and how values are shown. Text only ever becomes text nodes, never HTML. */

/** An element: `h("a.card", {href: "#/"}, "Words", other)`. A function becomes a listener, false and null leave out. */
export function h(what, ...children) {
	const [tag, ...classes] = what.split(".");
	const element = document.createElement(tag || "div");
	if (classes.length) element.className = classes.join(" ");
	const options = isOptions(children[0]) ? children.shift() : {};
	for (const [name, value] of Object.entries(options)) {
		if (typeof value === "function") element.addEventListener(name.replace(/^on/, ""), value);
		else if (value === true) element.setAttribute(name, "");
		else if (value !== false && value != null) element.setAttribute(name, value);
	}
	element.append(...children.flat(Infinity).filter((each) => each != null && each !== false && each !== ""));
	return element;
}

const isOptions = (value) => value && typeof value === "object" && !(value instanceof Node) && !Array.isArray(value);

/** A labelled field of a form. */
export function field(label, name, options = {}) {
	const { hint, ...rest } = options;
	const id = `field-${name}`;
	const said = hint ? h("small", { id: `${id}-hint` }, hint) : null;
	const input = h(rest.rows ? "textarea" : "input", { id, name, ...rest, "aria-describedby": hint ? said.id : null });
	return h("p.field", h("label", { for: id }, label, rest.required ? "" : h("i", " (optional)")), input, said);
}

/** A form that calls `send` with its values, shows what goes wrong, and can't be sent twice at once. */
export function form(words, send, ...fields) {
	const problem = h("p.problem", { role: "alert", hidden: true });
	const button = h("button.main", words);
	return h("form", {
		onsubmit: async (event) => {
			event.preventDefault();
			problem.hidden = true;
			await busy(button, () => send(Object.fromEntries(new FormData(event.target))), (error) => {
				problem.replaceChildren(error.message, ...(error.more ? [" ", error.more] : []));
				problem.hidden = false;
			});
		},
	}, fields, problem, button);
}

/** Do what a button is for; it can't be pressed meanwhile. */
export async function busy(button, action, failed = (error) => say(error.message, "bad")) {
	button.disabled = true;
	button.setAttribute("aria-busy", "true");
	try {
		await action();
	} catch (error) {
		failed(error);
	} finally {
		button.disabled = false;
		button.removeAttribute("aria-busy");
	}
}

/** Tell the visitor something for a few seconds. */
export function say(words, kind = "good") {
	const note = h(`p.said.${kind}`, words);
	document.getElementById("said").append(note);
	setTimeout(() => note.remove(), 6000);
}

export const empty = (title, words, ...more) => h("div.empty", h("h2", title), words ? h("p", words) : null, more);
/** The same as a whole page, whose heading it has. */
export const emptyPage = (title, words, ...more) => h("div.empty", h("h1", title), words ? h("p", words) : null, more);
export const link = (href, words) => h("a.button", { href }, words);

let currency = "OMR";
export const setCurrency = (code) => (currency = code.toUpperCase());
export const money = (amount) => new Intl.NumberFormat("en", { style: "currency", currency }).format(amount);
export const day = (text) => new Date(text).toLocaleDateString("en", { day: "numeric", month: "long", year: "numeric" });

export function stars(rating, count) {
	const words = rating ? `${Number(rating).toFixed(1)} of 5 stars` : "not rated yet";
	const full = Math.round(rating || 0);
	return h("span.stars", { role: "img", "aria-label": words }, "★".repeat(full), h("i", "★".repeat(5 - full)), count ? ` (${count})` : "");
}

/** A product's picture, or a tile with its initials. */
export function picture(url, title, hue = "") {
	if (url) {
		const image = h("img", { src: url, alt: "", loading: "lazy", onerror: () => image.replaceWith(tile(title, hue)) });
		return image;
	}
	return tile(title, hue);
}

function tile(title, hue) {
	const made = h("span.tile", { "aria-hidden": "true" }, [...(title || "?").replace(/[^\p{L}\p{N} ]/gu, "")].join("").split(" ").slice(0, 2).map((word) => word[0]).join(""));
	let sum = 0;
	for (const sign of hue || title || "") sum = (sum * 31 + sign.codePointAt(0)) % 360;
	made.style.setProperty("--hue", sum);
	return made;
}

/** Call no more often than every so many milliseconds, with the last arguments. */
export function calm(action, wait = 250) {
	let timer;
	return (...given) => {
		clearTimeout(timer);
		timer = setTimeout(() => action(...given), wait);
	};
}
