// Links to the pages that a message names, and questions with a sentence about Medusa. In a scope of its own: scripts run in the page's.
frappe.provide("medusa_integration");
(() => {
	const pages = () => [
		[__("Medusa Configuration"), "/medusa-configuration"],
		[__("Medusa Inbox"), "/medusa-inbox"],
		[__("Medusa Outbox"), "/medusa-outbox"],
		[__("System Settings"), "/system-settings"],
		[__("make an Item"), "/item/new"],
		[__("add a Currency Exchange"), "/currency-exchange/new"],
	];

	/**
	 * A message as HTML, in which the names of pages lead there.
	 *
	 * @param text isn't escaped yet
	 */
	medusa_integration.with_links = (text) => {
		let html = frappe.utils.escape_html(text || "");
		const here = window.location.pathname;
		const desk = `/${here.split("/")[1] || "app"}`;
		for (const [words, path] of pages()) {
			const escaped = frappe.utils.escape_html(words);
			if (here === desk + path) continue; // It would lead to the page itself.
			html = html.replaceAll(escaped, `<a class="underline" href="${desk}${path}">${escaped}</a>`);
		}
		return html;
	};

	/** A text that may be in another language than the Desk, within a sentence of the Desk: Unicode's marks isolate its direction. */
	medusa_integration.isolated = (text) => (text ? `\u2068${text}\u2069` : "");

	/**
	 * Let Frappe ask its own question, which gets a sentence more.
	 *
	 * @param words of the sentence; without them Frappe's question stays
	 * @param ask asks it at once, by frappe.confirm
	 */
	medusa_integration.ask_with = (words, ask) => {
		const confirm = frappe.confirm;
		if (!words) return ask();
		frappe.confirm = (question, ...rest) => confirm.call(frappe, `${question}<br><br>${words}`, ...rest);
		try {
			return ask();
		} finally {
			frappe.confirm = confirm;
		}
	};
})();
