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
// Subscriptions go over graphql-transport-ws, with the same headers; all else is posted.
function isSubscription(params, options) {
  const all = options.documentAST.definitions.filter((one) => one.kind === 'OperationDefinition');
  const named = all.find((one) => one.name && one.name.value === params.operationName);
  return (named || all[0]).operation === 'subscription';
}
function subscribe(params, headers) {
  return {
    subscribe(observer) {
      const url = location.origin.replace(/^http/, 'ws') + '/graphql';
      const socket = new WebSocket(url, 'graphql-transport-ws');
      const send = (message) => socket.send(JSON.stringify(message));
      socket.onopen = () => send({ type: 'connection_init', payload: headers || {} });
      socket.onmessage = (event) => {
        const message = JSON.parse(event.data);
        if (message.type === 'connection_ack') send({ id: '1', type: 'subscribe', payload: params });
        if (message.type === 'next') observer.next(message.payload);
        if (message.type === 'error') observer.next({ errors: message.payload });
        if (message.type === 'complete') socket.close(1000);
      };
      socket.onclose = (event) => {
        if (event.code !== 1000) observer.error(new Error(event.reason || 'The connection closed.'));
        observer.complete();
      };
      return { unsubscribe: () => socket.close(1000) };
    },
  };
}
const post = GraphiQL.createFetcher({ url: '/graphql' });
const fetcher = (params, options) =>
  params.operationName !== 'IntrospectionQuery' && options && options.documentAST && isSubscription(params, options)
    ? subscribe(params, options.headers)
    : post(params, options);
ReactDOM.createRoot(document.getElementById('graphiql')).render(
  React.createElement(GraphiQL, {
    fetcher,
    defaultQuery: query,
    defaultEditorToolsVisibility: 'headers',
    shouldPersistHeaders: false,
  }),
);
