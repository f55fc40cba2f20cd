#!/usr/bin/env python3
"""Measures Mandate beside a floor and a peer, and writes the table of README.md.

    python3 benches/bench.py            everything, about half an hour after the builds
    python3 benches/bench.py --gate     only the CPU a request beside the floor, against the bounds of GATE

It builds what it needs (Mandate as it is deployed, `floor/`, and the peer's packages), and starts a PostgreSQL of
its own, all in a scratch folder: $MANDATE_BENCH, or target/bench. It needs cargo, PostgreSQL's programs, wrk and, for the
peer, npm; what is missing is said. Nothing but the load runs beside a server: let the machine be quiet.
"""
import argparse, atexit, datetime, http.client, json, os, platform, re, shutil, signal, statistics, subprocess, sys, threading, time, uuid, base64, hashlib, hmac
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
WORK = Path(os.environ.get("MANDATE_BENCH", ROOT / "target" / "bench")).resolve()
PORT, PG = 8300, 55432
PASSWORD = "paper lantern harbor 42"

# CPU of a request, as a ratio to that of the floor in the same run: what is aimed at.
AIM = {
    ("mandate-pg", "q1"): ("floor-pg", 1.5), ("mandate-pg", "q2"): ("floor-pg", 1.5),
    ("mandate-pg", "m1"): ("floor-pg", 1.3), ("mandate-pg", "hot"): ("floor-pg", 0.95),
    ("mandate-lite", "q1"): ("floor-lite", 3.5), ("mandate-lite", "q2"): ("floor-lite", 4.0),
    ("mandate-lite", "m1"): ("floor-lite", 4.0), ("mandate-lite", "hot"): ("floor-lite", 6.0),
}

# What was reached, by the last table of README.md. The gate allows 1.3 times as much.
REACHED = {
    ("mandate-pg", "q1"): 1.8, ("mandate-pg", "q2"): 1.7, ("mandate-pg", "m1"): 2.0, ("mandate-pg", "hot"): 1.1,
    ("mandate-lite", "q1"): 3.3, ("mandate-lite", "q2"): 3.2, ("mandate-lite", "m1"): 4.6, ("mandate-lite", "hot"): 5.2,
}
GATE = 1.3

MANDATE = {
    "MANDATE__HTTP__BIND": f"127.0.0.1:{PORT}", "MANDATE__HTTP__PUBLIC_URL": f"http://127.0.0.1:{PORT}",
    "MANDATE__MAIL__FOLDER": f"{WORK}/mail", "MANDATE__LIMITS__OPERATIONS_PER_MINUTE": "600000000",
    "MANDATE__AUTH__ATTEMPTS_PER_MINUTE": "1000000", "MANDATE__AUTH__ACCESS_SECONDS": "100000000",
    "MANDATE__AUTH__SESSION_SECONDS": "100000000",
}


def mandate(kind):
    url = f"postgres://postgres@127.0.0.1:{PG}/mandate_run" if kind == "pg" else f"sqlite:{WORK}/run/mandate.db"
    return dict(MANDATE, MANDATE__DATABASE__URL=url, MANDATE__KEYS__DIR=f"{WORK}/keys", MANDATE__ANCHORS__DIR=f"{WORK}/run/anchors")


# name: command, environment, port, dialect of the load, database
SERVERS = {
    "floor-pg": (["floor-system", "tp"], {"M1": "pipe"}, 8100, "floor", "pg"),
    "tuned-pg": (["floor-mi", "tp"], {"M1": "group", "BATCH": "64", "FASTOBJ": "1", "TOK": "1"}, 8100, "floor", "pg"),
    "postgraphile": (["peer/node_modules/.bin/node", "server.mjs"], {"NODE_ENV": "production", "GRAPHILE_ENV": "production"}, 8201, "pgl", "pg"),
    "mandate-pg": (["mandate", "serve"], mandate("pg"), PORT, "mandate", "pg"),
    "floor-lite": (["floor-mi", "lite"], {"SYNC": "full", "BATCH": "64", "FASTOBJ": "1", "TOK": "1"}, 8100, "floor", "lite"),
    "mandate-lite": (["mandate", "serve"], mandate("lite"), PORT, "mandate", "lite"),
}
NAMES = {"floor-pg": "plain floor", "tuned-pg": "tuned floor", "postgraphile": "PostGraphile", "mandate-pg": "**Mandate**",
         "floor-lite": "SQLite floor", "mandate-lite": "**Mandate, SQLite**"}
LOADS = {"q1": "Q1 dashboard", "q2": "Q2 may I?", "m1": "M1 an act, spread", "hot": "M1 on one account"}


