//! What surrounds every page: the platform, the reader's language and the others, who is signed in, and the ways on.

use std::cell::Cell;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use axum_extra::extract::{CookieJar, cookie::Cookie};

use super::{
    browser::{self, SignedIn},
    page,
};
use crate::{
    app::App,
    auth::secret,
    domain::{certification::Certification, kind::OperationKind, policy, viewer::Actor},
    words::{self, Words},
};

tokio::task_local! {
    static READING: Reading;
}

/// What is known of a reader before anyone asks who it is.
struct Reading {
    app: App,
    /// The languages that it wants, the one that it chose on a page first (RFC 9110, section 12.5.4).
    accepted: Option<String>,
    path: String,
    query: String,
    /// A cookie that the answer gives to the browser, unless it sets the same one.
    kept: Cell<Option<Cookie<'static>>>,
}

/// Gives a cookie to the reader's browser, unless the answer sets the same one.
pub fn keep(cookie: Cookie<'static>) {
    // Nobody reads a page outside of one.
    let _ = READING.try_with(|reading| reading.kept.set(Some(cookie)));
}

/// Finds out in which language the reader of a page is answered, and keeps the one that it chooses by `?lang=`.
pub async fn read(State(app): State<App>, request: Request, next: Next) -> Response {
    let chosen = request.uri().query().and_then(chosen);
    let reading = Reading {
        accepted: accepted(chosen, request.headers()),
        path: request.uri().path().to_owned(),
        query: request.uri().query().map(kept).unwrap_or_default(),
        app: app.clone(),
        kept: Cell::default(),
    };
    // The sign-in itself leads there too, where a temporary password has to be replaced.
    let is_form = request.method() == Method::POST && request.uri().path() != "/sign-in";
    let answering = async {
        let answer = next.run(request).await;
        (answer, READING.with(|reading| reading.kept.take()))
    };
    let (mut answer, kept) = READING.scope(reading, answering).await;
    if is_form {
        tell_lost(answer.headers_mut());
    }
    let kept = kept.filter(|cookie| !sets(answer.headers(), cookie.name()));
    let language = chosen.map(|words| browser::language(&app, words.code()));
    let cookies = kept.into_iter().chain(language);
    let jar = cookies.fold(CookieJar::new(), CookieJar::add);
    (jar, answer).into_response()
}

/// Whether an answer sets a cookie.
fn sets(headers: &HeaderMap, name: &str) -> bool {
    let mut set = headers.get_all(header::SET_COOKIE).iter();
    set.any(|cookie| {
        let rest = cookie.as_bytes().strip_prefix(name.as_bytes());
        rest.is_some_and(|rest| rest.starts_with(b"="))
    })
}

/// Has the page of the sign-in say that what was sent was not done, where a form leads there.
fn tell_lost(headers: &mut HeaderMap) {
    let next = headers
        .get(header::LOCATION)
        .and_then(|next| next.to_str().ok());
    let next = next.filter(|next| next.starts_with("/sign-in?next="));
    let told = next.map(|next| HeaderValue::try_from(format!("{next}&lost=true")));
    if let Some(Ok(told)) = told {
        headers.insert(header::LOCATION, told);
    }
}

/// What an address asks for, but for the language and what was done before.
fn kept(query: &str) -> String {
    let parts = url::form_urlencoded::parse(query.as_bytes());
    let parts = parts.filter(|(name, value)| match name.as_ref() {
        "lang" | "done" | "sent" | "lost" => false,
        // Nothing of another server is repeated.
        "next" => page::onward(Some(value)) == value,
        _ => true,
    });
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(parts)
        .finish()
}

/// The language that an address asks for, if there is such a one.
fn chosen(query: &str) -> Option<&'static Words> {
    let mut parts = url::form_urlencoded::parse(query.as_bytes());
    let (_, code) = parts.find(|(name, _)| name == "lang")?;
    words::languages().find(|words| words.code() == code)
}

fn accepted(chosen: Option<&Words>, headers: &HeaderMap) -> Option<String> {
    let kept = CookieJar::from_headers(headers);
    let kept = kept
        .get(browser::LANGUAGE)
        .map(|kept| kept.value().to_owned());
    let said = headers.get(header::ACCEPT_LANGUAGE);
    let said = said.and_then(|said| said.to_str().ok()).map(str::to_owned);
    let wanted = [chosen.map(Words::code), kept, said];
    let wanted: Vec<_> = wanted.into_iter().flatten().collect();
    (!wanted.is_empty()).then(|| wanted.join(","))
}

