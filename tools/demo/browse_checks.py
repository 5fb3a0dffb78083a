"""Whether a page of the shop window can be used by all: axe-core's rules, and the size of what is pressed."""

import sys
from pathlib import Path

from playwright.sync_api import Page

from tools.demo import stage

AXE = Path(stage.ROOT, ".cache/eslint/node_modules/axe-core/axe.min.js")
RULES = """axe.run({runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
	rules: {"target-size": {enabled: true}}})"""
LEAST = 24  # pixels of a target, each way: WCAG 2.2, 2.5.8
# Links inside a sentence may be smaller.
TARGETS = """least => [...document.querySelectorAll("a, button, input, select, summary")].filter(each => {
	const box = each.getBoundingClientRect();
	const label = each.closest("label")?.getBoundingClientRect();
	const isShown = box.width > 1 && each.checkVisibility({visibilityProperty: true, opacityProperty: true});
	const isInText = each.matches("p a:not(.button)") && each.parentElement.textContent.trim() !== each.textContent.trim();
	return isShown && !isInText && !each.matches(".skip") && Math.max(box.height, label?.height || 0) < least;
}).map(each => `${each.outerHTML.slice(0, 120)} is ${Math.round(each.getBoundingClientRect().height)} px high`)"""


def problems(page: Page) -> list[str]:
	"""What is wrong with the page that is shown, a line each."""
	if not AXE.exists():
		sys.exit("axe-core is missing: run `make lint` once, which installs tools/eslint/package.json.")
	page.evaluate(AXE.read_text())
	found = page.evaluate(RULES)
	lines = [
		f"{each['id']} ({each['impact']}): {node['html'][:150]}"
		for each in found["violations"]
		for node in each["nodes"]
	]
	return lines + page.evaluate(TARGETS, LEAST)
