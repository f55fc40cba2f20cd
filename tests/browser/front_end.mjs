// What a front end elsewhere does, with its clients as they come: fetch, Apollo Client, urql, graphql-ws.
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, gql } from '@apollo/client';
import { SetContextLink } from '@apollo/client/link/context';
import { Client as Urql, cacheExchange, fetchExchange } from '@urql/core';
import { createClient } from 'graphql-ws';

const WHO = 'query Who { viewer { user { id signInName } } }';
const VARIABLE = 'query Named($id: ID!) { organization(id: $id) { id name } }';

window.withFetch = async (api, token) => {
  const answer = await fetch(api, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: WHO }),
  });
  return { data: (await answer.json()).data, requestId: answer.headers.get('x-request-id') };
};

window.withApollo = async (uri, token, id) => {
  const auth = new SetContextLink(() => ({ headers: { authorization: `Bearer ${token}` } }));
  const client = new ApolloClient({ link: ApolloLink.from([auth, new HttpLink({ uri })]), cache: new InMemoryCache() });
  const { data } = await client.query({ query: gql(WHO) });
  const named = await client.query({ query: gql(VARIABLE), variables: { id } });
  const failed = await client.query({ query: gql('query Bad { clients(first: 0) { nodes { id } } }'), errorPolicy: 'all' });
  return { data, name: named.data.organization.name, failed: failed.error?.errors?.[0]?.extensions };
};

window.withUrql = async (url, token, id) => {
  const client = new Urql({ url, exchanges: [cacheExchange, fetchExchange], fetchOptions: () => ({ headers: { authorization: `Bearer ${token}` } }) });
  const { data, error } = await client.query(WHO, {}).toPromise();
  const named = await client.query(VARIABLE, { id }).toPromise();
  return { data, error: error?.message, name: named.data?.organization.name };
};

window.withSocket = (url, token, account) =>
  new Promise((done) => {
    const connectionParams = { Authorization: `Bearer ${token}` };
    const client = createClient({ url, connectionParams, retryAttempts: 0 });
    const query = 'subscription Watch($account: ID!) { operations(accountId: $account) { kind } }';
    client.subscribe({ query, variables: { account } }, {
      next: (told) => done({ kind: told.data.operations.kind }),
      error: (error) => done({ refused: String(error.reason ?? error.message ?? error.type ?? error) }),
      complete: () => {},
    });
    window.subscribed = true;
  });

// A cookie is never sent, so that who is signed in on the pages is nobody here.
window.withCookie = async (api) => {
  try {
    const answer = await fetch(api, { method: 'POST', credentials: 'include', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query: WHO }) });
    return (await answer.json()).data;
  } catch (error) {
    return String(error);
  }
};
