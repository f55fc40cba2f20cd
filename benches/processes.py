#!/usr/bin/env python3
"""Measures one, two and four servers on one PostgreSQL, and how soon one tells of what another did.

    python3 benches/processes.py [--built] [--seconds 4] [--repeats 3]

It takes the data and the programs of `bench.py`. Sixteen connections are divided among the servers; the processor time is
that of all servers and of PostgreSQL. On one machine nothing can be gained by more of them: what is seen here is what is
lost, since acts share a transaction only within a process.
"""
import argparse, base64, json, os, re, socket, statistics, struct, subprocess, time
from pathlib import Path

import bench
from bench import LOADS, MANDATE, PG, PORT, WORK, mandate, spent

MOST = 4


class Many:
    """Some servers on one database."""

    def __init__(self, number):
        bench.reset("mandate-pg")
        self.servers = []
        for place in range(number):
            port = PORT + place
            more = {"MANDATE__HTTP__BIND": f"127.0.0.1:{port}", "MANDATE__HTTP__PUBLIC_URL": f"http://127.0.0.1:{PORT}"}
            bench.SERVERS["one"] = (["mandate", "serve"], dict(mandate("pg"), **more), port, "mandate", "pg")
            kept, bench.reset = bench.reset, lambda name: None
            self.servers.append(bench.Server("one"))
            bench.reset = kept
        self.postmaster = int((WORK / "pg/data/postmaster.pid").read_text().split()[0])

    def cpu(self):
        seen = {}
        for process in [self.postmaster, *(server.process.pid for server in self.servers)]:
            seen.update(spent(process))
        return seen

    def load(self, load, connections, seconds):
        before, each = self.cpu(), connections // len(self.servers)
        env = dict(os.environ, WL=load, TOKFILE=str(self.servers[0].token), DIALECT="mandate")
        command = lambda server: ["wrk", "-t1", f"-c{each}", f"-d{seconds}s", "--latency", "-s", str(bench.HERE / "load.lua"), f"http://127.0.0.1:{server.port}/graphql"]
        running = [subprocess.Popen(command(server), env=env, stdout=subprocess.PIPE, text=True) for server in self.servers]
        said = [process.communicate()[0] for process in running]
        after = self.cpu()
        wrong = [text for text in said if "Non-2xx" in text or "Socket errors" in text]
        if wrong:
            print(wrong[0])
        requests = sum(int(re.search(r"(\d+) requests in", text)[1]) for text in said)
        slow = max(millis(re.search(r"^\s+99%\s+(\S+)", text, re.M)[1]) for text in said)
        spent_now = sum(now - before.get(process, 0) for process, now in after.items())
        return requests / seconds, spent_now / max(requests, 1) * 1e6, slow

    def stop(self):
        for server in self.servers:
            server.stop()


def millis(text):
    return float(re.match(r"[\d.]+", text)[0]) * {"us": 0.001, "ms": 1, "s": 1000}[re.search(r"[a-z]+$", text)[0]]


class Socket:
    """A connection that speaks graphql-transport-ws."""

    def __init__(self, port, token):
        self.stream = socket.create_connection(("127.0.0.1", port))
        head = (f"GET /graphql HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n"
                f"sec-websocket-key: {base64.b64encode(os.urandom(16)).decode()}\r\nsec-websocket-protocol: graphql-transport-ws\r\n\r\n")
        self.stream.sendall(head.encode())
        self.rest = b""
        while b"\r\n\r\n" not in self.rest:
            self.rest += self.stream.recv(4096)
        self.rest = self.rest.split(b"\r\n\r\n", 1)[1]
        self.send({"type": "connection_init", "payload": {"authorization": f"Bearer {token}"}})
        assert self.receive()["type"] == "connection_ack"

    def send(self, message):
        body, mask = json.dumps(message).encode(), os.urandom(4)
        length = bytes([0x80 | len(body)]) if len(body) < 126 else b"\xfe" + struct.pack(">H", len(body))
        self.stream.sendall(b"\x81" + length + mask + bytes(byte ^ mask[place % 4] for place, byte in enumerate(body)))

    def take(self, number):
        while len(self.rest) < number:
            more = self.stream.recv(65536)
            assert more, "the server closed the connection"
            self.rest += more
        taken, self.rest = self.rest[:number], self.rest[number:]
        return taken

    def receive(self):
        while True:
            kind, length = self.take(2)
            if length == 126:
                length = struct.unpack(">H", self.take(2))[0]
            body = self.take(length)
            if kind & 15 == 1:
                message = json.loads(body)
                if message["type"] != "ping":
                    return message


ACT = "mutation($i: UpdateProfileInput!) { updateProfile(input: $i) { operation { id } } }"
TOLD = "subscription($id: ID!) { operations(accountId: $id) { id } }"


def told(servers, times):
    """Milliseconds from the answer to an act at one server until a subscriber at another is told of it."""
    asked, acted = servers[0], servers[-1]
    clients = json.loads(acted.ask("{ clients(first: 20) { nodes { id users(first: 3) { nodes { id } } } } }"))
    clients = clients["data"]["clients"]["nodes"]
    # Each third has a grant capped at LIMITED, as the load knows too; a client's first user is its admin.
    client = clients[1]
    subscriber = Socket(asked.port, asked.token.read_text())
    subscriber.send({"id": "1", "type": "subscribe", "payload": {"query": TOLD, "variables": {"id": client["id"]}}})
    time.sleep(1)
    waited = []
    for number in range(times):
        time.sleep(0.05 + number * 0.037 % 1)
        values = {"i": {"accountId": client["id"], "userId": client["users"]["nodes"][2]["id"], "displayName": f"Told {number}"}}
        answer = json.loads(acted.ask(ACT, values))
        at, done = time.monotonic(), answer["data"]["updateProfile"]["operation"]["id"]
        while True:
            message = subscriber.receive()
            if message["payload"]["data"]["operations"]["id"] == done:
                break
        waited.append((time.monotonic() - at) * 1000)
    return statistics.median(waited), max(waited)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--built", action="store_true", help="take the programs that an earlier run built")
    options.add_argument("--seconds", type=int, default=4)
    options.add_argument("--repeats", type=int, default=3)
    chosen = options.parse_args()
    if not chosen.built:
        bench.build()
    bench.start_postgres()
    bench.seed()
    print("| | servers | requests a second | µs of CPU | p99, ms |\n|---|---|---|---|---|")
    for number in (1, 2, MOST):
        seen = {load: [] for load in LOADS}
        for _ in range(chosen.repeats):
            many = Many(number)
            for load in LOADS:
                many.load(load, 16, 1)
                seen[load].append(many.load(load, 16, chosen.seconds))
            last = told(many.servers, 20)
            many.stop()
        for load, results in seen.items():
            rate, cpu, slow = (statistics.median(column) for column in zip(*results))
            print(f"| {LOADS[load]} | {number} | {rate:,.0f} | {cpu:,.0f} | {slow:.1f} |", flush=True)
        print(f"| told by a subscription, ms: median, most | {number} | {last[0]:.0f}, {last[1]:.0f} | | |", flush=True)


if __name__ == "__main__":
    main()
