"""A store of what was said before the server started, which answers when it is told to."""

from twisted.internet.defer import Deferred, succeed

from twistedchat.core.ids import Ids
from twistedchat.core.records import MessageKind, MessageRecord, StoredPage, private_place
from twistedchat.storage.memory import MemoryStore
from twistedchat.testing import START


class Shelf(MemoryStore):
    """Has messages, each a minute older than the next.

    Attributes:
        asked: the questions that wait, if it is ``slow``.
    """

    def __init__(self, *, slow=False):
        super().__init__()
        self.messages, self.asked, self.slow = [], [], slow
        self._ids = Ids(2)

    def add(self, *texts, nick="bob", account="", place="lobby", to="", ago=3600):
        """Let these have been said so many seconds before the start."""
        kind = MessageKind.WHISPERED if to else MessageKind.SAID
        for number, text in enumerate(texts):
            id_, at = self._ids.next(START - ago + number)
            one = MessageRecord(id_, at, place, kind, nick, account, text, to)
            self.messages.append(one)
        return [one.id for one in self.messages[-len(texts) :]]

    def whisper(self, text, sender="B", to="A"):
        """Let one account have told another something."""
        place = private_place(sender, to)
        return self.add(text, nick=sender.lower(), account=sender, place=place, to=to.lower())[0]

    def answer(self, failure=None):
        """Answer what was asked so far."""
        asked, self.asked = self.asked, []
        for deferred, result in asked:
            if not deferred.called:
                deferred.callback(result) if failure is None else deferred.errback(failure)

    def _answer(self, result):
        if not self.slow:
            return succeed(result)
        self.asked.append((Deferred(), result))
        return self.asked[-1][0]

    def before(self, place, id_, limit):
        found = [one for one in self.messages if one.place == place and one.id < id_]
        return self._answer(StoredPage(tuple(found[-limit:]), len(found) <= limit))

    def by_ids(self, ids):
        return self._answer(tuple(one for one in self.messages if one.id in ids))

    def unread(self, account, positions, most):
        def newer(place, id_):
            found = (one for one in self.messages if one.place == place and one.id > id_)
            return sum(one.account != account for one in found)

        return self._answer({place: min(most, newer(place, p)) for place, p in positions.items()})

    def whispers_after(self, account, id_, limit):
        mine = (one for one in self.messages if one.to and account in one.place.split())
        found = [one for one in mine if one.id > id_ and one.account != account]
        return self._answer(tuple(found[-limit:]))
