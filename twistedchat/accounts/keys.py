"""By what else than a password an account can be logged in to: certificates and SSH keys."""

import base64
import binascii
from collections.abc import Sequence

from twistedchat.accounts.rows import AccountRows
from twistedchat.core.chat import Chat
from twistedchat.core.errors import BadArguments, NotAllowed, TooMany
from twistedchat.core.fingerprints import fingerprint
from twistedchat.core.records import Change, DropProof, ProofKind, ProofRecord
from twistedchat.core.text import shorten
from twistedchat.core.users import Session, user_of

KEYS_MOST = 20
LABEL_CHARS = 40
KEY_CHARS = 4000
# DSA keys are too weak; what is listed here, any OpenSSH of today can make.
SSH_KINDS = frozenset(
    {
        "ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521",
        "ssh-rsa", "sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com",
    }
)  # fmt: skip


class Keys:
    """The proofs of accounts that are no passwords.

    Args:
        chat: where people are.
        rows: what is stored of accounts.
    """

    def __init__(self, chat: Chat, rows: AccountRows) -> None:
        self.chat = chat
        self.rows = rows

    def account_of(self, session: Session) -> str:
        """The account that a session is logged in to.

        Raises:
            NotAllowed: it is a guest's.
        """
        account = user_of(session).account
        if not account:
            raise NotAllowed("You are not logged in. /login NICK does it, /register begins one.")
        return account

    async def save(self, session: Session, changes: Sequence[Change], undone: str) -> None:
        """Have changes stored, all or none, and tell a session to wait if that takes long.

        Raises:
            NotSaved: they are not stored, as ``AccountRows.save`` says it.
        """
        settled = self.chat.tell_if_slow(session)
        try:
            await self.rows.save(changes, undone)
        finally:
            settled()

    async def keys(self, session: Session) -> Sequence[ProofRecord]:
        """By what else than the password the account can be logged in to."""
        proofs = await self.rows.proofs(self.account_of(session))
        return [one for one in proofs if one.kind is not ProofKind.PASSWORD]

    async def has_password(self, session: Session) -> bool:
        """Whether the account has a password; else keys alone log in."""
        return await self.rows.password(self.account_of(session)) is not None

    async def add_certificate(self, session: Session, label: str) -> ProofRecord:
        """Let the certificate of this connection log in from now on."""
        if not session.certificate:
            raise NotAllowed(
                "Your program has shown no certificate on this connection. Connect over TLS with"
                " one, log in, and write /keys add certificate again."
            )
        return await self._add(session, ProofKind.CERTIFICATE, session.certificate, label)

    async def add_ssh_key(self, session: Session, text: str) -> ProofRecord:
        """Let an SSH key, written as in ``id_ed25519.pub``, log in from now on.

        Raises:
            BadArguments: it is not written like one.
        """
        kind, data, comment = [*text[:KEY_CHARS].split(None, 2), "", "", ""][:3]
        if kind not in SSH_KINDS or not _is_key(kind, data):
            raise BadArguments("That is no public SSH key: write the line of ~/.ssh/id_ed25519.pub")
        return await self._add(session, ProofKind.SSH_KEY, f"{kind} {data}", comment)

    async def remove_key(self, session: Session, label: str) -> ProofRecord:
        """Let one of them log in no more.

        Raises:
            BadArguments: there is none of this label or fingerprint.
        """
        for one in await self.keys(session):
            if label in (one.label, fingerprint(one)):
                gone = DropProof(one.account, one.kind, one.value)
                await self.save(session, [gone], "the key still logs in")
                return one
        shown = shorten(label, LABEL_CHARS)
        raise BadArguments(f"You have no key {shown}. /keys list shows those you have.")

    async def _add(self, session: Session, kind: ProofKind, value: str, label: str) -> ProofRecord:
        account, known = self.account_of(session), await self.keys(session)
        owner = await self.rows.proved(kind, value)
        if owner is not None:
            whose = "yours" if owner.id == account else "another account's"
            raise NotAllowed(f"That key is {whose} already. /keys list shows those you have.")
        if len(known) >= KEYS_MOST:
            raise TooMany(f"You have {KEYS_MOST} keys, as many as can be. /keys remove one first.")
        proof = ProofRecord(account, kind, value, _label(label, known), self.chat.clock.now())
        await self.save(session, [proof], "the key does not log in")
        return proof


def _label(wanted: str, known: Sequence[ProofRecord]) -> str:
    """The label wanted, or one with a number behind it that is free."""
    label = shorten(wanted, LABEL_CHARS) or "key"
    taken = {one.label for one in known}
    numbered = (f"{label}-{number}" for number in range(2, len(taken) + 3))
    return label if label not in taken else next(one for one in numbered if one not in taken)


def _is_key(kind: str, data: str) -> bool:
    try:
        decoded = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        return False
    length = int.from_bytes(decoded[:4], "big")
    return decoded[4 : 4 + length] == kind.encode() and len(decoded) > 4 + length