def run(*command, **more):
    return subprocess.run([str(part) for part in command], check=True, text=True, **more)


def psql(sql, database="postgres"):
    return run("psql", "-h", "127.0.0.1", "-p", PG, "-U", "postgres", "-d", database, "-Atqc", sql, capture_output=True).stdout.strip()


def need(program, what):
    if not shutil.which(program):
        sys.exit(f"{program} is missing: {what}")


# ---------------------------------------------------------------- preparing

def as_postgres(*command):
    return (["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []) + [str(part) for part in command]


def start_postgres():
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin")) if Path("/usr/lib/postgresql").exists() else []
    tools = found[-1] if found else Path(shutil.which("initdb") or sys.exit("initdb is missing: install PostgreSQL")).parent
    data = WORK / "pg" / "data"
    if not data.exists():
        data.parent.mkdir(parents=True, exist_ok=True)
        if os.getuid() == 0:
            shutil.chown(data.parent, "postgres")
        run(*as_postgres(tools / "initdb", "-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8"), stdout=subprocess.DEVNULL)
        settings = f"listen_addresses='127.0.0.1'\nport={PG}\nunix_socket_directories=''\nshared_buffers=2GB\neffective_cache_size=8GB\nmax_wal_size=4GB\ncheckpoint_timeout=30min\njit=off\n"
        run(*as_postgres("tee", "-a", data / "postgresql.conf"), input=settings, stdout=subprocess.DEVNULL)
    control = lambda *what: subprocess.run(as_postgres(tools / "pg_ctl", "-D", data, *what), stdout=subprocess.DEVNULL)
    if control("status").returncode:
        control("-l", WORK / "pg" / "log", "-w", "start")
    atexit.register(lambda: control("-m", "fast", "stop"))


def exists(database):
    return psql(f"SELECT 1 FROM pg_database WHERE datname = '{database}'") == "1"


def jwt(secret):
    text = lambda value: base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=")
    claims = {"sub": "01900002-0000-7000-8000-000000000000", "role": "app_user", "iss": "https://mandate.test", "aud": "mandate", "exp": 2000000000}
    signed = text({"alg": "HS256", "typ": "JWT"}) + b"." + text(claims)
    return (signed + b"." + base64.urlsafe_b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).rstrip(b"=")).decode()


def build():
    run("cargo", "build", "--profile", "dist", "--locked", "--bin", "mandate", "--example", "seed", cwd=ROOT)
    for program in ["mandate", "examples/seed"]:
        shutil.copy(ROOT / "target/dist" / program, WORK)
    floor = WORK / "floor"
    for name, features in [("floor-system", []), ("floor-mi", ["--features", "mi"])]:
        run("cargo", "build", "--release", "--locked", "--target-dir", floor, *features, cwd=HERE / "floor")
        shutil.copy(floor / "release/perf-floor", WORK / name)


def prepare(peer, built):
    for program, what in [("cargo", "see rustup.rs"), ("wrk", "the load generator, a package of most systems"), ("psql", "PostgreSQL's client")]:
        need(program, what)
    WORK.mkdir(parents=True, exist_ok=True)
    WORK.chmod(0o755)
    if not built:
        build()
    start_postgres()
    if not exists("mandate"):
        psql("CREATE DATABASE mandate")
        run("psql", "-h", "127.0.0.1", "-p", PG, "-U", "postgres", "-d", "mandate", "-qf", HERE / "floor/postgres.sql", stdout=subprocess.DEVNULL)
        for file in ["rls.sql", "rls_tuned.sql"]:
            run("psql", "-h", "127.0.0.1", "-p", PG, "-U", "postgres", "-d", "mandate", "-qf", HERE / "peer" / file, stdout=subprocess.DEVNULL)
    (WORK / "lite").mkdir(exist_ok=True)
    if not (WORK / "lite/m.db").exists():
        run(sys.executable, HERE / "floor/sqlite.py", WORK / "lite/m.db")
    (WORK / "floor.token").write_text(run(WORK / "floor-system", "token", capture_output=True).stdout)
    if peer and shutil.which("npm"):
        shutil.copytree(HERE / "peer", WORK / "peer", dirs_exist_ok=True)
        if not (WORK / "peer/node_modules").exists():
            run("npm", "install", "--no-audit", "--no-fund", cwd=WORK / "peer", stdout=subprocess.DEVNULL)
            if not (WORK / "peer/node_modules/.bin/node").exists():
                run("npm", "rebuild", "node", cwd=WORK / "peer", stdout=subprocess.DEVNULL)
        secret = re.search(r'pgJwtSecret: "([^"]+)', (HERE / "peer/server.mjs").read_text())[1]
        (WORK / "pgl.token").write_text(jwt(secret.encode()))
    seed()


def seed():
    """Fills one database of each kind; each run works on a copy."""
    version = hashlib.sha256((HERE / "seed.rs").read_bytes() + b"".join(sorted(path.read_bytes() for path in (ROOT / "migration/src").glob("*.rs")))).hexdigest()[:12]
    mark = WORK / "seeded"
    if mark.exists() and mark.read_text() == version:
        return
    for name in ["mandate_run", "mandate_seed"]:
        psql(f"DROP DATABASE IF EXISTS {name}")
    psql("CREATE DATABASE mandate_seed")
    shutil.rmtree(WORK / "filled", ignore_errors=True)
    shutil.rmtree(WORK / "keys", ignore_errors=True)
    for kind, url in [("pg", f"postgres://postgres@127.0.0.1:{PG}/mandate_seed"), ("lite", f"sqlite:{WORK}/filled/mandate.db")]:
        (WORK / "filled" / kind).mkdir(parents=True, exist_ok=True)
        env = {**os.environ, **mandate(kind), "MANDATE__DATABASE__URL": url, "MANDATE__DATABASE__SYNCHRONOUS": "OFF", "MANDATE__ANCHORS__DIR": f"{WORK}/filled/{kind}/anchors"}
        run(WORK / "seed", env=env, cwd=WORK)
    mark.write_text(version)


# ---------------------------------------------------------------- running a server

def reset(name):
    *_, dialect, database = SERVERS[name]
    if dialect == "mandate":
        shutil.rmtree(WORK / "run", ignore_errors=True)
        (WORK / "run").mkdir()
        shutil.copytree(WORK / "filled" / database / "anchors", WORK / "run/anchors")
        if database == "lite":
            shutil.copy(WORK / "filled/mandate.db", WORK / "run/mandate.db")
        else:
            psql("DROP DATABASE IF EXISTS mandate_run")
            psql("CREATE DATABASE mandate_run TEMPLATE mandate_seed")
            psql("VACUUM ANALYZE", "mandate_run")
    elif database == "lite":
        for end in ["-wal", "-shm"]:
            (WORK / f"lite/w.db{end}").unlink(missing_ok=True)
        shutil.copy(WORK / "lite/m.db", WORK / "lite/w.db")
    else:
        psql("DELETE FROM outbox; TRUNCATE audit", "mandate")


class Server:
    def __init__(self, name):
        reset(name)
        command, more, self.port, self.dialect, self.database = SERVERS[name]
        env = dict(os.environ, **more, PORT=str(self.port), LITE=f"{WORK}/lite/w.db")
        folder = WORK / "peer" if self.dialect == "pgl" else WORK
        program = WORK / command[0]
        began = time.time()
        self.process = subprocess.Popen([program, *command[1:]], env=env, cwd=folder, stdout=open(WORK / "server.log", "w"), stderr=subprocess.STDOUT)
        atexit.register(self.stop)
        while True:
            try:
                self.ask("{ __typename }", token=False)
                break
            except OSError:
                if self.process.poll() is not None or time.time() - began > 60:
                    sys.exit(f"{name} did not start:\n" + (WORK / "server.log").read_text()[-2000:])
                time.sleep(0.001)
        self.ready_ms = (time.time() - began) * 1000
        time.sleep(0.5)
        self.idle_mb = self.memory("VmRSS")
        self.token = WORK / f"{self.dialect}.token"
        if self.dialect == "mandate":
            self.token = WORK / "mandate.token"
            self.token.write_text(self.sign_in("u1@partner0.mandate.example"))

    def ask(self, query, variables=None, token=True):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"content-type": "application/json", "accept": "application/json"}
        if token:
            headers["authorization"] = "Bearer " + self.token.read_text().strip()
        connection.request("POST", "/graphql", json.dumps({"query": query, "variables": variables or {}}), headers)
        return connection.getresponse().read().decode()

    def sign_in(self, name):
        answer = self.ask("mutation($i: SignInInput!) { signIn(input: $i) { accessToken } }", {"i": {"signInName": name, "password": PASSWORD}}, token=False)
        return json.loads(answer)["data"]["signIn"]["accessToken"]

    def memory(self, which):
        return int(re.search(which + r":\s+(\d+)", Path(f"/proc/{self.process.pid}/status").read_text())[1]) / 1024

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()


