//! Sign-in names as admins write them.

use crate::{
    domain::{policy::Facts, values::SignInName},
    error::{Error, Result},
};

/// The sign-in name that is meant in the account: one without a domain is at the account's default one.
///
/// # Errors
/// When it is not acceptable: names the field `signInName`.
pub fn sign_in_name(facts: &Facts, text: &str) -> Result<SignInName> {
    let account = facts.account.as_ref().ok_or_else(Error::not_found)?;
    SignInName::within(text, &account.default_domain)
        .map_err(|invalid| Error::input("signInName", invalid))
}
