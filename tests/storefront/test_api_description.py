"""The storefront's functions do what docs/openapi.json says: schemathesis calls each with data that fits its description and
with data that doesn't, signed, and they are called without a signature.

The documents that the description's examples name exist. Seed and number of examples are fixed.
"""

import json

import pytest
from werkzeug.wrappers import Request, Response

from medusa_integration.signature import HEADER
from tests.site import Client
from tests.support import described
from tests.support.effort import cases
from tests.support.storefront import signed
from tools.openapi import document

schemathesis = pytest.importorskip("schemathesis", reason="schemathesis isn't installed on this bench")
hypothesis = pytest.importorskip("hypothesis")

from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
	content_type_conformance,
	response_schema_conformance,
	status_code_conformance,
)

DOCUMENT = json.loads(document.FILE.read_text())
OPERATIONS = {
	each["operationId"]: (path, method)
	for path, methods in DOCUMENT["paths"].items()
	for method, each in methods.items()
}
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
POSITIVE, NEGATIVE = schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE
# (whether with real ids, data that fits the description or doesn't, number of calls)
RUNS = ((False, NEGATIVE, cases(10, 3)), (False, POSITIVE, cases(4, 1)), (True, POSITIVE, cases(12, 4)))


@pytest.fixture
def real(shop):
	"""The real ids of what the examples name."""
	return described.prepare(shop)


@Request.application
def signing(request: Request) -> Response:
	"""The site, as a WSGI application whose callers needn't sign."""
	query, body = request.query_string.decode("ascii"), request.get_data()
	target = f"{request.path}?{query}" if query else request.path
	headers = {HEADER: signed(request.method, target, body), "Accept": "*/*"}
	answer = Client().request(
		request.method, target, data=body, content_type=request.content_type, headers=headers
	)
	return Response(answer.get_data(), answer.status, answer.headers)


def operation_of(description: dict, name: str):
	schema = schemathesis.openapi.from_dict(description)
	schema.app = signing
	path, method = OPERATIONS[name]
	return schema[path][method.upper()]


def try_out(operation, mode, calls: int) -> None:
	"""Call it with generated data, the same on each run."""

	@hypothesis.settings(
		max_examples=calls,
		derandomize=True,
		database=None,
		deadline=None,
		phases=[hypothesis.Phase.generate],
		suppress_health_check=list(hypothesis.HealthCheck),
	)
	@hypothesis.given(case=operation.as_strategy(mode))
	def call(case) -> None:
		case.validate_response(case.call(), checks=CHECKS)

	call()


@pytest.mark.parametrize("name", sorted(OPERATIONS))
@pytest.mark.slow
def test_replies_are_as_described(shop, real, name, request):
	"""Also with the real ids: else hardly any call comes further than "not found"."""
	path, method = OPERATIONS[name]
	with_ids = described.with_real_ids(DOCUMENT, real)
	example = described.example_of(with_ids["paths"][path][method])
	if name in described.ACCOUNTS:
		request.getfixturevalue("medusa")
		example["otp"] = described.prepare_account(name)
	response = shop.call(path.rpartition(".")[2], method.upper(), **example)
	assert response.status_code in (200, 202), response.text
	assert str(response.status_code) in DOCUMENT["paths"][path][method]["responses"]
	for is_real, mode, calls in RUNS:
		if mode == NEGATIVE and not takes_arguments(DOCUMENT["paths"][path][method]):
			continue  # No data is wrong then.
		try_out(operation_of(with_ids if is_real else DOCUMENT, name), mode, calls)


@pytest.mark.slow
def test_without_access_nothing_is_told_or_written(real):
	before, paths = described.state(), described.with_real_ids(DOCUMENT, real)["paths"]
	for path, method in OPERATIONS.values():
		operation = paths[path][method]
		arguments = described.example_of(operation)
		for headers in ({}, {HEADER: signed(method.upper(), path, b"", secret="another")}):
			sent = {"query_string": arguments} if method == "get" else {"json": arguments}
			response = Client().request(method.upper(), path, headers=headers, **sent)
			needs_code = operation["operationId"] in described.ACCOUNTS
			code = 200 if is_public(operation) and not headers and not needs_code else 401
			assert response.status_code == code, response.text
			assert code == 200 or list(response.json) == ["message"]
	assert described.state() == before


def takes_arguments(operation: dict) -> bool:
	return bool(operation.get("parameters") or operation.get("requestBody"))


def is_public(operation: dict) -> bool:
	return {} in operation.get("security", ())
