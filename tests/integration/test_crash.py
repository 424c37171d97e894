"""kill -9 and SIGTERM under full load: nothing is lost that anybody saw or was promised.

TWISTEDCHAT_CRASH_ROUNDS says how often the server is killed.
"""

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
from contextlib import suppress

import pytest

from tests.integration.witnesses import Ledger, Program, listen_on_nc, whole_history

pytestmark = pytest.mark.integration

ROUNDS = int(os.environ.get("TWISTEDCHAT_CRASH_ROUNDS", "3"))
OWNERS = ("ada", "bob")
# The lobby is always there, some rooms are registered, and one lives as long as people are in it.
LOBBY, LASTING, PASSING = "#lobby", ("#one", "#two"), "#passing"
ROOMS = (LOBBY, *LASTING, PASSING)
# Here the owners are among themselves, or their settings would keep the others from speaking.
DESKS = ("#desk", "#shelf")
UNBOUNDED = ("--limit=rate=0", "--limit=registered=0", "--limit=bans=100000")
AT_ONCE = 8
SECONDS = (0.3, 1.5)


def password_of(nick):
    return f"the password of {nick}"


async def settle(ledger, port):
    """The owners register themselves and their rooms."""
    for nick, *rooms in zip(OWNERS, LASTING, DESKS, strict=True):
        owner = await Program(ledger, port).enter(nick, rooms)
        await owner.must(type="register", password=password_of(nick))
        for room in rooms:
            await owner.must(type="room_register", room=room)
        await owner.close()


async def for_ever(step, *arguments):
    """Do something again and again, until the server ends."""
    with suppress(OSError, asyncio.CancelledError):
        while True:
            await step(*arguments)


async def change(program, fact, into, **request):
    """Ask for a change, and remember whether it was confirmed."""
    number = fact.issue(into)
    reply = await program.ask(**request)
    if reply["type"] == "ok":
        fact.confirm(number)
        program.ledger.counts["changes confirmed"] += 1


async def rule(owner, room):
    """What an owner does with a room: topic, settings, bans, roles."""
    number = next(owner.ledger.numbers)
    topic = f"topic {number}"
    await change(
        owner, owner.ledger.fact("topic", room), topic, type="topic", room=room, topic=topic
    )
    for setting, value, into in desk_settings(number) if room in DESKS else settings(number):
        fact, request = owner.ledger.fact(setting, room), {"setting": setting, "value": value}
        await change(owner, fact, into, type="room_set", room=room, **request)
    role = ("voiced", "member", "operator")[number % 3]
    who = {"nick": other_than(owner.nick), "role": role}
    await change(owner, owner.ledger.fact("role", room), role, type="room_role", room=room, **who)
    await sentence(owner, room, number)


def settings(number):
    """What does not keep anybody from speaking."""
    yield "history", f"{1_000_000 + number}", 1_000_000 + number
    yield "filter", f"word{number}", [f"word{number}"]


def desk_settings(number):
    """What does."""
    yield "slow", str(number % 50), float(number % 50)
    for bit, setting in enumerate(("private", "invite-only", "moderated")):
        on = bool(number >> bit & 1)
        yield setting, "on" if on else "off", on


def other_than(nick):
    return next(one for one in OWNERS if one != nick)


async def sentence(owner, room, number):
    """Ban one mask, and lift the ban of another."""
    who, old = f"eve{number % 20}*", f"eve{(number + 10) % 20}*"
    request = {"who": who, "reason": str(number)}
    await change(
        owner, owner.ledger.fact("ban", room, who), number, type="ban", room=room, **request
    )
    lifted = owner.ledger.fact("ban", room, old)
    if lifted.issued and lifted.issued[-1] is not None:
        await change(owner, lifted, None, type="unban", room=room, who=old)


async def tell(program, other):
    """Say something to another account in private."""
    text = program.ledger.new("private")
    if (await program.ask(type="whisper", nick=other, text=text))["type"] == "ok":
        program.ledger.private.setdefault(program.nick, set()).add(text)
        program.ledger.counts["private messages confirmed"] += 1


