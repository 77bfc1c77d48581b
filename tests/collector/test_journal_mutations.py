"""Whatever happens to the files of a journal: it opens, whole messages are there once, and the rest is set aside."""

import collections
import re
import shutil
import time
from pathlib import Path

import pytest
from journal_mutations import mutate
from segments import framed, put_segment

from spanlog_collector.journal.dedup import SeenRequests
from spanlog_collector.journal.frame import Damage, Frame, scan
from spanlog_collector.journal.limits import JournalLimits
from spanlog_collector.journal.quarantine import Quarantine
from spanlog_collector.journal.recovery import recover_segments
from spanlog_collector.journal.segment import Segment
from spanlog_collector.journal.writer import Journal
from spanlog_collector.otlp.description import LOGS

COUNT = 1000
SEGMENT = re.compile(r"(logs|traces)-\d{20,}-[0-9a-f]{16}(\.\d+)*\.segment")
BODIES = [b"%d %s" % (index, bytes([index]) * (index * 37 % 300)) for index in range(40)]
FRAMES = {body: framed(body, 1_700_000_000_000_000_000) for body in BODIES}


@pytest.fixture(scope="module")
def pristine(tmp_path_factory) -> Path:
    journal = tmp_path_factory.mktemp("pristine") / "journal"
    for sequence, start in enumerate(range(0, 40, 10), start=1):
        put_segment(journal, sequence, *(FRAMES[body] for body in BODIES[start : start + 10]))
    return journal


def bodies_of(segments: list[Segment]) -> list[bytes]:
    """The bodies in segments, which must hold nothing else: the engine refuses the whole for one stray byte."""
    found = []
    for segment in segments:
        data = segment.path.read_bytes()
        pieces = list(scan(data))
        assert all(isinstance(piece, Frame) for piece in pieces), segment
        assert segment.digests == [piece.digest for piece in pieces]
        assert segment.size_bytes == len(data)
        found += [data[piece.body : piece.end] for piece in pieces]
    return found


@pytest.mark.parametrize("part", range(10))
def test_mutated_journal_opens_and_only_damaged_messages_are_missing(pristine, memory_path, part):
    for seed in range(part, COUNT, 10):
        journal = memory_path / f"{seed}" / "journal"
        shutil.copytree(pristine, journal)
        names = mutate(journal, seed)
        told = (seed, names)
        # The truth, found without any code of the journal: what is still there byte for byte is not damaged.
        files = [path for path in journal.iterdir() if SEGMENT.fullmatch(path.name) and path.is_file()]
        # Pieces of a split that a crash ended count for nothing while the whole is there.
        wholes = [path for path in files if path.name.count(".") == 1]
        tokens = {path.stem for path in wholes}
        pieces = [path for path in files if path not in wholes and path.name.partition(".")[0] not in tokens]
        contents = [path.read_bytes() for path in [*wholes, *pieces]]
        undamaged = {body for body, frame in FRAMES.items() if any(frame in data for data in contents)}

        added: list[object] = []
        quarantine = Quarantine(journal.parent / "quarantine", added.append)
        leftover = recover_segments(journal, quarantine)
        recovered = collections.Counter(bodies_of(leftover))
        assert {body: n for body, n in recovered.items() if n != 1} == {}, told
        assert undamaged <= recovered.keys(), told
        # A frame whose time was damaged, and nothing else of it, is still a message.
        assert recovered.keys() <= set(BODIES), told
        assert quarantine.count() == len(added), told
        # What is no message was set aside; but for empty bytes at the end of a file, in which nothing was said.
        damages = [
            data[piece.start : piece.end]
            for data in contents
            for piece in scan(data)
            if isinstance(piece, Damage) and (not piece.is_tail or any(data[piece.start : piece.end]))
        ]
        kept = sorted(entry.path.read_bytes() for entry in quarantine.entries())
        assert kept == sorted(damages), told

        # It takes requests again, knows those it has, and a second start finds what the first one left.
        closed: list[Segment] = []
        opened = Journal(journal, JournalLimits(), SeenRequests(journal / "seen", time.time()), closed.append, leftover)
        assert opened.append(LOGS, b"new %d" % seed).result(10) is True, told
        for body in list(recovered)[:3]:
            assert opened.append(LOGS, body).result(10) is False, told
        opened.close()
        again = recover_segments(journal, quarantine)
        assert sorted(bodies_of(again)) == sorted([*recovered, b"new %d" % seed]), told
        assert quarantine.count() == len(added), told
        for segment in again:
            opened.discard(segment)
        shutil.rmtree(journal.parent)
