//! An operation without its type, so that the executor is compiled once.

use std::{any::Any, future::Future, pin::Pin};

use serde_json::Value;

use super::{
    effect::Effect,
    operation::{Envelope, Operation},
};
use crate::{
    app::App,
    domain::{
        kind::OperationKind,
        policy::{Facts, RequestFacts},
    },
    error::{Error, Result},
    store::{act::Act, facts::Subject},
};

pub(super) type Boxed<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;
pub(super) type Prepared = Box<dyn Any + Send + Sync>;

/// An operation without its type, so that the executor is compiled once.
pub(super) trait AnyOperation: Send + Sync {
    fn kind(&self) -> OperationKind;
    fn subject(&self) -> Subject;
    fn fingerprint(&self) -> Result<String>;
    fn request(&self) -> RequestFacts;
    fn admit<'a>(&'a self, app: &'a App, envelope: &'a Envelope) -> Boxed<'a, ()>;
    fn prepare<'a>(&'a self, app: &'a App, facts: &'a Facts) -> Boxed<'a, Prepared>;
    fn apply<'a>(
        &'a self,
        act: &'a Act<'a>,
        prepared: &'a (dyn Any + Send + Sync),
    ) -> Boxed<'a, Effect>;
}

impl<O: Operation> AnyOperation for O {
    fn kind(&self) -> OperationKind {
        O::KIND
    }

    fn subject(&self) -> Subject {
        Operation::subject(self)
    }

    /// What the caller sent, and nothing else: the input by name, without what was left out. So neither a
    /// changed setting nor a release with more input fields makes it look like another request.
    fn fingerprint(&self) -> Result<String> {
        let mut said = serde_json::to_value(self)?;
        if let Value::Object(fields) = &mut said {
            fields.retain(|_, value| !value.is_null());
        }
        Ok(said.to_string())
    }

    fn request(&self) -> RequestFacts {
        Operation::request(self)
    }

    fn admit<'a>(&'a self, app: &'a App, envelope: &'a Envelope) -> Boxed<'a, ()> {
        Box::pin(Operation::admit(self, app, envelope))
    }

    fn prepare<'a>(&'a self, app: &'a App, facts: &'a Facts) -> Boxed<'a, Prepared> {
        Box::pin(async move {
            let prepared = Operation::prepare(self, app, facts).await?;
            Ok(Box::new(prepared) as Prepared)
        })
    }

    fn apply<'a>(
        &'a self,
        act: &'a Act<'a>,
        prepared: &'a (dyn Any + Send + Sync),
    ) -> Boxed<'a, Effect> {
        Box::pin(async move {
            let prepared = prepared
                .downcast_ref::<O::Prepared>()
                .ok_or_else(|| Error::internal(anyhow::anyhow!("prepared for another kind")))?;
            Operation::apply(self, act, prepared).await
        })
    }
}
