#!/usr/bin/env python3
"""Races over two processes on one PostgreSQL: what must hold, holds whichever process answers first.

    python3 tests/faults/races.py --server target/release/mandate [--rounds 10000] [--only NAME]

Every round sends two calls at the same moment, each to another process. Afterwards the database is asked what became of
them, and every record must verify.
"""
import argparse, collections, sys, time

from world import Database, PASSWORD, Person, Refused, Server, together, user_ids


class Races:
    def __init__(self, program):
        self.database = Database("postgres")
        self.here = Server(program, self.database)
        self.there = Server(program, self.database)
        self.carla, self.fiona, self.liam = Person(self.here, "carla", "contoso"), Person(self.there, "fiona", "northwind"), Person(self.here, "liam", "northwind")
        self.ursula, self.contoso = Person(self.here, "ursula", "fabrikam"), self.carla.account
        self.users = user_ids(self.carla, self.contoso)
        offer = self.fiona.data("{ offers(first: 1) { nodes { id token digest } } }")["offers"]["nodes"][0]
        self.offer = {"token": offer["token"], "revision": 1, "digest": offer["digest"]}
        self.wrong, self.outcomes, self.fresh = [], collections.Counter(), time.monotonic()

    def freshen(self):
        """What only a fresh sign-in may do stays allowed, however long the rounds take."""
        if time.monotonic() - self.fresh > 200:
            self.fresh = time.monotonic()
            for person in [person for person in vars(self).values() if isinstance(person, Person)]:
                person.data("mutation($i: ConfirmPasswordInput!) { confirmPassword(input: $i) { operation { id } } }", {"i": {"password": PASSWORD}})

    def expect(self, holds, what):
        if not holds:
            self.wrong.append(what)

    def on(self, name, **more):
        return {"accountId": self.contoso, "userId": self.users[name], **more}

    def open_grants(self, slug):
        return self.database.rows(f"SELECT count(*) FROM \"grant\" JOIN organization ON organization.id = client_id WHERE initial_domain LIKE '{slug}.%' AND ended_at IS NULL")[0][0]

    # ---- each race: one round

    def end_and_act(self, number):
        """a delegate acts here while the client ends the grant there"""
        client = self.fiona.data("query($id: ID!) { client(id: $id) { grant { id state } } }", {"id": self.contoso})["client"]["grant"]
        act = lambda at: self.fiona.refusal("updateProfile", self.on("greta", jobTitle=f"Clerk {number}"), at=at)
        first, ended, second = together(
            lambda: act(self.here), lambda: self.carla.refusal("endGrant", {"grantId": client["id"]}, at=self.there), lambda: act(self.there))
        self.outcomes["acts before the end"] += (first is None) + (second is None)
        self.expect(ended is None, f"the end was refused: {ended}")
        for at in (self.here, self.there):
            after = act(at)
            self.expect(after and after.startswith("FORBIDDEN"), f"an act after the end: {after}")
        self.carla.do("acceptOffer", self.offer, at=self.here)

    def accept_twice(self, number):
        """two admins' answers to one offer"""
        calls = [lambda at=at: self.ursula.do("acceptOffer", self.offer, "grant { id }", at=at)["grant"]["id"] for at in (self.here, self.there)]
        one, other = together(*calls)
        self.expect(one == other, f"two grants: {one} {other}")
        self.expect(self.open_grants("fabrikam") == "1", "not one open grant")
        self.ursula.do("endGrant", {"grantId": one})

    def accept_and_withdraw(self, number):
        """a client accepts an offer here that the partner withdraws there"""
        made = self.fiona.do("createOffer", {"accountId": self.fiona.account, "roleCap": "FULL", "term": "P30D"}, "offer { id token digest }")["offer"]
        answer = {"token": made["token"], "revision": 1, "digest": made["digest"]}
        grants = []

        def accept():
            try:
                grants.append(self.ursula.do("acceptOffer", answer, "grant { id }", at=self.here)["grant"]["id"])
            except Refused as refused:
                return str(refused)

        accepted, withdrawn = together(
            accept,
            lambda: self.fiona.refusal("withdrawOffer", {"accountId": self.fiona.account, "offerId": made["id"]}, at=self.there))
        self.expect(withdrawn is None, f"the withdrawal was refused: {withdrawn}")
        open_now = self.open_grants("fabrikam")
        self.expect((accepted is None) == (open_now == "1"), f"accepted: {accepted}, open grants: {open_now}")
        self.expect(accepted is None or "WITHDRAWN" in accepted, f"refused otherwise: {accepted}")
        self.outcomes["accepted in time" if accepted is None else "withdrawn first"] += 1
        for grant in grants:
            self.ursula.do("endGrant", {"grantId": grant})

    def last_admin(self, number):
        """two admins take each other's role"""
        if number == 0:
            self.carla.do("assignAdminRole", self.on("uma", role="GLOBAL_ADMIN"))
            self.uma = Person(self.here, "uma", "contoso")
        one, other = together(
            lambda: self.carla.refusal("removeAdminRole", self.on("uma", role="GLOBAL_ADMIN"), at=self.here),
            lambda: self.uma.refusal("removeAdminRole", self.on("carla", role="GLOBAL_ADMIN"), at=self.there))
        left = self.database.rows("SELECT count(*) FROM user_role JOIN organization ON organization.id = organization_id WHERE initial_domain LIKE 'contoso.%' AND role = 'GLOBAL_ADMIN'")[0][0]
        self.expect((one is None) != (other is None) and left == "1", f"{one} {other}, {left} left")
        self.outcomes["the first won" if one is None else "the second won"] += 1
        winner, loser = (self.carla, "uma") if one is None else (self.uma, "carla")
        winner.do("assignAdminRole", self.on(loser, role="GLOBAL_ADMIN"), at=self.there)

    def last_seat(self, number):
        """two users, and one free licence"""
        if number == 0:
            self.subscription = None
            for one in self.carla.data("{ viewer { organization { subscriptions(first: 20) { nodes { id seats assignedSeats } } } } }")["viewer"]["organization"]["subscriptions"]["nodes"]:
                self.subscription = self.subscription or one
            names = iter([name for name in self.users if name not in ("ivan", "greta")])
            for _ in range(200):
                # Until one is free.
                held = self.held()
                if self.subscription["seats"] - held == 1:
                    break
                name = next(names, None)
                if name is None:
                    name = f"seat{held}"
                    self.users[name] = self.carla.do("addUser", {"accountId": self.contoso, "displayName": name, "signInName": name, "contact": f"{name}@example.org"}, "user { id }")["user"]["id"]
                self.carla.refusal("assignLicence", self.licence(name))
            for name in ("ivan", "greta"):
                self.carla.refusal("unassignLicence", self.licence(name))
        one, other = together(
            lambda: self.carla.refusal("assignLicence", self.licence("ivan"), at=self.here),
            lambda: self.fiona.refusal("assignLicence", self.licence("greta"), at=self.there))
        self.expect((one is None) != (other is None), f"{one} {other}")
        self.expect(self.held() == self.subscription["seats"], f"{self.held()} of {self.subscription['seats']} licences")
        self.outcomes["the client won" if one is None else "the delegate won"] += 1
        self.carla.do("unassignLicence", self.licence("ivan" if one is None else "greta"))

    def licence(self, name):
        return self.on(name, subscriptionId=self.subscription["id"])

    def held(self):
        nodes = self.carla.data("{ viewer { organization { subscriptions(first: 20) { nodes { id assignedSeats } } } } }")["viewer"]["organization"]["subscriptions"]["nodes"]
        return next(node["assignedSeats"] for node in nodes if node["id"] == self.subscription["id"])

    def hands_and_role(self, number):
        """a delegate resets the password of a user here who is made an admin there"""
        name = f"new{number}"
        self.users[name] = self.carla.do("addUser", {"accountId": self.contoso, "displayName": name, "signInName": name, "contact": f"{name}@example.org"}, "user { id }")["user"]["id"]
        reset, promoted = together(
            lambda: self.liam.refusal("resetPassword", self.on(name), at=self.here),
            lambda: self.carla.refusal("assignAdminRole", self.on(name, role="USER_ADMIN"), at=self.there))
        self.expect(promoted is None, f"the role was refused: {promoted}")
        self.expect(reset is None or "TARGET_PRIVILEGED" in reset, f"refused otherwise: {reset}")
        self.outcomes["reset in time" if reset is None else "privileged first"] += 1
        if reset is None:
            kinds = self.database.rows("SELECT kind FROM operation JOIN organization ON organization.id = organization_id WHERE initial_domain LIKE 'contoso.%' AND outcome = 'DONE' ORDER BY seq DESC LIMIT 2")
            self.expect([kind for (kind,) in kinds] == ["admin_role.assign", "user.reset_password"], f"the order of the record: {kinds}")

    RACES = ["end_and_act", "accept_twice", "accept_and_withdraw", "last_admin", "last_seat", "hands_and_role"]

    def run(self, name, rounds):
        self.outcomes, before, began = collections.Counter(), len(self.wrong), time.monotonic()
        work = getattr(self, name)
        for number in range(rounds):
            self.freshen()
            work(number)
        took = time.monotonic() - began
        told = ", ".join(f"{what}: {count}" for what, count in sorted(self.outcomes.items()))
        print(f"{work.__doc__}: {rounds} rounds in {took:.0f} s, wrong: {len(self.wrong) - before}" + (f" ({told})" if told else ""), flush=True)


def late_acts(database):
    """Acts under a grant that stand in the record after its end."""
    return int(database.rows("""SELECT count(*) FROM operation late JOIN operation ending ON ending.organization_id = late.organization_id
        AND ending.kind = 'grant.end' AND ending.outcome = 'DONE' AND ending.target_id = late.grant_id AND late.seq > ending.seq
        WHERE late.authority = 'DELEGATED' AND late.outcome = 'DONE'""")[0][0])


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--server", required=True)
    arguments.add_argument("--rounds", type=int, default=10000)
    arguments.add_argument("--only", choices=Races.RACES)
    said = arguments.parse_args()
    races = Races(said.server)
    for name in [said.only] if said.only else Races.RACES:
        races.run(name, said.rounds)
    late = late_acts(races.database)
    double = races.database.rows("SELECT count(*) FROM (SELECT 1 FROM \"grant\" WHERE ended_at IS NULL GROUP BY partner_id, client_id HAVING count(*) > 1) double")[0][0]
    print(f"acts in a record after the end of their grant: {late}; pairs with two open grants: {double}; {races.here.verified()}")
    for what in races.wrong[:20]:
        print(what)
    sys.exit(1 if races.wrong or late or double != "0" else 0)


if __name__ == "__main__":
    main()