# ---------------------------------------------------------------- measuring

def children():
    tree = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                fields = Path(f"/proc/{entry}/stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            tree.setdefault(int(fields[1]), []).append((int(entry), (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")))
    return tree


def spent(root):
    """CPU seconds of a process and those below it, by process."""
    tree, found, todo = children(), {}, [root]
    for processes in tree.values():
        for process, seconds in processes:
            if process == root:
                found[process] = seconds
    while todo:
        for process, seconds in tree.get(todo.pop(), []):
            found[process] = seconds
            todo.append(process)
    for process in found:
        try:
            # A backend has one thread, whose time is known to the nanosecond.
            if len(os.listdir(f"/proc/{process}/task")) == 1:
                found[process] = int(Path(f"/proc/{process}/schedstat").read_text().split()[0]) / 1e9
        except (OSError, IndexError):
            pass
    return found


def wrk(server, load, connections, seconds):
    postmaster = int((WORK / "pg/data/postmaster.pid").read_text().split()[0])
    before = [spent(server.process.pid), spent(postmaster)]
    env = dict(os.environ, WL=load, TOKFILE=str(server.token), DIALECT=server.dialect)
    said = run("wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-s", HERE / "load.lua", f"http://127.0.0.1:{server.port}/graphql", env=env, capture_output=True).stdout
    after = [spent(server.process.pid), spent(postmaster)]
    requests = int(re.search(r"(\d+) requests in", said)[1])
    if "Non-2xx" in said or "Socket errors" in said or requests == 0:
        print(said, file=sys.stderr)
    cpu = sum(seconds - was.get(process, 0) for was, now in zip(before, after) for process, seconds in now.items())
    unit = lambda text: float(re.match(r"[\d.]+", text)[0]) * {"us": 0.001, "ms": 1, "s": 1000}[re.search(r"[a-z]+$", text)[0]]
    centiles = dict(re.findall(r"^\s+(50|99)%\s+(\S+)", said, re.M))
    return {"load": load, "c": connections, "rate": float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1]),
            "p50": unit(centiles["50"]), "p99": unit(centiles["99"]), "cpu": cpu / max(requests, 1) * 1e6}


