//! Sign-in, refresh, sign-out, passwords and links.

use chrono::TimeDelta;
use mandate::cli::DEMO_PASSWORD;
use serde_json::{Value, json};

use crate::support::{Link, NEW_PASSWORD, TestApp, both, reason};

const NAME: &str = "ivan@contoso.mandate.example";

async fn refresh(app: &TestApp, token: &Value) -> Value {
    let input = json!({ "refreshToken": token });
    app.anonymous()
        .mutate(
            "refreshSession",
            input,
            "accessToken refreshToken expiresIn",
        )
        .await
}

async fn a_wrong_name_and_a_wrong_password_look_the_same(app: &TestApp) {
    let wrong = app.anonymous().sign_in(NAME, "not the password").await;
    assert_eq!(reason(&wrong), "UNAUTHENTICATED/CREDENTIALS_INVALID");
    for name in [
        "nobody@contoso.mandate.example",
        "nonsense",
        "",
        "greta@contoso.mandate.example",
    ] {
        assert_eq!(
            app.anonymous().sign_in(name, DEMO_PASSWORD).await,
            wrong,
            "{name}"
        );
    }
    // Names are compared case-insensitively.
    assert!(
        app.anonymous()
            .sign_in("IVAN@Contoso.Mandate.Example", DEMO_PASSWORD)
            .await["errors"]
            .is_null()
    );
}

both!(a_wrong_name_and_a_wrong_password_look_the_same);

async fn what_a_clock_ahead_called_over_does_not_come_back_with_it(app: &TestApp) {
    let tokens = app.anonymous().sign_in(NAME, DEMO_PASSWORD).await["data"]["signIn"].clone();
    let ivan = app.with_token(tokens["accessToken"].as_str().unwrap());
    let (contoso, id) = (app.account("contoso").await, app.user("ivan").await);
    let ahead = TimeDelta::seconds(app.app.config.auth.session_seconds + 1);
    app.app.clock.advance(ahead);
    let carla = app.sign_in("carla").await;
    let on = json!({ "accountId": contoso, "userId": id });
    carla.done("resetPassword", on, "user { id }").await;
    app.app.clock.advance(-ahead);
    let answer = ivan.run("{ viewer { user { id } } }", Value::Null).await;
    assert_eq!(reason(&answer), "UNAUTHENTICATED/TOKEN_INVALID");
    let again = refresh(app, &tokens["refreshToken"]).await;
    assert_eq!(reason(&again), "UNAUTHENTICATED/SESSION_INVALID");
}

both!(what_a_clock_ahead_called_over_does_not_come_back_with_it);

async fn a_refresh_token_is_good_once_and_its_second_use_ends_the_session(app: &TestApp) {
    let tokens = app.anonymous().sign_in(NAME, DEMO_PASSWORD).await["data"]["signIn"].clone();
    let second = refresh(app, &tokens["refreshToken"]).await["data"]["refreshSession"].clone();
    let actor = app.with_token(second["accessToken"].as_str().unwrap());
    actor.data("{ viewer { user { id } } }", Value::Null).await;
    app.app.clock.advance(chrono::TimeDelta::seconds(11));
    let stolen = refresh(app, &tokens["refreshToken"]).await;
    assert_eq!(reason(&stolen), "UNAUTHENTICATED/SESSION_INVALID");
    let after = refresh(app, &second["refreshToken"]).await;
    assert_eq!(reason(&after), "UNAUTHENTICATED/SESSION_INVALID");
    let answer = actor.run("{ viewer { user { id } } }", Value::Null).await;
    assert_eq!(reason(&answer), "UNAUTHENTICATED/TOKEN_INVALID");
    let record = app
        .sign_in("carla")
        .await
        .data(
            "{ viewer { organization { operations(first: 5) { nodes { kind outcome } } } } }",
            Value::Null,
        )
        .await;
    let entries = record["viewer"]["organization"]["operations"]["nodes"]
        .as_array()
        .unwrap()
        .clone();
    assert!(
        entries.contains(&json!({ "kind": "REFRESH_SESSION", "outcome": "REFUSED" })),
        "{entries:?}"
    );
}

both!(a_refresh_token_is_good_once_and_its_second_use_ends_the_session);

