//! An offer, and its answers: on the page, through the API with a cap, and a refusal.

use super::{Cast, Story, client::*};
use crate::support::{NEW_PASSWORD, TestApp};

/// The offer that everyone answers.
pub(super) struct Offer {
    id: String,
    token: String,
    digest: String,
}

impl Offer {
    /// An acceptance of it, with a cap or without.
    pub(super) fn accept(&self, cap: Option<accept::DelegatedRole>) -> accept::Variables {
        accept::Variables {
            token: self.token.clone(),
            revision: 1,
            digest: self.digest.clone(),
            cap,
        }
    }
}

/// What came of the answers.
pub(super) struct Answered {
    /// A's grant.
    pub(super) grant: String,
    /// A user of A who holds no role.
    pub(super) ordinary_id: String,
    pub(super) ordinary: Caller,
}

/// A holder of a delegated role makes it; who is not certified makes none.
pub(super) async fn made(cast: &Cast) -> Offer {
    let notify = Some(vec![
        "sales@partner.example".to_owned(),
        "PAT@partner.example".to_owned(),
    ]);
    let variables = create_offer::Variables {
        account: cast.partner.clone(),
        notify,
    };
    let offer = cast
        .full
        .ok(CreateOffer, variables)
        .await
        .create_offer
        .unwrap()
        .offer
        .unwrap();
    assert!(offer.plain_text.as_ref().unwrap().contains(&offer.url));
    assert!(offer.url.ends_with(&format!("/offers/{}", offer.token)));
    assert_eq!((offer.revision, offer.digest.len()), (1, 64));
    let variables = create_offer::Variables {
        account: cast.uncertified.0.clone(),
        notify: None,
    };
    assert_eq!(
        cast.uncertified.1.fails(CreateOffer, variables).await,
        "FAILED_PRECONDITION/NOT_CERTIFIED"
    );
    Offer {
        id: offer.id,
        token: offer.token,
        digest: offer.digest,
    }
}

/// What the API and the page show of it.
async fn shown(story: &Story<'_>, offer: &Offer) {
    let preview = story
        .anonymous()
        .ok(
            Preview,
            preview::Variables {
                token: offer.token.clone(),
            },
        )
        .await;
    let preview = preview.offer_by_token.unwrap();
    assert_eq!(
        (preview.partner.name.as_str(), &preview.digest),
        ("PARTNER", &offer.digest)
    );
    assert!(preview.full_may.len() > preview.limited_may.len() && preview.never.len() > 5);
    let page = format!("{}/offers/{}", story.base, offer.token);
    let shown = story
        .http
        .get(&page)
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    for part in [
        "PARTNER asks to administer",
        "What it can never do",
        "Retire a device.",
        &offer.digest,
    ] {
        assert!(shown.contains(part), "{part}");
    }
}

/// A's admin signs in and accepts on the page: who is told.
async fn accepted_on_the_page(story: &Story<'_>, offer: &Offer) {
    let page = format!("{}/offers/{}", story.base, offer.token);
    let form = [
        ("revision", "1"),
        ("digest", offer.digest.as_str()),
        ("answer", "accept"),
        ("roleCap", "FULL"),
        ("reply", ""),
        ("password", NEW_PASSWORD),
    ];
    let sign_in = [
        ("signInName", "admin@a.mandate.example"),
        ("password", NEW_PASSWORD),
        ("next", "/grants"),
    ];
    let granted = story
        .http
        .post(format!("{}/sign-in", story.base))
        .form(&sign_in)
        .send()
        .await
        .unwrap();
    assert!(
        granted
            .text()
            .await
            .unwrap()
            .contains("has accepted no offer")
    );
    let answered = story.http.post(&page).form(&form).send().await.unwrap();
    assert_eq!(answered.status(), 200);
    assert!(
        answered
            .text()
            .await
            .unwrap()
            .contains("You accepted the offer")
    );
    let mut told: Vec<_> = story
        .app
        .mails()
        .await
        .into_iter()
        .map(|mail| (mail.to, mail.subject))
        .collect();
    told.sort();
    let subject = "A accepted your offer".to_owned();
    assert_eq!(
        told,
        [
            ("PAT@partner.example".to_owned(), subject.clone()),
            (
                "admin@a.example".to_owned(),
                "A gave PARTNER delegated administration".to_owned()
            ),
            ("fay@partner.example".to_owned(), subject.clone()),
            ("sales@partner.example".to_owned(), subject),
        ]
    );
}

/// Whom the mails tell of the answers of B and C.
async fn told_of_the_others(app: &TestApp) {
    let subjects: Vec<_> = app
        .mails()
        .await
        .into_iter()
        .map(|mail| mail.subject)
        .collect();
    assert_eq!(
        subjects
            .iter()
            .filter(|subject| *subject == "B accepted your offer")
            .count(),
        3
    );
    assert_eq!(
        subjects
            .iter()
            .filter(|subject| *subject == "C declined your offer")
            .count(),
        3
    );
    assert!(subjects.contains(&"B gave PARTNER delegated administration".to_owned()));
    assert_eq!(subjects.len(), 7);
}

/// Everyone answers.
pub(super) async fn given(story: &Story<'_>, cast: &Cast, offer: &Offer) -> Answered {
    shown(story, offer).await;
    let (ordinary_id, ordinary) = story.user(&cast.anna, &cast.a, "a", "ona").await;
    assert_eq!(
        ordinary.fails(Accept, offer.accept(None)).await,
        "FORBIDDEN/ROLE_REQUIRED"
    );
    let old = accept::Variables {
        digest: "0".repeat(64),
        ..offer.accept(None)
    };
    assert_eq!(cast.anna.fails(Accept, old).await, "CONFLICT/OFFER_CHANGED");
    assert!(story.app.mails().await.is_empty());
    accepted_on_the_page(story, offer).await;
    let again = cast
        .anna
        .ok(Accept, offer.accept(None))
        .await
        .accept_offer
        .unwrap();
    let third = cast
        .anna
        .ok(Accept, offer.accept(None))
        .await
        .accept_offer
        .unwrap();
    assert_eq!(again, third);
    let grant = again.grant.unwrap().id;
    let capped = cast
        .bert
        .ok(Accept, offer.accept(Some(accept::DelegatedRole::LIMITED)))
        .await;
    let capped = capped.accept_offer.unwrap().grant.unwrap();
    assert_eq!(capped.role_cap, accept::DelegatedRole::LIMITED);
    let variables = decline::Variables {
        token: offer.token.clone(),
        revision: 1,
        digest: offer.digest.clone(),
    };
    cast.cleo.ok(Decline, variables).await;
    told_of_the_others(story.app).await;
    let responses = cast
        .full
        .ok(
            Responses,
            responses::Variables {
                id: offer.id.clone(),
            },
        )
        .await;
    assert_eq!(responses.offer.unwrap().responses.unwrap().nodes.len(), 3);
    Answered {
        grant,
        ordinary_id,
        ordinary,
    }
}
