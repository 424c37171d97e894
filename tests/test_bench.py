"""The benchmark: what it counts, how it judges, what it prints; nothing is timed here."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from twisted.internet import defer, task

from bench import plot, report, table
from bench.build import build
from bench.figures import Figures, Run, derive, written
from bench.load import LoadError, faults, read_result, remarks
from bench.measure import connections, plan, slowest_turn
from bench.options import parser
from bench.servers import RAISED, SERVERS
from bench.storage import WITNESS, Witness, row, watched
from bench.targets import TARGETS, Target, grade, judge
from bench.workloads import WORKLOADS, Workload, choose

LOAD = Path(table.__file__).parent / "load.c"
KINDS = ("lost", "doubled", "disordered", "altered", "refused", "closed")
GOOD = dict.fromkeys(KINDS, 0) | {"error": ""}


def run(server: str, value: float, workload: str = "W2 closed", **more: object) -> Run:
    return Run(workload, server, {**GOOD, "deliveries_per_s": value, "p99_ms": 1.0, **more})


# The command line


def test_workloads_and_servers_are_chosen_by_name() -> None:
    """--only takes a group or one name, --servers leaves the others out."""
    asked = parser().parse_args(["--only", "W2,W1 closed", "--servers", "ours,ngircd"])
    chosen = choose(asked.only, asked.servers, quick=False)
    assert [one.name for one in chosen] == ["W1 closed", "W2 closed", "W2 closed 8", "W2 open 36k"]
    assert {one.servers for one in chosen} == {("ours", "ngircd")}


@pytest.mark.parametrize(
    "words",
    [["--only", "W9"], ["--servers", "irssi"], ["--runs", "0"], ["--runs", "x"]],
)
def test_what_is_unknown_is_refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong word ends the program, and the sentence repeats it."""
    with pytest.raises(SystemExit):
        parser().parse_args(words)
    assert repr(words[1]) in capsys.readouterr().err


def test_without_words_everything_is_measured() -> None:
    """No choice is all workloads with all of their servers."""
    assert choose((), (), quick=False) == WORKLOADS


def test_a_smoke_run_is_short_and_small() -> None:
    """--quick has fewer connections and shorter runs, and every group that W1 to W8 names."""
    chosen = choose((), (), quick=True)
    assert {one.group for one in chosen} == {f"W{number}" for number in range(1, 9)}
    assert all(float(str(one.load["seconds"])) < 1 for one in chosen)
    assert max(int(str(one.load.get("idle", 0))) for one in chosen) == 500


def test_a_workload_nobody_is_left_for_is_left_out() -> None:
    """W6 is measured with our server alone."""
    assert choose(["W6"], ["ngircd"], quick=False) == ()


def test_runs_are_interleaved() -> None:
    """All servers come once before any comes again."""
    workload = Workload("W", "", {}, ("a", "b"))
    assert [server for _, server in plan([workload], 2)] == ["a", "b", "a", "b"]


# Which runs count


def test_a_clean_run_counts() -> None:
    """No fault, no reason."""
    assert faults(GOOD) == ""


@pytest.mark.parametrize("name", KINDS)
def test_a_fault_is_named(name: str) -> None:
    """One of any kind is enough."""
    assert faults({**GOOD, name: 3}) == f"3 {name}"


def test_an_error_of_the_load_is_a_fault() -> None:
    """What the load complains of is told."""
    assert faults({**GOOD, "lost": 1, "error": "no"}) == "1 lost, no"


@pytest.mark.parametrize("text", ["", "not json", "[1]"])
def test_nonsense_of_the_load_is_refused(text: str) -> None:
    """Only an object is a result."""
    with pytest.raises(LoadError):
        read_result(text)


def test_faulty_runs_do_not_count() -> None:
    """A run with a loss changes no median and is listed."""
    figures = Figures([run("ours", 10), run("ours", 1000, lost=1)])
    assert figures.value("W2 closed", "ours", "deliveries_per_s") == 10
    assert figures.counted("W2 closed", "ours") == 1
    assert figures.faulty() == ["W2 closed, ours: 1 lost"]


