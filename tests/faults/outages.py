#!/usr/bin/env python3
"""What the server stands on fails in mid-load, and comes back.

    python3 tests/faults/outages.py --server target/release/mandate [--only NAME] [--times 5]

Acts go on all the while. What was answered must stand in the record; what was declined with OVERLOADED must not have been
done; what nobody answered is done once or not at all; the server must come back by itself; and the records must verify.
Full disks are folders in memory that root may mount, slow ones wait in a library that a compiler of C makes, and clocks are
moved by libfaketime: what is missing is left out.
"""
import argparse, collections, os, shutil, socket, subprocess, sys, threading, time
from pathlib import Path

from crashes import Load, check, drained, mails
from sink import Sink
from world import Database, Person, Postgres, Refused, Server, folder, free_port


class Forwarder:
    """An address that stays while the server behind it changes, as that of a cluster does."""

    def __init__(self, target):
        self.target, self.port, self.open = target, free_port(), []
        listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self.serve, args=(listener,), daemon=True).start()

    def serve(self, listener):
        while True:
            near, _ = listener.accept()
            try:
                far = socket.create_connection(("127.0.0.1", self.target), 2)
                far.settimeout(None)
            except OSError:
                near.close()
                continue
            self.open += [near, far]
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=self.carry, args=(one, other), daemon=True).start()

    def carry(self, one, other):
        try:
            while got := one.recv(65536):
                other.sendall(got)
        except OSError:
            pass
        for end in (one, other):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def turn(self, target):
        self.target = target
        for one in self.open:
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        self.open.clear()


class Run:
    """A server under load, whose ground is taken away and given back."""

    def __init__(self, program, database, settings=None, prefix=(), sink=None):
        self.database, self.sink = database, sink or Sink()
        self.server = Server(program, database, {**self.sink.settings(), **(settings or {})}, prefix=prefix)
        self.load, self.faults, self.back, self.seen = Load(self.server), [], [], set()

    def through(self, number, take, give, before=0.5, during=1.0):
        """Load, without its ground for so many seconds, and with it again."""
        self.load.begin(number)
        time.sleep(before)
        take()
        until = time.monotonic() + during
        while time.monotonic() < until:
            self.seen.add(self.server.status("/readyz"))
            time.sleep(0.1)
        give()
        began = time.monotonic()
        self.server.wait(60)
        self.back.append(time.monotonic() - began)
        answered = len(self.load.answered)
        until = time.monotonic() + 30
        # It works again: acts are answered.
        while len(self.load.answered) < answered + 20 and time.monotonic() < until:
            time.sleep(0.05)
        if time.monotonic() >= until:
            self.faults.append("no acts after it came back")
        self.load.end()
        self.faults += check(self.load, self.database)[0]

    def told(self, name, more=""):
        dead = drained(self.database)
        came, several, wrong = mails(self.database, self.sink)
        self.faults += wrong + ([f"mails given up or waiting: {dead}"] if dead else [])
        refused = ", ".join(f"{reason} {count}" for reason, count in sorted(self.load.refused.items()) if "OVERLOADED" in reason or "INTERNAL" in reason)
        print(f"{name}: ready again within {max(self.back, default=0):.1f} s; /readyz said {sorted(map(str, self.seen))}; refused: {refused or 'nothing'}; wrong: {len(self.faults)}; "
              f"mails {came}, more than once {several}; {more}{self.server.verified()}", flush=True)
        for fault in self.faults[:10]:
            print("  " + fault)
        if "INTERNAL" in refused:
            # Such an error says nothing to the caller: the log has more.
            lines = [line.split(" ERROR ")[-1].strip()[:300] for line in self.server.log.read_text().splitlines() if " ERROR " in line]
            for line, count in collections.Counter(lines).most_common(5):
                print(f"  {count} times in the log: {line}")
        self.server.stop()
        return not self.faults


def restarted(program, times):
    "PostgreSQL is restarted"
    good = True
    for mode in ("fast", "immediate"):
        run = Run(program, Database("postgres"))
        for number in range(times):
            run.through(number, lambda: run.database.postgres.stop(mode), run.database.postgres.start)
        good &= run.told(f"PostgreSQL is restarted {times} times ({mode})")
    return good


def failed_over(program, times):
    "PostgreSQL fails over to its replica"
    first = Postgres("wal_level=replica\nmax_wal_senders=5")
    second = Postgres(copy_of=first)
    first.sql("ALTER SYSTEM SET synchronous_standby_names = '*'")
    first.sql("SELECT pg_reload_conf()")
    database, forwarder = Database("postgres", first), Forwarder(first.port)
    database.url = first.url("faults", forwarder.port)
    run = Run(program, database)

    def give():
        second.promote()
        database.postgres = second
        forwarder.turn(second.port)

    run.through(0, lambda: first.stop("immediate"), give)
    return run.told("PostgreSQL fails over to its synchronous replica")