async def register(ledger, port):
    """Somebody new takes a name."""
    nick = ledger.new("new")
    newcomer = await Program(ledger, port).enter(nick)
    fact = ledger.fact("account", nick)
    await change(newcomer, fact, password_of(nick), type="register", password=password_of(nick))
    await newcomer.close()


async def owner_of(ledger, port, nick):
    return await Program(ledger, port).enter(nick, (*ROOMS, *DESKS), password_of(nick))


async def busy(ledger, port):
    """Everybody comes, and nobody stops before the server does."""
    owners = [await Program(ledger, port).enter(nick, ROOMS, password_of(nick)) for nick in OWNERS]
    guests = [await Program(ledger, port).enter(f"guest{one}", ROOMS) for one in range(4)]
    for guest, room in zip(guests, ROOMS, strict=True):
        for _ in range(AT_ONCE):
            yield for_ever(guest.say, room)
    for owner, *own in zip(owners, LASTING, DESKS, strict=True):
        for room in (LOBBY, PASSING, *own):
            yield for_ever(owner.say, room)
        for room in own:
            yield for_ever(rule, owner, room)
        yield for_ever(tell, owner, other_than(owner.nick))
    yield for_ever(register, ledger, port)
    for room in (LOBBY, PASSING):
        yield listen_on_nc(ledger, port, f"reader-in-{room[1:]}", room)


async def under_load(ledger, server, number, seconds, meanwhile=None):
    """Let all of them work, and end the server in the middle of it."""
    at_work = [asyncio.create_task(work) async for work in busy(ledger, server.port)]
    await asyncio.sleep(seconds)
    if meanwhile:
        await meanwhile()
    assert not [task for task in at_work if task.done()], "Somebody had enough."
    server.process.send_signal(number)
    await asyncio.to_thread(server.ends)
    await asyncio.wait_for(asyncio.gather(*at_work), 20)
    assert ledger.faults == []


async def nothing_is_missing(ledger, port):
    """Compare what the server has with what was written down."""
    ada, bob = [await owner_of(ledger, port, nick) for nick in OWNERS]
    for room in (LOBBY, PASSING):
        await history_holds(ledger, ada, room)
    for owner, *own in zip((ada, bob), LASTING, DESKS, strict=True):
        for room in own:
            await history_holds(ledger, owner, room)
            await settings_hold(ledger, owner, room)
        await conversation_holds(ledger, owner)
    there = {text for texts in ledger.seen.values() for text in texts.values()}
    missing = ledger.read - there
    assert not missing, f"{len(missing)} of {len(ledger.read)} lines on nc: {sorted(missing)[:5]}"
    await ada.close()
    await bob.close()
    for key in [key for key in ledger.facts if key[0] == "account"]:
        await account_holds(ledger, port, key[1])


async def history_holds(ledger, reader, room):
    """Every line that was seen is there, once and in its order; nothing seen now may go later."""
    kept = await whole_history(reader, room=room)
    assert kept == sorted(kept)
    texts = [text for _, text in kept]
    assert len(set(texts)) == len(texts)
    seen = ledger.seen.setdefault(room, {})
    missing = seen.items() - set(kept)
    assert not missing, f"{len(missing)} of {len(seen)} lines in {room}: {sorted(missing)[:5]}"
    seen.update(kept)


async def conversation_holds(ledger, owner):
    """What the two owners have told each other, as both of them read it."""
    kept = await whole_history(owner, nick=other_than(owner.nick))
    assert kept == sorted(kept)
    texts = [text for _, text in kept]
    assert len(set(texts)) == len(texts)
    assert set().union(*ledger.private.values()) <= set(texts)


