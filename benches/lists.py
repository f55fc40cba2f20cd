#!/usr/bin/env python3
"""Measures every list of a partner, with each filter alone and in each order, over few and over many clients.

    python3 benches/lists.py [--sizes 10000,100000] [--databases pg,lite] [--times 40] [--only "ending soon"]

It needs what bench.py built (`bench.py` in the same scratch folder), fills a database of each kind for each size, once,
and prints the milliseconds of processor time of a request, of the server and of PostgreSQL together: the median of
several, asked one after the other. It ends with 1 where a list costs more than 5 ms (the dashboard with everything may),
or more than 1.3 times and 0.3 ms more over the largest size than over the smallest.
"""
import argparse, json, os, shutil, statistics, subprocess, sys, time
from pathlib import Path

import bench
from bench import PG, WORK, mandate, psql, run, spent

CLIENTS = "clients(first: 20{}) {{ nodes {{ id name }} pageInfo {{ hasNextPage endCursor }} }}"
ENTRIES = "(first: 20{}) {{ nodes {{ id kind at }} pageInfo {{ hasNextPage endCursor }} }}"
ENTRY_FILTERS = {
    "a kind": "filter: { kinds: [RESET_PASSWORD] }",
    "kinds, none": "filter: { kinds: [ADD_DOMAIN, REMOVE_DOMAIN] }",
    "refused, none": "filter: { outcome: REFUSED }",
    "a ticket, none": 'filter: { ticket: "nobody" }',
    "a note, none": 'filter: { note: "nobody" }',
    "from now on, none": 'filter: { from: "2030-01-01T00:00:00Z" }',
}
# The first clients of a partner with everything that a page of them shows: one page costs more than a list does.
DASHBOARD = "dashboard, with everything"
# Name: the query.
LISTS = {
    DASHBOARD: """clients(first: 20) { nodes { id name initialDomain tags allowedOperations
        grant { id state roleCap term acceptedAt expiresAt clientHoldAt partnerHoldAt endedAt revision waiting { person users } }
        domains(first: 3) { nodes { id name verified default } } services { id name }
        subscriptions(first: 3) { nodes { id seats } }
        operations(first: 3) { nodes { id kind at outcome targetName sequence changes { name value } } }
        users(first: 3) { nodes { id displayName signInName blocked adminRoles contact } } } pageInfo { hasNextPage endCursor } }""",
    "clients": CLIENTS.format(""),
    "clients by name": CLIENTS.format(", orderBy: NAME"),
    "clients by expiry": CLIENTS.format(", orderBy: EXPIRY"),
    "clients, a name": CLIENTS.format(', filter: { search: "client4321" }'),
    "clients, a letter": CLIENTS.format(', filter: { search: "c" }'),
    "clients, a letter, by name": CLIENTS.format(', orderBy: NAME, filter: { search: "c" }'),
    "clients, no such name": CLIENTS.format(', filter: { search: "nobody" }'),
    "clients, active": CLIENTS.format(", filter: { states: [ACTIVE] }"),
    "clients, held (none)": CLIENTS.format(", filter: { states: [HELD] }"),
    "clients, held or ended (none)": CLIENTS.format(", filter: { states: [HELD, ENDED] }"),
    "clients, ending soon": CLIENTS.format(', filter: { expiresBefore: "2029-01-02T00:00:00Z" }'),
    "clients, ending soon (none)": CLIENTS.format(', filter: { expiresBefore: "2028-01-01T00:00:00Z" }'),
    "clients, ending soon, by name": CLIENTS.format(', orderBy: NAME, filter: { expiresBefore: "2029-06-01T00:00:00Z" }'),
    "clients, a tag": CLIENTS.format(', filter: { tag: "tag5" }'),
    "clients, no such tag": CLIENTS.format(', filter: { tag: "nobody" }'),
    "acts of the partner": "delegatedOperations" + ENTRIES.format(""),
    **{f"acts of the partner, {name}": "delegatedOperations" + ENTRIES.format(", " + text) for name, text in ENTRY_FILTERS.items()},
    "own acts": "viewer { operations" + ENTRIES.format("") + " }",
    **{f"own acts, {name}": "viewer { operations" + ENTRIES.format(", " + text) + " }" for name, text in ENTRY_FILTERS.items()},
    "users of all clients, an address": 'findUsers(address: "u1@client4321.mandate.example") { user { id } }',
    "where to send offers from": "viewer { sendOffersFrom { place } }",
    "offers": "offers(first: 20) { nodes { id } }",
    "offers, a word (none)": 'offers(first: 20, filter: { search: "nobody" }) { nodes { id } }',
}