def stopped(program, times):
    "PostgreSQL stands still for some seconds"
    run = Run(program, Database("postgres"))
    postmaster = int((run.database.postgres.data / "postmaster.pid").read_text().split()[0])

    def all_of(signal):
        children = subprocess.run(["pgrep", "-P", str(postmaster)], text=True, capture_output=True).stdout.split()
        subprocess.run(["kill", f"-{signal}", *children])

    for number in range(times):
        run.through(number, lambda: all_of("STOP"), lambda: all_of("CONT"), during=3)
    return run.told(f"PostgreSQL stands still for 3 seconds, {times} times")


def without_connections(program, times):
    "all connections of PostgreSQL are taken"
    database = Database("postgres", Postgres("max_connections=14\nsuperuser_reserved_connections=0"))
    run, takers = Run(program, database), []

    def take():
        run.server.kill()
        for _ in range(30):
            takers.append(subprocess.Popen(["psql", "-h", "127.0.0.1", "-p", str(database.postgres.port), "-U", "postgres"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        time.sleep(1)
        run.server.begin(ready=0)

    def give():
        for taker in takers:
            taker.kill()
        takers.clear()
        # A server that found no connection when it started ends and says so: whoever runs it starts it again.
        time.sleep(1)
        if run.server.process.poll() is not None:
            run.server.begin(ready=0)

    run.through(0, take, give, during=4)
    return run.told("all connections of PostgreSQL are taken while the server starts")


def read_only(program, times):
    "PostgreSQL takes no writes"
    run = Run(program, Database("postgres"))
    turn = lambda on: run.database.postgres.sql(f"ALTER DATABASE faults SET default_transaction_read_only = {on}; SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'faults'")
    for number in range(times):
        run.through(number, lambda: turn("on"), lambda: turn("off"))
    return run.told(f"PostgreSQL takes no writes, {times} times")


def mounted(megabytes):
    """A disk of this size, in memory; None where nothing may be mounted."""
    place = folder("mandate-disk-")
    if os.getuid() or subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}M,mode=777", "tmpfs", place], stderr=subprocess.DEVNULL).returncode:
        return None
    import atexit
    atexit.register(subprocess.run, ["umount", "-l", place])
    return place


def fill(place):
    with open(place / "filler", "wb", buffering=0) as filler:
        try:
            while True:
                filler.write(b"x" * 65536)
        except OSError:
            pass


def full(program, times):
    "the disk is full"
    good = True
    for kind, size in (("sqlite", 192), ("postgres", 512)):
        place = mounted(size)
        if not place:
            print("the disk is full: left out, since nothing can be mounted here")
            return True
        if kind == "postgres":
            os.environ["TMPDIR"], before = str(place), os.environ.get("TMPDIR")
            import tempfile
            tempfile.tempdir = None
            database = Database("postgres", Postgres("wal_keep_size=0\nmax_wal_size=64MB"))
            tempfile.tempdir = None
            os.environ.pop("TMPDIR") if before is None else os.environ.update(TMPDIR=before)
        else:
            database = Database("sqlite", home=place)
        run = Run(program, database)

        def give():
            (place / "filler").unlink()
            if kind == "postgres":
                # It stops where it cannot write its log: whoever runs it starts it again.
                database.postgres.control("-l", database.postgres.home / "log", "-w", "start")

        for number in range(times):
            run.through(number, lambda: fill(place), give, during=2)
        good &= run.told(f"the disk is full, {kind}, {times} times")
    return good


SLOW = r'''
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void pause_first(void) {
    FILE *file = fopen(getenv("SLOW_DISK"), "r");
    int millis = 0;
    if (file) { if (fscanf(file, "%d", &millis) != 1) millis = 0; fclose(file); }
    for (; millis > 0; millis -= 100) usleep(1000 * (millis < 100 ? millis : 100));
}
int fsync(int file) { pause_first(); return ((int (*)(int)) dlsym(RTLD_NEXT, "fsync"))(file); }
int fdatasync(int file) { pause_first(); return ((int (*)(int)) dlsym(RTLD_NEXT, "fdatasync"))(file); }
'''


def slow(program, times):
    "the disk takes its time: what is written to it for good waits"
    place = folder()
    library, pause = place / "slow.so", place / "pause"
    (place / "slow.c").write_text(SLOW)
    if not shutil.which("cc") or subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library, place / "slow.c", "-ldl"]).returncode:
        print("the disk is slow: left out, since there is no compiler of C")
        return True
    good, preload = True, {"LD_PRELOAD": str(library), "SLOW_DISK": str(pause)}
    for kind in ("sqlite", "postgres"):
        pause.write_text("0")
        if kind == "postgres":
            # The server's own files, such as the anchors, are few: it is the database that waits.
            os.environ.update(preload)
            database = Database("postgres")
            [os.environ.pop(name) for name in preload]
            run = Run(program, database)
        else:
            run = Run(program, Database("sqlite"), prefix=["env", *(f"{name}={value}" for name, value in preload.items())])
        for number in range(times):
            # A tenth of a second, and longer than anybody waits.
            millis = (100, 4000)[number % 2]
            run.through(number, lambda: pause.write_text(str(millis)), lambda: pause.write_text("0"), during=6)
        good &= run.told(f"the disk is slow, {kind}, {times} times")
    return good


