"""python -m tools.translations [language …] [--apps BENCH/apps]: write locale/main.pot anew, and merge it into each
language's .po file. A language that has no file yet gets one. With --apps, messages without a translation get
that of Frappe's and ERPNext's catalogs."""

from argparse import ArgumentParser
from pathlib import Path

from tests.site import boot


def main() -> None:
	"""Boot Frappe, whose extractors read the files, write the catalogs, and tell what each language lacks."""
	parser = ArgumentParser(description=__doc__)
	parser.add_argument("languages", nargs="*")
	parser.add_argument("--apps", type=Path)
	asked = parser.parse_args()
	boot("sqlite")
	from tools.translations import catalogs, extraction

	template = extraction.template()
	catalogs.write_template(template)
	print(f"{len(template)} messages in {catalogs.TEMPLATE}")
	for path in sorted(
		{*catalogs.languages(), *(catalogs.FOLDER / f"{code}.po" for code in asked.languages)}
	):
		catalog = catalogs.merged(catalogs.read(path), template)
		if asked.apps:
			catalogs.fill(catalog, asked.apps)
		catalogs.write(path, catalog)
		for fault in catalogs.faults(catalog):
			print(f"{path.name}: {fault}")


if __name__ == "__main__":
	main()
