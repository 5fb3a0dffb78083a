"""Products of the shop that have variants of several Website Items: why they aren't linked, and what to do.

Source: docs/link-existing-shop.md
"""

from collections.abc import Iterable

from frappe import _

from medusa_integration import settings

SHOWN = 5  # names in a message


def shared_product(title: str, rivals: Iterable[str], templates: Iterable[str | None] = ()) -> str:
	"""The reason why a product isn't linked to a Website Item.

	:param title: the product's
	:param rivals: the other Website Items whose variants it has
	:param templates: the templates of all these Items; None or "" for one that has none
	"""
	words = _(
		"{0} has variants of other Website Items too: {1}. A product can stand for one of them: delete the variants of the others in Medusa (they are created as products of their own when they are sent), and link again."
	).format(title, some(rivals))
	template = next(iter(templates), "") if len(set(templates)) == 1 else ""
	if not template:
		more = _(
			"Are they sizes or colours of one product? Make them variants of one template in ERPNext first, as the documentation says in Items without a template."
		)
	elif settings.current().variants_are_options:
		more = _(
			"Or make a Website Item for their template {0}, publish it, and link again: its product sells them all."
		).format(template)
	else:
		more = _(
			"Or set Variants become to Options of one product in the Medusa Configuration, publish a Website Item of their template {0}, and link again: its product sells them all."
		).format(template)
	return f"{words} {more}"


def some(texts: Iterable[str], separator: str = ", ") -> str:
	"""The first of some names or SKUs, and how many they are where they are many."""
	texts = list(texts)
	more = f" … ({len(texts)})" if len(texts) > SHOWN else ""
	return separator.join(texts[:SHOWN]) + more
