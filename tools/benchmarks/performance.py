"""python -m tools.benchmarks.performance: how fast the export and the stock are, what a quotation and a save cost,
and whether and how fast orders come in; prints a table, writes bench.json.

Trust the ratios rather than the rates: they are taken side by side on one machine, whatever else runs on it.
"""

import argparse
import json
import operator
import statistics

from rich.progress import track
from rich.table import Table

from tools.demo import rows, stage

RESULT = stage.ROOT / "bench.json"
AIMS = {
	"export_vs_raw": (operator.ge, 0.92),
	"export_vs_stepwise": (operator.ge, 6),
	"price_vs_raw": (operator.ge, 0.9),
	"export_variants_vs_raw": (operator.ge, 0.9),
	"export_variants_calls": (operator.le, 1),
	"variant_save_calls": (operator.le, 1),
	"prices_tried": (operator.ge, 300),
	"prices_off": (operator.le, 0),
	"stock_vs_raw": (operator.ge, 0.9),
	"stock_flags_seconds": (operator.le, 3),
	"stock_flags_vs_each": (operator.ge, 50),
	"claim_100k_vs_1k": (operator.le, 1.5),
	"stock_flags_growth": (operator.le, 1.2),
	"prices_growth": (operator.le, 1.2),
	"drain_mb": (operator.le, 80),
	"save_added_ms": (operator.le, 4),
	"save_added_ms_down": (operator.le, 10),
	"quotation_vs_insert": (operator.le, 1.3),
	"catalogue_p50_vs_cards": (operator.ge, 10),
	"catalogue_queries": (operator.le, 12),
	"menu_queries": (operator.le, 3),
	"catalogue_growth": (operator.le, 2),
	"catalogue_growth_cold": (operator.le, 2),
	"catalogue_vs_ping": (operator.ge, 0.5),
	"orders_off": (operator.le, 0),
	"orders_vs_limit": (operator.ge, 0.7),
}
SIGNS = {operator.ge: "at least", operator.le: "at most"}
console = stage.console


def main() -> None:
	"""Measure, print, write."""
	parser = argparse.ArgumentParser("python -m tools.benchmarks.performance")
	parser.add_argument("--db", choices=("sqlite", "mariadb"), default="sqlite", help="of the embedded site")
	db = parser.parse_args().db
	with stage.medusa_and_site(db) as medusa:
		from tools.benchmarks import (
			browsing,
			exporting,
			exporting_variants,
			ordering,
			pricing,
			quoting,
			saving,
			scale,
			stocking,
		)

		stage.configure(medusa)
		stage.save_catalogue(exporting.wanted_rows(rows.read()))
		with console.status("Warming up…"):
			exports = exporting.Exports(medusa)
		rounds = list(
			track(exports.rounds(), "Exporting", total=len(exporting.ORDERS), console=console, transient=True)
		)
		with console.status("Sending prices…"):
			figures = {**_export_figures(rounds), **_price_figures(list(exports.price_rounds()))}
		with console.status("Sending stock…"):
			figures.update(stocking.measure(medusa))
		with console.status("100,000 rows, 50,000 items…"):
			figures.update(scale.measure(medusa))
		with console.status("Saving…"):
			figures.update(saving.measure(medusa))
		with console.status("Quoting…"):
			figures.update(quoting.measure())
		with console.status("Asking 300 prices…"):
			figures.update(pricing.measure(medusa))
		with console.status("Browsing 50,000 products, on MariaDB…"):
			figures.update(browsing.measured_apart())
		with console.status("Buying 300 carts…"):
			figures.update(ordering.measure(medusa))
		with console.status("Exporting templates…"):
			figures.update(exporting_variants.measure(medusa))
	figures = {name: round(value, 3) for name, value in figures.items()}
	_print(figures, db)
	RESULT.write_text(json.dumps({"database": db, **figures}, indent=1) + "\n")


def _export_figures(rounds: list[dict[str, float]]) -> dict[str, float]:
	return {
		"export_products_per_second": statistics.median(each["app"] for each in rounds),
		"raw_products_per_second": statistics.median(each["raw"] for each in rounds),
		"stepwise_products_per_second": statistics.median(each["stepwise"] for each in rounds),
		"export_vs_raw": statistics.median(each["app"] / each["raw"] for each in rounds),
		"export_vs_stepwise": statistics.median(each["app"] / each["stepwise"] for each in rounds),
	}


def _price_figures(rounds: list[dict[str, float]]) -> dict[str, float]:
	return {
		"prices_per_second": statistics.median(each["app"] for each in rounds),
		"raw_prices_per_second": statistics.median(each["raw"] for each in rounds),
		"price_vs_raw": statistics.median(each["app"] / each["raw"] for each in rounds),
	}


def _print(figures: dict[str, float], db: str) -> None:
	table = Table("Measured", title=f"Medians, the site on {db}", title_justify="left")
	for heading in ("value", "aim", ""):
		table.add_column(heading, justify="right")
	for name, value in figures.items():
		aim, met = "", ""
		if name in AIMS:
			compare, limit = AIMS[name]
			aim = f"{SIGNS[compare]} {limit:g}"
			met = "met" if compare(value, limit) else "missed"
		table.add_row(name, f"{value:.2f}", aim, met)
	console.print(table)


if __name__ == "__main__":
	main()
