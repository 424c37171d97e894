"""Configuration of the IRC servers: everything that slows or bounds a client is off or far away."""

from pathlib import Path

NGIRCD = """\
[Global]
Name = bench.example.org
Info = benchmark
Listen = 127.0.0.1
Ports = {port}
ServerUID = root
ServerGID = root
[Limits]
MaxConnections = 0
MaxConnectionsIP = 0
MaxJoins = 0
MaxNickLength = 20
MaxPenaltyTime = 0
MaxListSize = 0
PingTimeout = 3600
PongTimeout = 600
[Options]
DNS = no
Ident = no
PAM = no
SyslogFacility = local0
"""

INSPIRCD = """\
<server name="bench.example.org" description="benchmark" network="bench" id="001">
<admin name="bench" nick="bench" email="bench@example.org">
<bind address="127.0.0.1" port="{port}" type="clients">
<power diepass="{port}" restartpass="{port}">
<connect name="all" allow="*" timeout="3600" pingfreq="1h" hardsendq="1073741824"
  softsendq="1073741824" recvq="16777216" threshold="1000000000" commandrate="1000000000"
  fakelag="no" localmax="1000000" globalmax="1000000" maxconnwarn="no" resolvehostnames="no"
  useident="no" limit="1000000" maxchans="1000">
<class name="none" commands="">
<files motd="{motd}">
<channels users="1000" opers="1000">
<dns server="127.0.0.1" timeout="1">
<pid file="{pid}">
<options defaultmodes="nt" splitwhois="no" syntaxhints="no" cyclehostsfromuser="no">
<performance quickbufsize="1048576" netbuffersize="65534" somaxconn="4096" softlimit="1000000"
  clonesonconnect="no">
<security customversion="" runasuser="" runasgroup="">
<limits maxnick="30" maxchan="60" maxmodes="20" maxline="512">
<log method="file" type="* -USERINPUT -USEROUTPUT" level="default" target="{log}">
<badnick nick="NickServ" reason="reserved">
"""


def ngircd(port: int, place: Path) -> list[str]:
    """The command that starts ngIRCd."""
    file = place / "ngircd.conf"
    file.write_text(NGIRCD.format(port=port))
    return ["ngircd", "-n", "-f", str(file)]


def inspircd(port: int, place: Path) -> list[str]:
    """The command that starts InspIRCd."""
    file, motd = place / "inspircd.conf", place / "motd"
    motd.write_text("benchmark\n")
    more = {"motd": motd, "pid": place / "inspircd.pid", "log": place / "inspircd.log"}
    file.write_text(INSPIRCD.format(port=port, **more))
    return ["inspircd", "--nofork", "--runasroot", "--nopid", "--config", str(file)]
