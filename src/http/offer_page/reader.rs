//! Tells people who open an offer from programs that look at its address, as far as they can be told apart.

use axum::http::{HeaderMap, Method, header};

/// Words in the names of programs: of crawlers, scanners of mail, makers of previews, and libraries.
const PROGRAMS: [&str; 26] = [
    "apache-httpclient",
    "axios",
    "barracuda",
    "bot",
    "crawl",
    "curl",
    "facebookexternalhit",
    "feed",
    "go-http-client",
    "headless",
    "java/",
    "libwww",
    "mimecast",
    "monitor",
    "node-fetch",
    "okhttp",
    "preview",
    "proofpoint",
    "python",
    "safelinks",
    "scan",
    "sentinel",
    "slurp",
    "spider",
    "undici",
    "wget",
];

/// Whether a request may be that of a person who reads the page: not one that only asks for its head, or that fetches
/// it before anyone wants to see it, or by a program that says what it is.
pub(super) fn is_person(method: &Method, headers: &HeaderMap) -> bool {
    let said = |name: &str| {
        let value = headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default().to_ascii_lowercase()
    };
    let early = ["sec-purpose", "purpose", "x-moz"]
        .iter()
        .any(|name| said(name).contains("prefetch") || said(name).contains("preview"));
    let agent = said(header::USER_AGENT.as_str());
    let is_program = PROGRAMS.iter().any(|word| agent.contains(word));
    method == Method::GET && !early && !is_program
}
