import { defineWidgetConfig } from "@medusajs/admin-sdk"
import Medusa from "@medusajs/js-sdk"
import { Button, Container, Heading, StatusBadge, Text, toast } from "@medusajs/ui"
import { useCallback, useEffect, useState } from "react"

import { useTexts } from "../texts"

type Row = { name: string; status: string }
type Found = {
	sales_order_id: string
	status: string
	url: string
	deliveries: (Row & { tracking_number: string | null; tracking_url: string | null })[]
	invoices: (Row & { pdf_url: string })[]
}
type Shown = { order?: Found | null; problem?: string }

// ERPNext's states of a Sales Order; all others are in progress.
const COLOURS: Record<string, "green" | "grey" | "red"> = {
	Completed: "green",
	Draft: "grey",
	Closed: "grey",
	Cancelled: "red",
}

// Set by the build of the dashboard.
declare const __BACKEND_URL__: string | undefined
declare const __AUTH_TYPE__: "session" | "jwt" | undefined
declare const __JWT_TOKEN_STORAGE_KEY__: string | undefined

/** Signed in as the dashboard itself. */
const medusa = new Medusa({
	baseUrl: (typeof __BACKEND_URL__ !== "undefined" && __BACKEND_URL__) || "/",
	auth: {
		type: (typeof __AUTH_TYPE__ !== "undefined" && __AUTH_TYPE__) || "session",
		jwtTokenStorageKey: (typeof __JWT_TOKEN_STORAGE_KEY__ !== "undefined" && __JWT_TOKEN_STORAGE_KEY__) || undefined,
	},
})

const OrderInErpnext = ({ data }: { data: { id: string } }) => {
	const { text, status } = useTexts()
	const [shown, setShown] = useState<Shown>({})
	const [isBusy, setBusy] = useState(false)

	const load = useCallback(async () => {
		try {
			setShown(await medusa.client.fetch<Shown>(`/admin/erp/orders/${data.id}`))
		} catch (error) {
			setShown({ problem: (error as Error).message })
		}
	}, [data.id])

	const syncAgain = async () => {
		setBusy(true)
		try {
			await medusa.client.fetch(`/admin/erp/orders/${data.id}/sync`, { method: "POST" })
			toast.success(text("syncing"))
			await load()
		} catch (error) {
			toast.error((error as Error).message)
		} finally {
			setBusy(false)
		}
	}

	useEffect(() => {
		void load()
	}, [load])

	const { order, problem } = shown
	return (
		<Container className="divide-y p-0">
			<div className="flex items-center justify-between px-6 py-4">
				<Heading level="h2">{text("title")}</Heading>
				{order && <StatusBadge color={COLOURS[order.status] ?? "orange"}>{status(order.status)}</StatusBadge>}
			</div>
			{problem && <Line label={problem} />}
			{order === null && <Line label={text("missing")} />}
			{order && <Line label={text("salesOrder")} text={order.sales_order_id} url={order.url} />}
			{order?.deliveries.map((each) => (
				<Line
					key={each.name}
					label={`${each.name}, ${status(each.status)}`}
					text={each.tracking_number}
					url={each.tracking_url}
				/>
			))}
			{order?.invoices.map((each) => (
				<Line
					key={each.name}
					label={`${each.name}, ${status(each.status)}`}
					text={text("pdf")}
					url={each.pdf_url}
				/>
			))}
			<div className="flex justify-end px-6 py-4">
				<Button size="small" variant="secondary" isLoading={isBusy} onClick={syncAgain}>
					{text("sync")}
				</Button>
			</div>
		</Container>
	)
}

const Line = ({ label, text, url }: { label: string; text?: string | null; url?: string | null }) => (
	<div className="flex items-start justify-between gap-x-4 px-6 py-3">
		<Text size="small" leading="compact" className="text-ui-fg-subtle">
			{label}
		</Text>
		{text && (
			<Text size="small" leading="compact">
				{url ? (
					<a href={url} target="_blank" rel="noreferrer" className="text-ui-fg-interactive">
						{text}
					</a>
				) : (
					text
				)}
			</Text>
		)}
	</div>
)

export const config = defineWidgetConfig({ zone: "order.details.side.before" })

export default OrderInErpnext
