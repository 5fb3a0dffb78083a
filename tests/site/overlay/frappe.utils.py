"""Into frappe/utils/__init__.py."""

import os

import frappe


def get_sites(sites_path=None):
	return [os.environ["FRAPPE_SITE"]]


def get_assets_json():
	# not cached: the Desk may be built while the site is up; and without it e.g. sendmail finds no style sheet
	path = os.path.join(os.environ["FRAPPE_BENCH_ROOT"], "sites", "assets", "assets.json")
	return frappe.parse_json(frappe.read_file(path) or "{}")
