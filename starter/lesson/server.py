"""A small server for one page and one person: it answers this machine alone, and only who knows the token.

    GET  /<token>/          the page
    GET  /<token>/stream    pictures as they are made (server-sent events)
    GET  /<token>/replay    the training so far, as a file to keep
    POST /<token>/do        one command, as JSON
    GET  /<ticket>          once, for the browser that we start: on to the page

Other pages in the same browser may send requests here, and other people may work on the same machine. So each
request has to name us as its host, must not come from another page, and has to know the token. The browser is
started with a ticket that is worthless afterwards, since everybody can see the command line of every program. No
address ever leads to a file.
"""

import json
import queue
import secrets
import select
import socket
import socketserver
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from .functions import Stop
from .learner import check_command
from .replay import page, policy

HERE = "127.0.0.1"
LONGEST = 2000  # bytes of a command
BEAT_S = 1.0  # between two signs of life
WAIT_S = 10.0  # for a request to arrive
STREAMS = 24  # at once


class Server(ThreadingHTTPServer):
    """Answers requests, each in a thread of its own."""

    daemon_threads = True
    block_on_close = False
    allow_reuse_address = sys.platform != "win32"  # There it would let two programs have the same port.

    def __init__(self, port, board, trainer):
        """Listen; raises Stop when the port is taken. Port 0 is any free one."""
        self.board, self.trainer = board, trainer
        self.token, self.ticket = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
        self.page = page().encode("ascii")
        self.policy = policy() + "; frame-ancestors 'none'"
        try:
            super().__init__((HERE, port), _Request)
        except OSError as error:
            raise Stop(
                f"Port {port} cannot be used ({error.strerror or error}). Is classify2d.py running already? Choose "
                "another number, or leave --port out."
            ) from None
        port = self.server_address[1]
        self.hosts = {f"{HERE}:{port}", f"localhost:{port}"}
        self.address = f"http://{HERE}:{port}/{self.token}/"
        self.address_once = f"http://{HERE}:{port}/{self.ticket}"

    def server_bind(self):
        """Bind, without asking a name server how this machine is called: that may take half a minute."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address[:2]

    def handle_error(self, request, client_address):  # noqa: ARG002 - the library calls it so
        """A page that was closed is no mistake; anything else is ours, and gets a line."""
        error = sys.exc_info()[1]
        if not isinstance(error, OSError):
            print(f"classify2d.py could not answer its page: {type(error).__name__}", file=sys.stderr)

    def start(self):
        """Answer from now on, in a thread."""
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()

    def stop(self):
        """Answer nobody any more, and give the port back."""
        self.shutdown()
        self.server_close()


class _Refusal(Exception):
    """An answer that is not what was asked for."""

    def __init__(self, status, sentence):
        super().__init__(sentence)
        self.status = status


class _Request(BaseHTTPRequestHandler):
    timeout = WAIT_S
    server_version, sys_version = "classify2d", ""

    def do_GET(self):
        self._answer({"": self._page, "stream": self._stream, "replay": self._replay}, ("do",))

    def do_POST(self):
        self._answer({"do": self._command}, ("", "stream", "replay"))

    def _answer(self, ways, others):
        try:
            self._check_sender()
            if self.command == "GET" and self._has_ticket():
                self._send(303, "", headers={"Location": f"/{self.server.token}/"})
                return
            ways[self._checked_way(ways, others)]()
        except _Refusal as refusal:
            self._send(refusal.status, f"{refusal}\n")

    def _checked_way(self, ways, others):
        token, slash, way = self.path[1:].partition("/")
        if not slash or not _same(token, self.server.token):
            raise _Refusal(403, "This address is not complete. Open the whole address that classify2d.py printed.")
        if way in others:
            raise _Refusal(405, "This address needs another method.")
        if way not in ways:
            raise _Refusal(404, "There is nothing here.")
        return way

    def _check_sender(self):
        host, origin = self.headers.get_all("Host", []), self.headers.get("Origin")
        if len(host) != 1 or host[0].lower() not in self.server.hosts:
            raise _Refusal(403, "This server answers its own page only.")
        if origin is not None and origin != f"http://{host[0].lower()}":
            raise _Refusal(403, "This server answers its own page only.")

    def _has_ticket(self):
        ticket = self.server.ticket
        if ticket and _same(self.path[1:], ticket):
            self.server.ticket = None
            return True
        return False

    def _page(self):
        self._send(200, self.server.page, "text/html; charset=utf-8")

    def _replay(self):
        try:
            film = self.server.trainer.film()
        except (queue.Empty, queue.Full):
            raise _Refusal(503, "Your functions are busy. Try again later.") from None
        if film is None:
            raise _Refusal(409, "There is nothing to replay yet.")
        name = {"Content-Disposition": 'attachment; filename="classify2d-replay.html"'}
        self._send(200, page(film), "text/html; charset=utf-8", name)

    def _command(self):
        try:
            length = int(self.headers.get("Content-Length", ""))
        except ValueError:
            raise _Refusal(411, "This command does not say how long it is.") from None
        if not 0 <= length <= LONGEST:
            raise _Refusal(413, "This command is too long.")
        if self.headers.get_content_type() != "application/json":
            raise _Refusal(415, "Commands are JSON.")
        try:
            command = json.loads(self.rfile.read(length))
            check_command(command)
        except (ValueError, RecursionError) as error:
            raise _Refusal(400, f"Not a command: {str(error)!a}.") from None
        try:
            self.server.trainer.inbox.put_nowait(command)
        except queue.Full:
            raise _Refusal(503, "Your functions are busy. Try again later.") from None
        self._send(204, "")

    def _stream(self):
        board = self.server.board
        if board.pages >= STREAMS:
            raise _Refusal(503, "Too many pages are open already.")
        self._head(200, "text/event-stream")
        self.connection.settimeout(None)  # A page in the background may sleep.
        self.wfile.write(b"retry: 500\n\n")  # A page that has lost us looks again after half a second.
        with board.page():
            before = board.newer_than(-1, 0)._replace(number=-1, picture="", notice="null")
            while not self._is_closed():
                now = board.newer_than(before.number, BEAT_S)
                events = []
                if now.picture != before.picture:
                    events.append(("picture", now.picture))
                if now.notice != before.notice:
                    events.append(("notice", now.notice))
                if now.ended:
                    events.append(("end", json.dumps(now.ended)))
                text = "".join(f"event: {event}\ndata: {data}\n\n" for event, data in events or [("beat", "0")])
                self.wfile.write(text.encode("ascii"))
                if now.ended:
                    return
                before = now

    def _is_closed(self):
        """Whether the page has gone. A page that looks on sends nothing more, so what can be read is the end."""
        return bool(select.select([self.connection], [], [], 0)[0]) and not self.connection.recv(1, socket.MSG_PEEK)

    def _send(self, status, body, kind="text/plain; charset=utf-8", headers=None):
        data = body if isinstance(body, bytes) else body.encode("utf-8")
        self._head(status, kind, {"Content-Length": str(len(data)), **(headers or {})})
        self.wfile.write(data)

    def _head(self, status, kind, headers=None):
        self.send_response(status)
        always = {
            "Content-Type": kind,
            "Content-Security-Policy": self.server.policy,
            "Cache-Control": "no-store",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
        }
        for name, value in (always | (headers or {})).items():
            self.send_header(name, value)
        self.end_headers()

    def send_error(self, code, message=None, explain=None):  # noqa: ARG002 - the library calls it so
        """What the library refuses by itself: unknown methods, broken requests."""
        self.request_version = getattr(self, "request_version", "HTTP/1.0")
        self.close_connection = True
        self._send(code, "This server does not understand that request.\n")

    def log_message(self, *_):
        """Say nothing: the terminal belongs to the student's prints."""


def _same(told, known):
    """Whether both are the same text; how long it takes to say so tells nobody how much of it was right."""
    return secrets.compare_digest(told.encode("utf-8", "replace"), known.encode("ascii"))