@pytest.mark.parametrize(
    ("result", "words"),
    [
        ({}, ()), ({"load_cpu": 0.9, "overloaded": 0}, ()), ({"load_cpu": 0.91}, ("load-bound",)),
        ({"overloaded": 1, "load_cpu": 1.0}, ("overloaded", "load-bound")),
        ({"disturbed": 0.1}, ()), ({"disturbed": 0.11}, ("disturbed",)),
    ],
)  # fmt: skip
def test_what_has_to_be_known_of_a_run_is_remarked(
    result: dict[str, float], words: tuple[str, ...]
) -> None:
    """That it was ended early, that the load used up its core, that others used either core."""
    assert remarks({**GOOD, **result}) == words


def test_remarks_are_counted_over_the_runs_that_count() -> None:
    """A median says of how many of its runs each is true."""
    figures = Figures([
        run("ours", 1, load_cpu=0.95), run("ours", 2, load_cpu=0.4, overloaded=1),
        run("ours", 3, load_cpu=1.0), run("ours", 4, load_cpu=1.0, lost=1),
    ])  # fmt: skip
    assert figures.remarks("W2 closed", "ours") == "load-bound in 2 of 3, overloaded in 1 of 3"
    assert figures.remarks("W2 closed", "floor") == ""


# Statistics


def test_the_median_is_taken() -> None:
    """One run that was disturbed does not move the figure."""
    figures = Figures([run("ours", 30), run("ours", 10), run("ours", 20_000)])
    assert figures.value("W2 closed", "ours", "deliveries_per_s") == 30


def test_a_ratio_needs_both() -> None:
    """A figure that is missing makes no ratio, and neither does a 0."""
    figures = Figures([run("ours", 30), run("floor", 10), run("twisted", 0)])
    ratio = [
        figures.ratio("W2 closed", "deliveries_per_s", "ours", other)
        for other in ("floor", "twisted", "ngircd")
    ]
    assert ratio == [3, None, None]


def test_memory_is_divided_by_the_connections() -> None:
    """What the process grew by, for each connection of the load."""
    result = derive({"rss_before_kb": 1000, "rss_in_kb": 5000}, 100)
    assert result["kb_per_connection"] == 40


def test_connections_are_those_in_rooms_and_the_idle() -> None:
    """Each is counted once."""
    assert connections({"rooms": 3, "members": 10, "idle": 7}) == 37


@pytest.mark.parametrize(
    ("value", "least", "result"),
    [
        (None, True, "not measured"), (1.9, True, "FAIL"), (2, True, "pass"), (3, True, "stretch"),
        (2.1, False, "FAIL"), (2, False, "pass"), (1, False, "stretch"),
    ],
)  # fmt: skip
def test_targets_are_graded(value: float | None, least: bool, result: str) -> None:
    """The bound itself is enough, in both directions."""
    target = Target("W", "cpu", 2, 3 if least else 1, least=least)
    assert grade(value, target) == result


def test_a_target_may_be_a_stretch_alone() -> None:
    """Below it nothing has failed."""
    assert grade(0.4, Target("W", "cpu", None, 0.5, least=True)) == "below the stretch"


def test_targets_of_what_was_not_asked_for_are_left_out() -> None:
    """Only the workloads that were run are judged."""
    found = judge(Figures([run("ours", 4), run("ngircd", 1)]), ["W2 closed"])
    assert {verdict.workload for verdict in found} == {"W2 closed"}
    assert found[0].result == "stretch"
    assert found[0].measured == "4.00 x ngircd"


def test_a_target_may_be_of_another_server() -> None:
    """What storing costs is the database's share of ours."""
    runs = [run("ours", 8), run("stored", 5)]
    found = judge(Figures(runs), ["W2 closed"])
    assert [(verdict.target, verdict.measured, verdict.result) for verdict in found[-1:]] == [
        ("deliveries/s, stored, at least 0.50 x ours", "0.62 x ours", "pass")
    ]


def test_a_target_may_count_from_another_workload() -> None:
    """What stopped readers may cost in memory is a number of MB, not a ratio."""
    some, more = {"rss_peak_kb": 50 * 1024}, {"rss_peak_kb": 231 * 1024}
    target = next(t for t in TARGETS if t.workload == "W6 stopped closed" and t.beyond)
    runs = [run("ours", 1, "W6 none closed", **some), run("ours", 1, "W6 stopped closed", **more)]
    verdict = target.judge(Figures(runs))
    assert verdict.target == "most memory, MB at most 45.0 more than W6 none closed"
    assert (verdict.measured, verdict.result) == ("181 more than W6 none closed", "FAIL")
    assert target.judge(Figures(runs[1:])).result == "not measured"


