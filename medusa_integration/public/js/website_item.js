// How a Website Item stands with Medusa. In a scope of its own: form scripts run in the page's.
(() => {
	frappe.ui.form.on("Website Item", {
		setup(frm) {
			const savetrash = frm.savetrash;
			frm.savetrash = function () {
				return medusa_integration.ask_with(deletion_words(frm.doc), () => savetrash.call(this));
			};
		},
		refresh(frm) {
			frm.medusa_turn = null;
			if (frm.is_new()) return;
			const website_item = frm.docname;
			medusa_integration.show_on_form(frm, {
				ask: async () => {
					const status = await frappe.xcall("medusa_integration.api.get_sync_status", {
						website_item,
					});
					offer_storefronts(frm, status.storefronts);
					return status;
				},
				send: () => frappe.xcall("medusa_integration.api.sync_now", { website_item }),
				words: status_words,
				reloads: true,
			});
		},
	});

	function deletion_words(doc) {
		return doc.medusa_id && __("Its product is deleted in Medusa too, and leaves the shop. To keep it there as a draft, unpublish the Website Item instead.");
	}

	function offer_storefronts(frm, storefronts) {
		const grid = frm.get_field("medusa_channels")?.grid;
		if (!grid) return;
		grid.update_docfield_property("sales_channel", "options", storefronts);
		medusa_integration.show_labels(grid, "sales_channel", storefronts);
	}

	// "3 OMR, 8 USD", of the base prices that ERPNext has none instead of
	function own_prices({ own_prices: prices }) {
		const words = Object.entries(prices).map(
			([currency, amount]) => `${amount} ${currency.toUpperCase()}`
		);
		return words.join(", ");
	}

	// [color, text] for a line that isn't escaped yet
	function status_words(status) {
		const when = frappe.datetime.prettyDate(status.synced_on);
		if (!status.medusa_id) {
			if (!status.published) return ["gray", __("Not in the shop (unpublished)")];
			if (status.refused) return ["gray", __("Not in the shop, as {0}", [status.refused])];
			if (status.left_out) return ["gray", __("Not in the shop: What the shop sells leaves it out")];
			if (status.variants) return ["blue", status.variants];
			return ["gray", __("Not sent to Medusa yet")];
		}
		if (!status.synced_on) return ["gray", __("In Medusa, but not sent from here yet")];
		if (!status.published) {
			return ["gray", __("Unpublished: a draft in Medusa, last sent {0}", [when])];
		}
		if (status.refused) {
			return ["orange", __("A draft in Medusa, as {0}; last sent {1}", [status.refused, when])];
		}
		if (status.left_out) {
			return [
				"orange",
				__("A draft in Medusa, as What the shop sells leaves it out; last sent {0}", [when]),
			];
		}
		if (status.variants) {
			return ["orange", __("{0} Last sent to Medusa {1}", [status.variants, when])];
		}
		if (status.undeliverable) {
			return ["orange", __("Out of stock in the shop. {0}", [status.undeliverable])];
		}
		if (status.waiting_orders) return ["orange", status.waiting_orders];
		if (status.no_channel) {
			return [
				"orange",
				__(
					"In Medusa, but in no storefront: no row of Sales Channels in the Medusa Configuration selects it. Add it to one there, or name one in its own table Sales Channels."
				),
			];
		}
		const own = own_prices(status);
		const reasons = [status.no_price, status.no_conversion].filter(Boolean).join(" ");
		if (status.no_price && own) {
			return ["orange", __("The shop sells it at its own price, {0}. {1}", [own, reasons])];
		}
		if (status.no_price) return ["orange", __("No price in the shop. {0}", [reasons])];
		const lacks = [status.no_conversion, status.not_sent].filter(Boolean).join(" ");
		if (lacks) return ["orange", lacks];
		if (own) {
			return ["green", __("Sent to Medusa {0}. The shop has a price of its own too: {1}", [when, own])];
		}
		return ["green", __("Sent to Medusa {0}", [when])];
	}
})();
