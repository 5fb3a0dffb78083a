"""Into frappe/config.py: the bench's and the site's JSON files instead of environment variables."""

import json
import os


def _load_config():
	import frappe

	sites = os.path.join(os.environ["FRAPPE_BENCH_ROOT"], "sites")
	site = getattr(frappe.local, "site", None) or os.environ["FRAPPE_SITE"]
	config = _dict()  # noqa: F821
	for name in ("common_site_config.json", os.path.join(site, "site_config.json")):
		if os.path.exists(path := os.path.join(sites, name)):
			with open(path) as file:
				config.update(json.load(file))
	return config
