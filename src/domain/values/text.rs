//! Texts: names, slugs, tickets and messages, in NFC and without control characters.

use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

use super::Invalid;

/// Characters that nobody sees: they turn the direction of writing, join what should be apart, or take no
/// space.
fn is_hidden(c: char) -> bool {
    use GeneralCategory::{Format, LineSeparator, ParagraphSeparator, PrivateUse, Unassigned};
    let filler = matches!(
        c,
        '\u{034F}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{3164}' | '\u{FFA0}'
    );
    let category = c.general_category();
    filler
        || [
            Format,
            LineSeparator,
            ParagraphSeparator,
            PrivateUse,
            Unassigned,
        ]
        .contains(&category)
}

/// Whether a text has a link or an address of mail in it, with a scheme or without, even if another character
/// is written for the dot (Unicode Technical Standard 46).
pub fn has_link(text: &str) -> bool {
    let text: String = text
        .nfkc()
        .map(|c| if c == '\u{3002}' { '.' } else { c })
        .collect();
    let mut finder = linkify::LinkFinder::new();
    finder.url_must_have_scheme(false);
    finder.links(&text).next().is_some()
}

fn clean(text: &str, what: &str, max: usize, lines: bool) -> Result<String, Invalid> {
    // The length is checked first, so that normalizing is cheap even for a very long text.
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
        #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
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
    /// What a list is searched for; 1 to 100 characters.
    Search("search", 100, false);
}

/// A tag that a partner puts on clients: 1 to 40 characters, in lower case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Tag(String);

impl TryFrom<&str> for Tag {
    type Error = Invalid;

    fn try_from(text: &str) -> Result<Self, Invalid> {
        let text = clean(text, "tag", 40, false)?;
        match text.is_empty() {
            true => Err(Invalid::new("A tag is not empty.")),
            false => Ok(Self(text.to_lowercase())),
        }
    }
}

impl Tag {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The label of an initial domain: 1 to 40 of `a` to `z`, digits and inner hyphens.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
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

/// A country: an ISO 3166-1 alpha-2 code, upper case.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Country(String);

impl TryFrom<&str> for Country {
    type Error = Invalid;

    fn try_from(text: &str) -> Result<Self, Invalid> {
        let code = text.to_ascii_uppercase();
        if code.len() == 2 && COUNTRIES.split(' ').any(|known| known == code) {
            Ok(Self(code))
        } else {
            Err(Invalid::new(
                "A country is a two-letter code of ISO 3166-1, such as DE or US.",
            ))
        }
    }
}

impl Country {
    /// The code, upper case.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Officially assigned codes of ISO 3166-1 alpha-2.
const COUNTRIES: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ \
    BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE \
    DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR \
    GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP \
    KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT \
    MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW \
    PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG \
    TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW";
