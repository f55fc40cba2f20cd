//! The public keys that verify the ends of records: with them, a client verifies its export itself.

use axum::{Json, extract::State};

use super::state::Http;
use crate::auth::keys::PublicKeys;

/// The keys, as a JSON Web Key Set.
pub async fn show(State(http): State<Http>) -> Json<PublicKeys> {
    Json(http.app.keys.record_public())
}
