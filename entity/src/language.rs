//! The language that something is written in.

use sea_orm::DeriveValueType;
use serde::{Deserialize, Serialize};

/// A language, by its name in the API: its code (BCP 47) in capitals, such as `ES`. Which ones there are is known to
/// whoever has the words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, DeriveValueType)]
pub struct Language(pub String);
