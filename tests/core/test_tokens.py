"""What is kept of a token."""

from twistedchat.core.tokens import digest


def test_a_digest_does_not_tell_its_token():
    """It is the same for the same token, and can be made of whatever a program sends."""
    assert digest("secret1") == digest("secret1") != digest("secret2")
    assert "secret" not in digest("secret1")
    assert len(digest("\ud800")) == 64
