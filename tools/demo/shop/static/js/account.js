/** Sign-up and log-in by a code that is mailed. */

import { Failure, config, demo, perhaps, visit } from "./api.js";
import { busy, field, form, h, say } from "./dom.js";
import { signIn } from "./state.js";

const code = () => field("Code", "otp", { required: true, inputmode: "numeric", pattern: "[0-9]{6}", maxlength: 6, autocomplete: "one-time-code", hint: "The six digits that we have mailed to you." });
const address = (value) => field("E-mail", "email", { type: "email", required: true, autocomplete: "email", value });

/** Where to go afterwards, kept from one form to the other. */
const then = (query) => (query.get("then") ? `?${new URLSearchParams({ then: query.get("then") })}` : "");

/** Two steps: the e-mail, then the rest with the code. */
function steps(title, isLogin, fields, words, finish, aside, email = "") {
	const place = h("div");
	const ask = (to) => visit("send_otp", { email: to, isLogin }).catch((error) => {
		if (error.status === 429) throw new Failure(`We mail one code a minute. ${error.message}`, 429);
		const other = isLogin ? ["#/sign-up", "Sign up"] : ["#/login", "Log in"];
		const isOther = error.status === 404 || error.status === 409;
		throw new Failure(error.message, error.status, isOther ? h("a", { href: `${other[0]}?${new URLSearchParams({ email: to })}` }, other[1]) : null);
	});
	const first = form("Mail me a code", async (values) => {
		await ask(values.email);
		place.replaceChildren(second(values.email));
		place.querySelector("[name=otp]").focus();
	}, address(email));
	const second = (to) => {
		const kept = address(to);
		kept.querySelector("input").readOnly = true;
		const again = h("button.plain", { type: "button", onclick: () => busy(again, async () => {
			await ask(to);
			say("Another code is on its way. Only the last one is valid.");
		}) }, "Mail another code");
		const change = h("button.plain", { type: "button", onclick: () => {
			place.replaceChildren(first);
			first.querySelector("input").focus();
		} }, "Use another e-mail");
		return h("div", mailPanel(to), form(words, finish, kept, h("p.links", change), code(), h("p.links", again), fields()));
	};
	place.append(first);
	return h("div.narrow", h("h1", title), place, aside);
}

/** What the mail to this address says, because the demo's mails reach nobody. */
function mailPanel(email) {
	if (!config.shows_mails) return null;
	const said = h("pre", "Waiting for the mail…");
	const look = async (tries) => {
		const mail = await perhaps(demo("GET", `mail?${new URLSearchParams({ email })}`));
		if (mail) said.textContent = `${mail.subject}\n\n${mail.text}`;
		if (tries && said.isConnected) setTimeout(() => look(tries - 1), 1000);
	};
	setTimeout(() => look(60));
	return h("aside.demo", { "aria-live": "polite" }, h("h2", "Demo: the mail to you"), said);
}

export async function login(_rest, query) {
	return steps("Log in", true, () => [], "Log in", async (values) => {
		const { token } = await visit("login", { email: values.email, otp: values.otp });
		await signIn(token);
		say("Welcome back.");
		location.hash = query.get("then") || "#/";
	}, h("p", "No account yet? ", h("a", { href: `#/sign-up${then(query)}` }, "Sign up")), query.get("email") || "");
}

export async function signUp(_rest, query) {
	const fields = () => [
		field("First name", "first_name", { required: true, autocomplete: "given-name" }),
		field("Last name", "last_name", { required: true, autocomplete: "family-name" }),
		field("Organization", "organization_name", { autocomplete: "organization" }),
		field("Phone", "mobile", { type: "tel", autocomplete: "tel" }),
		h("label.check", h("input", { type: "checkbox", name: "terms", required: true }), "I accept the terms and conditions"),
	];
	return steps("Sign up", false, fields, "Sign up", async ({ terms, ...values }) => {
		const made = await visit("sign_up", { ...values, t_c_acceptance: Boolean(terms) });
		const token = made.token || made.access_token;
		if (token) {
			await signIn(token);
			say(`Welcome, ${values.first_name}. You are logged in.`);
			location.hash = query.get("then") || "#/";
		} else {
			say("Your account is made. Please log in.");
			location.hash = `#/login?${new URLSearchParams({ email: values.email })}`;
		}
	}, h("p", "You have an account? ", h("a", { href: `#/login${then(query)}` }, "Log in")), query.get("email") || "");
}
