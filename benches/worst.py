#!/usr/bin/env python3
"""Looks for the documents that cost most of all that a stranger may send, and measures them.

    python3 benches/worst.py [--server PATH] [--most-ms 50] [--most-bytes 2000000]

Each family below is a way to make a document, a body or variables of any size. For each, the largest is found that the
server still reads (one more is refused because of a limit), and the sizes on the way there, since what is refused may
cost more than what is answered. Each is sent several times, with a text of its own each time, so that nothing is
answered from what is kept. Counted are the nanoseconds of processor time of all threads of the server, from /proc, less
what an empty request costs, and the bytes of the answer before it is packed. It ends with 1 if one is above the bounds.

The server runs at its defaults, but for the limits of cost, which would refuse the second document of each family.
"""
import argparse, atexit, http.client, json, os, shutil, socket, statistics, subprocess, sys, tempfile, time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TIMES = 5


def fields(text, n):
    return "{ " + " ".join(f"a{i}: {text}" for i in range(n)) + " }"


def chain(n, leaf, deep):
    """Fragments of which each uses the next one twice."""
    parts = [f"fragment F{i} on Query {{ ...F{i + 1} ...F{i + 1} }}" for i in range(deep)]
    return f"{{ {'...F0 ' * n} }} " + " ".join(parts) + f" fragment F{deep} on Query {{ {leaf} }}"


