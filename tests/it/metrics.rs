//! What operators measure the server by.

use std::time::Duration;

use axum::http::StatusCode;
use chrono::TimeDelta;
use mandate::{cli, stop::Stop, worker};
use tokio_util::sync::CancellationToken;

use crate::support::{TestApp, both, on, with};

/// The value behind a name with its labels.
fn value(text: &str, name: &str) -> f64 {
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    let value = line.unwrap_or_else(|| panic!("{name} is not in\n{text}"));
    value.trim().parse().unwrap()
}

async fn what_is_done_is_counted_without_a_word_of_a_tenant(app: &TestApp) {
    let (carla, ivan) = (app.sign_in("carla").await, app.sign_in("ivan").await);
    let rename = with(on(app, "ivan").await, "displayName", "Ivan Measured");
    carla
        .done("updateProfile", rename.clone(), "replayed")
        .await;
    // By the guard, and by the executor.
    let refused = ivan.fails("updateProfile", rename).await;
    assert_eq!(refused, "FORBIDDEN/ROLE_REQUIRED");
    carla
        .done("resetPassword", on(app, "ivan").await, "replayed")
        .await;
    carla.fails("resetPassword", on(app, "carla").await).await;
    let (status, _, _) = app.get("/offers/unknown").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let before = cli::metrics_text(&app.app).await.unwrap();
    assert!(value(&before, "mandate_mails_waiting ") >= 1.0);
    worker::run_due(&app.app).await.unwrap();
    // The driver has a task of its own give the connection of the last act back.
    let used = "mandate_database_connections{pool=\"write\",state=\"used\"} ";
    for _ in 0..500 {
        if value(&cli::metrics_text(&app.app).await.unwrap(), used) == 0.0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }

    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/metrics", listener.local_addr().unwrap());
    let stop = Stop::new(CancellationToken::new(), Duration::from_secs(5));
    let serving = tokio::spawn(cli::serve_metrics(app.app.clone(), listener, stop.clone()));
    let answer = reqwest::get(&url).await.unwrap();
    let kind = answer.headers()["content-type"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(kind.starts_with("application/openmetrics-text"), "{kind}");
    let text = answer.text().await.unwrap();
    stop.ask();
    serving.await.unwrap();

    let acts = |kind: &str, outcome: &str| {
        let labels = format!("{{kind=\"{kind}\",outcome=\"{outcome}\"}} ");
        value(
            &text,
            &format!("mandate_act_duration_seconds_count{labels}"),
        )
    };
    assert_eq!(acts("UPDATE_PROFILE", "DONE"), 1.0);
    assert_eq!(acts("UPDATE_PROFILE", "ROLE_REQUIRED"), 1.0);
    assert_eq!(acts("RESET_PASSWORD", "TARGET_SELF"), 1.0);
    let route = "{route=\"/offers/{token}\",status=\"404\"} ";
    assert_eq!(
        value(
            &text,
            &format!("mandate_http_request_duration_seconds_count{route}")
        ),
        1.0
    );
    assert_eq!(
        value(
            &text,
            "mandate_mails_total{what=\"a one-time link\",outcome=\"SENT\"} "
        ),
        1.0
    );
    for (name, least, most) in [
        ("mandate_mails_waiting", 0.0, 0.0),
        ("mandate_mails_given_up", 0.0, 0.0),
        ("mandate_mails_overdue_seconds", 0.0, 0.0),
        ("mandate_acts_waiting", 0.0, 0.0),
        ("mandate_records_not_trusted", 0.0, 0.0),
        ("mandate_live_subscriptions", 0.0, 0.0),
        ("mandate_database_up", 1.0, 1.0),
        ("mandate_anchors_up", 1.0, 1.0),
        (
            "mandate_database_connections{pool=\"write\",state=\"used\"}",
            0.0,
            0.0,
        ),
        (
            "mandate_database_connections{pool=\"read\",state=\"idle\"}",
            1.0,
            100.0,
        ),
        ("process_open_fds", 3.0, 1e6),
        ("process_resident_memory_bytes", 1e6, 1e11),
        ("process_cpu_seconds_total", 0.0, 1e6),
    ] {
        let value = value(&text, &format!("{name} "));
        assert!((least..=most).contains(&value), "{name} {value}");
    }
    for word in [
        "Contoso",
        "contoso",
        "Ivan",
        "ivan",
        "carla",
        "@",
        "127.0.0.1",
    ] {
        assert!(!text.contains(word), "{word} is told in\n{text}");
    }
    assert!(!text.contains(&app.account("contoso").await.to_string()));
}

both!(what_is_done_is_counted_without_a_word_of_a_tenant);

async fn a_record_that_is_not_believed_and_a_mail_that_is_late_are_seen(app: &TestApp) {
    let carla = app.sign_in("carla").await;
    carla
        .done("resetPassword", on(app, "ivan").await, "replayed")
        .await;
    app.db_forge_end("contoso").await;
    let refused = carla.fails("resetPassword", on(app, "ivan").await).await;
    assert_eq!(refused, "FAILED_PRECONDITION/RECORD_NOT_TRUSTED");
    app.app.clock.advance(TimeDelta::minutes(10));
    let text = cli::metrics_text(&app.app).await.unwrap();
    assert_eq!(value(&text, "mandate_records_not_trusted "), 1.0);
    assert_eq!(value(&text, "mandate_mails_overdue_seconds "), 600.0);
}

both!(a_record_that_is_not_believed_and_a_mail_that_is_late_are_seen);