def test_the_slowest_turn_stands_in_the_servers_log() -> None:
    """In a line of its own, or as the worst of many."""
    one, many = "Slow turn: 81 ms in A (b:1)", "Slow turns: 12 more in 10 s, the worst 104 ms in B"
    assert slowest_turn(f"Listening\n{one} (seen 2 of 4 times)\n") == 81
    assert slowest_turn(f"{one}\n{many}\n") == 104
    assert slowest_turn("Listening\n") == 0


def test_a_target_tells_what_is_remarked_of_either_side() -> None:
    """A ratio to a server that was measured at the load's limit is no plain ratio."""
    target = Target("W2 closed", "deliveries_per_s", 2, least=True, reference="floor")
    figures = Figures([run("ours", 4), run("floor", 1, load_cpu=0.95)])
    assert target.judge(figures).measured == "4.00 x floor (floor: load-bound in 1 of 1)"


@pytest.mark.parametrize("kind", ["stopped", "slow"])
def test_dead_readers_are_compared_with_as_many_living_ones(kind: str) -> None:
    """Nine talk in each room of W6, with or without a tenth who reads or does not."""
    loads = {one.name: one.load for one in WORKLOADS}
    for loop in ("closed", "open"):
        dead, none = loads[f"W6 {kind} {loop}"], loads[f"W6 none {loop}"]
        assert dead["talkers"] == none["talkers"] == none["members"] == 9
        assert (dead["members"], dead[kind]) == (10, 1)
        assert loads[f"W6 living {loop}"]["members"] == 10
        assert dead["fill"] == none["fill"]


def test_dead_readers_nobody_waited_for_are_no_success() -> None:
    """If nothing waited in outboxes, or nobody was dropped in the end, W6 has shown nothing."""
    idle = run("ours", 1, "W6 stopped closed", waiting_kb=0.5, dropped=0)
    found = {
        one.target.split(" at ")[0]: one.result
        for one in judge(Figures([idle]), ["W6 stopped closed"])
    }
    assert found["kB waiting for each who is dead"] == "FAIL"
    assert found["dropped"] == "FAIL"


@pytest.mark.parametrize("target", TARGETS, ids=lambda one: f"{one.workload} {one.name}")
def test_every_target_is_measured(target: Target) -> None:
    """Its workload is there and shows the figure, and who it is compared with takes part."""
    workload = next(one for one in WORKLOADS if one.name == target.workload)
    assert target.name in workload.shows
    there = (*workload.servers, *(one.name for one in WORKLOADS), "")
    assert target.reference in there


# What is printed


def test_a_table_is_aligned() -> None:
    """Every cell of a column is as wide as its widest."""
    assert table.table(["a", "bcd"], [["xy", "z"]]) == "| a  | bcd |\n| -- | --- |\n| xy | z   |"


def test_figures_are_written_in_their_units() -> None:
    """Rates in thousands, shares in per cent, memory in MB."""
    assert written("deliveries_per_s", 1_234_567) == "1,235"
    assert written("cpu", 0.5) == "50.0"
    assert written("rss_before_kb", 52 * 1024) == "52.0"
    assert written("p99_ms", None) == "-"


def test_the_table_says_where_nothing_counts() -> None:
    """A server without a run that counts has no figure."""
    figures = Figures([run("ours", 1e6, us_per_delivery=0.2), run("floor", 1e6, lost=1)])
    workload = Workload("W2 closed", "", {}, ("ours", "floor"))
    row = table.medians(figures, [workload]).splitlines()[2]
    assert "1,000; 1.00; 0.20" in row
    assert "none counts" in row


def test_the_table_marks_what_is_no_plain_figure() -> None:
    """Beside the median stands what has to be known of it."""
    figures = Figures([run("ours", 1e6, us_per_delivery=0.2, overloaded=1)])
    row = table.medians(figures, choose(["W2 closed"], ["ours"], quick=False)).splitlines()[2]
    assert "1,000; 1.00; 0.20 (overloaded in 1 of 1)" in row


