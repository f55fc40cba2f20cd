//! What may be done to a client and to its users, as it is listed with them.

use serde_json::{Value, json};

use crate::support::{TestApp, both};

const QUERY: &str = "query($id: ID!) { client(id: $id) { allowedOperations users(first: 50) { nodes { displayName allowedOperations } } } }";

/// Contoso, as someone of a partner sees it.
async fn contoso(app: &TestApp, who: &str) -> Value {
    let id = json!({ "id": app.account("contoso").await });
    app.sign_in(who).await.data(QUERY, id).await["client"].clone()
}

/// Whether one of the operations that are listed is this.
fn has(listed: &Value, kind: &str) -> bool {
    listed.as_array().unwrap().contains(&json!(kind))
}

/// What is listed with a user.
fn with_user<'a>(account: &'a Value, name: &str) -> &'a Value {
    let users = account["users"]["nodes"].as_array().unwrap();
    let user = users.iter().find(|user| user["displayName"] == name);
    &user.unwrap()["allowedOperations"]
}

async fn what_a_delegate_may_do_to_a_user_is_listed_with_it(app: &TestApp) {
    let liams = contoso(app, "liam").await;
    assert_eq!(
        *with_user(&liams, "Ivan Ordinary"),
        json!(["RESET_PASSWORD"])
    );
    assert_eq!(*with_user(&liams, "Hector Helpdesk"), json!([]));
    let fionas = contoso(app, "fiona").await;
    assert!(has(
        with_user(&fionas, "Ivan Ordinary"),
        "CHANGE_SIGN_IN_NAME"
    ));
    assert!(!has(
        with_user(&fionas, "Carla Client"),
        "CHANGE_SIGN_IN_NAME"
    ));
    assert!(has(&fionas["allowedOperations"], "ADD_USER"));
    assert!(!has(&fionas["allowedOperations"], "WIPE_DEVICE"));
}

both!(what_a_delegate_may_do_to_a_user_is_listed_with_it);

async fn what_an_own_admin_may_do_is_listed_too(app: &TestApp) {
    let carla = app.sign_in("carla").await;
    let own = carla.data("{ viewer { organization { allowedOperations users { nodes { displayName allowedOperations } } } } }", Value::Null).await["viewer"]["organization"].clone();
    for kind in ["END_GRANT", "WIPE_DEVICE", "EXPORT_RECORD", "ADD_USER"] {
        assert!(has(&own["allowedOperations"], kind), "{kind}");
    }
    assert!(!has(with_user(&own, "Carla Client"), "RESET_PASSWORD"));
}

both!(what_an_own_admin_may_do_is_listed_too);

async fn a_partners_admin_without_a_delegated_role_may_hold_and_end(app: &TestApp) {
    assert_eq!(
        contoso(app, "petra").await["allowedOperations"],
        json!(["HOLD_GRANT", "LIFT_GRANT", "END_GRANT"])
    );
}

both!(a_partners_admin_without_a_delegated_role_may_hold_and_end);

async fn the_table_of_admin_roles_says_what_each_may_do(app: &TestApp) {
    let petra = app.sign_in("petra").await;
    let roles = petra
        .data(
            "{ adminRoles { role about includes mayDo mayReset } }",
            Value::Null,
        )
        .await["adminRoles"]
        .clone();
    let role = |name: &str| {
        roles
            .as_array()
            .unwrap()
            .iter()
            .find(|role| role["role"] == name)
            .unwrap()
    };
    assert_eq!(
        role("HELPDESK_ADMIN")["includes"],
        json!(["PASSWORD_ADMIN"])
    );
    assert_eq!(
        role("PASSWORD_ADMIN")["mayDo"],
        json!(["STOP_RECOVERY", "RESET_PASSWORD"])
    );
    assert_eq!(
        role("HELPDESK_ADMIN")["mayDo"],
        json!(["STOP_RECOVERY", "RESET_PASSWORD", "REVOKE_SESSIONS"])
    );
    assert_eq!(role("DIRECTORY_READER")["mayDo"], json!([]));
}

both!(the_table_of_admin_roles_says_what_each_may_do);
