"""Tells twistd that there is a ``chat``; what it is stays unread until it is asked for."""

from twisted.application.service import ServiceMaker

chat = ServiceMaker("twistedchat", "twistedchat.tap", "A multi-room chat server.", "chat")
