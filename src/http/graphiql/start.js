const query = `# Sign in, then put the access token into the headers below:
#   { "Authorization": "Bearer <accessToken>" }

mutation SignIn {
  signIn(input: { signInName: "", password: "" }) {
    accessToken
  }
}

query Me {
  viewer {
    user { displayName signInName adminRoles delegatedRole }
    organization { name certified }
  }
}
`;
const fetcher = GraphiQL.createFetcher({ url: '/graphql' });
ReactDOM.createRoot(document.getElementById('graphiql')).render(
  React.createElement(GraphiQL, {
    fetcher,
    defaultQuery: query,
    defaultEditorToolsVisibility: 'headers',
    shouldPersistHeaders: false,
  }),
);
