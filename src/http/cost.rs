//! What a document costs, before it is executed: what limits are counted in.

use async_graphql::{
    Name, Value as ConstValue, Variables,
    parser::types::{ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet},
};
use async_graphql_value::Value;

use super::precheck::Accepted;

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
/// How many values of an answer about the schema are made for a cost of one.
const SCHEMA: u64 = 20;
/// A fragment within itself is refused by validation; until then it is followed no deeper than this.
const DEEPEST: usize = 64;

/// What an operation costs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// Its fields, lists times their length, and what filters, acts and parsing cost.
    pub points: u64,
    /// Values that its arguments have, with fragments expanded and variables in their places: the engine reads each of
    /// them anew at every place. Counting ends soon after the most that there may be.
    pub values: usize,
}

/// What an operation costs; it may have `most` values.
pub fn of(
    document: &ExecutableDocument,
    operation: &OperationDefinition,
    variables: &Variables,
    read: &Accepted,
    most: usize,
) -> Cost {
    let mut count = Count {
        document,
        variables,
        operation,
        values: 0,
        most,
    };
    let acts = match operation.ty {
        async_graphql::parser::types::OperationType::Mutation => {
            ACT * operation.selection_set.node.items.len() as u64
        }
        _ => 0,
    };
    let parsing = 1 + read.tokens as u64 / TOKENS;
    let schema = read.schema_values as u64 / SCHEMA;
    let fields = count.set(&operation.selection_set.node, 0);
    Cost {
        points: fields.saturating_add(acts + parsing + schema),
        values: count.values,
    }
}

struct Count<'a> {
    document: &'a ExecutableDocument,
    variables: &'a Variables,
    operation: &'a OperationDefinition,
    values: usize,
    most: usize,
}

impl Count<'_> {
    fn set(&mut self, set: &SelectionSet, deep: usize) -> u64 {
        if deep > DEEPEST || self.values > self.most {
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

    fn field(&mut self, field: &Field, deep: usize) -> u64 {
        if self.values > self.most {
            return 0;
        }
        for (_, value) in &field.arguments {
            self.values += self.size(&value.node);
        }
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

    /// How many values a value has in it, itself among them.
    fn size(&self, value: &Value) -> usize {
        match value {
            Value::List(items) => 1 + items.iter().map(|item| self.size(item)).sum::<usize>(),
            Value::Object(fields) => {
                1 + fields.values().map(|field| self.size(field)).sum::<usize>()
            }
            Value::Variable(name) => match self.variables.get(name) {
                Some(value) => size(value),
                None => self.default(name).map_or(1, size),
            },
            _ => 1,
        }
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
        Ok(self.default(name).cloned().unwrap_or_default())
    }

    fn default(&self, name: &Name) -> Option<&ConstValue> {
        let mut defined = self.operation.variable_definitions.iter();
        let one = defined.find(|one| one.node.name.node == *name)?;
        one.node.default_value.as_ref().map(|default| &default.node)
    }
}

/// As [`Count::size`], of a value without variables.
fn size(value: &ConstValue) -> usize {
    match value {
        ConstValue::List(items) => 1 + items.iter().map(size).sum::<usize>(),
        ConstValue::Object(fields) => 1 + fields.values().map(size).sum::<usize>(),
        _ => 1,
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
