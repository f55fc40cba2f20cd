//! Texts: names, slugs, tickets and messages, in NFC and without control characters.

use unicode_normalization::UnicodeNormalization;

use super::Invalid;

/// Characters that turn the direction of writing or join what should stand apart.
fn is_hidden(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}' | '\u{2028}' | '\u{2029}')
}

fn clean(text: &str, what: &str, max: usize, lines: bool) -> Result<String, Invalid> {
    // The length is checked first, so that normalizing stays cheap whatever is sent.
    if text.len() > max * 4 {
        return Err(Invalid::new(format!(
            "A {what} has at most {max} characters."
        )));
    }
    let text: String = text.nfc().collect::<String>().trim().to_owned();
    if text.chars().count() > max {
        return Err(Invalid::new(format!(
            "A {what} has at most {max} characters."
        )));
    }
    if text
        .chars()
        .any(|c| is_hidden(c) || (c.is_control() && !(lines && c == '\n')))
    {
        return Err(Invalid::new(format!(
            "A {what} has no control or invisible characters."
        )));
    }
    Ok(text)
}

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident($what:literal, $max:literal, $lines:literal);)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name(String);

        impl TryFrom<&str> for $name {
            type Error = Invalid;

            fn try_from(text: &str) -> Result<Self, Invalid> {
                let text = clean(text, $what, $max, $lines)?;
                if text.is_empty() {
                    return Err(Invalid::new(concat!("A ", $what, " is not empty.")));
                }
                Ok(Self(text))
            }
        }

        impl $name {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.0
            }
        }
    )+};
}

texts! {
    /// A name for people to read: of a user, an organization or a device; 1 to 120 characters.
    Name("name", 120, false);
    /// A ticket number of the caller's own system; 1 to 100 characters.
    Ticket("ticket", 100, false);
    /// A few lines of a person's own words; 1 to 1,000 characters.
    Message("text", 1000, true);
}

/// The label of an initial domain: 1 to 40 of `a` to `z`, digits and inner hyphens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slug(String);

impl TryFrom<&str> for Slug {
    type Error = Invalid;

    fn try_from(text: &str) -> Result<Self, Invalid> {
        let slug = text.to_ascii_lowercase();
        let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if slug.is_empty()
            || slug.len() > 40
            || !slug.chars().all(inner)
            || slug.starts_with('-')
            || slug.ends_with('-')
            || slug.contains("--")
        {
            return Err(Invalid::new(
                "A slug has 1 to 40 letters a to z, digits and single inner hyphens.",
            ));
        }
        Ok(Self(slug))
    }
}

impl Slug {
    /// The slug, lower case.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
