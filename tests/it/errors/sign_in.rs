//! The reasons that have to do with who signs in, and by what.

use chrono::TimeDelta;
use mandate::{cli::DEMO_PASSWORD, domain::reason::Reason};
use serde_json::{Value, json};

use super::{call, domain, done, rules};
use crate::support::{NEW_PASSWORD, TestApp, grant, on, reason, with};

/// A token of a user who signed in with a temporary password.
async fn temporary(app: &TestApp) -> String {
    rules(app, "passwordDeliveries", json!(["SHOW_ONCE"])).await;
    let input = with(on(app, "uma").await, "delivery", "SHOW_ONCE");
    let shown = app
        .sign_in("carla")
        .await
        .done("resetPassword", input, "temporaryPassword")
        .await;
    let uma = app
        .sign_in_as(
            "uma@contoso.mandate.example",
            shown["temporaryPassword"].as_str().unwrap(),
        )
        .await;
    uma.token.unwrap()
}

pub(super) async fn provoke(app: &TestApp, wanted: Reason) -> String {
    match wanted {
        Reason::NotSignedIn => call(app, "", "addDomain", domain(app, "x.example").await).await,
        Reason::TokenInvalid => reason(
            &app.with_token("x")
                .run("{ viewer { mustChangePassword } }", Value::Null)
                .await,
        ),
        Reason::CredentialsInvalid => reason(
            &app.anonymous()
                .sign_in("ivan@contoso.mandate.example", "wrong")
                .await,
        ),
        Reason::SessionInvalid => {
            call(app, "", "refreshSession", json!({ "refreshToken": "x" })).await
        }
        Reason::LinkInvalid => {
            call(
                app,
                "",
                "enrol",
                json!({ "secret": "x", "newPassword": NEW_PASSWORD }),
            )
            .await
        }
        Reason::PasswordChangeRequired => {
            let token = temporary(app).await;
            let input = domain(app, "x.example").await;
            reason(
                &app.with_token(token)
                    .mutate("addDomain", input, "__typename")
                    .await,
            )
        }
        Reason::FreshSignInRequired => {
            let carla = app.sign_in("carla").await;
            app.app.clock.advance(TimeDelta::minutes(6));
            carla.fails("liftGrant", grant(app).await).await
        }
        Reason::SignInBlocked => {
            done(app, "carla", "blockSignIn", on(app, "ivan").await).await;
            reason(
                &app.anonymous()
                    .sign_in("ivan@contoso.mandate.example", DEMO_PASSWORD)
                    .await,
            )
        }
        Reason::PasswordWeak => {
            call(
                app,
                "ivan",
                "changeOwnPassword",
                json!({ "currentPassword": DEMO_PASSWORD, "newPassword": "short" }),
            )
            .await
        }
        _ => String::new(),
    }
}
