"""The numeric replies of IRC, with the texts that clients and their users know.

Which words stand before the text is what clients read; the text is for people. A numeric without a
text of its own is given one, or has words only. Their specification is RFC 2812 and
modern.ircdocs.horse, for SASL and MONITOR those of IRCv3.
"""

from typing import Final, NamedTuple

from twistedchat.protocols.irc.messages import NO_TAGS, Tags, format_line


class Numeric(NamedTuple):
    """A numeric reply.

    Attributes:
        code: its three digits.
        words: what stands behind the nick of whom it is for, each a parameter.
        text: the last parameter, if it is always the same.
    """

    code: str
    words: tuple[str, ...] = ()
    text: str = ""


def _numeric(code: str, words: str = "", text: str = "") -> Numeric:
    return Numeric(code, tuple(words.split()), text)


def numeric_line(
    server: str, to: str, numeric: Numeric, *words: str, tags: Tags = NO_TAGS
) -> bytes:
    """The bytes of a numeric reply.

    Args:
        server: the server's name.
        to: the nick of whom it is for; "*" before there is one.
        numeric: which.
        words: one for each of its words.
        tags: what is said about it.
    """
    if len(words) != len(numeric.words):
        raise TypeError(f"{numeric.code} takes {numeric.words}, not {words}")
    text = (numeric.text,) if numeric.text else ()
    textual = bool(text) or (bool(words) and numeric.words[-1] in _TEXTUAL)
    return format_line(numeric.code, (to, *words, *text), server, tags, text=textual)


# Last words that are texts, or lists with spaces in them.
_TEXTUAL = frozenset(
    {"text", "names", "channels", "topic", "replies", "nicks", "realname", "info", "comments"}
)


# Registration
RPL_WELCOME: Final = _numeric("001", "text")
RPL_YOURHOST: Final = _numeric("002", "text")
RPL_CREATED: Final = _numeric("003", "text")
RPL_MYINFO: Final = _numeric("004", "server version user-modes channel-modes with-parameter")
ERR_NONICKNAMEGIVEN: Final = _numeric("431", "", "No nickname given")
ERR_ERRONEUSNICKNAME: Final = _numeric("432", "nick text")
ERR_NICKNAMEINUSE: Final = _numeric("433", "nick", "Nickname is already in use")
ERR_NOTREGISTERED: Final = _numeric("451", "", "You have not registered")
ERR_NEEDMOREPARAMS: Final = _numeric("461", "command", "Not enough parameters")
ERR_ALREADYREGISTERED: Final = _numeric("462", "", "You may not reregister")
ERR_PASSWDMISMATCH: Final = _numeric("464", "", "Password incorrect")
ERR_YOUREBANNEDCREEP: Final = _numeric("465", "text")
ERR_INVALIDCAPCMD: Final = _numeric("410", "subcommand", "Invalid CAP command")

# Lines
ERR_UNKNOWNERROR: Final = _numeric("400", "command text")
ERR_INPUTTOOLONG: Final = _numeric("417", "", "Input line was too long")
ERR_UNKNOWNCOMMAND: Final = _numeric("421", "command", "Unknown command")
ERR_NOORIGIN: Final = _numeric("409", "", "No origin specified")

# The server
RPL_TRYAGAIN: Final = _numeric("263", "command text")
RPL_LUSERCLIENT: Final = _numeric("251", "text")
RPL_LUSEROP: Final = _numeric("252", "count", "operator(s) online")
RPL_LUSERUNKNOWN: Final = _numeric("253", "count", "unregistered connection(s)")
RPL_LUSERCHANNELS: Final = _numeric("254", "count", "channel(s) formed")
RPL_LUSERME: Final = _numeric("255", "text")
RPL_LOCALUSERS: Final = _numeric("265", "count most text")
RPL_GLOBALUSERS: Final = _numeric("266", "count most text")
RPL_VERSION: Final = _numeric("351", "version server comments")
RPL_INFO: Final = _numeric("371", "text")
RPL_MOTD: Final = _numeric("372", "text")
RPL_ENDOFINFO: Final = _numeric("374", "", "End of INFO list")
RPL_MOTDSTART: Final = _numeric("375", "text")
RPL_ENDOFMOTD: Final = _numeric("376", "", "End of MOTD command")
ERR_NOMOTD: Final = _numeric("422", "", "There is no message of the day")
RPL_TIME: Final = _numeric("391", "server time")
RPL_HELPSTART: Final = _numeric("704", "subject text")
RPL_HELPTXT: Final = _numeric("705", "subject text")
RPL_ENDOFHELP: Final = _numeric("706", "subject", "End of help")
ERR_HELPNOTFOUND: Final = _numeric("524", "subject", "No help available on this topic")
RPL_ADMINME: Final = _numeric("256", "server", "Administrative info")
RPL_ENDOFSTATS: Final = _numeric("219", "letter", "End of STATS report")
RPL_STATSUPTIME: Final = _numeric("242", "text")

