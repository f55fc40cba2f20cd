//! How long the pages keep their reader signed in.

use chrono::TimeDelta;

use crate::support::{Browser, TestApp, both};

async fn who_looks_at_pages_stays_signed_in_for_some_hours(app: &TestApp) {
    let mut carla = Browser::of(app, "carla").await;
    let first = carla.cookie.clone();
    app.app.clock.advance(TimeDelta::minutes(4));
    carla.get("/me").await;
    assert_eq!(carla.cookie, first, "it is new enough");
    app.app.clock.advance(TimeDelta::minutes(6));
    // A picture or a style is no page.
    carla.get("/style.css").await;
    assert_eq!(carla.cookie, first);
    let (_, page) = carla.post("/rules", &[("nonsense", "all")]).await;
    assert!(
        page.contains("role=\"alert\"") || carla.at == "/rules",
        "{page}"
    );
    assert_ne!(carla.cookie, first, "a form keeps it alive as well");
    // Fifteen minutes of nothing end it, and so do four hours of anything.
    let mut minutes = 10;
    while carla.at != "/sign-in?next=/me" {
        app.app.clock.advance(TimeDelta::minutes(14));
        minutes += 14;
        carla.get("/me").await;
    }
    assert_eq!(minutes, 248);
    // What signs out is not undone by it.
    let mut dana = Browser::of(app, "dana").await;
    app.app.clock.advance(TimeDelta::minutes(10));
    dana.post("/sign-out", &[]).await;
    assert_eq!((dana.cookie.clone(), dana.at.as_str()), (None, "/sign-in"));
}

both!(who_looks_at_pages_stays_signed_in_for_some_hours);
