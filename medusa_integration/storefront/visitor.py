"""The IP address of the visitor, by which calls are counted.

Frappe believes the first element of X-Forwarded-For, which the visitor may have written. Here an element
counts only if one of the site's own proxies wrote it (*Proxies in Front*). The shop's server calls from its
own address: it may name its visitor's in the signed argument `visitor_ip`.

Source: docs/reference.md, "The visitor's address".
"""

import re
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Annotated, Any

import frappe
from pydantic import AfterValidator, Field, StringConstraints

from medusa_integration import settings

UNKNOWN = "0.0.0.0"  # stands for all visitors whose address can't be read
LONGEST = 100  # characters of what is read as an address
NETWORK = 64  # bits: a provider gives each customer a whole network of this size
# Some proxies add the port.
_WITH_PORT = re.compile(r"\[([^\]]*)\](?::[0-9]+)?|([0-9.]+):[0-9]+")


def parsed(text: str) -> str:
	"""An IP address in its usual form, at most 45 characters. IPv4 that is written as IPv6 becomes IPv4.

	:raises ValueError: the text isn't an IP address
	"""
	return str(_parsed(text))


VisitorIp = Annotated[
	str,
	StringConstraints(strip_whitespace=True, max_length=LONGEST),
	AfterValidator(parsed),
	Field(description="the visitor's IP address", examples=["203.0.113.7"]),
]


def address() -> str:
	"""The address from which the request comes: that of the connection, or the one that the outermost of the
	site's proxies wrote; `UNKNOWN` where none can be read."""
	if not frappe.request:
		return UNKNOWN
	# The nearest first: each proxy adds the address from which it was called at the end.
	hops = [frappe.request.remote_addr or "", *reversed(_forwarded())]
	for hop in reversed(hops[: settings.proxies_in_front() + 1]):
		try:
			return parsed(hop)
		except ValueError:
			continue
	return UNKNOWN


def network(address: str) -> str:
	"""The key by which visitors are counted: the first address of an IPv6 network, else the address itself.

	:param address: as `address` and `parsed` return it; "" stays so
	"""
	found = _parsed(address) if address else None
	if isinstance(found, IPv6Address):
		return str(IPv6Network((found, NETWORK), strict=False).network_address)
	return str(found or "")


def counted_by(named: Any = None) -> str:
	"""The address by which a call is counted: that of the visitor whom a trusted caller names, else the
	request's.

	:param named: the argument `visitor_ip` of a trusted caller as it was sent; None for a stranger
	:returns: as `network`
	"""
	try:
		return network(parsed(named))
	except (TypeError, ValueError):
		return network(address())


def _forwarded() -> list[str]:
	header = frappe.request.headers.get("X-Forwarded-For", "")
	return [part.strip() for part in header.split(",")] if header else []


def _parsed(text: str) -> IPv4Address | IPv6Address:
	if not isinstance(text, str):
		raise TypeError("must be text")
	with_port = _WITH_PORT.fullmatch(text.strip())
	text = (with_port[1] or with_port[2]) if with_port else text.strip()
	try:
		found = ip_address(text.partition("%")[0])  # A zone may be any text.
	except ValueError:
		raise ValueError("must be an IP address")
	return getattr(found, "ipv4_mapped", None) or found
