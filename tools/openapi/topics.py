"""The tags of the description: a topic for each function, in groups, as a reader looks for them."""

from typing import NamedTuple


class Topic(NamedTuple):
	"""A tag."""

	name: str
	description: str
	modules: tuple[str, ...]  # of medusa_integration/storefront


GROUPS = {
	"Catalogue": (
		Topic(
			"Product lists", "Pages of products with filters, and the choices of the filters.", ("catalogue",)
		),
		Topic("Products", "One product: variants, picture, stock, shown price.", ("products",)),
		Topic(
			"Related products", "Products that go with another one, or sell most beside it.", ("relevant",)
		),
		Topic("Menu and brands", "The tree of Item Groups, and the brands.", ("navigation", "brands")),
		Topic(
			"Landing page",
			"Banners, links, videos, testimonials and products of the landing page.",
			("landing", "landing_products"),
		),
	),
	"Visitors": (
		Topic("Accounts", "Sign-up and log-in with a code that is mailed.", ("accounts",)),
		Topic("Customers", "Customers, Leads and addresses in ERPNext.", ("customers",)),
		Topic("Reviews", "Reviews of a product, and votes on them.", ("reviews",)),
		Topic("Wishlists", "The products on a customer's wishlist.", ("wishlist",)),
		Topic("Requests", "Products that a visitor misses, and requests to be contacted.", ("suggestions",)),
	),
	"Sales": (
		Topic("Prices", "Standard and negotiated prices of products.", ("pricing",)),
		Topic("Quotations", "Make, change, approve and print a quotation.", ("quotations", "approval")),
		Topic("Orders", "Status, documents, coupon and payment of an order.", ("orders", "order_documents")),
		Topic(
			"Returns", "Goods of an order that may be sent back, and the note that they are.", ("returns",)
		),
	),
	"Medusa": (Topic("Events", "Tell ERPNext that a record in Medusa has changed.", ("webhook",)),),
}
TOPICS = {topic.name: topic for topics in GROUPS.values() for topic in topics}


def of_module(path: str) -> str:
	"""The name of a module's topic.

	:param path: of the module, with dots
	:raises LookupError: no topic has it
	"""
	name = path.rpartition(".")[2]
	for topic in TOPICS.values():
		if name in topic.modules:
			return topic.name
	raise LookupError(f"tools/openapi/topics.py: no topic has the module {name}")


def tags() -> list[dict]:
	"""All tags."""
	return [{"name": name, "description": TOPICS[name].description} for name in sorted(TOPICS)]


def groups() -> list[dict]:
	"""The tags in groups, as Redoc's menu shows them (`x-tagGroups`)."""
	return [{"name": name, "tags": [topic.name for topic in topics]} for name, topics in GROUPS.items()]
