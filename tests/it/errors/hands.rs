//! The reasons that have to do with who may hold a sign-in.

use entity::states::Way;
use mandate::domain::reason::Reason;
use sea_orm::sea_query::Expr;
use serde_json::json;

use super::{call, done, organization, without_reason};
use crate::support::{Link, NEW_PASSWORD, TestApp, answer, grant, on, with};

/// Confirms what is Ivan's contact, or is not.
async fn confirm(app: &TestApp, contact: &str) -> String {
    let input = with(on(app, "ivan").await, "contact", contact);
    call(app, "carla", "confirmContact", input).await
}

pub(super) async fn provoke(app: &TestApp, wanted: Reason) -> String {
    match wanted {
        Reason::ContactChanged => {
            app.db_hand("ivan", Way::Contact, "fiona").await;
            confirm(app, "another@example.org").await
        }
        Reason::PersonStands => {
            let person = with(grant(app).await, "personId", app.user("fiona").await);
            call(app, "fiona", "takeOver", person).await
        }
        Reason::NotInHands => confirm(app, "ivan.contoso@example.org").await,
        Reason::ContactNotConfirmable => {
            app.db_hand("ivan", Way::Contact, "fiona").await;
            let contact = entity::user::Column::Contact;
            let of_fiona = "fiona@northwind.mandate.example";
            app.db_set_user("ivan", contact, Expr::value(of_fiona))
                .await;
            confirm(app, of_fiona).await
        }
        Reason::SeveralGrants => {
            // By a role that one partner gave, in the hands of another.
            let role = with(on(app, "ivan").await, "role", "GLOBAL_ADMIN");
            done(app, "fiona", "assignAdminRole", role).await;
            app.db_hand_under(
                "ivan",
                Way::Contact,
                "tom",
                app.db_grant_to_tailspin().await,
            )
            .await;
            let role = with(on(app, "greta").await, "role", "DIRECTORY_READER");
            call(app, "ivan", "assignAdminRole", role).await
        }
        Reason::RecentlyRecovered => {
            app.mails().await;
            done(app, "fiona", "resetPassword", on(app, "carla").await).await;
            Link::Reset
                .redeem_mailed(app, "carla.contoso@example.org")
                .await;
            let carla = app
                .sign_in_as("carla@contoso.mandate.example", NEW_PASSWORD)
                .await;
            carla.fails("acceptOffer", answer(app).await).await
        }
        Reason::InHands => {
            // As after an upgrade: delegates set no contact of an admin any more.
            app.db_hand("uma", Way::Contact, "fiona").await;
            done(app, "carla", "holdGrant", grant(app).await).await;
            let input = json!({ "accountId": app.account("contoso").await, "displayName": "N", "signInName": "n", "contact": "n@example.org" });
            call(app, "uma", "addUser", input).await
        }
        Reason::AdminGuarded => {
            let contact = with(on(app, "uma").await, "contact", "u@example.org");
            call(app, "fiona", "changeContact", contact).await
        }
        Reason::ContactGuarded => {
            let contact = with(on(app, "ivan").await, "contact", "i@example.org");
            call(app, "fiona", "changeContact", contact).await
        }
        Reason::Dismissed => {
            done(app, "carla", "blockSignIn", on(app, "ivan").await).await;
            call(app, "fiona", "unblockSignIn", on(app, "ivan").await).await
        }
        Reason::ContactAsleep => {
            app.db_hand("ivan", Way::Contact, "fiona").await;
            done(app, "carla", "holdGrant", grant(app).await).await;
            call(app, "carla", "resetPassword", on(app, "ivan").await).await
        }
        Reason::NobodyToEnrol => {
            app.db_forget_password("carla").await;
            let input = without_reason(organization(app, "contoso").await);
            call(app, "olivia", "resendEnrolment", input).await
        }
        Reason::SignInByDelegate => {
            app.db_hand("ivan", Way::Contact, "fiona").await;
            let role = with(on(app, "ivan").await, "role", "GLOBAL_ADMIN");
            call(app, "carla", "assignAdminRole", role).await
        }
        Reason::ContactOfPartner => {
            let contact = Expr::value("ursula@northwind.mandate.example");
            app.db_set_user("ursula", entity::user::Column::Contact, contact)
                .await;
            call(app, "ursula", "acceptOffer", answer(app).await).await
        }
        _ => String::new(),
    }
}