async fn a_session_ends_by_sign_out_and_by_time(app: &TestApp) {
    let tokens = app.anonymous().sign_in(NAME, DEMO_PASSWORD).await["data"]["signIn"].clone();
    let actor = app.with_token(tokens["accessToken"].as_str().unwrap());
    let done = actor
        .data("mutation { signOut { operation { id } } }", Value::Null)
        .await;
    // The session is over, so the payload has nothing more to show than that it is done.
    assert!(done["signOut"].is_object(), "{done}");
    let answer = actor.run("{ viewer { user { id } } }", Value::Null).await;
    assert_eq!(reason(&answer), "UNAUTHENTICATED/TOKEN_INVALID");
    assert_eq!(
        reason(&refresh(app, &tokens["refreshToken"]).await),
        "UNAUTHENTICATED/SESSION_INVALID"
    );
    let tokens = app.anonymous().sign_in(NAME, DEMO_PASSWORD).await["data"]["signIn"].clone();
    app.app
        .clock
        .advance(TimeDelta::seconds(app.app.config.auth.session_seconds));
    assert_eq!(
        reason(&refresh(app, &tokens["refreshToken"]).await),
        "UNAUTHENTICATED/SESSION_INVALID"
    );
}

both!(a_session_ends_by_sign_out_and_by_time);

async fn changing_the_password_ends_the_other_sessions(app: &TestApp) {
    let (here, there) = (app.sign_in("ivan").await, app.sign_in("ivan").await);
    let change =
        |current: &str, new: &str| json!({ "currentPassword": current, "newPassword": new });
    let new = NEW_PASSWORD;
    assert_eq!(
        here.fails("changeOwnPassword", change("wrong", new)).await,
        "BAD_USER_INPUT/INPUT_INVALID"
    );
    assert_eq!(
        here.fails("changeOwnPassword", change(DEMO_PASSWORD, "too short"))
            .await,
        "BAD_USER_INPUT/PASSWORD_WEAK"
    );
    here.done(
        "changeOwnPassword",
        change(DEMO_PASSWORD, new),
        "user { id }",
    )
    .await;
    here.data("{ viewer { user { id } } }", Value::Null).await;
    let answer = there.run("{ viewer { user { id } } }", Value::Null).await;
    assert_eq!(reason(&answer), "UNAUTHENTICATED/TOKEN_INVALID");
    assert!(!app.anonymous().sign_in(NAME, DEMO_PASSWORD).await["errors"].is_null());
    app.sign_in_as(NAME, new).await;
}

both!(changing_the_password_ends_the_other_sessions);

async fn an_admin_ends_the_sessions_of_a_user(app: &TestApp) {
    let (ivan, fiona) = (app.sign_in("ivan").await, app.sign_in("fiona").await);
    let input =
        json!({ "accountId": app.account("contoso").await, "userId": app.user("ivan").await });
    let liam = app.sign_in("liam").await;
    assert_eq!(
        liam.fails("revokeSessions", input.clone()).await,
        "FORBIDDEN/ROLE_LIMITED"
    );
    ivan.data("{ viewer { user { id } } }", Value::Null).await;
    fiona
        .done(
            "revokeSessions",
            input,
            "user { id } operation { targetName }",
        )
        .await;
    let answer = ivan.run("{ viewer { user { id } } }", Value::Null).await;
    assert_eq!(reason(&answer), "UNAUTHENTICATED/TOKEN_INVALID");
    app.sign_in("ivan").await;
}

both!(an_admin_ends_the_sessions_of_a_user);

async fn attempts_are_limited_by_name(app: &TestApp) {
    let limited = app
        .again(|config| config.auth.attempts_per_minute = 3)
        .await;
    for _ in 0..3 {
        limited.anonymous().sign_in(NAME, "wrong").await;
    }
    let answer = limited.anonymous().sign_in(NAME, DEMO_PASSWORD).await;
    assert_eq!(reason(&answer), "RATE_LIMITED/TOO_MANY_REQUESTS");
    limited.sign_in("carla").await;
    limited.app.db.close().await;
}

both!(attempts_are_limited_by_name);

