"""Every whitelisted function of the app, called by everybody who may not, through every way that Frappe offers.

The functions are found in the code: a new one is in the matrix by itself.
"""

import importlib
import pkgutil

import frappe
import pytest

import medusa_integration
from medusa_integration.storefront.access import ENDPOINTS
from tests.site import Client
from tests.support import factories
from tests.support.storefront import Shop, api_key, configure_storefront
from tests.support.users import signed_in

pytestmark = pytest.mark.slow

# Frappe's own functions that call another one for a user, here with positional arguments: the path, the argument that names the
# function, and the rest.
CALLERS = {
	"make_mapped_doc": ("frappe.model.mapper.make_mapped_doc", "method", {"source_name": "x"}),
	"map_docs": ("frappe.model.mapper.map_docs", "method", {"source_names": '["x"]', "target_doc": "y"}),
	"search_widget": (
		"frappe.desk.search.search_widget",
		"query",
		{
			"doctype": "x",
			"txt": "y",
			"searchfield": "name",
			"start": 1,
			"page_length": 1,
			"filters": {"x": 1},
		},
	),
	"get_all_nodes": (
		"frappe.desk.treeview.get_all_nodes",
		"tree_method",
		{"doctype": "x", "label": "y", "parent": "z"},
	),
}
UPLOAD = ("upload_file", "method", {})  # calls without arguments
REFUSALS = {401, 403, 404}  # search_widget says 404 for a refusal
# What Frappe itself writes when users call.
OWN_TABLES = {
	"tabError Log",
	"tabSessions",
	"tabActivity Log",
	"tabAccess Log",
	"tabUser",
	"tabRoute History",
}


def whitelisted() -> dict[str, object]:
	"""`{dotted path: function}` of the app."""
	for module in pkgutil.walk_packages(medusa_integration.__path__, "medusa_integration."):
		if ".patches" not in module.name:
			importlib.import_module(module.name)
	ours = [each for each in frappe.whitelisted if each.__module__.startswith("medusa_integration.")]
	return {f"{each.__module__}.{each.__qualname__}": each for each in ours}


FUNCTIONS = whitelisted()


def _endpoint(path: str):
	return ENDPOINTS.get(path.rpartition(".")[2])


def of(*, trusted: bool = False, public: bool = False, desk: bool = False) -> list[str]:
	"""The dotted paths of some kinds of functions."""
	return sorted(
		path
		for path in FUNCTIONS
		if (desk if not _endpoint(path) else public if _endpoint(path).is_public else trusted)
	)


@pytest.fixture
def callers(shop) -> dict[str, Client]:
	"""Callers without the role: a stranger, a user of the portal, a user of the Desk."""
	configure_storefront(calls_per_minute=100_000)
	portal = signed_in("medusa-portal@example.com")
	assert frappe.db.get_value("User", "medusa-portal@example.com", "user_type") == "Website User"
	factories.customer("Victim Clinic", medusa_id=None)
	frappe.db.commit()
	return {
		"Guest": Client(),
		"portal": portal,
		"desk": signed_in("medusa-roleless@example.com", "Desk User"),
	}


def rows() -> dict[str, int]:
	"""How many rows each table has."""
	frappe.db.commit()
	tables = set(frappe.db.get_tables(cached=False)) - OWN_TABLES
	return {table: frappe.db.sql(f"select count(*) from `{table}`")[0][0] for table in sorted(tables)}


def direct(client: Client, path: str, method: str):
	return client.request(method, f"/api/method/{path}", **({"json": {}} if method == "POST" else {}))


def through(client: Client, caller: tuple, path: str):
	called, argument, values = caller
	return client.post(f"/api/method/{called}", json={argument: path, **values})


def is_refused(path: str, response) -> bool:
	"""Functions of the Desk check their arguments too, or know nothing of this user; Frappe has an error for too many."""
	if _endpoint(path):
		return response.status_code in REFUSALS
	return response.status_code >= 400 or not response.json.get("message")


def test_strangers_and_users_without_the_role_get_nothing(callers):
	before, wrong = rows(), {}
	for who, client in callers.items():
		for path in of(trusted=True, desk=True):
			for way, response in (
				("GET", direct(client, path, "GET")),
				("POST", direct(client, path, "POST")),
				("upload_file", through(client, UPLOAD, path)),
			):
				if not is_refused(path, response):
					wrong[who, way, path] = response.text
	assert wrong == {}
	assert rows() == before


@pytest.mark.parametrize("caller", CALLERS)
def test_nothing_is_called_through_frappes_own_functions(callers, caller):
	callers["storefront"] = Client(Authorization=api_key())
	before, wrong = rows(), {}
	for who, client in callers.items():
		for path in of(trusted=True, public=True, desk=True):
			response = through(client, CALLERS[caller], path)
			if not is_refused(path, response):
				wrong[who, path] = response.text
	assert wrong == {}
	assert rows() == before


def test_everybody_who_may_call_is_heard(callers):
	"""The matrix would pass, too, if all were refused."""
	keyed, wrong = Client(Authorization=api_key()), {}
	for path in of(trusted=True, public=True):
		name = path.rpartition(".")[2]
		method = _endpoint(path).methods[-1]
		answers = [direct(keyed, path, method), Shop().call(name, method)]
		answers += (
			[direct(each, path, method) for each in callers.values()] if _endpoint(path).is_public else []
		)
		wrong[path] = [each.text for each in answers if each.status_code in (401, 403)]
	assert not any(wrong.values()), wrong


def test_the_matrix_has_them_all():
	assert len(of(trusted=True)) == len([each for each in ENDPOINTS.values() if not each.is_public])
	assert len(of(trusted=True, public=True, desk=True)) == len(FUNCTIONS) > 90
	assert "medusa_integration.desk.forms.make_signing_secret" in of(desk=True)
