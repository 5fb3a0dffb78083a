"""The specifications that the storefront filters by, colour, shape and shade, as rows of their own: `Medusa Specification`.

A Website Item's own specifications are rich text, which a database can't compare. A product with options also has the
attributes of its variants.

Source: docs/reference.md, "Specifications".
"""

from collections import defaultdict
from collections.abc import Iterable

import frappe

from medusa_integration import generation, sold_variants
from medusa_integration.plain_text import as_typed, clean, plain_text

DOCTYPE = "Medusa Specification"
PROPERTIES = ("colour", "shape", "shade")
LABELS = {"colour": "colour", "color": "colour", "shape": "shape", "shade": "shade"}
VARIANT_FIELDS = ("variant_of", "disabled", "end_of_life", "is_sales_item")  # of an Item
LONGEST = 140  # characters of a value
BATCH = 1_000
JOB_ID = "medusa_refill_specifications"


def of_items(names: Iterable[str]) -> dict[str, dict[str, list[str]]]:
	"""`{Website Item: {property: its values}}`, in one query; an item without any has an empty dict."""
	names = list(names)
	found: dict[str, dict[str, list[str]]] = {name: {} for name in names}
	spec = frappe.qb.DocType(DOCTYPE)
	rows = (
		frappe.qb.from_(spec)
		.select(spec.website_item, spec.property, spec.value)
		.where(spec.website_item.isin(names or [""]))
		.orderby(spec.website_item)
		.orderby(spec.idx)
	).run()
	for name, property, value in rows:
		if name in found:  # MariaDB ignores case
			found[name].setdefault(property, []).append(value)
	return found


def keep_specifications(doc, method: str | None = None) -> None:
	"""Website Item, on_update: store its values as rows of Medusa Specification where they changed, see
	"Specifications", and those of its template's product where a variant was published or unpublished.

	Source: docs/reference.md, "Document events".
	"""
	options = _of_variants([doc.name])[doc.name]
	values = _values([*(doc.get("website_specifications") or ()), *options])
	held = [(row.property, row.value) for row in _rows([doc.name])]
	if held != values:
		_replace({doc.name: values})
	if doc.get("variant_of") and doc.has_value_changed("published"):
		refill(name for name in sold_variants.products_of([doc.item_code]).values() if name != doc.name)


def item_on_update(item, method: str | None = None) -> None:
	"""Item, on_update and on_trash: read the specifications of its template's product again, where a variant was made, changed
	its attributes or whether it can be sold, or is deleted.

	Source: docs/reference.md, "Document events".
	"""
	before = item.get_doc_before_save()
	if not item.get("variant_of") or (
		method != "on_trash"
		and before
		and _attributes(before) == _attributes(item)
		and not any(item.has_value_changed(field) for field in VARIANT_FIELDS)
	):
		return
	refill(sold_variants.products_of([item.name]).values())


def _attributes(item) -> list[tuple]:
	return [(row.attribute, row.attribute_value) for row in item.get("attributes") or ()]


def drop_specifications(doc, method: str | None = None) -> None:
	"""Website Item, on_trash: delete its rows of Medusa Specification.

	Source: docs/reference.md, "Document events".
	"""
	_delete([doc.name])


def refill(names: Iterable[str] | None = None) -> None:
	"""Read the specifications of Website Items again, in batches.

	:param names: None for all
	"""
	if names is None:
		names = frappe.get_all("Website Item", pluck="name", order_by="name", limit_page_length=0)
	for part in frappe.utils.create_batch(list(names), BATCH):
		written = frappe.get_all(
			"Item Website Specification",
			{"parenttype": "Website Item", "parent": ("in", part)},
			["parent", "label", "description"],
			order_by="parent, idx",
			limit_page_length=0,
		)
		by_item = defaultdict(list)
		for row in written:
			by_item[row.parent].append(row)
		options = _of_variants(part)
		_replace({name: _values([*by_item[name], *options[name]]) for name in part})


def enqueue_templates() -> None:
	"""Start `refill_templates` in the background after the commit."""
	frappe.enqueue(
		"medusa_integration.api.refill_templates", queue="long", job_id=JOB_ID, enqueue_after_commit=True
	)


def refill_templates() -> None:
	"""Read the specifications of templates' Website Items again, after a change of *Variants become*. Commits in parts."""
	page, item = frappe.qb.DocType("Website Item"), frappe.qb.DocType("Item")
	query = frappe.qb.from_(page).join(item).on((item.name == page.item_code) & (item.has_variants == 1))
	for part in frappe.utils.create_batch(query.select(page.name).orderby(page.name).run(pluck=True), BATCH):
		refill(part)
		frappe.db.commit()


def merge_specifications(doc, method=None, old=None, new=None, merge=False) -> None:
	"""Website Item, after_rename: after a merge, read the remaining item's values again. Frappe itself
	renames the item in the rows of Medusa Specification.

	Source: docs/reference.md, "Document events".
	"""
	if merge:
		refill([new])
	generation.moved()


def _of_variants(names: Iterable[str]) -> dict[str, list[frappe._dict]]:
	"""`{Website Item: the attributes of the variants that its product sells, as specifications}`, in two queries."""
	variants = sold_variants.variants_of(names)
	product_of = {code: name for name, codes in variants.items() for code in codes}
	filters = {"parent": ("in", list(product_of)), "parenttype": "Item"}
	fields = ["parent", "attribute", "attribute_value"]
	found: dict[str, list[frappe._dict]] = defaultdict(list)
	for row in (
		frappe.get_all("Item Variant Attribute", filters, fields, order_by="idx, parent")
		if product_of
		else ()
	):
		specification = frappe._dict(label=row.attribute, description=row.attribute_value)
		found[product_of[row.parent]].append(specification)
	return found


def _delete(names: list[str]) -> None:
	"""Delete rows by their names: deleting by an index locks its gaps, in which other transactions insert."""
	held = frappe.get_all(DOCTYPE, {"website_item": ("in", names)}, pluck="name", order_by=None)
	for part in frappe.utils.create_batch(held, BATCH):
		frappe.db.delete(DOCTYPE, {"name": ("in", part)})


def _rows(names: list[str]) -> list[frappe._dict]:
	filters = {"website_item": ("in", names)}
	return frappe.get_all(DOCTYPE, filters, ["property", "value"], order_by="website_item, idx")


def _values(specifications: Iterable) -> list[tuple[str, str]]:
	"""(property, value) of the rows of a Website Item, each once."""
	found = {}
	for row in specifications:
		label = LABELS.get(as_typed(row.get("label")).strip(" :").casefold())
		value = clean(plain_text(row.get("description")))[:LONGEST].strip()
		if label and value:
			found.setdefault((label, value.casefold()), (label, value))
	return list(found.values())


def _replace(values: dict[str, list[tuple[str, str]]]) -> None:
	generation.moved()
	_delete(list(values))
	now, user = frappe.utils.now(), frappe.session.user
	rows = [
		(frappe.generate_hash(length=10), now, now, user, user, idx, name, *value)
		for name, found in values.items()
		for idx, value in enumerate(found, 1)
	]
	if rows:
		fields = (
			"name", "creation", "modified", "owner", "modified_by", "idx", "website_item", "property", "value",
		)  # fmt: skip
		frappe.db.bulk_insert(DOCTYPE, fields, rows)
