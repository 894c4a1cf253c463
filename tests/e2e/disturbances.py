"""What tests of faults need: someone who goes on asking, a filled-in request, and patience."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable

import httpx

from tests.conftest import Conversation

QUESTION = "Hoe lang duurt een huisverbod?"
FIELDS = (("sector", "onderwijs"), ("region", "onbekend"), ("subject", "meldcode"), ("step", "stap4"),
          ("violence", "getuige"), ("age", "4-11"), ("outcome", "advies"))  # fmt: skip


def filled_in(conversation: Conversation) -> None:
    """Fill in an advice request, up to its confirmation."""
    conversation.press("/record_advice")
    for field, value in FIELDS:
        conversation.press(f'/inform{{"{field}":"{value}"}}')


def until(holds: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.2)


class Asking(threading.Thread):
    """Someone who goes on asking; counts what came of it."""

    def __init__(self, conversation: Conversation) -> None:
        super().__init__(daemon=True)
        self.conversation, self.statuses, self.slowest = conversation, Counter[int](), 0.0
        self._done = threading.Event()

    def run(self) -> None:
        while not self._done.wait(0.1):
            began = time.monotonic()
            try:
                status = self.conversation.post({"text": QUESTION}).status_code
            except httpx.HTTPError:
                status = 0
            self.statuses[status] += 1
            self.slowest = max(self.slowest, time.monotonic() - began)

    def end(self) -> None:
        self._done.set()
        self.join()
