import { MedusaError } from "@medusajs/framework/utils"

/** What `plugins: [{ resolve, options }]` in medusa-config takes. */
export type ErpnextOptions = {
	/** the site's address, as https://erp.example.com */
	erpUrl: string
	/** from ERPNext's Medusa Configuration, Make Signing Secret */
	signingSecret: string
	/** milliseconds that a call to ERPNext may take; 5000 if left out */
	timeout?: number
}

const DEFAULT_TIMEOUT = 5_000
const TIMEOUTS = { least: 100, most: 60_000 }

/**
 * The options, complete.
 *
 * @throws MedusaError that names what is wrong with all of them, and never a value of the secret
 */
export function checkOptions(given: Record<string, unknown> | undefined): Required<ErpnextOptions> {
	const { erpUrl, signingSecret, timeout = DEFAULT_TIMEOUT } = given ?? {} // Medusa adds others of its own.
	const problems = [problemOfUrl(erpUrl), problemOfSecret(signingSecret), problemOfTimeout(timeout)].filter(Boolean)
	if (problems.length) {
		throw new MedusaError(
			MedusaError.Types.INVALID_DATA,
			`medusa-plugin-erpnext, options in medusa-config: ${problems.join("; ")}.`
		)
	}
	return {
		erpUrl: new URL(erpUrl as string).origin,
		signingSecret: signingSecret as string,
		timeout: timeout as number,
	}
}

function problemOfUrl(given: unknown): string {
	if (typeof given !== "string" || !given) {
		return "erpUrl is missing: the address of the ERPNext site, as https://erp.example.com"
	}
	let url: URL
	try {
		url = new URL(given)
	} catch {
		return "erpUrl is no URL: it has to be as https://erp.example.com"
	}
	if (!["http:", "https:"].includes(url.protocol)) {
		return "erpUrl has to begin with https:// or http://"
	}
	if (url.username || url.password) {
		return "erpUrl must not have a user or a password"
	}
	if (url.pathname !== "/" || url.search || url.hash) {
		return "erpUrl must be the site's address alone, without a path"
	}
	return ""
}

function problemOfSecret(given: unknown): string {
	if (typeof given !== "string" || !given) {
		return "signingSecret is missing: make one in ERPNext's Medusa Configuration"
	}
	return given === given.trim() ? "" : "signingSecret must not begin or end with a space or a line break"
}

function problemOfTimeout(given: unknown): string {
	const isFine = Number.isInteger(given) && Number(given) >= TIMEOUTS.least && Number(given) <= TIMEOUTS.most
	return isFine ? "" : `timeout has to be a whole number of milliseconds, ${TIMEOUTS.least} to ${TIMEOUTS.most}`
}
