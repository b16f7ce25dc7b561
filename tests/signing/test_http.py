"""Limits of what is asked over HTTP, against peers that keep their callers."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress

import httpx2
import pytest

from signing import http
from tests.signing.peers import Answer, peer

HEADERS = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n"


class Dripping:
    """Begins its answer so, then sends one byte every 20 ms, until its caller has gone or some 10 s are over."""

    def __init__(self, begin: bytes) -> None:
        self._begin, self._listens = begin, socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listens.getsockname()[1]}/"
        self.outlasted = False
        self._runs = threading.Thread(target=self._answer, daemon=True)
        self._runs.start()

    def _answer(self) -> None:
        caller, _ = self._listens.accept()
        with caller, suppress(OSError):  # a caller who has given up
            caller.recv(65536)
            caller.sendall(self._begin)
            for _ in range(500):
                caller.sendall(b"x")
                time.sleep(0.02)
            self.outlasted = True

    def close(self) -> None:
        self._runs.join()
        self._listens.close()


@pytest.mark.parametrize("begin", [HEADERS + b"X-Long: ", HEADERS + b"\r\n"], ids=["headers", "body"])
def test_who_answers_by_drips_is_not_waited_for(begin: bytes) -> None:
    dripping = Dripping(begin)
    with http.client(30) as client, pytest.raises(httpx2.HTTPError):
        http.whole(client, client.build_request("GET", dripping.url), 0.3)
    dripping.close()
    assert not dripping.outlasted


def test_a_connection_that_is_kept_has_the_time_of_each_question() -> None:
    with peer(lambda asked: Answer(b"good")) as running, http.client(30) as client:
        for seconds in (30.0, 0.0, 30.0):
            question = client.build_request("GET", running.url)
            if not seconds:
                with pytest.raises(http.TooSlow):
                    http.whole(client, question, seconds)
            else:
                assert http.whole(client, question, seconds).content == b"good"
    assert len(running.asked) == 2