def check(server):
    """The answers are those that the load counts on."""
    if server.dialect == "mandate":
        answer = json.loads(server.ask("{ clients(first: 50) { nodes { id grant { state } operations(first: 3) { nodes { kind } } } } }"))
        nodes = answer["data"]["clients"]["nodes"]
        assert len(nodes) == 50 and all(len(node["operations"]["nodes"]) == 3 for node in nodes), answer


def sign_ins(server, seconds=5):
    """Sign-ins a second, by eight at once: Argon2id with the settings of the default."""
    count, end = [0] * 8, time.time() + seconds
    def work(place):
        while time.time() < end:
            server.sign_in(f"user{count[place] % 10}@client{200 + place * 50 + count[place] % 40}.mandate.example")
            count[place] += 1
    threads = [threading.Thread(target=work, args=(place,)) for place in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    return sum(count) / seconds


def measure(names, loads, connections, repeats, seconds, extra):
    results, others = [], {}
    for repeat in range(repeats):
        for name in names:
            server = Server(name)
            check(server)
            for load in loads:
                wrk(server, load, 16, 1)
                for c in connections:
                    result = dict(wrk(server, load, c, seconds), server=name)
                    results.append(result)
                    print(f"{repeat + 1}/{repeats} {name:13} {load:3} c={c:2}: {result['rate']:7.0f}/s, {result['cpu']:6.0f} us, p50 {result['p50']:.2f} ms, p99 {result['p99']:.1f} ms", flush=True)
            known = others.setdefault(name, {"ready": [], "idle": [], "peak": [], "sign_in": []})
            known["ready"].append(server.ready_ms)
            known["idle"].append(server.idle_mb)
            known["peak"].append(server.memory("VmHWM"))
            if extra and server.dialect == "mandate":
                known["sign_in"].append(sign_ins(server))
            server.stop()
    return results, others


def median(results, server, load, what, c=None):
    found = [result[what] for result in results if result["server"] == server and result["load"] == load and c in (None, result["c"])]
    return statistics.median(found) if found else None


# ---------------------------------------------------------------- telling

def table(results, others, loads, connections):
    names = [name for name in NAMES if any(result["server"] == name for result in results)]
    lines = ["### CPU of a request", "", "Microseconds of server and PostgreSQL together, median over all runs with 16 connections. In brackets: the ratio to the plain floor, or to the SQLite floor.", "",
             "| | " + " | ".join(NAMES[name] for name in names) + " |", "|---|" + "---|" * len(names)]
    for load in loads:
        cells = []
        for name in names:
            cpu = median(results, name, load, "cpu", 16)
            floor = median(results, "floor-lite" if name.endswith("lite") else "floor-pg", load, "cpu", 16)
            cells.append("–" if cpu is None else f"{cpu:,.0f} ({cpu / floor:.2f})" if floor else f"{cpu:,.0f}")
        lines.append(f"| {LOADS[load]} | " + " | ".join(cells) + " |")
    lines += ["", "### Requests a second", "", "Median; in brackets the median of p50 and of p99, in milliseconds.", "",
              "| | connections | " + " | ".join(NAMES[name] for name in names) + " |", "|---|---|" + "---|" * len(names)]
    for load in loads:
        for c in connections:
            cells = []
            for name in names:
                rate = median(results, name, load, "rate", c)
                cells.append("–" if rate is None else f"{rate:,.0f} ({median(results, name, load, 'p50', c):.2f}, {median(results, name, load, 'p99', c):.1f})")
            lines.append(f"| {LOADS[load]} | {c} | " + " | ".join(cells) + " |")
    one = lambda values, text: "–" if not values else text.format(statistics.median(values))
    lines += ["", "### Start, memory, sign-in", "", "| | " + " | ".join(NAMES[name] for name in names) + " |", "|---|" + "---|" * len(names)]
    for what, label, text in [("ready", "from the start of the process to its first answer", "{:,.0f} ms"), ("idle", "memory when idle (RSS)", "{:.0f} MB"), ("peak", "most memory under this load", "{:.0f} MB"), ("sign_in", "sign-ins a second, eight at once", "{:.0f}")]:
        lines.append(f"| {label} | " + " | ".join(one(others[name][what], text) for name in names) + " |")
    return "\n".join(lines)


def machine():
    info = Path("/proc/cpuinfo").read_text()
    model = re.search(r"model name\s*:\s*(.+)", info)
    memory = int(re.search(r"MemTotal:\s+(\d+)", Path("/proc/meminfo").read_text())[1]) / 1024 / 1024
    version = re.search(r"[\d.]+", run("psql", "--version", capture_output=True).stdout)[0]
    rust = run("rustc", "--version", capture_output=True).stdout.split()[1]
    commit = run("git", "rev-parse", "--short", "HEAD", cwd=ROOT, capture_output=True).stdout.strip()
    return f"{datetime.date.today()}, commit {commit}; {os.cpu_count()} × {model[1] if model else platform.machine()}, {memory:.0f} GiB, PostgreSQL {version}, rustc {rust}"


def write(text, conditions):
    readme = HERE / "README.md"
    said = readme.read_text()
    begin, end = "<!-- measured -->", "<!-- /measured -->"
    head, rest = said.split(begin)
    readme.write_text(head + begin + f"\n{conditions}\n\n{text}\n" + end + rest.split(end)[1])


def gate(results):
    failed = False
    for (server, load), (floor, aim) in AIM.items():
        ratio = median(results, server, load, "cpu", 16) / median(results, floor, load, "cpu", 16)
        bound = REACHED[server, load] * GATE
        failed |= ratio > bound
        print(f"{server:13} {load:3}: {ratio:5.2f} of {floor}, bound {bound:.2f}, aim {aim:.2f} {'TOO MUCH' if ratio > bound else 'ok'}")
    sys.exit(1 if failed else 0)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--gate", action="store_true")
    options.add_argument("--built", action="store_true", help="take the programs that an earlier run built")
    options.add_argument("--repeats", type=int, default=None)
    options.add_argument("--seconds", type=int, default=2)
    options.add_argument("--only", default=None, help="servers, separated by commas: prints, writes nothing")
    options.add_argument("--mandate", default=None, help="another binary to measure: prints, writes nothing")
    options.add_argument("--loads", default=",".join(LOADS))
    chosen = options.parse_args()
    prepare(peer=not chosen.gate, built=chosen.built)
    if chosen.mandate:
        shutil.copy(chosen.mandate, WORK / "mandate")
    names = [name for name in SERVERS if name != "postgraphile" or (WORK / "peer/node_modules").exists()]
    loads = chosen.loads.split(",")
    if chosen.gate:
        names = [name for name in names if name not in ("postgraphile", "tuned-pg")]
        results, _ = measure(names, loads, [16], chosen.repeats or 3, chosen.seconds, False)
        gate(results)
    if chosen.only:
        names = chosen.only.split(",")
    connections = [1, 16, 64]
    results, others = measure(names, loads, connections, chosen.repeats or 5, chosen.seconds, True)
    text = table(results, others, loads, connections)
    print(text)
    if not (chosen.only or chosen.mandate):
        write(text, machine())


if __name__ == "__main__":
    main()
