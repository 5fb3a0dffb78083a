"""Turns Medusa's reply into its JSON or an error, and a network error into a message."""

import requests
from urllib3.exceptions import ReadTimeoutError

from medusa_integration.medusa.errors import (
	MedusaError,
	MedusaNotFound,
	MedusaRejected,
	MedusaServerError,
	MedusaSignInFailed,
	MedusaTooLarge,
	MedusaUnavailable,
)

ERROR_CLASSES = {
	401: MedusaSignInFailed,
	403: MedusaSignInFailed,
	404: MedusaNotFound,
	413: MedusaTooLarge,
	429: MedusaUnavailable,
	500: MedusaServerError,
	502: MedusaUnavailable,
	503: MedusaUnavailable,
	504: MedusaUnavailable,
}


def read(reply: requests.Response) -> dict:
	"""The reply's JSON object, or the MedusaError that its status stands for."""
	try:
		body = reply.json()
	except ValueError:
		body = None
	if reply.ok and isinstance(body, dict):
		return body
	details = body if isinstance(body, dict) else {}
	message = str(details.get("message") or "").strip()
	of_medusa = message or reply.status_code in (401, 403, 413, 429) or reply.status_code >= 500
	if reply.ok or not of_medusa:
		# Medusa's errors have a message in JSON: this reply is from another server or another path.
		raise MedusaUnavailable(
			f"{reply.url.split('?')[0]} answered {reply.status_code}, but not as Medusa does: check the Backend URL",
			status_code=reply.status_code,
		)
	raise ERROR_CLASSES.get(reply.status_code, _class_for(reply.status_code))(
		message or f"HTTP {reply.status_code} {reply.reason}",
		status_code=reply.status_code,
		type=str(details.get("type") or ""),
		code=str(details.get("code") or ""),
		retry_after=_seconds(reply.headers.get("Retry-After")),
	)


def _class_for(status_code: int) -> type[MedusaError]:
	return MedusaServerError if status_code >= 500 else MedusaRejected


def _seconds(retry_after: str | None) -> float:
	seconds = (retry_after or "").strip()
	return float(seconds) if seconds.isdigit() else 0


def is_timeout(error: requests.RequestException) -> bool:
	"""Whether a call timed out. Where a reply stops in its middle, requests raises a ConnectionError instead."""
	return isinstance(error, requests.Timeout) or isinstance(next(iter(error.args), None), ReadTimeoutError)


def message_of_failure(error: requests.RequestException) -> str:
	"""A message about a network error, for the operator."""
	if isinstance(error, requests.ConnectTimeout):
		return "Medusa can't be reached: no answer to the connection in time"
	if is_timeout(error):
		return "Medusa took the call but didn't answer in time"
	if isinstance(error, requests.exceptions.SSLError):
		return f"Medusa can't be reached: its certificate isn't accepted ({error})"
	if isinstance(error, requests.exceptions.ChunkedEncodingError):
		return "Medusa's reply was cut off"
	if isinstance(error, requests.ConnectionError):
		return f"Medusa can't be reached, or closed the connection: {error}"
	return f"Medusa can't be called: {error}"
