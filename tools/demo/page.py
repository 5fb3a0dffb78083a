"""One page of the catalogue, as a storefront gets it from ERPNext."""

from rich.table import Table

from tools.demo import stage
from tools.demo.rows import Row, group_path

GROUP, ROUTE = "Dental", "products/dental"
SHOWN = 8  # products printed
FACETS = {"Groups": "distinct_collection_titles", "Brands": "distinct_brands"}
PROPERTIES = {"Colours": "distinct_colours", "Shapes": "distinct_shapes", "Shades": "distinct_shades"}


def show(catalogue: list[Row]) -> int:
	"""Ask as a visitor's browser would, and print the reply; returns 1 where it has another number of products than the
	catalogue says."""
	from tests.site import Client
	from tests.support.storefront import PATH

	response = Client().get(f"{PATH}get_website_items", query_string={"url": ROUTE})
	if response.status_code != 200:
		raise RuntimeError(f"get_website_items answered {response.status_code}: {response.text}")
	page = response.json["message"]
	_print(page)
	wanted = sum(row["published"] == "1" and GROUP in group_path(row) for row in catalogue)
	if page["product_count"] != wanted:
		stage.console.print(f"expected {wanted} products, found {page['product_count']}")
	return int(page["product_count"] != wanted)


def _print(page: dict) -> None:
	title = f"{ROUTE}: page {page['current_page']} of {page['total_pages']}, {page['product_count']} products"
	table = Table("Product", "Group", title=title, title_justify="left")
	table.add_column("OMR", justify="right")
	for card in page["paginatedProducts"][:SHOWN]:
		price = f"{card['standard_price']:.3f}" if card["standard_price"] else "on request"
		table.add_row(card["title"], card["collection_title"], price)
	table.add_row(f"… {page['items_in_page'] - SHOWN} more")
	stage.console.print(table)
	for heading, key in FACETS.items():
		values = ", ".join(f"{each['name']} {each['count']}" for each in page[key])
		stage.console.print(f"{heading}: {values}", markup=False)
	for heading, key in PROPERTIES.items():
		stage.console.print(f"{heading}: {', '.join(page[key])}", markup=False)