# Name: a document of size n. A comment with a number is added, so that no two are the same.
DOCUMENTS = {
    "words without a brace": lambda n: "a " * n,
    "unknown fields": lambda n: "{ " + "a " * n + "}",
    "unknown fields, each another": lambda n: "{ " + " ".join(f"a{i}" for i in range(n)) + " }",
    "unknown fields, nearly right": lambda n: "{ " + " ".join(f"viewe{i}" for i in range(n)) + " }",
    "one field again and again": lambda n: "{ " + "__typename " * n + "}",
    "aliases": lambda n: fields("__typename", n),
    "aliases of a query": lambda n: fields("viewer { user { id displayName } }", n),
    "aliases of a node": lambda n: fields('node(id: "T3JnYW5pemF0aW9uOjE") { id }', n),
    "equal fields below": lambda n: "{ viewer { user { " + "id " * n + "} } }",
    "equal objects below": lambda n: "{ viewer { " + "user { id } " * n + "} }",
    "equal fields with equal arguments": lambda n: "{ " + 'node(id: "a") { id } ' * n + "}",
    "equal fields with other arguments": lambda n: "{ " + " ".join(f'node(id: "a{i}") {{ id }}' for i in range(n)) + " }",
    "nesting": lambda n: "{ viewer " * n + "}" * n,
    "nesting of lists": lambda n: "{ node(id: " + "[" * n + "]" * n + ") { id } }",
    "nesting of objects": lambda n: "{ node(id: " + "{a:" * n + "1" + "}" * n + ") { id } }",
    "inline fragments": lambda n: "{ " + "... { " * n + "__typename" + " }" * n + " }",
    "inline fragments side by side": lambda n: "{ " + "... { __typename } " * n + "}",
    "inline fragments on a type": lambda n: "{ " + "... on Query { viewer { user { id } } } " * n + "}",
    "a fragment many times": lambda n: "{ " + "...F " * n + "} fragment F on Query { __typename }",
    "fragments, each once": lambda n: "{ " + " ".join(f"...F{i}" for i in range(n)) + " } " + " ".join(f"fragment F{i} on Query {{ __typename }}" for i in range(n)),
    "fragments, unused": lambda n: "{ __typename } " + " ".join(f"fragment F{i} on Query {{ __typename }}" for i in range(n)),
    "fragments that double": lambda n: chain(1, "__typename", n),
    "fragments that double, empty": lambda n: chain(1, "a", n),
    "fragments in a circle": lambda n: "{ ...F0 } " + " ".join(f"fragment F{i} on Query {{ ...F{(i + 1) % n} }}" for i in range(n)),
    "fragments in a line": lambda n: "{ ...F0 } " + " ".join(f"fragment F{i} on Query {{ ...F{i + 1} }}" for i in range(n)) + f" fragment F{n} on Query {{ __typename }}",
    "fragments on unknown types": lambda n: "{ " + " ".join(f"... on T{i} {{ a }}" for i in range(n)) + " }",
    "directives": lambda n: "{ __typename " + "@include(if: true) " * n + "}",
    "directives on fields": lambda n: "{ " + "__typename @skip(if: false) @include(if: true) " * n + "}",
    "unknown directives": lambda n: "{ " + "__typename @a @b @c " * n + "}",
    "operations": lambda n: " ".join(f"query Q{i} {{ __typename }}" for i in range(n)),
    "operations with one name": lambda n: "query Q { __typename } " * n,
    "operations that share fragments": lambda n: " ".join(f"query Q{i} {{ ...F }}" for i in range(n)) + " fragment F on Query { " + "viewer { user { id } } " * 20 + "}",
    "operations, fragments, variables": lambda n: " ".join(f"query Q{i}($v: ID!) {{ ...F }}" for i in range(n)) + " fragment F on Query { " + "node(id: $v) { id } " * 30 + "}",
    "variables, unused": lambda n: "query(" + " ".join(f"$v{i}: Int" for i in range(n)) + ") { __typename }",
    "variables, used": lambda n: "query(" + " ".join(f"$v{i}: ID!" for i in range(n)) + ") { " + " ".join(f"a{i}: node(id: $v{i}) {{ id }}" for i in range(n)) + " }",
    "variables of unknown types": lambda n: "query(" + " ".join(f"$v{i}: T{i}" for i in range(n)) + ") { __typename }",
    "unknown arguments": lambda n: "{ node(" + " ".join(f"a{i}: 1" for i in range(n)) + ") { id } }",
    "arguments that do not fit": lambda n: "{ " + "node(id: {a: [1, 2, {b: 3}]}) { id } " * n + "}",
    "a long list": lambda n: "{ nodes(ids: [" + '"a" ' * n + "]) { id } }",
    "an object with many fields": lambda n: "mutation { signIn(input: {" + " ".join(f"a{i}: 1" for i in range(n)) + "}) { accessToken } }",
    "mutations side by side": lambda n: "mutation { " + " ".join(f'a{i}: signOut(input: {{}}) {{ replayed }}' for i in range(n)) + " }",
    "a long name": lambda n: "{ " + "a" * n + " }",
    "a long text": lambda n: '{ node(id: "' + "a" * n + '") { id } }',
    "a long list in a fragment": lambda n: "{ " + "...F " * 200 + '} fragment F on Query { nodes(ids: [' + '"a" ' * n + "]) { id } }",
    "a long list as a default": lambda n: 'query($v: [ID!]! = [' + '"a" ' * n + "]) { " + fields("nodes(ids: $v) { id }", 90)[2:],
    "escapes in a text": lambda n: '{ node(id: "' + "\\u0041" * n + '") { id } }',
    "a long block": lambda n: '{ node(id: """' + "\n  a" * n + '""") { id } }',
    "a long comment": lambda n: "#" + "a" * n + "\n{ __typename }",
    "commas": lambda n: "{ __typename" + "," * n + " }",
    "numbers": lambda n: "{ node(id: " + "1" * n + ") { id } }",
    "brackets that do not close": lambda n: "{" * n,
    "brackets that close alone": lambda n: "}" * n,
    "all types of the schema": lambda n: fields("__schema { types { name } }", n),
    "all descriptions of the schema": lambda n: fields("__schema { types { description fields { description } } }", n),
    "all arguments of the schema": lambda n: fields("__schema { types { fields { args { name description defaultValue type { name kind ofType { name kind ofType { name } } } } } } }", n),
    "one type": lambda n: fields('__type(name: "Mutation") { name fields { name args { name } } }', n),
    "types of types": lambda n: "{ __schema { types { fields { type " + "{ ofType " * n + "{ name }" + " }" * n + " } } } }",
    "introspection as tools ask": lambda n: "query { __schema { " + "queryType { name } types { kind name description fields(includeDeprecated: true) { name description args { name description type { ...T } defaultValue } type { ...T } isDeprecated deprecationReason } inputFields { name description type { ...T } defaultValue } interfaces { ...T } enumValues(includeDeprecated: true) { name description } possibleTypes { ...T } } " * n + "} } fragment T on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }",
}

# Name: variables of size n, for the document, and a body of size n.
VARIABLES = {
    "variables that nobody asks for": lambda n: ("{ __typename }", {f"v{i}": i for i in range(n)}),
    "a long list in a variable": lambda n: ("query($v: [ID!]!) { nodes(ids: $v) { id } }", {"v": ["a"] * n}),
    "an object in a variable": lambda n: ("mutation($v: SignInInput!) { signIn(input: $v) { accessToken } }", {"v": {f"a{i}": i for i in range(n)}}),
    "a variable used everywhere": lambda n: ("query($v: ID!) { " + " ".join(f"a{i}: node(id: $v) {{ id }}" for i in range(90)) + " }", {"v": "a" * n}),
    "a list used everywhere": lambda n: ("query($v: [ID!]!) { " + " ".join(f"a{i}: nodes(ids: $v) {{ id }}" for i in range(90)) + " }", {"v": ["a"] * n}),
}
BODIES = {
    "a nested variable": lambda n: b'{"query":"query($v: [ID!]!) { nodes(ids: $v) { id } }","variables":{"v":' + b"[" * n + b"]" * n + b"}}",
    "a body of brackets": lambda n: b"[" * n,
    "a body of one text": lambda n: b'"' + b"a" * n + b'"',
    "a body of numbers": lambda n: b"[" + b"1," * n + b"1]",
    "a body of keys": lambda n: b"{" + b",".join(b'"k%d":1' % i for i in range(n)) + b"}",
    "extensions": lambda n: b'{"query":"{__typename}","extensions":{' + b",".join(b'"k%d":{}' % i for i in range(n)) + b"}}",
}


