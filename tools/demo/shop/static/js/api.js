/** Calls: Medusa's store API, ERPNext's public functions, and those that the shop's server signs for who is signed in. */

/** Why a call failed, in words for the visitor; `more` is an element beside them, such as a link. */
export class Failure extends Error {
	constructor(words, status, more) {
		super(words);
		this.status = status;
		this.more = more;
	}
}

/** What Medusa and ERPNext say to developers, in words for a visitor. */
const WORDS = [
	[/required inventory|not enough inventory/i, "There aren't that many in stock. Please choose a smaller quantity, or ask for a quotation."],
	[/^(Product|Item Group).*not found/i, "The shop doesn't have this, or not any more."],
	[/^Order .*not found/i, "There is no such order."],
	[/^contact_number: must be a phone number/, "Phone: please enter a phone number, such as +968 9123 4567."],
	[/^email: /, "E-mail: please enter an address, such as name@example.com."],
	[/^Please kindly register first/, "There is no account with this e-mail."],
	[/^Account with this mail already exists/, "There is an account with this e-mail already."],
	[/^(\w+): /, (found) => `${pretty(found[1])}: ${found.input.slice(found[0].length)}`],
];
const pretty = (name) => name.replaceAll("_", " ").replace(/^./, (sign) => sign.toUpperCase());

function plain(words) {
	for (const [pattern, instead] of WORDS) {
		const found = pattern.exec(words);
		if (found) return typeof instead === "string" ? instead : instead(found);
	}
	return words;
}

/** A 429: when to try again. */
const later = (seconds) => (seconds > 90 ? `Please try again in ${Math.ceil(seconds / 60)} minutes.` : `Please try again in ${seconds} ${seconds === 1 ? "second" : "seconds"}.`);

export const config = await (await fetch("config.json")).json();
const REGION = "shop-region";
/** Whether the visitor has chosen another country than the shop's own. ERPNext's lists have the prices of the shop's own alone. */
const chosen = config.regions.find((each) => each.id === localStorage.getItem(REGION));
export const isAbroad = Boolean(chosen) && chosen.id !== config.region_id;
if (isAbroad) Object.assign(config, { region_id: chosen.id, currency: chosen.currency, country: chosen.country });
export const chooseRegion = (id) => localStorage.setItem(REGION, id);
const TOKEN = "shop-token";
export const token = () => localStorage.getItem(TOKEN);
export const setToken = (value) => (value ? localStorage.setItem(TOKEN, value) : localStorage.removeItem(TOKEN));

async function call(method, path, body, headers = {}) {
	if (token()) headers.Authorization = `Bearer ${token()}`;
	if (body) headers["Content-Type"] = "application/json";
	let response, reply;
	try {
		response = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
		reply = await response.json();
	} catch {
		throw new Failure(response ? "The shop's answer can't be read. Please try again." : "The shop can't be reached. Is the network up?", response?.status);
	}
	if (response.ok) return reply;
	if (response.status === 401 && token() && !path.startsWith("visit/")) setToken(null);
	const seconds = Number(response.headers.get("Retry-After"));
	if (response.status === 429 && seconds) throw new Failure(later(seconds), 429);
	throw new Failure(plain(reply.message?.error || (typeof reply.message === "string" && reply.message) || `The shop answers ${response.status}.`), response.status);
}

/** A query; a list repeats its name, and what is blank is left out. */
const query = (values) =>
	new URLSearchParams(Object.entries(values).flatMap(([name, value]) => [value].flat().filter((each) => each != null && each !== "").map((each) => [name, each])));

/** What ERPNext's public function returns; `whole` with what stands beside it. */
export async function erp(name, values = {}, whole = false) {
	const reply = await call("GET", `erp/${name}?${query(values)}`);
	return whole ? reply : reply.message;
}

/** The same, where the page does without it when it fails. */
export const perhaps = (promise, instead) => promise.catch(() => instead);

export const visit = async (name, values) => (await call("POST", `visit/${name}`, values)).message;
export const own = async (name, values = {}) => (await call("POST", `account/${name}`, values)).message;
export const quotations = () => call("GET", "account/quotations");
export const askQuotation = (values) => call("POST", "account/quotations", values);
export const decide = (id, approval) => call("POST", `account/quotations/${id}/decision`, { approval });
export const demo = (method, path) => call(method, `demo/${path}`);

/** Medusa's store API. */
export const store = (method, path, body, values = {}) =>
	call(method, `store/${path}${Object.keys(values).length ? `?${query(values)}` : ""}`, body, { "x-publishable-api-key": config.publishable_key });
