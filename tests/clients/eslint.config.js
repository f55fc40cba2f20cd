// What tools and people expect of a schema (GraphQL-ESLint).
import graphql from '@graphql-eslint/eslint-plugin';
export default [
  {
    files: ['generated/schema.graphql'],
    languageOptions: { parser: graphql.parser, parserOptions: { graphQLConfig: { schema: './generated/schema.graphql' } } },
    plugins: { '@graphql-eslint': graphql },
    rules: {
      ...graphql.configs['flat/schema-recommended'].rules,
      ...graphql.configs['flat/schema-relay'].rules,
      // Payloads, filters' answers and values are no things that have an id.
      '@graphql-eslint/strict-id-in-types': 'off',
      // Lists are paged forwards alone, and short lists are plain ones.
      '@graphql-eslint/relay-arguments': ['error', { includeBoth: false }],
      '@graphql-eslint/relay-edge-types': ['error', { withEdgeSuffix: true, shouldImplementNode: false, listTypeCanWrapOnlyEdgeType: false }],
      // What an `input` is, its type says; the directives are those of the specification.
      '@graphql-eslint/require-description': ['error', { types: true, FieldDefinition: true, InputValueDefinition: true, EnumValueDefinition: true, DirectiveDefinition: true, rootField: true, ignoredSelectors: ['InputValueDefinition[name.value="input"]', 'DirectiveDefinition > InputValueDefinition'] }],
    },
  },
];