class Server:
    """A server of its own, at its defaults, in a folder of its own."""

    def __init__(self, program):
        self.folder = tempfile.mkdtemp(prefix="mandate-worst-")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        env = dict(
            os.environ, MANDATE__HTTP__BIND=f"127.0.0.1:{self.port}", MANDATE__HTTP__PUBLIC_URL=f"http://127.0.0.1:{self.port}",
            MANDATE__LIMITS__OPERATIONS_PER_MINUTE="40000000", MANDATE__AUTH__ATTEMPTS_PER_MINUTE="1000000",
            MANDATE__DATABASE__URL=f"sqlite:{self.folder}/mandate.db", MANDATE__KEYS__DIR=f"{self.folder}/keys",
            MANDATE__ANCHORS__DIR=f"{self.folder}/anchors", MANDATE__MAIL__FOLDER=f"{self.folder}/mail", MANDATE__LOG__FILTER="error",
        )
        self.process = subprocess.Popen([program, "serve", "--demo"], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        atexit.register(self.end)
        for _ in range(600):
            try:
                if self.ask(b'{"query":"{__typename}"}')[0] == 200:
                    return
            except OSError:
                time.sleep(0.1)
        sys.exit("the server does not answer")

    def end(self):
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def ask(self, body):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("POST", "/graphql", body, {"content-type": "application/json", "connection": "close"})
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        return answer.status, text

    def cpu(self):
        """Nanoseconds that all threads have run. Threads that end take theirs along; the runtime's do not end."""
        total = 0
        for task in Path(f"/proc/{self.process.pid}/task").iterdir():
            try:
                total += int((task / "schedstat").read_text().split()[0])
            except (FileNotFoundError, ProcessLookupError):
                pass
        return total


def reason(text):
    try:
        answer = json.loads(text)
    except ValueError:
        return "no JSON"
    errors = answer.get("errors") or []
    return errors[0].get("extensions", {}).get("code", "?") if errors else "answered"


class Worst:
    def __init__(self, server):
        self.server, self.count, self.empty = server, 0, 0.0
        self.empty = self.measure(lambda: b'{"query":"{__typename}"}')[0]

    def measure(self, body):
        """The median of the milliseconds of several, and the last answer."""
        spent = []
        for _ in range(TIMES):
            sent = body()
            before = self.server.cpu()
            _, text = self.server.ask(sent)
            # What follows the answer, such as keeping it, is the request's too.
            time.sleep(0.002)
            spent.append((self.server.cpu() - before) / 1e6)
        return statistics.median(spent) - self.empty, len(text), reason(text)

    def document(self, text, variables=None):
        def body():
            self.count += 1
            return json.dumps({"query": f"{text} #{self.count}", "variables": variables}).encode()

        return body

    def family(self, name, made):
        """The costliest of a family, of all sizes up to the largest that is sent at all."""
        worst = (-1.0, 0, "", 0)
        largest = 0
        size = 1
        while size <= 131072:
            body = made(size)
            if len(body()) > 131072:
                break
            cost, length, what = self.measure(body)
            worst = max(worst, (cost, length, what, size))
            largest = max(largest, length)
            size = max(size + 1, int(size * 1.6))
        return name, worst, largest


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--server", default=str(ROOT / "target/release/mandate"))
    arguments.add_argument("--most-ms", type=float, default=50)
    arguments.add_argument("--most-bytes", type=int, default=2_000_000)
    said = arguments.parse_args()
    worst = Worst(Server(said.server))
    rows = []
    for name, text in DOCUMENTS.items():
        rows.append(worst.family(name, lambda n, text=text: worst.document(text(n))))
    for name, both in VARIABLES.items():
        rows.append(worst.family(name, lambda n, both=both: worst.document(*both(n))))
    for name, body in BODIES.items():
        rows.append(worst.family(name, lambda n, body=body: lambda: body(n)))
    rows.sort(key=lambda row: -row[1][0])
    print("| what is sent | ms of CPU, at most | of size | what became of it | bytes of an answer, at most |\n|---|---|---|---|---|")
    for name, (cost, _, what, size), largest in rows:
        print(f"| {name} | {cost:.1f} | {size:,} | {what} | {largest:,} |")
    over = [row for row in rows if row[1][0] > said.most_ms or row[2] > said.most_bytes]
    print(f"\n{len(rows)} families; an empty request costs {worst.empty:.2f} ms; {len(over)} above {said.most_ms:g} ms or {said.most_bytes:,} bytes.")
    sys.exit(1 if over else 0)


if __name__ == "__main__":
    main()