def test_the_load_is_shown_at_its_busiest() -> None:
    """In per cent of its core, the most of all runs."""
    figures = Figures([run("ours", 1, load_cpu=0.2), run("ours", 1, load_cpu=0.7)])
    rows = table.loads(figures, choose(["W2 closed"], ["ours"], quick=False)).splitlines()
    assert rows[2].split("|")[2].strip() == "70.0"
    assert "70.0 load CPU %, load-bound" not in report.in_one_line(run("ours", 1, load_cpu=0.7))
    assert "95.0 load CPU %, load-bound" in report.in_one_line(run("ours", 1, load_cpu=0.95))


def test_the_report_says_how_it_was_measured() -> None:
    """The command, the limits that were raised, the runs that do not count."""
    figures = Figures([run("ours", 1), run("ours", 1, doubled=2)])
    about = report.Circumstances({"kernel": "K"}, ["--only", "W2 closed"], 3, (0, 1), ("0", "1"))
    text = report.report(figures, choose(["W2 closed"], ["ours"], quick=False), about)
    for part in (
        "python -m bench --only 'W2 closed'",
        "rate=1000000, burst=1000000",
        "Kernel: K",
        "2 doubled",
    ):
        assert part in text
    assert "ask for" not in text


def test_the_report_says_when_the_runs_are_too_few() -> None:
    """The targets are for medians of three at least."""
    about = report.Circumstances({}, [], 2, (0, 1), ("0", "1"))
    assert "Medians of 2 interleaved runs (the targets ask for 3 at least)" in report.conditions(
        about, WORKLOADS
    )


@pytest.mark.parametrize("name", list(SERVERS))
def test_every_server_has_its_terms(name: str) -> None:
    """What helps or hinders it stands in the report."""
    about = report.Circumstances({}, [], 3, (0, 1), ("0", "1"))
    assert f"- {name}: {SERVERS[name].terms}" in report.conditions(about, WORKLOADS)
    assert SERVERS[name].terms.endswith(".")


def test_the_runs_are_written_for_programs() -> None:
    """Each one, also those that do not count."""
    about = report.Circumstances({}, [], 1, (0, 1), ("0", "0"))
    found = json.loads(report.for_programs([run("ours", 5, lost=1)], about))
    assert found["runs"][0]["result"]["deliveries_per_s"] == 5
    assert found["runs"][0]["faults"] == "1 lost"


def test_the_plot_is_drawn_to_scale() -> None:
    """Half the value is half the bar, and the drawing is well-formed."""
    workload = Workload("W2 closed", "a < b", {}, ("ours", "floor"))
    drawn = plot.draw(Figures([run("ours", 500), run("floor", 1000)]), [workload])
    boxes = ET.fromstring(drawn).findall("{*}rect")[1:]
    ours, floor = (int(box.attrib["width"]) for box in boxes)
    assert abs(2 * ours - floor) <= 1


def test_limits_are_raised_and_none_is_switched_off() -> None:
    """0 would mean that the code of the limit is not run."""
    assert {
        name: int(value) for name, value in (one.split("=") for one in RAISED)
    } == dict.fromkeys(("rate", "burst", "pending", "connections", "per-address"), 1_000_000)


# The storage


def test_a_witness_notes_how_late_it_is_called() -> None:
    """In time, then held up for three milliseconds; after its end it is not called."""
    clock = task.Clock()
    witness = Witness(clock)
    clock.advance(WITNESS)
    clock.advance(WITNESS + 0.003)
    witness.stop()
    clock.advance(1)
    assert witness.late == pytest.approx([0, 0.003])


def test_a_witness_watches_while_questions_are_asked() -> None:
    """Each question holds the reactor for ten milliseconds, so it is eight late."""
    clock = task.Clock()

    def ask() -> "defer.Deferred[None]":
        clock.advance(WITNESS + 0.008)
        return defer.succeed(None)

    found: list[str] = []
    defer.ensureDeferred(watched(clock, [ask])).addCallback(found.append)
    assert found == ["8.0 / 8.0 / 8.0 ms"]


