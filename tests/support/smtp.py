"""A mail server that keeps what it is sent."""

import email
import socketserver
import threading
from email import policy

END = b".\r\n"  # of a mail


class MailServer:
	"""Takes mails on a free port of 127.0.0.1 until `stop`; refuses recipients whose address begins with "broken"."""

	def __init__(self) -> None:
		self.recipients: list[str] = []
		self.mails: list[tuple[str, bytes]] = []  # (recipient, the mail)
		self._server = _Server(("127.0.0.1", 0), _Talk)
		self._server.kept, self._server.mails = self.recipients, self.mails
		self.port = self._server.server_address[1]
		threading.Thread(target=self._server.serve_forever, daemon=True).start()

	def last(self, recipient: str) -> dict[str, str] | None:
		"""subject and text of the last mail that somebody got; None: there is none."""
		found = next((mail for to, mail in reversed(self.mails) if to.lower() == recipient.lower()), None)
		if not found:
			return None
		message = email.message_from_bytes(found, policy=policy.default)
		body = message.get_body(("plain", "html"))
		return {"subject": str(message["subject"]), "text": body.get_content() if body else ""}

	def stop(self) -> None:
		self._server.shutdown()
		self._server.server_close()


class _Server(socketserver.ThreadingTCPServer):
	daemon_threads = True


class _Talk(socketserver.StreamRequestHandler):
	def handle(self) -> None:
		recipients: list[str] = []
		self._say("220 here")
		for line in self.rfile:
			verb, _colon, rest = line.decode().strip().partition(":")
			match verb.upper().split()[:1]:
				case ["QUIT"]:
					return self._say("221 bye")
				case ["RCPT"]:
					recipients += self._receive(rest.strip("<> "))
				case ["DATA"]:
					self._say("354 go on")
					mail = b"".join(iter(self._line, END))
					self.server.mails += [(recipient, mail) for recipient in recipients]
					recipients = []
					self._say("250 kept")
				case _:
					self._say("250 ok")

	def _line(self) -> bytes:
		"""A line of a mail; the mail's end where there is no more."""
		line = self.rfile.readline()
		if not line or line.rstrip(b"\r\n") == b".":
			return END
		return line[1:] if line.startswith(b"..") else line

	def _receive(self, recipient: str) -> list[str]:
		if recipient.startswith("broken"):
			self._say("550 no such user")
			return []
		self.server.kept.append(recipient)
		self._say("250 ok")
		return [recipient]

	def _say(self, words: str) -> None:
		self.wfile.write(f"{words}\r\n".encode())