/// The words of the reader's language; without a reader, English.
pub fn words() -> &'static Words {
    words_or("en")
}

/// The words of the reader's language, or of another if the reader wants none of those that there are.
pub fn words_or(otherwise: &str) -> &'static Words {
    let found = READING.try_with(|reading| words::of(reading.accepted.as_deref(), otherwise));
    found.unwrap_or_else(|_| words::of(None, otherwise))
}

/// What surrounds a page.
pub struct Frame {
    w: &'static Words,
    /// The platform's name.
    pub platform: String,
    /// Whether there is a picture of the platform.
    pub logo: bool,
    /// Whom to turn to: an address of the platform's operators, as they write it; empty if they give none.
    pub contact: String,
    /// Who is signed in.
    pub reader: Option<Reader>,
    /// What a form of this page is known by when it is sent twice.
    pub once: String,
    path: String,
    query: String,
}

/// Who is signed in, and where it can go.
pub struct Reader {
    /// Its name.
    pub user: String,
    /// Its organization's name.
    pub organization: String,
    /// The pages that it may see.
    pub places: Vec<Place>,
}

/// A page to go to.
pub struct Place {
    /// Its path.
    pub path: &'static str,
    /// What it is called.
    pub name: String,
    /// Whether it is the page that is shown, or one above it.
    pub here: bool,
}

impl Frame {
    /// The frame for a reader who is not known.
    pub fn new(w: &'static Words) -> Self {
        let of = |reading: &Reading| {
            let platform = &reading.app.config.platform;
            Self {
                w,
                platform: platform.name.clone(),
                logo: !platform.logo.as_os_str().is_empty(),
                contact: platform.contact.clone(),
                reader: None,
                once: secret::public_token(&reading.app.rng),
                path: reading.path.clone(),
                query: reading.query.clone(),
            }
        };
        READING.try_with(of).unwrap_or_else(|_| Self {
            w,
            platform: String::new(),
            logo: false,
            contact: String::new(),
            reader: None,
            once: String::new(),
            path: String::new(),
            query: String::new(),
        })
    }

    /// The frame for who is signed in.
    pub fn of(w: &'static Words, signed_in: &SignedIn) -> Self {
        let mut frame = Self::new(w);
        let places = places(&signed_in.actor).into_iter().map(|(path, id)| {
            let below = frame.path.strip_prefix(path);
            Place {
                path,
                name: w.say(id),
                here: below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/')),
            }
        });
        let mut places: Vec<_> = places.collect();
        // A page below another is that page alone.
        let deepest = places
            .iter()
            .filter(|place| place.here)
            .map(|place| place.path.len())
            .max();
        for place in &mut places {
            place.here &= Some(place.path.len()) == deepest;
        }
        frame.reader = Some(Reader {
            user: signed_in.called.clone(),
            organization: signed_in.actor.organization_name.clone(),
            places,
        });
        frame
    }

    /// The other languages: the code of each, what it is called in itself, and the query of this page in it.
    pub fn others(&self) -> Vec<(String, String, String)> {
        let others = words::languages().filter(|other| other.code() != self.w.code());
        let query = |code: &str| match self.query.as_str() {
            "" => format!("lang={code}"),
            query => format!("{query}&lang={code}"),
        };
        others
            .map(|other| {
                let code = other.code();
                (code.clone(), other.say("language"), query(&code))
            })
            .collect()
    }
}

/// The pages that a user may see, each with the message that names it.
fn places(actor: &Actor) -> Vec<(&'static str, &'static str)> {
    let may = |kind| policy::half(kind, actor).is_ok();
    let client = may(OperationKind::EndGrant);
    let certified = actor.certification != Certification::None;
    let partner = actor.delegated_role.is_some() || (client && certified);
    let places = [
        (client, "/grants", "place-grants"),
        (may(OperationKind::ConfirmContact), "/hands", "place-hands"),
        (client, "/record", "place-record"),
        (
            may(OperationKind::UpdateAccountRules),
            "/rules",
            "place-rules",
        ),
        (partner, "/partner", "place-partner"),
        (partner, "/partner/clients", "place-clients"),
        (partner && client, "/partner/people", "place-people"),
        (true, "/me", "place-me"),
    ];
    let places = places.into_iter().filter(|(may, ..)| *may);
    places.map(|(_, path, name)| (path, name)).collect()
}

/// Where a user who signed in begins.
pub fn first(actor: &Actor) -> &'static str {
    let places = places(actor);
    let partner = places.iter().find(|(path, _)| *path == "/partner");
    partner.or(places.first()).map_or("/me", |(path, _)| path)
}