async def settings_hold(ledger, owner, room):
    """What an owner has set is as it was confirmed, or as it was asked for after that."""
    for name, value in (await settings_of(owner, room)).items():
        fact = ledger.fact(name, room)
        assert not fact.issued or fact.could_be(value), (room, name, value, fact)
    bans = (await owner.must(type="bans", room=room))["bans"]
    reasons = {one["who"]: int(one["reason"]) for one in bans}
    for key in [key for key in ledger.facts if key[:2] == ("ban", room)]:
        now = reasons.get(key[2])
        assert ledger.facts[key].could_be(now), (key, now, ledger.facts[key])


async def settings_of(owner, room):
    state = (await owner.must(type="join", room=room))["room"]
    info = await owner.must(type="room_info", room=room)
    roles = (await owner.must(type="room_roles", room=room))["roles"]
    other = [one["role"] for one in roles if one["nick"] == other_than(owner.nick)]
    assert info["founder"] == owner.nick
    return {
        "topic": state["topic"] and state["topic"]["text"],
        "history": info["keep_count"],
        "filter": info["filter"] or None,
        "invite-only": info["invite_only"],
        "role": other[0] if other else None,
        **{name: info[name] for name in ("slow", "private", "moderated")},
    }


async def account_holds(ledger, port, nick):
    """Who was told that the name is theirs gets in; each is asked once only."""
    fact = ledger.facts.pop(("account", nick))
    if fact.confirmed >= 0:
        owner = await Program(ledger, port).enter(nick, [], password_of(nick))
        await owner.close()
        ledger.counts["accounts that let their owners in"] += 1


def admin(*arguments):
    command = [sys.executable, "-m", "twistedchat.admin", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def the_data_is_sound(ledger, data):
    """As the host's own program sees it, before the server has been started again."""
    done = admin("check", "--data", data)
    assert done.returncode == 0, done.stderr
    for nick, texts in ledger.private.items():
        lines = admin("export", nick, "--data", data).stdout.splitlines()
        kept = [one["text"] for one in map(json.loads, lines) if one["type"] == "message"]
        assert len(set(kept)) == len(kept)
        assert texts <= set(kept)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=["kill", "terminate"])
def test_nothing_is_lost(serve, tmp_path, number):
    """Each time the data is sound, every line seen is in history, every confirmation holds."""
    ledger, data, chance = Ledger(), tmp_path / "data", random.Random(number)
    server = serve(f"--data={data}", *UNBOUNDED)
    asyncio.run(settle(ledger, server.port))
    for _ in range(ROUNDS if number == signal.SIGKILL else 1):
        asyncio.run(under_load(ledger, server, number, chance.uniform(*SECONDS)))
        assert "Traceback" not in server.output
        the_data_is_sound(ledger, data)
        server = serve(f"--data={data}", *UNBOUNDED)
        asyncio.run(nothing_is_missing(ledger, server.port))
        ledger.counts["rounds"] += 1
    ledger.counts["lines in history"] = sum(map(len, ledger.seen.values()))
    print(*(f"{name}: {count}" for name, count in sorted(ledger.counts.items())), sep="\n")
    assert ledger.counts["messages confirmed"] > 100 * ledger.counts["rounds"]


def test_a_backup_under_load_has_all_that_was_confirmed_before(serve, tmp_path):
    """It is made while people talk, is restored elsewhere, and a server goes on with it."""
    ledger, data, copy = Ledger(), tmp_path / "data", tmp_path / "copy"
    server = serve(f"--data={data}", *UNBOUNDED)
    asyncio.run(settle(ledger, server.port))
    before = Ledger()

    async def back_up():
        before.seen = {room: dict(texts) for room, texts in ledger.seen.items()}
        before.read = set(ledger.read)
        done = await asyncio.to_thread(admin, "backup", copy, "--data", data)
        assert done.returncode == 0, done.stderr

    asyncio.run(under_load(ledger, server, signal.SIGTERM, 0.5, back_up))
    restored = tmp_path / "restored"
    assert admin("restore", copy, "--data", restored).returncode == 0
    server = serve(f"--data={restored}", *UNBOUNDED)
    assert sum(map(len, before.seen.values())) > 100
    asyncio.run(nothing_is_missing(before, server.port))
