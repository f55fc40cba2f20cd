"""An integration in Python, by gql as it is: it reads the schema from the server, checks its documents, and asks."""

import sys

from gql import Client, gql
from gql.transport.exceptions import TransportQueryError
from gql.transport.requests import RequestsHTTPTransport

url, password = sys.argv[1:]


def client(headers=None):
    transport = RequestsHTTPTransport(url=url, headers=headers)
    return Client(transport=transport, fetch_schema_from_transport=True)


name = {"signInName": "fiona@northwind.mandate.example", "password": password}
sign_in = gql("mutation($input: SignInInput!) { signIn(input: $input) { accessToken } }")
token = client().execute(sign_in, variable_values={"input": name})["signIn"]["accessToken"]
fiona = client({"authorization": f"Bearer {token}"})
clients = gql("query($first: Int!) { clients(first: $first) { nodes { name } } }")
seen = fiona.execute(clients, variable_values={"first": 2})
assert [one["name"] for one in seen["clients"]["nodes"]] == ["Contoso", "Adatum"], seen
try:
    fiona.execute(gql("mutation { signIn(input: { signInName: \"x\", password: \"y\" }) { accessToken } }"))
    raise AssertionError("a wrong password was taken")
except TransportQueryError as error:
    assert error.errors[0]["extensions"]["reason"] == "CREDENTIALS_INVALID", error
print("gql: ok")
