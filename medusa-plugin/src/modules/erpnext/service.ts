import { checkOptions, ErpnextOptions } from "./options"
import { HEADER, sign } from "./signature"

/** A parcel: a submitted Delivery Note. */
export type Delivery = {
	name: string
	status: string
	date: string
	transporter: string | null
	tracking_number: string | null
	tracking_url: string | null
}

/** A submitted Sales Invoice, or a credit note (`is_return`). */
export type Invoice = {
	name: string
	status: string
	date: string
	is_return: boolean
	currency: string
	grand_total: number
	outstanding_amount: number
	pdf_url: string
}

/** What ERPNext has for an order. */
export type OrderDocuments = {
	sales_order_id: string
	status: string
	deliveries: Delivery[]
	invoices: Invoice[]
}

/** `id` names the record that the event is about, `order_id` the order that it is a part of. */
export type Hint = { event: string; id: string; order_id?: string }

/** A call that ERPNext refused or didn't answer. `message` has its words and never the secret. */
export class ErpnextError extends Error {
	/** @param status of HTTP; 0: there was no answer */
	constructor(readonly status: number, message: string) {
		super(message)
	}
}

const PATH = "/api/method/medusa_integration.api."
const LONGEST_WORDS = 300
const MOST_HINTS = 100

/** Signed calls to ERPNext. */
export default class ErpnextService {
	readonly url: string
	readonly #secret: string
	readonly #timeout: number
	#hints = 0

	constructor(_container: unknown, given: ErpnextOptions) {
		const options = checkOptions(given)
		this.url = options.erpUrl
		this.#secret = options.signingSecret
		this.#timeout = options.timeout
	}

	/**
	 * Tell ERPNext that something has happened: it reads the record in the background.
	 *
	 * @throws ErpnextError where ERPNext can't be told, and when 100 hints are under way already
	 */
	async hint(hint: Hint): Promise<void> {
		if (this.#hints >= MOST_HINTS) {
			throw new ErpnextError(0, `${MOST_HINTS} events are being told already`)
		}
		this.#hints++
		try {
			await this.#call("medusa_webhook", hint)
		} finally {
			this.#hints--
		}
	}

	/**
	 * An order's status, deliveries and invoices in ERPNext.
	 *
	 * @param customerId whose it has to be there too
	 * @returns null while ERPNext has no such order
	 * @throws ErpnextError
	 */
	async documents(orderId: string, customerId?: string): Promise<OrderDocuments | null> {
		try {
			return await this.#call("get_order_documents", {
				medusa_order_id: orderId,
				...(customerId ? { customer_id: customerId } : {}),
			})
		} catch (error) {
			if (error instanceof ErpnextError && error.status === 404) {
				return null
			}
			throw error
		}
	}

	/** The page of a Sales Order in ERPNext's Desk. */
	salesOrderUrl(name: string): string {
		return `${this.url}/app/sales-order/${encodeURIComponent(name)}`
	}

	async #call<Reply>(name: string, values: object): Promise<Reply> {
		const target = PATH + name
		const body = JSON.stringify(values)
		let status = 0
		let text: string
		try {
			const response = await fetch(this.url + target, {
				method: "POST",
				headers: {
					"Content-Type": "application/json",
					Accept: "application/json",
					[HEADER]: sign(this.#secret, "POST", target, body),
				},
				body,
				redirect: "manual", // The signature isn't that of another address.
				signal: AbortSignal.timeout(this.#timeout),
			})
			status = response.status
			text = await response.text()
		} catch (error) {
			throw new ErpnextError(0, this.#words(error as Error))
		}
		const message = messageOf(text)
		if (status < 200 || status > 299) {
			throw new ErpnextError(status, `ERPNext answered ${status}: ${refusalOf(message) || "no words"}`)
		}
		if (message === undefined) {
			throw new ErpnextError(0, `What answers at ${this.url} isn't ERPNext`)
		}
		return message as Reply
	}

	#words(error: Error & { cause?: { code?: string; message?: string } }): string {
		if (error.name === "TimeoutError") {
			return `ERPNext didn't answer within ${this.#timeout} ms`
		}
		return `ERPNext can't be reached at ${this.url}: ${error.cause?.code ?? error.cause?.message ?? error.message}`
	}
}

function messageOf(text: string): unknown {
	try {
		return (JSON.parse(text) as { message?: unknown } | null)?.message
	} catch {
		return undefined
	}
}

function refusalOf(message: unknown): string {
	const words = (message as { error?: unknown } | undefined)?.error
	return typeof words === "string" ? words.slice(0, LONGEST_WORDS) : ""
}