def fill(kind, clients):
    """One database of this kind and size; the URL of it."""
    name = f"lists_{clients}"
    folder = WORK / name / kind
    url = f"postgres://postgres@127.0.0.1:{PG}/{name}" if kind == "pg" else f"sqlite:{folder}/mandate.db"
    env = {**os.environ, **mandate(kind), "MANDATE__DATABASE__URL": url, "MANDATE__ANCHORS__DIR": f"{folder}/anchors", "MANDATE__KEYS__DIR": f"{WORK}/{name}/keys",
           # What the server does of itself is not what a request costs.
           "MANDATE__WORKER__INTERVAL_SECONDS": "3600"}
    mark = folder / "filled"
    if not mark.exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        if kind == "pg":
            psql(f"DROP DATABASE IF EXISTS {name}")
            psql(f"CREATE DATABASE {name}")
        run(WORK / "seed", "--clients", clients, "--long", 1000, env={**env, "MANDATE__DATABASE__SYNCHRONOUS": "OFF"}, cwd=WORK)
        if kind == "pg":
            psql("VACUUM ANALYZE", name)
        mark.touch()
    run(WORK / "mandate", "migrate", env=env, cwd=WORK, stdout=subprocess.DEVNULL)
    return env


def ran(process):
    """Seconds that the threads of a process have run, to the nanosecond."""
    tasks = Path(f"/proc/{process}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9


def backends(postmaster):
    """Seconds that the processes of PostgreSQL which answer queries have run; others write and clean up for everyone."""
    answering = [int(line) for line in psql("SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND datname LIKE 'lists%'").split()]
    return sum(seconds for process, seconds in spent(postmaster).items() if process in answering)


class Server(bench.Server):
    """A server on a database that is there."""

    def __init__(self, kind, env):
        bench.SERVERS["lists"] = (["mandate", "serve"], env, bench.PORT, "lists", kind)
        bench.reset = lambda name: None
        super().__init__("lists")
        # What a server does at its start is not what a request costs.
        time.sleep(5)
        self.token = WORK / "lists.token"
        self.token.write_text(self.sign_in("u1@partner0.mandate.example"))

    def costs(self, query, times):
        """The median of the milliseconds of a request, and the errors in the answer."""
        postmaster = int((WORK / "pg/data/postmaster.pid").read_text().split()[0])
        answer = json.loads(self.ask("{ " + query + " }"))
        used = []
        for _ in range(5):
            before = ran(self.process.pid) + backends(postmaster)
            for _ in range(times // 5):
                self.ask("{ " + query + " }")
            cpu = ran(self.process.pid) + backends(postmaster) - before
            used.append(cpu * 1000 / (times // 5))
        return statistics.median(used), answer.get("errors")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--sizes", default="10000,100000")
    arguments.add_argument("--databases", default="pg,lite")
    arguments.add_argument("--times", type=int, default=40)
    arguments.add_argument("--only", default="", help="the lists whose names hold this")
    said = arguments.parse_args()
    sizes, kinds = [int(size) for size in said.sizes.split(",")], said.databases.split(",")
    lists = {name: query for name, query in LISTS.items() if said.only in name}
    bench.start_postgres()
    found = {}
    for size in sizes:
        for kind in kinds:
            server = Server(kind, fill(kind, size))
            for name, query in lists.items():
                cost, errors = server.costs(query, said.times)
                found[name, kind, size] = cost
                if errors:
                    sys.exit(f"{name}: {errors}")
            server.stop()
    names = {"pg": "PostgreSQL", "lite": "SQLite"}
    print("| | " + " | ".join(f"{names[kind]}, {size:,} clients" for kind in kinds for size in sizes) + " |\n|---|" + "---|" * (len(sizes) * len(kinds)))
    over = 0
    for name in lists:
        row = [found[name, kind, size] for kind in kinds for size in sizes]
        print(f"| {name} | " + " | ".join(f"{cost:.1f}" for cost in row) + " |")
        for kind in kinds:
            least, most = found[name, kind, sizes[0]], found[name, kind, sizes[-1]]
            over += (most > 5 and name != DASHBOARD) or most > least * 1.3 + 0.3
    print(f"\n{over} above the bounds.")
    sys.exit(1 if over else 0)


if __name__ == "__main__":
    main()
