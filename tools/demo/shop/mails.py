"""The mails to a visitor, which the demo shows because they reach nobody."""

from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses

from tests.support.smtp import MailServer


def last(server: MailServer, address: str) -> dict[str, str] | None:
	"""`subject` and `text` of the last mail to an address; None where there is none."""
	found = next((mail for mail in reversed(server.mails) if _is_to(mail, address)), None)
	if not found:
		return None
	return {"subject": str(make_header(decode_header(found["Subject"]))), "text": _text(found)}


def _is_to(mail: Message, address: str) -> bool:
	addresses = getaddresses([str(mail["To"] or "")])
	return address.lower() in (each.lower() for _name, each in addresses)


def _text(mail: Message) -> str:
	part = next((part for part in mail.walk() if part.get_content_type() == "text/plain"), None)
	if not part:
		return ""
	text = part.get_payload(decode=True).decode(part.get_content_charset() or "utf-8", "replace")
	return text.replace("**", "").strip()  # Frappe's mark for bold
