//! Objects whose fields are resolved without a future for each of them, where a query asks only for what is at hand.

use std::borrow::Cow;

use async_graphql::{
    ContainerType, ContextSelectionSet, Name, OutputType, Positioned, ServerResult, Value,
    indexmap::IndexMap,
    parser::types::{Field, Selection, SelectionSet},
    registry::Registry,
};
use futures_util::FutureExt;

use super::object::{
    Client, Delivery, Device, Domain, Offer, OfferSending, Organization, Plan, PlanSubscription,
    Recovery, Response, Service,
};

/// An object that tells which of its fields wait for nothing.
pub trait Leaves: ContainerType {
    /// The fields, as the schema names them, whose resolvers wait for nothing and do not fail: scalars and enums alone.
    const LEAVES: &'static [&'static str] = &[];
}

/// An object that a list or another object holds: resolved at once if the query asks for nothing but its leaves.
pub struct Leafy<T>(pub T);

impl<T: Leaves> OutputType for Leafy<T> {
    fn type_name() -> Cow<'static, str> {
        T::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        T::create_type_info(registry)
    }

    async fn resolve(
        &self,
        ctx: &ContextSelectionSet<'_>,
        field: &Positioned<Field>,
    ) -> ServerResult<Value> {
        let mut fields = IndexMap::with_capacity(ctx.item.node.items.len());
        match at_once(&self.0, ctx, ctx.item, &mut fields) {
            Some(()) => Ok(Value::Object(fields)),
            None => self.0.resolve(ctx, field).await,
        }
    }
}

// Lists of these are short, or their fields are seldom asked for alone.
impl Leaves for Client {}
impl Leaves for Delivery {}
impl Leaves for Device {}
impl Leaves for Domain {}
impl Leaves for Offer {}
impl Leaves for OfferSending {}
impl Leaves for Organization {}
impl Leaves for Plan {}
impl Leaves for PlanSubscription {}
impl Leaves for Recovery {}
impl Leaves for Response {}
impl Leaves for Service {}

/// Resolves what is selected into `fields`; `None` if something in it is not a leaf, or has a directive.
fn at_once<T: Leaves>(
    object: &T,
    ctx: &ContextSelectionSet<'_>,
    selected: &Positioned<SelectionSet>,
    fields: &mut IndexMap<Name, Value>,
) -> Option<()> {
    for selection in &selected.node.items {
        match &selection.node {
            Selection::Field(field) if field.node.directives.is_empty() => {
                let key = &field.node.response_key().node;
                let name = field.node.name.node.as_str();
                let value = if name == "__typename" {
                    Value::String(T::type_name().into_owned())
                } else if T::LEAVES.contains(&name) {
                    let ctx = ctx.with_field(field);
                    object.resolve_field(&ctx).now_or_never()?.ok()??
                } else {
                    return None;
                };
                fields.insert(key.clone(), value);
            }
            Selection::InlineFragment(fragment) if fragment.node.directives.is_empty() => {
                let condition = fragment.node.type_condition.as_ref();
                if condition.is_some_and(|condition| *condition.node.on.node != *T::type_name()) {
                    return None;
                }
                at_once(object, ctx, &fragment.node.selection_set, fields)?;
            }
            Selection::FragmentSpread(spread) if spread.node.directives.is_empty() => {
                let fragments = &ctx.query_env.fragments;
                let fragment = &fragments.get(&spread.node.fragment_name.node)?.node;
                if *fragment.type_condition.node.on.node != *T::type_name() {
                    return None;
                }
                at_once(object, ctx, &fragment.selection_set, fields)?;
            }
            _ => return None,
        }
    }
    Some(())
}
