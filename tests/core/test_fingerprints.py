"""What people compare of keys."""

from twistedchat.core.fingerprints import fingerprint
from twistedchat.core.records import ProofKind, ProofRecord

# Made with ssh-keygen -t ed25519.
ED25519 = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqti"


def shown(kind, value):
    return fingerprint(ProofRecord("A", kind, value, "", 0.0))


def test_an_ssh_key_is_shown_as_openssh_shows_it():
    """Character by character: people compare it with what ``ssh-keygen -l`` says."""
    assert shown(ProofKind.SSH_KEY, ED25519) == "SHA256:UCUiLr7Pjs9wFFJMDByLgc3NrtdU344OgUM45wZPcIQ"


def test_a_certificate_is_known_by_its_fingerprint():
    """Nothing else of it is stored."""
    assert shown(ProofKind.CERTIFICATE, "ab:cd") == "ab:cd"


def test_of_a_password_nothing_is_shown():
    """Not even its hash."""
    assert shown(ProofKind.PASSWORD, "$argon2id$secret") == ""
