//! Links that were mailed, and what redeems them without a sign-in.

use serde_json::{Value, json};

use super::{Mail, NEW_PASSWORD, TestApp, reason};

/// A sort of link.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Link {
    /// To prove a contact.
    Contact,
    /// To choose the first password.
    Enrol,
    /// To choose a new password after a recovery.
    Recover,
    /// To choose a new password.
    Reset,
}

impl Link {
    /// Whether a mail brings one.
    pub fn is_in(self, mail: &Mail) -> bool {
        match self {
            Self::Contact => mail.text.contains("/contact/"),
            Self::Enrol => mail.text.contains("/enrol/"),
            Self::Recover => mail.text.contains("/recover/") && !mail.text.contains("/stop/"),
            Self::Reset => mail.text.contains("/reset/"),
        }
    }

    /// The secret of the last of these mails that brings one to an address.
    pub fn among(self, mails: &[Mail], to: &str) -> String {
        let mut sent = mails.iter().rev().filter(|mail| mail.to == to);
        sent.find(|mail| self.is_in(mail))
            .unwrap_or_else(|| panic!("{self:?} to {to}: {mails:#?}"))
            .secret()
    }

    /// The secret of the last one that came to an address.
    pub async fn mailed(self, app: &TestApp, to: &str) -> String {
        self.among(&app.mails().await, to)
    }

    /// Redeems one with [`NEW_PASSWORD`]: why it could not, and empty where it is done.
    pub async fn redeem(self, app: &TestApp, secret: &str) -> String {
        self.redeem_by(app, secret, NEW_PASSWORD).await
    }

    /// As [`Self::redeem`], with another password.
    pub async fn redeem_by(self, app: &TestApp, secret: &str, password: &str) -> String {
        let chosen = json!({ "secret": secret, "newPassword": password });
        let (field, input) = match self {
            Self::Contact => ("verifyContact", json!({ "secret": secret })),
            Self::Enrol => ("enrol", chosen),
            Self::Recover => ("redeemRecovery", chosen),
            Self::Reset => ("redeemReset", chosen),
        };
        let answer = app.anonymous().mutate(field, input, "operationId").await;
        let why = reason(&answer);
        assert!(
            why.is_empty() || answer["data"][field] == Value::Null,
            "{answer:#}"
        );
        why
    }

    /// Redeems the last one that came to an address, with [`NEW_PASSWORD`].
    pub async fn redeem_mailed(self, app: &TestApp, to: &str) {
        let secret = self.mailed(app, to).await;
        assert_eq!(self.redeem(app, &secret).await, "", "{self:?} to {to}");
    }
}
