"""What lasts: frozen records of everything that survives a restart, and the changes to it.

A batch of changes is written as a whole or not at all. A record in it saves itself, in place of the
one with the same key if there is one; what is to go has a change of its own. Times are seconds
since 1970-01-01 UTC.
"""

from twistedchat.core.records.accounts import (
    AccountRecord as AccountRecord,
)
from twistedchat.core.records.accounts import (
    DropAccount as DropAccount,
)
from twistedchat.core.records.accounts import (
    DropProof as DropProof,
)
from twistedchat.core.records.accounts import (
    ExportPage as ExportPage,
)
from twistedchat.core.records.accounts import (
    Forget as Forget,
)
from twistedchat.core.records.accounts import (
    NameRecord as NameRecord,
)
from twistedchat.core.records.accounts import (
    ProofKind as ProofKind,
)
from twistedchat.core.records.accounts import (
    ProofRecord as ProofRecord,
)
from twistedchat.core.records.accounts import (
    SetPassword as SetPassword,
)
from twistedchat.core.records.accounts import (
    TouchAccount as TouchAccount,
)
from twistedchat.core.records.changes import (
    Change as Change,
)
from twistedchat.core.records.changes import (
    Loaded as Loaded,
)
from twistedchat.core.records.changes import (
    NotStored as NotStored,
)
from twistedchat.core.records.changes import (
    Saved as Saved,
)
from twistedchat.core.records.changes import (
    weigh as weigh,
)
from twistedchat.core.records.messages import (
    WITH_SERVER as WITH_SERVER,
)
from twistedchat.core.records.messages import (
    DeleteMessages as DeleteMessages,
)
from twistedchat.core.records.messages import (
    EndPlace as EndPlace,
)
from twistedchat.core.records.messages import (
    Found as Found,
)
from twistedchat.core.records.messages import (
    MessageKind as MessageKind,
)
from twistedchat.core.records.messages import (
    MessageRecord as MessageRecord,
)
from twistedchat.core.records.messages import (
    SearchedPlace as SearchedPlace,
)
from twistedchat.core.records.messages import (
    StoredPage as StoredPage,
)
from twistedchat.core.records.messages import (
    private_ends as private_ends,
)
from twistedchat.core.records.messages import (
    private_place as private_place,
)
from twistedchat.core.records.reads import (
    DropRead as DropRead,
)
from twistedchat.core.records.reads import (
    Mark as Mark,
)
from twistedchat.core.records.reads import (
    ReadRecord as ReadRecord,
)
from twistedchat.core.records.rooms import (
    DropRole as DropRole,
)
from twistedchat.core.records.rooms import (
    DropRoom as DropRoom,
)
from twistedchat.core.records.rooms import (
    DropSentence as DropSentence,
)
from twistedchat.core.records.rooms import (
    RoleRecord as RoleRecord,
)
from twistedchat.core.records.rooms import (
    RoomRecord as RoomRecord,
)
from twistedchat.core.records.rooms import (
    SentenceKind as SentenceKind,
)
from twistedchat.core.records.rooms import (
    SentenceRecord as SentenceRecord,
)
from twistedchat.core.roles import Role as Role
