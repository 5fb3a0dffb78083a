"""A mail server that keeps what it is sent."""

import email
import socketserver
import threading
from email.message import Message


class MailServer:
	"""Takes mails on a free port of 127.0.0.1 until `stop`; refuses recipients whose address begins with "broken"."""

	def __init__(self) -> None:
		self.recipients: list[str] = []
		self.mails: list[Message] = []  # a mail to several recipients may be here once
		self._server = _Server(("127.0.0.1", 0), _Talk)
		self._server.kept, self._server.mails = self.recipients, self.mails
		self.port = self._server.server_address[1]
		threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

	def stop(self) -> None:
		self._server.shutdown()
		self._server.server_close()


class _Server(socketserver.ThreadingTCPServer):
	daemon_threads = True


class _Talk(socketserver.StreamRequestHandler):
	def handle(self) -> None:
		self._say("220 here")
		for line in self.rfile:
			verb, _colon, rest = line.decode().strip().partition(":")
			match verb.upper().split()[:1]:
				case ["QUIT"]:
					return self._say("221 bye")
				case ["RCPT"]:
					self._receive(rest.strip("<> "))
				case ["DATA"]:
					self._say("354 go on")
					lines = iter(self.rfile.readline, b".\r\n")
					self.server.mails.append(email.message_from_bytes(b"".join(lines)))
					self._say("250 kept")
				case _:
					self._say("250 ok")

	def _receive(self, recipient: str) -> None:
		if recipient.startswith("broken"):
			return self._say("550 no such user")
		self.server.kept.append(recipient)
		self._say("250 ok")

	def _say(self, words: str) -> None:
		self.wfile.write(f"{words}\r\n".encode())
