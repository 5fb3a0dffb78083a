"""The doctor's comparison of templates: the options and variants of their products."""

from medusa_integration.medusa.option_changes import is_ours, same
from medusa_integration.operations.differences import Findings

FIELDS = ("title", "sku", "allow_backorder", "manage_inventory", "origin_country")


def compare_variants(findings: Findings, wanted: dict, product: dict) -> None:
	"""Compare a template's product. One without variants to sell is a draft, and keeps those that it had.

	:param wanted: the payload
	:param product: as Dialect.products_in_pages has it
	"""
	name = wanted["external_id"]
	if not wanted["variants"]:
		return
	title_of = {option["id"]: option["title"] for option in product.get("options") or () if "id" in option}
	there = {variant["id"]: variant for variant in product["variants"]}
	for variant in wanted["variants"]:
		row = there.pop(variant["id"], None)
		if row is None:
			findings.add("missing", "variant", name, ours=variant["sku"])
			continue
		_compare_fields(findings, wanted, variant, row)
		values = {title_of.get(each["option_id"]): each["value"] for each in row.get("options") or ()}
		if title_of and values != variant["options"]:
			findings.add("different", "options", name, _shown(variant["options"]), _shown(values))
	for row in there.values():
		if is_ours(row):
			findings.add("extra", "variant", name, theirs=row["sku"] or row["title"])
	_compare_options(findings, wanted, product)


def _compare_fields(findings: Findings, wanted: dict, variant: dict, row: dict) -> None:
	left = {*variant["left_to_shop"], *(["manage_inventory"] if row.get("counts_parts") else ())}
	fields = {**{key: variant[key] for key in FIELDS}, **variant["identifiers"]}
	for field, ours in fields.items():
		if field in row and field not in left and not same(ours, row[field]):
			findings.add(
				"different",
				f"variant {field}",
				wanted["external_id"],
				f"{variant['sku']}: {ours}",
				row[field],
			)
	found = row.get("metadata") or {}
	for key, ours in variant["metadata"].items():
		if not same(ours, found.get(key)):
			findings.add(
				"different",
				f"variant {key}",
				wanted["external_id"],
				f"{variant['sku']}: {ours}",
				found.get(key),
			)


def _compare_options(findings: Findings, wanted: dict, product: dict) -> None:
	"""Compare the order of the values; v1 has none."""
	of_title = {option["title"]: option for option in product.get("options") or ()}
	for option in wanted["options"]:
		values = of_title.get(option["title"], {}).get("values") or ()
		if not all(each.get("rank") is not None for each in values):
			continue
		ranks = {each["value"]: each["rank"] for each in values}
		order = sorted((value for value in option["values"] if value in ranks), key=ranks.__getitem__)
		if order != [value for value in option["values"] if value in ranks]:
			findings.add(
				"different",
				"order of values",
				wanted["external_id"],
				", ".join(option["values"]),
				", ".join(order),
			)


def _shown(options: dict) -> str:
	return ", ".join(f"{title}: {value}" for title, value in options.items())