def locked(program, times):
    "another process holds the SQLite file"
    import sqlite3
    database = Database("sqlite")
    run, held = Run(program, database), []

    def take():
        connection = sqlite3.connect(database.home / "mandate.db", timeout=10, isolation_level=None)
        connection.execute("BEGIN EXCLUSIVE")
        held.append(connection)

    def give():
        held[0].rollback()
        held.pop().close()

    for number in range(times):
        run.through(number, take, give, during=7 if number % 2 else 2)
    return run.told(f"another process holds the SQLite file for 2 and 7 seconds, {times} times")


def mail(program, times):
    "the mail server fails"
    good = True
    for kind in ("sqlite", "postgres"):
        run = Run(program, Database(kind))
        for mode in ("refuses", "later", "silent", "drops"):
            # Attempts are further and further apart: what waits is due at once after the program was started again.
            run.through(1, lambda: setattr(run.sink, "mode", mode), lambda: setattr(run.sink, "mode", "well"), during=4)
            run.sink.mode = mode
            for _ in range(3):
                run.load.carla.do("resetPassword", {"accountId": run.load.contoso, "userId": run.load.users["ivan"]})
            time.sleep(1)
            took = run.server.stop()
            if took > 20.5:
                run.faults.append(f"{mode}: stopped after {took:.1f} s")
            run.sink.mode = "well"
            run.server.begin()
        left = drained(run.database, 400)
        if left:
            run.faults.append(f"mails given up or waiting: {left}")
        good &= run.told(f"the mail server refuses, puts off, is silent, drops what it took ({kind})")
    return good


def clock(program, times):
    "the clock jumps by an hour"
    library = next(iter(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")), None)
    if not library:
        print("the clock jumps: left out, since libfaketime is missing")
        return True
    good = True
    for kind in ("sqlite", "postgres"):
        database = Database(kind)
        now = database.home / "now"
        jump = lambda text: now.write_text(text)
        jump("+0")
        prefix = ["env", f"LD_PRELOAD={library}", f"FAKETIME_TIMESTAMP_FILE={now}", "FAKETIME_NO_CACHE=1", "DONT_FAKE_MONOTONIC=1"]
        run = Run(program, database, {"AUTH__ACCESS_SECONDS": "600", "AUTH__SESSION_SECONDS": "43200"}, prefix=prefix)
        load, wrong = run.load, run.faults
        act = lambda: load.fiona.refusal("updateProfile", {"accountId": load.contoso, "userId": load.users["greta"], "jobTitle": str(time.time())})
        expect = lambda got, part, what: None if (got is None if part is None else got and part in got) else wrong.append(f"{what}: {got}")
        expect(act(), None, "before")
        grant = load.fiona.data("query($id: ID!) { client(id: $id) { grant { id } } }", {"id": load.contoso})["client"]["grant"]["id"]
        load.carla.do("endGrant", {"grantId": grant})
        for hours in ("-1h", "+1h", "+0"):
            jump(hours)
            time.sleep(1.5)
            load.fiona, load.carla = Person(run.server, "fiona", "northwind"), Person(run.server, "carla", "contoso")
            expect(act(), "GRANT_ENDED", f"an act under a grant that ended, at {hours}")
        # Forward, a token ends with its time; the session goes on by signing in.
        old = load.fiona
        jump("+1h")
        time.sleep(1.5)
        try:
            old.data("{ viewer { user { id } } }")
            wrong.append("a token lived longer than its time")
        except Refused as refused:
            expect(str(refused), "UNAUTHENTICATED", "a token after its time")
        load.carla = Person(run.server, "carla", "contoso")
        load.carla.do("acceptOffer", load.offer)
        load.fiona = Person(run.server, "fiona", "northwind")
        expect(act(), None, "an act after the clock went forward")
        jump("+0")
        time.sleep(1.5)
        load.fiona, load.carla = Person(run.server, "fiona", "northwind"), Person(run.server, "carla", "contoso")
        expect(act(), None, "an act after the clock went back")
        jump("+1h")
        good &= run.told(f"the clock jumps back and forward by an hour ({kind})")
    return good


OUTAGES = {work.__name__: work for work in (restarted, failed_over, stopped, without_connections, read_only, full, slow, locked, mail, clock)}


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--server", required=True)
    arguments.add_argument("--times", type=int, default=5)
    arguments.add_argument("--only", choices=OUTAGES)
    said = arguments.parse_args()
    good = [OUTAGES[name](said.server, said.times) for name in ([said.only] if said.only else OUTAGES)]
    sys.exit(0 if all(good) else 1)


if __name__ == "__main__":
    main()
