"""Certificates and SSH keys of accounts."""

import pytest

from twistedchat.accounts.keys import KEYS_MOST
from twistedchat.core.errors import BadArguments, NotAllowed, NotSaved, TooMany
from twistedchat.core.fingerprints import fingerprint
from twistedchat.core.records import DropProof, ProofKind
from twistedchat.testing import enter, make_chat, run
from twistedchat.testing_accounts import open_accounts, proofs

GOOD = "correct horse"
# Made with ssh-keygen -t ed25519; its fingerprint is what ssh-keygen -l says.
ED25519 = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqti"


@pytest.fixture
def chat():
    return make_chat()


@pytest.fixture
def store(chat):
    return open_accounts(chat)


@pytest.fixture
def ada(chat, store):
    session = enter(chat, "ada")
    run(chat.accounts.register(session, GOOD))
    session.certificate = "ab:cd"
    return session


def labels(chat, session):
    return [one.label for one in run(chat.accounts.keys(session))]


def test_keys_are_added_listed_and_removed(chat, ada):
    """The password is none of them."""
    certificate = run(chat.accounts.add_certificate(ada, "laptop"))
    ssh = run(chat.accounts.add_ssh_key(ada, f"{ED25519} ada@home"))
    assert (certificate.kind, certificate.value) == (ProofKind.CERTIFICATE, "ab:cd")
    assert (ssh.kind, ssh.value) == (ProofKind.SSH_KEY, ED25519)
    assert labels(chat, ada) == ["laptop", "ada@home"]
    run(chat.accounts.remove_key(ada, "laptop"))
    run(chat.accounts.remove_key(ada, fingerprint(ssh)))
    assert labels(chat, ada) == []
    with pytest.raises(BadArguments, match="You have no key laptop"):
        run(chat.accounts.remove_key(ada, "laptop"))


def test_labels_are_the_accounts_own(chat, ada):
    """A label that is there gets a number; without one there is a plain one."""
    for fingerprint_, label in (("01", ""), ("02", ""), ("03", "phone"), ("04", "phone")):
        ada.certificate = fingerprint_
        run(chat.accounts.add_certificate(ada, label))
    assert labels(chat, ada) == ["key", "key-2", "phone", "phone-2"]


@pytest.mark.parametrize(
    "text",
    [
        "", "nonsense", "ssh-ed25519", "ssh-ed25519 !!!", "ssh-ed25519 AAAA",
        "ssh-dss AAAAB3NzaC1kc3M=",
        ED25519.replace("ssh-ed25519 ", "ssh-rsa "), "x" * 10000,
    ],
)  # fmt: skip
def test_what_is_no_ssh_key_is_refused(chat, ada, text):
    """With where to find one."""
    with pytest.raises(BadArguments, match="no public SSH key"):
        run(chat.accounts.add_ssh_key(ada, text))


def test_whether_an_account_has_a_password(chat, store, ada):
    """Keys may be all there is."""
    assert run(chat.accounts.has_password(ada))
    [proof] = proofs(store, ProofKind.PASSWORD)
    store.submit([DropProof(proof.account, proof.kind, proof.value)], lambda _: None)
    assert not run(chat.accounts.has_password(ada))
    with pytest.raises(NotAllowed, match="not logged in"):
        run(chat.accounts.has_password(enter(chat, "guest")))


def test_a_key_belongs_to_one_account(chat, ada):
    """The refusal tells no name."""
    run(chat.accounts.add_certificate(ada, "laptop"))
    with pytest.raises(NotAllowed, match="is yours already"):
        run(chat.accounts.add_certificate(ada, "laptop"))
    bob = enter(chat, "bob")
    run(chat.accounts.register(bob, GOOD))
    bob.certificate = "ab:cd"
    with pytest.raises(NotAllowed, match="another account's"):
        run(chat.accounts.add_certificate(bob, "mine"))


def test_without_a_certificate_there_is_none_to_add(chat, ada):
    """The refusal says how to show one."""
    ada.certificate = ""
    with pytest.raises(NotAllowed, match="Connect over TLS"):
        run(chat.accounts.add_certificate(ada, "laptop"))


def test_guests_have_no_keys(chat, store):
    """The refusal says what to do."""
    guest = enter(chat, "guest")
    for asked in (
        chat.accounts.keys(guest),
        chat.accounts.add_ssh_key(guest, ED25519),
        chat.accounts.remove_key(guest, "x"),
    ):
        with pytest.raises(NotAllowed, match="not logged in"):
            run(asked)


def test_an_account_has_so_many_keys_and_no_more(chat, ada):
    """The refusal says what to do."""
    for number in range(KEYS_MOST):
        ada.certificate = f"{number:02}"
        run(chat.accounts.add_certificate(ada, ""))
    ada.certificate = "ff"
    with pytest.raises(TooMany, match="/keys remove one first"):
        run(chat.accounts.add_certificate(ada, ""))


def test_what_could_not_be_stored_is_said(chat, store, ada):
    """Neither a new key nor the end of one."""
    run(chat.accounts.add_certificate(ada, "laptop"))
    store.failing = "disk full"
    with pytest.raises(NotSaved, match="the key does not log in"):
        run(chat.accounts.add_ssh_key(ada, ED25519))
    with pytest.raises(NotSaved, match="the key still logs in"):
        run(chat.accounts.remove_key(ada, "laptop"))
    assert labels(chat, ada) == ["laptop"]
