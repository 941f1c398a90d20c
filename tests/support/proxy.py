"""A connection that can be cut and can hang: a program between a client and its server."""

from __future__ import annotations

import contextlib
import selectors
import socket
from threading import Event, Lock, Thread


class Proxy:
    """Listens at a port of its own and passes everything on to `port` of this machine, both ways.

    `hang` passes nothing on, and answers nobody, until `resume`. `cut` ends every connection and
    refuses new ones until `resume`, as a server that is stopped; `restart` ends them once.
    """

    def __init__(self, port: int) -> None:
        self._target = port
        self._open: set[socket.socket] = set()
        self._lock = Lock()
        self._flowing, self._ended = Event(), Event()
        self._flowing.set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def hang(self) -> None:
        self._flowing.clear()

    def cut(self) -> None:
        # Closing alone would leave a thread that waits in accept() to take one more.
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.restart()

    def restart(self) -> None:
        with self._lock:
            ends, self._open = self._open, set()
        for end in ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def resume(self) -> None:
        self._flowing.set()
        if self._listener.fileno() == -1:
            self._listener = socket.create_server(("127.0.0.1", self.port))
            Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def close(self) -> None:
        self._ended.set()
        self._flowing.set()
        self.cut()

    def _accept(self, listener: socket.socket) -> None:
        while not self._ended.is_set():
            try:
                client, _ = listener.accept()
            except OSError:
                return
            Thread(target=self._pass_on, args=(client,), daemon=True).start()

    def _pass_on(self, client: socket.socket) -> None:
        with client, contextlib.suppress(OSError), selectors.DefaultSelector() as ready:
            self._flowing.wait()
            with socket.create_connection(("127.0.0.1", self._target)) as server:
                for end in (client, server):
                    # A statement of two packets would wait 40 ms for the first to be acknowledged.
                    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                with self._lock:
                    self._open |= {client, server}
                ready.register(client, selectors.EVENT_READ, server)
                ready.register(server, selectors.EVENT_READ, client)
                while not self._ended.is_set():
                    for key, _ in ready.select(1):
                        source: socket.socket = key.fileobj  # type: ignore[assignment]
                        sent = source.recv(65_536)
                        self._flowing.wait()
                        if not sent:
                            return
                        key.data.sendall(sent)
                with self._lock:
                    self._open -= {client, server}
