//! A browser without script: it keeps one session and its language, and follows redirects.

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};

use super::TestApp;

/// A browser.
pub struct Browser<'a> {
    app: &'a TestApp,
    /// `name=value` of the cookie.
    pub cookie: Option<String>,
    /// The last `Set-Cookie`.
    pub set_cookie: String,
    /// Where the last redirect led.
    pub at: String,
    /// The languages that it asks for.
    pub language: Option<&'static str>,
    /// `name=value` of the cookie that holds the language that was chosen.
    chosen: Option<String>,
}

impl<'a> Browser<'a> {
    /// A browser that is not signed in.
    pub fn new(app: &'a TestApp) -> Self {
        Self {
            app,
            cookie: None,
            set_cookie: String::new(),
            at: String::new(),
            language: None,
            chosen: None,
        }
    }

    /// A browser that is signed in as someone of the demo world.
    pub async fn of(app: &'a TestApp, name: &str) -> Self {
        let mut browser = Self::new(app);
        let name = super::world::sign_in_name(name);
        let (status, page) = browser.sign_in(&name, mandate::cli::DEMO_PASSWORD).await;
        assert!(browser.cookie.is_some(), "{status}: {page}");
        browser
    }

    /// Signs in, to the page of the grants.
    pub async fn sign_in(&mut self, name: &str, password: &str) -> (StatusCode, String) {
        let fields = [
            ("signInName", name),
            ("password", password),
            ("next", "/grants"),
        ];
        self.post("/sign-in", &fields).await
    }

    /// Gets a page.
    pub async fn get(&mut self, path: &str) -> (StatusCode, String) {
        self.go(Request::get(path), path, Body::empty()).await
    }

    /// Posts a form.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> (StatusCode, String) {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
        self.go(request, path, Body::from(body)).await
    }

    async fn go(
        &mut self,
        request: axum::http::request::Builder,
        path: &str,
        body: Body,
    ) -> (StatusCode, String) {
        let cookies = [&self.cookie, &self.chosen];
        let cookies: Vec<_> = cookies.into_iter().flatten().map(String::as_str).collect();
        let request = match cookies.is_empty() {
            false => request.header(header::COOKIE, cookies.join("; ")),
            true => request,
        };
        let request = match self.language {
            Some(language) => request.header(header::ACCEPT_LANGUAGE, language),
            None => request,
        };
        self.at = path.to_owned();
        let (status, headers, page) = self.app.send(request.body(body).unwrap()).await;
        if let Some(set) = headers.get(header::SET_COOKIE) {
            self.set_cookie = set.to_str().unwrap().to_owned();
            let pair = self.set_cookie.split(';').next().unwrap();
            let pair = (!pair.ends_with('=')).then(|| pair.to_owned());
            match self.set_cookie.starts_with("mandate-language=") {
                true => self.chosen = pair,
                false => self.cookie = pair,
            }
        }
        match headers.get(header::LOCATION) {
            Some(next) if status.is_redirection() => {
                let next = next.to_str().unwrap().to_owned();
                Box::pin(self.get(&next)).await
            }
            _ => (status, page),
        }
    }
}
