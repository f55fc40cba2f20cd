//! What a document costs, before it is executed: what limits are counted in.

use async_graphql::{
    Name, Value as ConstValue, Variables,
    parser::types::{ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet},
};

/// Rows of a list if its length is not said, as `graphql::page` has it.
const ROWS: u64 = 20;
/// Rows of the largest page that can be set up.
const MOST: u64 = 1000;
/// What looking for words costs, and any other filter or order: rows are read that are not answered.
const SEARCH: u64 = 500;
const FILTER: u64 = 50;
/// What an act costs beside its answer.
const ACT: u64 = 20;
/// How many tokens are parsed for a cost of one.
const TOKENS: u64 = 50;
/// A fragment within itself is refused by validation; until then it is followed no deeper than this.
const DEEPEST: usize = 64;

/// The cost of an operation: its fields, lists times their length, and what filters, acts and parsing cost.
pub fn of(
    document: &ExecutableDocument,
    operation: &OperationDefinition,
    variables: &Variables,
    tokens: usize,
) -> u64 {
    let count = Count {
        document,
        variables,
        operation,
    };
    let acts = match operation.ty {
        async_graphql::parser::types::OperationType::Mutation => {
            ACT * operation.selection_set.node.items.len() as u64
        }
        _ => 0,
    };
    let parsing = 1 + tokens as u64 / TOKENS;
    let fields = count.set(&operation.selection_set.node, 0);
    fields.saturating_add(acts).saturating_add(parsing)
}

struct Count<'a> {
    document: &'a ExecutableDocument,
    variables: &'a Variables,
    operation: &'a OperationDefinition,
}

impl Count<'_> {
    fn set(&self, set: &SelectionSet, deep: usize) -> u64 {
        if deep > DEEPEST {
            return 0;
        }
        let costs = set.items.iter().map(|item| match &item.node {
            Selection::Field(field) => self.field(&field.node, deep),
            Selection::InlineFragment(inline) => {
                self.set(&inline.node.selection_set.node, deep + 1)
            }
            Selection::FragmentSpread(spread) => {
                let fragment = self.document.fragments.get(&spread.node.fragment_name.node);
                fragment.map_or(0, |fragment| {
                    self.set(&fragment.node.selection_set.node, deep + 1)
                })
            }
        });
        costs.fold(0, u64::saturating_add)
    }

    fn field(&self, field: &Field, deep: usize) -> u64 {
        let below = self.set(&field.selection_set.node, deep + 1);
        let first = self.argument(field, "first").and_then(|first| match first {
            ConstValue::Number(first) => first.as_u64(),
            _ => None,
        });
        let is_list = first.is_some() || is_connection(&field.selection_set.node);
        // More than any page may have is refused before anything is read.
        let rows = if is_list {
            first.unwrap_or(ROWS).min(MOST)
        } else {
            1
        };
        let filter = match self.argument(field, "filter") {
            Some(ConstValue::Object(filter)) if is_set(filter.get("search")) => SEARCH,
            Some(ConstValue::Object(filter)) if !filter.is_empty() => FILTER,
            _ => 0,
        };
        let order = match self.argument(field, "orderBy") {
            Some(ConstValue::Null) | None => 0,
            Some(_) => FILTER,
        };
        let rows = rows.saturating_mul(below);
        rows.saturating_add(1 + filter + order)
    }

    /// What an argument is, with variables in their places.
    fn argument(&self, field: &Field, name: &str) -> Option<ConstValue> {
        let value = field.get_argument(name)?;
        let value = value.node.clone();
        value.into_const_with(|name| self.variable(&name)).ok()
    }

    fn variable(&self, name: &Name) -> Result<ConstValue, ()> {
        if let Some(value) = self.variables.get(name) {
            return Ok(value.clone());
        }
        let defined = self.operation.variable_definitions.iter();
        let mut defaults = defined.filter(|one| one.node.name.node == *name);
        let default = defaults
            .next()
            .and_then(|one| one.node.default_value.clone());
        Ok(default.map_or(ConstValue::Null, |default| default.node))
    }
}

fn is_set(value: Option<&ConstValue>) -> bool {
    value.is_some_and(|value| *value != ConstValue::Null)
}

/// Whether a selection is that of a page.
fn is_connection(set: &SelectionSet) -> bool {
    set.items.iter().any(|item| match &item.node {
        Selection::Field(field) => ["nodes", "edges"].contains(&field.node.name.node.as_str()),
        _ => false,
    })
}
