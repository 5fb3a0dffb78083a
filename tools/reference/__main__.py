"""python -m tools.reference: write the tables of docs/reference.md anew."""

from tests.site import boot


def main() -> None:
	"""Boot Frappe, which the functions' modules import, and write the file."""
	boot("sqlite")
	from tools.reference import document

	document.FILE.write_text(document.as_text())
	print(f"Wrote {document.FILE}")


if __name__ == "__main__":
	main()
