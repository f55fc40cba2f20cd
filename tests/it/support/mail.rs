//! Mails, as they came.

use std::{fs, path::Path};

use mailparse::MailHeaderMap;

/// A mail of the mailbox.
#[derive(Debug)]
pub struct Mail {
    /// The recipient.
    pub to: String,
    /// The subject.
    pub subject: String,
    /// The text, decoded.
    pub text: String,
    /// The HTML, decoded.
    pub html: String,
    /// All of it, as it was written.
    pub raw: String,
}

impl Mail {
    /// One of the mailbox.
    pub fn read(file: &Path) -> Self {
        let raw = fs::read_to_string(file).unwrap();
        let parsed = mailparse::parse_mail(raw.as_bytes()).unwrap();
        let header = |name: &str| parsed.headers.get_first_value(name).unwrap_or_default();
        let part = |kind: &str| {
            let part = parsed.parts().find(|part| part.ctype.mimetype == kind);
            part.unwrap().get_body().unwrap().replace("\r\n", "\n")
        };
        let (text, html) = (part("text/plain"), part("text/html"));
        Self {
            to: header("To"),
            subject: header("Subject"),
            text,
            html,
            raw: raw.clone(),
        }
    }

    /// Whether it brings the notes of records.
    pub fn is_note(&self) -> bool {
        self.subject.starts_with("Where ") && self.raw.contains(".note.txt")
    }

    /// The files that came with it: name and text.
    pub fn files(&self) -> Vec<(String, String)> {
        let parsed = mailparse::parse_mail(self.raw.as_bytes()).unwrap();
        let files = parsed.parts().filter_map(|part| {
            let name = part
                .get_content_disposition()
                .params
                .get("filename")?
                .clone();
            Some((
                name,
                String::from_utf8(part.get_body_raw().unwrap()).unwrap(),
            ))
        });
        files.collect()
    }

    /// The secret at the end of the link in it.
    pub fn secret(&self) -> String {
        let line = self
            .text
            .lines()
            .find(|line| line.starts_with("http"))
            .unwrap();
        line.rsplit('/').next().unwrap().trim().to_owned()
    }
}