# Operators
RPL_YOUREOPER: Final = _numeric("381", "", "You are now an IRC operator")
RPL_REHASHING: Final = _numeric("382", "file", "Rehashing")
ERR_NOPRIVILEGES: Final = _numeric("481", "", "Permission Denied - You're not an IRC operator")
ERR_CANTKILLSERVER: Final = _numeric("483", "", "You can't kill a server!")
ERR_NOOPERHOST: Final = _numeric("491", "", "No O-lines for your host")

# People
RPL_UMODEIS: Final = _numeric("221", "modes")
RPL_AWAY: Final = _numeric("301", "nick text")
RPL_USERHOST: Final = _numeric("302", "replies")
RPL_ISON: Final = _numeric("303", "nicks")
RPL_UNAWAY: Final = _numeric("305", "", "You are no longer marked as being away")
RPL_NOWAWAY: Final = _numeric("306", "", "You have been marked as being away")
ERR_NOSUCHNICK: Final = _numeric("401", "nick", "No such nick/channel")
ERR_NOSUCHSERVER: Final = _numeric("402", "server", "No such server")
ERR_UMODEUNKNOWNFLAG: Final = _numeric("501", "", "Unknown MODE flag")
ERR_USERSDONTMATCH: Final = _numeric("502", "", "Cant change mode for other users")
RPL_WHOISCERTFP: Final = _numeric("276", "nick text")
RPL_WHOISREGNICK: Final = _numeric("307", "nick", "has identified for this nick")
RPL_WHOISUSER: Final = _numeric("311", "nick user host star realname")
RPL_WHOISSERVER: Final = _numeric("312", "nick server info")
RPL_WHOISOPERATOR: Final = _numeric("313", "nick", "is an IRC operator")
RPL_WHOWASUSER: Final = _numeric("314", "nick user host star realname")
RPL_ENDOFWHO: Final = _numeric("315", "mask", "End of WHO list")
RPL_WHOISIDLE: Final = _numeric("317", "nick idle since", "seconds idle, signon time")
RPL_ENDOFWHOIS: Final = _numeric("318", "nick", "End of /WHOIS list")
RPL_WHOISCHANNELS: Final = _numeric("319", "nick channels")
RPL_WHOISACCOUNT: Final = _numeric("330", "nick account", "is logged in as")
RPL_WHOISBOT: Final = _numeric("335", "nick", "is a bot")
RPL_WHOISHOST: Final = _numeric("378", "nick text")
RPL_WHOISSECURE: Final = _numeric("671", "nick", "is using a secure connection")
RPL_WHOREPLY: Final = _numeric("352", "channel user host server nick flags text")
RPL_ENDOFWHOWAS: Final = _numeric("369", "nick", "End of WHOWAS")
ERR_WASNOSUCHNICK: Final = _numeric("406", "nick", "There was no such nickname")

