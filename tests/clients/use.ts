// What code generators make of the schema is used as an integration would, under the strictest rules.
import { print } from 'graphql';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { AddPeopleDocument, DashboardDocument, ClientOrder, ErrorCode, ErrorReason, MakeOfferDocument, OfferKind, DelegatedRole } from './generated/operations';

type Failure = { message: string; extensions?: { code?: ErrorCode; reason?: ErrorReason; field?: string } };

async function ask<Result, Variables>(document: TypedDocumentNode<Result, Variables>, variables: Variables): Promise<Result> {
  const answer = await fetch('http://127.0.0.1/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
    body: JSON.stringify({ query: print(document), variables }),
  });
  const { data, errors } = (await answer.json()) as { data?: Result; errors?: Failure[] };
  const first = errors?.[0];
  if (first?.extensions?.code === ErrorCode.RateLimited) throw new Error('later');
  if (first?.extensions?.reason === ErrorReason.GrantExpired) throw new Error('ask the client again');
  if (!data) throw new Error(first?.message ?? 'no data');
  return data;
}

export async function dashboard(): Promise<string[]> {
  const seen = await ask(DashboardDocument, { first: 10, order: ClientOrder.Name, before: '2026-12-01T00:00:00Z' });
  return (seen.clients?.nodes ?? []).map((client) => `${client.name}: ${client.grant?.expiresAt ?? 'none'}`);
}

export async function offer(accountId: string): Promise<string | undefined> {
  const input = { accountId, kind: OfferKind.Delegation, roleCap: DelegatedRole.Full, term: 'P1Y' };
  return (await ask(MakeOfferDocument, { input })).createOffer?.offer?.url;
}

export async function people(accountId: string): Promise<string[]> {
  const input = { accountId, users: [{ displayName: 'Nina', signInName: 'nina', contact: 'nina@example.org' }] };
  const rows = (await ask(AddPeopleDocument, { input })).addUsers?.rows ?? [];
  return rows.map((row) => (row.__typename === 'RowError' ? `${row.code}: ${row.message}` : row.user?.signInName ?? ''));
}
