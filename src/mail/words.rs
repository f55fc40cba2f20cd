//! What people wrote, in mails of this server: their links are none, and what they say stands quoted.

use linkify::{LinkFinder, LinkKind};

/// Characters that stand for the dot of a domain name (Unicode Technical Standard 46, section 4.5).
const DOTS: [char; 3] = ['\u{3002}', '\u{FF0E}', '\u{FF61}'];

/// What a mail may link to and name: this server, and domain names that the server itself speaks of.
#[derive(Clone, Copy, Debug)]
pub struct Ours<'a> {
    /// Base of this server's links.
    pub base: &'a str,
    /// Domain names; those below them too.
    pub domains: &'a [&'a str],
}

impl Ours<'_> {
    /// Whether a whole line is a link of this server.
    fn is_link(self, line: &str) -> bool {
        let path = line.trim().strip_prefix(self.base);
        path.is_some_and(|path| path.starts_with('/') && !path.contains(char::is_whitespace))
    }

    /// Whether it is a domain name that the server speaks of, or one below it.
    fn is_domain(self, name: &str) -> bool {
        let name = name.to_lowercase();
        self.domains.iter().any(|domain| {
            let above = name.strip_suffix(&domain.to_lowercase());
            above.is_some_and(|above| above.is_empty() || above.ends_with('.'))
                && !name.contains(['/', ':', '@'])
        })
    }
}

/// A text in which only a line that is nothing but a link of this server is a link, and a domain name that the server
/// itself speaks of. Other links are spaced out: nothing of them is lost, and no mail program makes a link of them. It is
/// asked at the one place where mails are sent, so that no mail can forget it.
pub fn unlinked(text: &str, ours: Ours<'_>) -> String {
    let mut finder = LinkFinder::new();
    finder.url_must_have_scheme(false);
    let lines = text.split('\n').map(|line| match ours.is_link(line) {
        true => line.to_owned(),
        false => unlinked_line(&finder, line, ours),
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn unlinked_line(finder: &LinkFinder, line: &str, ours: Ours<'_>) -> String {
    let dotted = line
        .chars()
        .map(|c| if DOTS.contains(&c) { '.' } else { c });
    let line: String = dotted.collect();
    let spans = finder.spans(&line).map(|span| match span.kind() {
        Some(LinkKind::Url) if !ours.is_domain(span.as_str()) => spaced(span.as_str()),
        _ => span.as_str().to_owned(),
    });
    spans.collect()
}

fn spaced(link: &str) -> String {
    link.replace(':', ": ").replace('.', ". ")
}

/// What somebody wrote, without any link: not even one of this server.
pub fn linkless(text: &str) -> String {
    let mut finder = LinkFinder::new();
    finder.url_must_have_scheme(false);
    let ours = Ours {
        base: "",
        domains: &[],
    };
    let lines = text
        .split('\n')
        .map(|line| unlinked_line(&finder, line, ours));
    lines.collect::<Vec<_>>().join("\n")
}

/// What somebody wrote, each line as a quotation.
pub fn quoted(text: &str) -> String {
    let lines = text.lines().map(|line| format!("> {line}"));
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use linkify::LinkFinder;

    use super::{Ours, linkless, quoted, unlinked};

    const OURS: Ours<'_> = Ours {
        base: "https://mandate.example",
        domains: &["mandate.example", "contoso.com"],
    };

    fn links(text: &str) -> usize {
        let mut finder = LinkFinder::new();
        finder.url_must_have_scheme(false);
        finder.links(text).count()
    }

    #[test]
    fn only_our_own_links_are_links() {
        for text in [
            "https://evil.example/fix",
            "open evil.example now",
            "www.evil.example/a?b=c",
            "HTTP://EVIL.EXAMPLE",
            "https://mandate.example.evil.example/",
            "https://mandate.example@evil.example/x",
            "xhttps://evil.example",
            "evil\u{3002}example/fix",
            "https://evil\u{FF0E}example",
            "ftp://evil.example/x",
            "contoso.com/path",
            "notcontoso.com",
            "https://contoso.com",
            "https://10.0.0.1/x",
            "Open https://mandate.example/offers/of-mine now",
            "> https://mandate.example/offers/of-mine",
        ] {
            let safe = unlinked(text, OURS);
            assert_eq!(links(&safe), 0, "{text}: {safe}");
        }
        for text in [
            "https://mandate.example/reset/abc-_1",
            "Here:\n\nhttps://mandate.example/reset/abc-_1\n\nDone.",
            "contoso.mandate.example",
            "_mandate-challenge.contoso.com",
            "carla.contoso@example.org",
            "No link at all. Nor here: it ends.",
            "Version 1.2, at 3.5 percent",
        ] {
            assert_eq!(unlinked(text, OURS), text);
        }
    }

    #[test]
    fn words_can_be_without_any_link() {
        let text = "Open:\nhttps://mandate.example/offers/mine";
        assert_eq!(unlinked(text, OURS), text);
        assert_eq!(
            linkless(text),
            "Open:\nhttps: //mandate. example/offers/mine"
        );
        assert_eq!(
            linkless("No link.\n\nAt 3.5 percent"),
            "No link.\n\nAt 3.5 percent"
        );
    }

    #[test]
    fn words_are_quoted_line_by_line() {
        assert_eq!(quoted("One.\n\nTwo."), "> One.\n> \n> Two.");
    }
}