# Rooms
RPL_LISTSTART: Final = _numeric("321", "channel", "Users  Name")
RPL_LIST: Final = _numeric("322", "channel count topic")
RPL_LISTEND: Final = _numeric("323", "", "End of LIST")
RPL_CHANNELMODEIS: Final = _numeric("324", "channel modes")
RPL_CREATIONTIME: Final = _numeric("329", "channel time")
RPL_NOTOPIC: Final = _numeric("331", "channel", "No topic is set")
RPL_TOPIC: Final = _numeric("332", "channel topic")
RPL_TOPICWHOTIME: Final = _numeric("333", "channel who time")
RPL_INVITING: Final = _numeric("341", "nick channel")
RPL_INVITELIST: Final = _numeric("346", "channel mask who time")
RPL_ENDOFINVITELIST: Final = _numeric("347", "channel", "End of channel invite list")
RPL_EXCEPTLIST: Final = _numeric("348", "channel mask who time")
RPL_ENDOFEXCEPTLIST: Final = _numeric("349", "channel", "End of channel exception list")
RPL_NAMREPLY: Final = _numeric("353", "kind channel names")
RPL_ENDOFNAMES: Final = _numeric("366", "channel", "End of /NAMES list")
RPL_BANLIST: Final = _numeric("367", "channel mask who time")
RPL_ENDOFBANLIST: Final = _numeric("368", "channel", "End of channel ban list")
ERR_NOSUCHCHANNEL: Final = _numeric("403", "channel", "No such channel")
ERR_CANNOTSENDTOCHAN: Final = _numeric("404", "channel text")
ERR_TOOMANYCHANNELS: Final = _numeric("405", "channel", "You have joined too many channels")
ERR_USERNOTINCHANNEL: Final = _numeric("441", "nick channel", "They aren't on that channel")
ERR_NOTONCHANNEL: Final = _numeric("442", "channel", "You're not on that channel")
ERR_USERONCHANNEL: Final = _numeric("443", "nick channel", "is already on channel")
ERR_CHANNELISFULL: Final = _numeric("471", "channel", "Cannot join channel (+l)")
ERR_UNKNOWNMODE: Final = _numeric("472", "letter", "is unknown mode char to me")
ERR_INVITEONLYCHAN: Final = _numeric("473", "channel", "Cannot join channel (+i)")
ERR_BANNEDFROMCHAN: Final = _numeric("474", "channel", "Cannot join channel (+b)")
ERR_BADCHANNELKEY: Final = _numeric("475", "channel", "Cannot join channel (+k)")
ERR_BADCHANMASK: Final = _numeric("476", "channel text")
ERR_BANLISTFULL: Final = _numeric("478", "channel letter", "Channel list is full")
ERR_CHANOPRIVSNEEDED: Final = _numeric("482", "channel", "You're not channel operator")
ERR_INVALIDMODEPARAM: Final = _numeric("696", "target letter parameter text")

# Texts
ERR_TOOMANYTARGETS: Final = _numeric("407", "target text")
ERR_NORECIPIENT: Final = _numeric("411", "text")
ERR_NOTEXTTOSEND: Final = _numeric("412", "", "No text to send")

# Accounts
RPL_LOGGEDIN: Final = _numeric("900", "mask account text")
RPL_LOGGEDOUT: Final = _numeric("901", "mask", "You are now logged out")
ERR_NICKLOCKED: Final = _numeric("902", "", "You must use a nick assigned to you")
RPL_SASLSUCCESS: Final = _numeric("903", "", "SASL authentication successful")
ERR_SASLFAIL: Final = _numeric("904", "", "SASL authentication failed")
ERR_SASLTOOLONG: Final = _numeric("905", "", "SASL message too long")
ERR_SASLABORTED: Final = _numeric("906", "", "SASL authentication aborted")
ERR_SASLALREADY: Final = _numeric("907", "", "You have already authenticated using SASL")
RPL_SASLMECHS: Final = _numeric("908", "mechanisms", "are available SASL mechanisms")

# MONITOR
RPL_MONONLINE: Final = _numeric("730", "masks")
RPL_MONOFFLINE: Final = _numeric("731", "nicks")
RPL_MONLIST: Final = _numeric("732", "nicks")
RPL_ENDOFMONLIST: Final = _numeric("733", "", "End of MONITOR list")
ERR_MONLISTFULL: Final = _numeric("734", "limit nicks", "Monitor list is full")

NUMERICS: Final = {
    name: value for name, value in list(globals().items()) if isinstance(value, Numeric)
}
"""All of them by name, but 005 (``isupport``) and 354 (WHOX), which have any number of words."""
