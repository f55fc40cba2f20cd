#!/usr/bin/env python3
"""Kills a server at random moments under mixed load, and looks for what was answered.

    python3 tests/faults/crashes.py --server target/release/mandate [--kills 100] [--databases sqlite,postgres]

Sixteen callers act as delegate and as client, each act with an idempotency key of its own: they change profiles, reset passwords, add
users in groups and one by one, and end and accept the grant. After each `kill -9` a process on the same database must find every
answered act in the record with its place, no act twice, what nobody heard of done once or not at all, the records and the
anchors good, and every mail on its way: at least once, its repeats under one Message-ID.
"""
import argparse, base64, collections, json, random, sys, threading, time

from sink import Sink
from world import Database, Person, Refused, Server, Unanswered, Unsent, user_ids

CALLERS = 16


class Load:
    """Callers, what each was answered, and what nobody answered."""

    def __init__(self, server):
        self.server, self.stopped = server, threading.Event()
        self.answered, self.open, self.declined, self.refused = {}, [], [], collections.Counter()
        self.lock, self.number = threading.Lock(), 0
        self.carla, self.fiona = Person(server, "carla", "contoso"), Person(server, "fiona", "northwind")
        self.contoso = self.carla.account
        self.users = user_ids(self.carla, self.contoso)
        offer = self.fiona.data("{ offers(first: 1) { nodes { id token digest } } }")["offers"]["nodes"][0]
        self.offer = {"token": offer["token"], "revision": 1, "digest": offer["digest"]}

    def acts(self, ran):
        """One act: who, which, and its input."""
        with self.lock:
            self.number += 1
            key = f"key-{self.number}"
        on = lambda name, **more: {"accountId": self.contoso, "userId": self.users[name], "idempotencyKey": key, **more}
        new = lambda end="": {"displayName": f"New {key}{end}", "signInName": f"new.{key}{end}", "contact": f"{key}{end}@example.org"}
        what = ran.random()
        if what < 0.5:
            return self.fiona, "updateProfile", on(ran.choice(["greta", "ivan"]), jobTitle=f"Clerk {key}")
        if what < 0.7:
            return self.fiona, "addUser", {"accountId": self.contoso, "idempotencyKey": key, **new()}
        if what < 0.8:
            return self.carla, "resetPassword", on("greta")
        if what < 0.9:
            return self.carla, "updateProfile", on("uma", department=f"Team {key}")
        if what < 0.95:
            return self.carla, "acceptOffer", {**self.offer, "idempotencyKey": key}
        grant = self.fiona.data("query($id: ID!) { client(id: $id) { grant { id } } }", {"id": self.contoso})["client"]["grant"]
        return self.carla, "endGrant", {"grantId": grant["id"], "idempotencyKey": key}

    def call(self, seed):
        ran = random.Random(seed)
        while not self.stopped.is_set():
            act = None
            try:
                act = self.acts(ran)
                who, field, given = act
                operation = who.do(field, given)["operation"]
                self.answered[given["idempotencyKey"]] = (operation, act)
            except Refused as refused:
                self.refused[str(refused)] += 1
                if act and "OVERLOADED" in str(refused):
                    self.declined.append(act)
                    time.sleep(0.02)
                elif act and "INTERNAL" in str(refused):
                    self.open.append(act)
            except Unsent:
                time.sleep(0.05)
            except Unanswered:
                if act:
                    self.open.append(act)
                time.sleep(0.02)

    def begin(self, seed):
        self.stopped.clear()
        self.threads = [threading.Thread(target=self.call, args=(seed * 1000 + place,), daemon=True) for place in range(CALLERS)]
        [thread.start() for thread in self.threads]

    def end(self):
        self.stopped.set()
        [thread.join() for thread in self.threads]


def entry(identity):
    """The id of an entry as the database has it, from that of the API: a type, and sixteen bytes."""
    return base64.urlsafe_b64decode(identity + "=" * (-len(identity) % 4))[1:].hex()


