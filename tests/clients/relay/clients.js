// A list as a Relay front end writes it: a connection that is paged through, and an object that is refetched.
import { graphql } from 'relay-runtime';

export const list = graphql`
  fragment clients_list on Query @argumentDefinitions(first: { type: "Int", defaultValue: 20 }, after: { type: "String" }) @refetchable(queryName: "clientsPageQuery") {
    clients(first: $first, after: $after, orderBy: NAME) @connection(key: "clients_clients") {
      edges {
        node {
          id
          ...clients_row
        }
      }
    }
  }
`;

export const row = graphql`
  fragment clients_row on Client @refetchable(queryName: "clientsRowQuery") {
    name
    grant {
      state
      expiresAt
    }
  }
`;

export const page = graphql`
  query clientsQuery {
    ...clients_list
  }
`;

export const end = graphql`
  mutation clientsEndMutation($input: EndGrantInput!) {
    endGrant(input: $input) {
      grant {
        id
        state
      }
    }
  }
`;