def test_a_row_says_what_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    """Beside the figure, or nothing."""
    row("written", "5/s", "above 4/s")
    row("light", "1 ms")
    assert [line.split() for line in capsys.readouterr().out.splitlines()] == [
        ["written", "5/s", "above", "4/s"], ["light", "1", "ms"],
    ]  # fmt: skip


# The counting in C


@pytest.fixture(scope="module")
def load(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The load generator, built without TLS."""
    if not any(map(shutil.which, ("cc", "gcc"))):
        pytest.fail("There is no C compiler. Install one to test the benchmark.")
    return build(LOAD, tmp_path_factory.mktemp("load"))


PADDING = b"the quick brown fox jumps over i"


def said(sender: int, number: int, padding: bytes = PADDING) -> bytes:
    return f"12:00 <n> ^{sender:05}.{number:08}.{0:016}".encode() + padding + b"\n"


def checked(load: Path, heard: bytes, *words: str) -> dict[str, Any]:
    command = [str(load), "mode=check", *words]
    done = subprocess.run(command, input=heard, capture_output=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def counted(load: Path, heard: bytes, role: str = "checkers=1") -> dict[str, int]:
    found = checked(load, heard, role)
    return {name: found[name] for name in ("counted", "gaps", "backwards", "altered")}


def test_the_load_is_built_without_a_warning(tmp_path: Path) -> None:
    """-Wall -Wextra finds nothing in either program."""
    for source in (LOAD, LOAD.parent / "references" / "floor.c"):
        build(source, tmp_path, ("-Werror",))


def test_what_comes_in_order_is_counted(load: Path) -> None:
    """Two speakers, each in order, however the bytes are cut."""
    heard = b"*** bob joined.\n" + b"".join(said(s, n) for n in range(500) for s in (0, 1))
    assert counted(load, heard) == {"counted": 1000, "gaps": 0, "backwards": 0, "altered": 0}


def test_a_lost_line_is_seen(load: Path) -> None:
    """A number that is left out is a gap, once."""
    heard = b"".join(said(0, n) for n in range(100) if n != 50)
    assert counted(load, heard) == {"counted": 99, "gaps": 1, "backwards": 0, "altered": 0}


def test_a_doubled_line_is_seen(load: Path) -> None:
    """The second one is counted and goes backwards."""
    assert counted(load, said(0, 0) + said(0, 1) + said(0, 1) + said(0, 2)) == {
        "counted": 4, "gaps": 0, "backwards": 1, "altered": 0,
    }  # fmt: skip


def test_lines_out_of_order_are_seen(load: Path) -> None:
    """Exchanged lines make gaps and go backwards."""
    found = counted(load, said(0, 0) + said(0, 2) + said(0, 1) + said(0, 3))
    assert found["backwards"] == 1
    assert found["gaps"] == 2


def test_an_auditor_wants_the_same_order_and_answers_nobody(load: Path) -> None:
    """It sees what a checker sees; latencies are the checkers' alone."""
    heard = said(0, 0) + said(0, 2) + said(0, 1)
    found = checked(load, heard, "checkers=0", "auditors=10")
    assert (found["gaps"], found["backwards"], found["samples"]) == (1, 1, 0)
    assert checked(load, heard, "checkers=1")["samples"] == 3


@pytest.mark.parametrize("text", [said(0, 0, PADDING.upper()), said(99_999, 0)])
def test_a_text_that_nobody_said_is_seen(load: Path, text: bytes) -> None:
    """Its last bytes are others, or its sender is not in the room."""
    assert counted(load, text) == {"counted": 1, "gaps": 0, "backwards": 0, "altered": 1}


def test_one_lost_and_one_doubled_do_not_cancel(load: Path) -> None:
    """Who only counts tells texts apart all the same, in any order of their senders."""
    right = [said(sender, number) for number in range(50) for sender in (0, 1)]
    wrong = [*right[:20], right[30], *right[21:]]
    moved = sorted(right)

    def sums(texts: list[bytes]) -> tuple[int, str]:
        found = checked(load, b"".join(texts), "checkers=0")
        return found["counted"], found["heard"]

    assert sums(right) == sums(moved)
    assert sums(right)[0] == sums(wrong)[0]
    assert sums(right) != sums(wrong)
