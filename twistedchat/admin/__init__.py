"""``twistedchat-admin``: what a host does beside the server, whether or not it runs."""

from twistedchat.admin.program import main as main
