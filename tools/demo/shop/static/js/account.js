/** Sign-up and log-in by a code that is mailed. */

import { Failure, config, demo, perhaps, visit } from "./api.js";
import { field, form, h, say } from "./dom.js";
import { signIn, signOut } from "./state.js";

const code = () => field("Code", "otp", { required: true, inputmode: "numeric", pattern: "[0-9]{6}", maxlength: 6, autocomplete: "one-time-code", hint: "The six digits that we have mailed to you." });
const address = (value) => field("E-mail", "email", { type: "email", required: true, autocomplete: "email", value });

/** Two steps: the e-mail, then the rest with the code. */
function steps(title, isLogin, fields, words, finish, aside, email = "") {
	const place = h("div");
	const first = form("Mail me a code", async (values) => {
		await visit("send_otp", { email: values.email, isLogin }).catch((error) => {
			throw error.status === 429 ? new Failure("An address gets one code a minute. Please try again in a moment.", 429) : error;
		});
		place.replaceChildren(second(values.email));
		place.querySelector("[name=otp]").focus();
	}, address(email));
	const second = (to) => {
		const kept = address(to);
		kept.querySelector("input").readOnly = true;
		return h("div", mailPanel(to), form(words, finish, kept, code(), fields()));
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
	}, h("p", "No account yet? ", h("a", { href: "#/sign-up" }, "Sign up")), query.get("email") || "");
}

export async function signUp() {
	const fields = () => [
		field("First name", "first_name", { required: true, autocomplete: "given-name" }),
		field("Last name", "last_name", { required: true, autocomplete: "family-name" }),
		field("Organization", "organization_name", { autocomplete: "organization" }),
		field("Phone", "mobile", { type: "tel", autocomplete: "tel" }),
		h("label.check", h("input", { type: "checkbox", name: "terms", required: true }), "I accept the terms and conditions"),
	];
	return steps("Sign up", false, fields, "Sign up", async ({ terms, ...values }) => {
		signOut();
		await visit("sign_up", { ...values, t_c_acceptance: Boolean(terms) });
		say("Your account is made. Log in with another code; an address gets one a minute.");
		location.hash = `#/login?${new URLSearchParams({ email: values.email })}`;
	}, h("p", "You have an account? ", h("a", { href: "#/login" }, "Log in")));
}