async fn a_link_is_good_once_for_a_while_and_until_a_later_one(app: &TestApp) {
    let carla = app.sign_in("carla").await;
    let input =
        json!({ "accountId": app.account("contoso").await, "userId": app.user("ivan").await });
    let contact = "ivan.contoso@example.org";
    carla
        .done("resetPassword", input.clone(), "user { id }")
        .await;
    let first = Link::Reset.mailed(app, contact).await;
    assert!(!app.anonymous().sign_in(NAME, DEMO_PASSWORD).await["errors"].is_null());
    carla
        .done("resetPassword", input.clone(), "user { id }")
        .await;
    let second = Link::Reset.mailed(app, contact).await;
    assert_eq!(
        Link::Reset.redeem(app, &first).await,
        "UNAUTHENTICATED/LINK_INVALID"
    );
    app.app
        .clock
        .advance(TimeDelta::seconds(app.app.config.auth.reset_link_seconds));
    assert_eq!(
        Link::Reset.redeem(app, &second).await,
        "UNAUTHENTICATED/LINK_INVALID"
    );
    let carla = app.sign_in("carla").await;
    carla
        .done("resetPassword", input.clone(), "user { id }")
        .await;
    let third = Link::Reset.mailed(app, contact).await;
    // An enrolment is another thing than a reset.
    assert_eq!(
        Link::Enrol.redeem(app, &third).await,
        "UNAUTHENTICATED/LINK_INVALID"
    );
    assert_eq!(Link::Reset.redeem(app, &third).await, "");
    assert_eq!(
        Link::Reset.redeem(app, &third).await,
        "UNAUTHENTICATED/LINK_INVALID"
    );
    app.sign_in_as(NAME, NEW_PASSWORD).await;
}

both!(a_link_is_good_once_for_a_while_and_until_a_later_one);

async fn a_user_signs_out_everywhere_else(app: &TestApp) {
    let (here, there) = (app.sign_in("ivan").await, app.sign_in("ivan").await);
    here.data(
        "mutation { signOutEverywhere { user { displayName } operation { kind } } }",
        Value::Null,
    )
    .await;
    here.data("{ viewer { user { id } } }", Value::Null).await;
    let answer = there.run("{ viewer { user { id } } }", Value::Null).await;
    assert_eq!(reason(&answer), "UNAUTHENTICATED/TOKEN_INVALID");
}

both!(a_user_signs_out_everywhere_else);

async fn a_user_without_a_verified_contact_gets_no_link(app: &TestApp) {
    let carla = app.sign_in("carla").await;
    let (contoso, greta, ivan) = (
        app.account("contoso").await,
        app.user("greta").await,
        app.user("ivan").await,
    );
    let change = json!({ "accountId": contoso, "userId": ivan, "contact": "ivan.new@example.org" });
    carla.done("changeContact", change, "user { id }").await;
    let reset = |user: &str| json!({ "accountId": contoso, "userId": user });
    assert_eq!(
        carla.fails("resetPassword", reset(&ivan)).await,
        "FAILED_PRECONDITION/NO_VERIFIED_CONTACT"
    );
    // Who never enrolled gets the link to enrol again.
    app.mails().await;
    carla
        .done("resetPassword", reset(&greta), "user { id }")
        .await;
    let mails = app.mails().await;
    assert_eq!(
        (mails.len(), mails[0].to.as_str()),
        (1, "greta.contoso@example.org")
    );
    assert!(mails[0].text.contains("/enrol/"), "{}", mails[0].text);
}

both!(a_user_without_a_verified_contact_gets_no_link);

async fn enrolment_is_sent_again_only_while_nobody_is_enrolled(app: &TestApp) {
    let olivia = app.sign_in("olivia").await;
    let input = json!({ "organizationId": app.account("contoso").await });
    assert_eq!(
        olivia.fails("resendEnrolment", input).await,
        "FAILED_PRECONDITION/ALREADY_ENROLLED"
    );
    let input = json!({
        "name": "Late", "slug": "late",
        "admin": { "displayName": "Lara Late", "signInName": "lara", "contact": "lara@example.org" },
    });
    let made = olivia
        .done("registerOrganization", input.clone(), "organization { id }")
        .await;
    assert_eq!(
        olivia.fails("registerOrganization", input).await,
        "CONFLICT/NAME_TAKEN"
    );
    let first = Link::Enrol.mailed(app, "lara@example.org").await;
    let input = json!({ "organizationId": made["organization"]["id"] });
    olivia
        .done("resendEnrolment", input, "organization { id }")
        .await;
    let second = Link::Enrol.mailed(app, "lara@example.org").await;
    assert_eq!(
        Link::Enrol.redeem(app, &first).await,
        "UNAUTHENTICATED/LINK_INVALID"
    );
    assert_eq!(Link::Enrol.redeem(app, &second).await, "");
}

both!(enrolment_is_sent_again_only_while_nobody_is_enrolled);
