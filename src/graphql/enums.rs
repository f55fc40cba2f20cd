//! Enums of the domain layer as enums of the schema: their names and descriptions are written once, in `domain`.

use std::borrow::Cow;

use async_graphql::{
    ContextSelectionSet, InputType, InputValueError, InputValueResult, Name, OutputType,
    Positioned, ServerResult, Value,
    indexmap::IndexMap,
    parser::types::Field,
    registry::{MetaEnumValue, MetaType, MetaTypeId, Registry},
};

use crate::domain::described::Described;

/// An enum of the domain layer, in the schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct E<T>(pub T);

impl<T: Described> E<T> {
    fn value(&self) -> Value {
        Value::Enum(Name::new(self.0.name()))
    }

    fn register(registry: &mut Registry) -> String {
        registry.create_input_type::<Self, _>(MetaTypeId::Enum, |_| {
            let mut enum_values = IndexMap::new();
            for value in T::all() {
                enum_values.insert(
                    value.name().to_owned(),
                    MetaEnumValue {
                        name: value.name().to_owned(),
                        description: Some(value.about().to_owned()),
                        deprecation: Default::default(),
                        visible: None,
                        inaccessible: false,
                        tags: Vec::new(),
                        directive_invocations: Vec::new(),
                    },
                );
            }
            MetaType::Enum {
                name: T::TYPE.to_owned(),
                description: Some(T::ABOUT.to_owned()),
                enum_values,
                visible: None,
                inaccessible: false,
                tags: Vec::new(),
                rust_typename: Some(std::any::type_name::<Self>()),
                directive_invocations: Vec::new(),
                requires_scopes: Vec::new(),
            }
        })
    }
}

impl<T: Described> InputType for E<T> {
    type RawValueType = Self;

    fn type_name() -> Cow<'static, str> {
        Cow::Borrowed(T::TYPE)
    }

    fn create_type_info(registry: &mut Registry) -> String {
        Self::register(registry)
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        let value = value.unwrap_or_default();
        let name = match &value {
            Value::Enum(name) => name.as_str(),
            Value::String(name) => name.as_str(),
            _ => return Err(InputValueError::expected_type(value)),
        };
        T::all()
            .iter()
            .copied()
            .find(|one| one.name() == name)
            .map(Self)
            .ok_or_else(|| InputValueError::custom(format!("`{name}` is not a value of the enum.")))
    }

    fn to_value(&self) -> Value {
        self.value()
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }
}

impl<T: Described> OutputType for E<T> {
    fn type_name() -> Cow<'static, str> {
        Cow::Borrowed(T::TYPE)
    }

    fn create_type_info(registry: &mut Registry) -> String {
        Self::register(registry)
    }

    async fn resolve(
        &self,
        _: &ContextSelectionSet<'_>,
        _: &Positioned<Field>,
    ) -> ServerResult<Value> {
        Ok(self.value())
    }
}
