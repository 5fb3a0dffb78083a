"""The texts in the metadata of Medusa's orders, lines, addresses and customers.

Source: docs/reference.md, "Texts without a field".
"""

import json
import re
from typing import Any

Texts = tuple[tuple[str, str], ...]

# Keys in which storefronts store a customer's remark, the first one counts.
NOTES = ("note", "notes", "order_note", "customer_note")
# Keys that the app itself writes to orders and to the draft orders of quotations, and the storefront to customers.
OURS = frozenset(
	{"customer_id", "order_status", "payment_status", "discount_amount", "net_total", "grand_total", "avail_delivery"}
	| {"tax_breakup", "quotation_id", "medusa_quotation_id", "draft_order_id"}
	# of v1's sign-up
	| {"t_c_acceptance", "origin", "referer"}
)  # fmt: skip
_TAX_ID = re.compile(
	r"(?:.*_)?(?:vat|vatin|tin|trn|ein|abn|gst|gstin|nif|cif|nip|siret|ust_?id|ust_?id_?nr|p_?iva|"
	r"(?:vat|tax|gst|tva|iva|btw|mwst|ust)_?(?:id|ids|no|nr|num|number|code|reg|registration|identification)"
	r"(?:_?(?:id|no|nr|number))?)"
)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def texts_of(metadata: dict[str, Any] | None, *, without: tuple[str, ...] = ()) -> Texts:
	"""(key, text) of the values that aren't empty. Numbers are texts, lists and objects JSON. The app's own
	keys are left out, and those that begin with `_`.

	:param without: keys that are left out, too
	"""
	return tuple(
		(key, text)
		for key, value in (metadata or {}).items()
		if not (key in OURS or key in without or key.startswith(("_", "erp_")))
		if (text := _text(value))
	)


def note_of(metadata: dict[str, Any] | None) -> tuple[str, str]:
	"""The key and the text of the customer's remark; "" for none."""
	return next(((key, text) for key in NOTES if (text := _text((metadata or {}).get(key)))), ("", ""))


def is_tax_id(key: str, text: str) -> bool:
	"""Whether a value is a number for taxes, as `vat_number` or `taxId`, by its key. It has a digit."""
	snake = re.sub(r"[^a-z0-9]+", "_", _CAMEL.sub("_", key.strip()).lower()).strip("_")
	return bool(_TAX_ID.fullmatch(snake)) and len(text) <= 140 and any(sign.isdigit() for sign in text)


def _text(value: object) -> str:
	if value is None or value is False or value in ("", [], {}):
		return ""
	if isinstance(value, str):
		return value if value.strip() else ""
	return json.dumps(value, ensure_ascii=False, sort_keys=True)