def check(load, database):
    """Every answered act stands in the record; what nobody answered is done once, now or before."""
    faults, found = [], collections.Counter()
    rows = database.rows(f"SELECT {database.id('id')}, seq, kind FROM operation WHERE outcome = 'DONE'")
    places = {identity: int(seq) for identity, seq, _ in rows}
    for key, (operation, (_, field, _)) in load.answered.items():
        # What changes nothing leaves no entry.
        if operation and places.get(entry(operation["id"])) != operation["sequence"]:
            faults.append(f"{key}, {field}: answered {operation}, and the record has {places.get(entry(operation['id']))}")
    for who, field, given in load.open:
        try:
            again = who.do(field, given, "replayed operation { id }")
            found["done before" if again["replayed"] else "not done before"] += 1
            if not who.do(field, given, "replayed operation { id }")["replayed"]:
                faults.append(f"{given['idempotencyKey']}: done twice")
        except Refused:
            found["refused by now"] += 1
    for who, field, given in load.declined[:200]:
        # OVERLOADED says that nothing was done.
        try:
            if who.do(field, given, "replayed operation { id }")["replayed"]:
                faults.append(f"{given['idempotencyKey']}: declined, and done")
        except Refused:
            pass
    load.declined.clear()
    counts = (len(load.answered), len(load.open), found)
    load.answered.clear()
    load.open.clear()
    return faults, counts


def twice(database):
    """Acts that stand in the record more often than once: each leaves a trace of its own."""
    return int(database.rows("""SELECT count(*) FROM (SELECT 1 FROM operation WHERE outcome = 'DONE' AND kind IN ('user.update_profile', 'user.add')
        AND changes LIKE '%key-%' GROUP BY kind, target_id, changes HAVING count(*) > 1) twice""")[0][0])


def drained(database, seconds=90):
    """How many mails were given up, once none waits; or how many wait, if for so long none more was delivered."""
    least, until = None, time.monotonic() + seconds
    while time.monotonic() < until:
        waiting, dead = (int(database.rows(f"SELECT count(*) FROM outbox WHERE done_at IS NULL AND dead_at IS {no} NULL")[0][0]) for no in ("", "NOT"))
        if not waiting:
            return dead
        if least is None or waiting < least:
            least, until = waiting, time.monotonic() + seconds
        time.sleep(0.3)
    return f"{waiting} mails wait"


def text(mail):
    part = mail.get_payload(0) if mail.is_multipart() else mail
    return part.get_payload(decode=True)


def mails(database, sink):
    """How many mails were delivered, how many of them more than once, and what is wrong with them."""
    came = sink.by_id()
    # A link that a later one replaced before it was sent, or that has expired, is not sent any more.
    void = {link for (link,) in database.rows(f"SELECT {database.id('id')} FROM link WHERE closed_at IS NOT NULL OR expires_at < CURRENT_TIMESTAMP")}
    done = {identity: payload for identity, payload in database.rows(f"SELECT {database.id('id')}, payload FROM outbox WHERE done_at IS NOT NULL")
            if json.loads(payload).get("link", "").replace("-", "") not in void}
    ids = {name.strip("<>").split("@")[0].replace("-", "") for name in came}
    faults = [f"a mail is called delivered and never came: {payload[:200]}" for identity, payload in done.items() if identity not in ids]
    for name, several in came.items():
        if len({(mail["To"], mail["Subject"], text(mail)) for mail in several}) > 1:
            faults.append(f"other mails under one id: {name} {several[0]['Subject']}")
    return len(came), sum(len(several) > 1 for several in came.values()), faults


def run(program, kind, kills, seed):
    sink, database, ran = Sink(), Database(kind), random.Random(seed)
    server = Server(program, database, sink.settings())
    load, faults, totals, back = Load(server), [], collections.Counter(), []
    for kill in range(kills):
        load.begin(seed + kill)
        time.sleep(ran.uniform(0.2, 1.5))
        server.kill()
        load.end()
        began = time.monotonic()
        server.begin()
        back.append(time.monotonic() - began)
        wrong, (answered, unanswered, found) = check(load, database)
        faults += wrong
        totals.update({"answered": answered, "without an answer": unanswered, **found})
        if kill % 10 == 9 or kill == kills - 1:
            server.verified()
    dead = drained(database)
    came, more, wrong = mails(database, sink)
    faults += wrong
    if twice(database) or dead:
        faults.append(f"acts twice: {twice(database)}, mails given up or waiting: {dead}")
    told = ", ".join(f"{what}: {count}" for what, count in totals.items())
    print(f"{kind}: {kills} kills, seed {seed}; acts {told}; wrong: {len(faults)}; back within {max(back):.1f} s; "
          f"mails: {came}, of them more than once: {more}; {server.verified()}", flush=True)
    for fault in faults[:20]:
        print("  " + fault)
    server.stop()
    return not faults


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--server", required=True)
    arguments.add_argument("--kills", type=int, default=100)
    arguments.add_argument("--databases", default="sqlite,postgres")
    arguments.add_argument("--seed", type=int, default=random.randrange(1 << 20))
    said = arguments.parse_args()
    good = [run(said.server, kind, said.kills, said.seed) for kind in said.databases.split(",")]
    sys.exit(0 if all(good) else 1)


if __name__ == "__main__":
    main()
