"""Turns Medusa's reply into its JSON or an error, and a network error into a message."""

import socket
import ssl
from collections.abc import Iterator

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
	"""A message about a network error, for the operator: its cause in words, without the libraries' own text."""
	if isinstance(error, requests.ConnectTimeout):
		return "Medusa can't be reached: no answer to the connection in time"
	if is_timeout(error):
		return "Medusa took the call but didn't answer in time"
	causes = list(_causes(error))
	if isinstance(error, requests.exceptions.SSLError):
		refused = next((each for each in causes if isinstance(each, ssl.SSLCertVerificationError)), None)
		if refused:
			return f"Medusa can't be reached: its certificate isn't accepted ({refused.verify_message})"
		return "Medusa can't be reached: its address doesn't answer with https. If it is an http address, write http in the Backend URL"
	if isinstance(error, requests.exceptions.ChunkedEncodingError):
		return "Medusa's reply was cut off"
	if isinstance(error, requests.ConnectionError):
		if any(isinstance(each, socket.gaierror) for each in causes):
			return "Medusa can't be reached: the name of its server isn't known. Check the Backend URL"
		if any(isinstance(each, ConnectionRefusedError) for each in causes):
			return (
				"Medusa can't be reached: its server refuses the connection. Is Medusa running, at that port?"
			)
		return "Medusa can't be reached, or closed the connection"
	return "Medusa can't be called: check the Backend URL"


def _causes(error: BaseException) -> Iterator[BaseException]:
	"""The error and the errors that it was made of, outermost first: requests and urllib3 wrap the system's."""
	waiting, seen = [error], set()
	while waiting:
		each = waiting.pop(0)
		if id(each) in seen:
			continue
		seen.add(id(each))
		yield each
		inner = (each.__cause__, each.__context__, getattr(each, "reason", None), *each.args)
		waiting += [one for one in inner if isinstance(one, BaseException)]
