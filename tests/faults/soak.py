#!/usr/bin/env python3
"""Mixed load for a long time: what may grow is the record, and nothing else.

    python3 tests/faults/soak.py --server target/release/mandate [--minutes 60] [--databases sqlite,postgres]

Sixteen callers act and ask. Printed twelve times: memory, open files, the size of the database and of an entry in it, acts and questions
a second, and the 99th percentile of what they waited. It ends with 1 if memory or files of the last third are a fifth above those
of the second, or the percentile is half again as long.
"""
import argparse, os, statistics, sys, threading, time
from pathlib import Path

from crashes import Load, check, drained
from sink import Sink
from world import Database, Refused, Server, Unanswered

ASKED = "query($id: ID!) { clients(first: 20) { nodes { id name grant { state } } } operations(accountId: $id, first: 20) { nodes { id kind at } } }"


def size(database):
    if database.kind == "postgres":
        return int(database.rows("SELECT pg_database_size('faults')")[0][0]) / 1e6
    return sum(path.stat().st_size for path in Path(database.home).glob("mandate.db*")) / 1e6


def ask(load, waited, stopped):
    while not stopped.is_set():
        began = time.monotonic()
        try:
            load.fiona.data(ASKED, {"id": load.contoso})
        except (Refused, Unanswered):
            load.refused["questions"] += 1
        waited.append((time.monotonic() - began) * 1000)


def run(program, kind, minutes):
    sink, database = Sink(), Database(kind)
    server = Server(program, database, sink.settings())
    load, waited, stopped, seen = Load(server), [], threading.Event(), []
    [threading.Thread(target=ask, args=(load, waited, stopped), daemon=True).start() for _ in range(2)]
    load.begin(1)
    acts, entries = 0, 0
    for part in range(12):
        waited.clear()
        time.sleep(minutes * 5)
        memory = int(next(line for line in Path(f"/proc/{server.process.pid}/status").read_text().splitlines() if line.startswith("VmRSS")).split()[1]) / 1024
        files = len(os.listdir(f"/proc/{server.process.pid}/fd"))
        entries = int(database.rows("SELECT count(*) FROM operation")[0][0])
        done, acts = len(load.answered) - acts, len(load.answered)
        p99 = statistics.quantiles(waited, n=100)[98]
        seen.append((memory, files, p99))
        print(f"{kind}, part {part + 1}: {memory:.0f} MB, {files} files, database {size(database):.0f} MB ({size(database) * 1e6 / entries:.0f} bytes an entry), "
              f"{done / minutes / 5:.0f} acts and {len(waited) / minutes / 5:.0f} questions a second, p99 {p99:.0f} ms", flush=True)
    stopped.set()
    load.end()
    faults = check(load, database)[0]
    dead = drained(database, 600)
    middle, last = ([statistics.mean(column) for column in zip(*seen[part:part + 4])] for part in (4, 8))
    grows = [what for what, now, was, most in zip(("memory", "files", "p99"), last, middle, (1.2, 1.2, 1.5)) if now > was * most]
    print(f"{kind}: {minutes} minutes, {acts} acts, {entries} entries; grows: {grows or 'nothing'}; wrong: {len(faults) + bool(dead)}; {server.verified()}; stopped within {server.stop():.1f} s", flush=True)
    return not (faults or grows or dead)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--server", required=True)
    arguments.add_argument("--minutes", type=float, default=60)
    arguments.add_argument("--databases", default="sqlite,postgres")
    said = arguments.parse_args()
    good = [run(said.server, kind, said.minutes) for kind in said.databases.split(",")]
    sys.exit(0 if all(good) else 1)


if __name__ == "__main__":
    main()
