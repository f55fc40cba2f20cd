//! The HTML part of a mail, made from its text: the same words, and its links as links.

use askama::Template;
use entity::states::Language;
use linkify::{LinkFinder, LinkKind};

/// A stretch of a line.
enum Piece<'a> {
    Text(&'a str),
    Link(&'a str),
}

#[derive(Template)]
#[template(path = "mail/letter.html")]
struct Html<'a> {
    language: &'static str,
    subject: &'a str,
    /// Paragraphs of lines.
    paragraphs: Vec<Vec<Vec<Piece<'a>>>>,
}

/// The HTML part.
///
/// # Errors
/// When the template cannot be rendered.
pub fn render(
    language: Language,
    subject: &str,
    text: &str,
    own: &str,
) -> Result<String, askama::Error> {
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url]);
    finder.url_must_have_scheme(true);
    let paragraphs = text.trim().split("\n\n");
    let paragraphs = paragraphs
        .filter(|paragraph| !paragraph.trim().is_empty())
        .map(|paragraph| {
            let lines = paragraph.trim().lines();
            lines.map(|line| pieces(&finder, own, line)).collect()
        });
    Html {
        language: match language {
            Language::En => "en",
            Language::Es => "es",
        },
        subject,
        paragraphs: paragraphs.collect(),
    }
    .render()
}

/// Only a line that is nothing but a link of this server becomes one: what people wrote stays text.
fn pieces<'a>(finder: &LinkFinder, own: &str, line: &'a str) -> Vec<Piece<'a>> {
    let trimmed = line.trim();
    let whole = trimmed
        .strip_prefix(own)
        .is_some_and(|path| path.starts_with('/'))
        && finder.links(trimmed).any(|link| link.as_str() == trimmed);
    match whole {
        true => vec![Piece::Link(trimmed)],
        false => vec![Piece::Text(line)],
    }
}
