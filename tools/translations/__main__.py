"""python -m tools.translations [language …]: write locale/main.pot anew, and merge it into each language's .po
file. A language that has no file yet gets one."""

import sys

from tests.site import boot


def main() -> None:
	"""Boot Frappe, whose extractors read the files, write the catalogs, and tell what each language lacks."""
	boot("sqlite")
	from tools.translations import catalogs, extraction

	template = extraction.template()
	catalogs.write_template(template)
	print(f"{len(template)} messages in {catalogs.TEMPLATE}")
	for path in sorted({*catalogs.languages(), *(catalogs.FOLDER / f"{code}.po" for code in sys.argv[1:])}):
		catalog = catalogs.merged(catalogs.read(path), template)
		catalogs.write(path, catalog)
		for fault in catalogs.faults(catalog):
			print(f"{path.name}: {fault}")


if __name__ == "__main__":
	main()
