//! The HTML part of a mail, made from its text: the same words, its links as links, and its buttons.

use askama::Template;
use linkify::{LinkFinder, LinkKind};

use crate::words::Words;

/// What ends the label of a button.
const COLONS: [char; 2] = [':', '\u{FF1A}'];

/// A line.
enum Line<'a> {
    Text(&'a str),
    Link(&'a str),
}

enum Paragraph<'a> {
    Lines(Vec<Line<'a>>),
    /// A link with what it is for.
    Button {
        label: &'a str,
        url: &'a str,
    },
}

#[derive(Template)]
#[template(path = "mail/letter.html")]
struct Html<'a> {
    language: String,
    subject: &'a str,
    paragraphs: Vec<Paragraph<'a>>,
}

/// The HTML part.
///
/// # Errors
/// When the template cannot be rendered.
pub fn render(w: &Words, subject: &str, text: &str, own: &str) -> Result<String, askama::Error> {
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url]);
    finder.url_must_have_scheme(true);
    let paragraphs = text.trim().split("\n\n").map(str::trim);
    let paragraphs = paragraphs
        .filter(|paragraph| !paragraph.is_empty())
        .map(|text| {
            let lines = text.lines().map(|text| line(&finder, own, text));
            paragraph(lines.collect())
        });
    Html {
        language: w.code(),
        subject,
        paragraphs: paragraphs.collect(),
    }
    .render()
}

/// A line that ends with a colon, and below it nothing but a link of this server, are a button.
fn paragraph(lines: Vec<Line<'_>>) -> Paragraph<'_> {
    if let &[Line::Text(label), Line::Link(url)] = lines.as_slice()
        && let Some(label) = label.strip_suffix(COLONS)
    {
        return Paragraph::Button {
            label: label.trim(),
            url,
        };
    }
    Paragraph::Lines(lines)
}

/// Only a line that is nothing but a link of this server becomes one: what people wrote stays text.
fn line<'a>(finder: &LinkFinder, own: &str, line: &'a str) -> Line<'a> {
    let trimmed = line.trim();
    let whole = trimmed
        .strip_prefix(own)
        .is_some_and(|path| path.starts_with('/'))
        && finder.links(trimmed).any(|link| link.as_str() == trimmed);
    match whole {
        true => Line::Link(trimmed),
        false => Line::Text(line),
    }
}

#[cfg(test)]
mod tests {
    use super::render;
    use crate::words;

    fn html(text: &str) -> String {
        let w = words::of(None, "es");
        render(w, "S", text, "https://mandate.example").unwrap()
    }

    #[test]
    fn a_label_above_a_link_of_this_server_is_a_button() {
        let html = html("Hola:\n\nElija su contraseña:\nhttps://mandate.example/enrol/abc\n\nFin.");
        assert!(html.contains("<html lang=\"es\">"), "{html}");
        assert!(html.contains(">Elija su contraseña</a>"), "{html}");
        let link = "<a href=\"https://mandate.example/enrol/abc\"";
        assert_eq!(html.matches(link).count(), 2, "{html}");
        assert_eq!(html.matches("background").count(), 1, "{html}");
        assert!(html.contains(">Hola:</p>"), "{html}");
    }

    #[test]
    fn nothing_else_is_a_button() {
        for text in [
            "Open:\nhttps://evil.example/enrol/abc",
            "Open:\nhttps://mandate.example.evil.example/x",
            "> Open:\n> https://mandate.example/x",
            "Open\nhttps://mandate.example/x",
            "Open:\n\nhttps://mandate.example/x",
            "Open:\nhttps://mandate.example/x\nand more",
        ] {
            let html = html(text);
            assert!(!html.contains("background"), "{text}: {html}");
        }
        assert!(!html("Open:\nhttps://evil.example/x").contains("<a "));
    }
}
