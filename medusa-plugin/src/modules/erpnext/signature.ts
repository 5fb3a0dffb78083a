import { createHmac } from "node:crypto"

export const HEADER = "X-Medusa-Signature"

/**
 * The header's value for a request: it holds for this one, once, for five minutes.
 *
 * @param method of HTTP, in capitals
 * @param target the path, with `?` and the query where there is one, as it is sent
 * @param body as it is sent; empty for a request without one
 */
export function sign(secret: string, method: string, target: string, body: string): string {
	// With microseconds: two equal requests within a second would have the same signature.
	const time = ((performance.timeOrigin + performance.now()) / 1000).toFixed(6)
	const signature = createHmac("sha256", secret)
		.update([time, method, target, body].join("\n"))
		.digest("hex")
	return `t=${time},v1=${signature}`
}
