"""The lock store: the messages of one conversation are handled one after the other, in whichever process they arrive.

Rasa's own looks once a second whether it is its turn, and its tickets in Redis are not atomic (rasa#9213): of two
messages that come at the same moment both get the turn.
"""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import Any

from rasa.core.lock_store import LOCK_LIFETIME, LockStore

from meldwijzer.shared import shared


class SharedLockStore(LockStore):
    """Gives the turns of `meldwijzer.shared`."""

    def __init__(self, **_: Any) -> None:
        """Make it; where the turns are, the settings say."""

    def lock(
        self, conversation_id: str, lock_lifetime: float = LOCK_LIFETIME, wait_time_in_seconds: float = 1
    ) -> AbstractAsyncContextManager[None]:
        """The turn of a conversation.

        Args:
            conversation_id: its pseudonymous sender id.
            lock_lifetime: Rasa's, without a meaning here.
            wait_time_in_seconds: Rasa's, without a meaning here.
        """
        return shared().turn(f"conversation:{conversation_id}")
