//! Texts: names, slugs, tickets and messages, in NFC and without control characters.

use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategory, UnicodeEmoji, UnicodeGeneralCategory};

use super::Invalid;

/// Characters that nobody sees: they turn the direction of writing, join what should be apart, or take no
/// space.
fn is_hidden(c: char) -> bool {
    use GeneralCategory::{Format, LineSeparator, ParagraphSeparator, PrivateUse, Unassigned};
    let filler = matches!(
        c,
        '\u{034F}'
            | '\u{2800}'
            | '\u{115F}'
            | '\u{1160}'
            | '\u{17B4}'
            | '\u{17B5}'
            | '\u{3164}'
            | '\u{FFA0}'
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

/// What is pasted along with a text and belongs to nothing: blanks of all kinds, and marks that nobody sees.
fn is_around(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '\u{061C}' | '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}'
        )
}

/// A text without what was pasted around it.
pub fn trimmed(text: &str) -> &str {
    text.trim_matches(is_around)
}

/// A token, id or secret without what was pasted around it: blanks, and the signs of the sentence or of the quotation in
/// which it stood.
pub fn unquoted(text: &str) -> &str {
    let is_sign = |c: char| {
        c.is_ascii_punctuation() && !matches!(c, '-' | '_')
            || matches!(
                c,
                '“' | '”' | '„' | '‘' | '’' | '«' | '»' | '…' | '。' | '、'
            )
    };
    text.trim_matches(|c| is_around(c) || is_sign(c))
}

/// Scripts in which a joiner between two letters changes how they are written (Unicode Standard Annex 31, section 2.3).
fn joins(c: char) -> bool {
    matches!(c,
        '\u{0600}'..='\u{07FF}' // Arabic, Syriac, Thaana, N'Ko
        | '\u{0840}'..='\u{0DFF}' // Mandaic, Arabic, the scripts of India, Sinhala
        | '\u{0F00}'..='\u{109F}' // Tibetan, Myanmar
        | '\u{1780}'..='\u{18AF}' // Khmer, Mongolian
        | '\u{FB50}'..='\u{FDFF}'
        | '\u{FE70}'..='\u{FEFC}' // Arabic forms
    ) && (c.is_alphabetic() || c.general_category() == GeneralCategory::NonspacingMark)
}

/// Whether a joiner is part of how a word or an emoji is written.
fn is_joiner(c: char, before: Option<char>, after: Option<char>) -> bool {
    let (Some(before), Some(after)) = (before, after) else {
        return false;
    };
    let pictures = |c: char| !c.is_ascii() && c.is_emoji_char_or_emoji_component();
    match c {
        '\u{200C}' => joins(before) && joins(after),
        '\u{200D}' => {
            joins(before) && joins(after)
                || (before == '\u{FE0F}' || pictures(before)) && pictures(after)
        }
        _ => false,
    }
}

/// Whether it only changes how the character before it is shown.
fn is_selector(c: char) -> bool {
    matches!(c, '\u{180B}'..='\u{180F}' | '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

/// Whether there is anything to be seen: something else than marks and blanks.
fn is_visible(text: &str) -> bool {
    use GeneralCategory::{EnclosingMark, NonspacingMark, SpacingMark};
    let marks = [EnclosingMark, NonspacingMark, SpacingMark];
    text.chars()
        .any(|c| !c.is_whitespace() && !marks.contains(&c.general_category()))
}

/// The first character of a text that has no place in it.
fn misplaced(text: &str, lines: bool) -> Option<char> {
    let mut before = None;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let wrong = match is_hidden(c) {
            true => !is_joiner(c, before, rest.peek().copied()),
            // Signs and ideographs have several forms; letters have none.
            false if is_selector(c) => before.is_none_or(|before| {
                before.is_whitespace() || before.is_ascii_alphabetic() || is_selector(before)
            }),
            false => c.is_control() && !(lines && c == '\n'),
        };
        if wrong {
            return Some(c);
        }
        before = Some(c);
    }
    None
}

/// What ends as domain names do and is none: products whose makers hold the name, and degrees.
const PLAIN: [&str; 12] = [
    "ado.net",
    "asp.net",
    "b.sc",
    "dipl.ing",
    "dr.med",
    "m.sc",
    "ml.net",
    "paint.net",
    "ph.d",
    "phil.d",
    "th.d",
    "vb.net",
];

/// The first link or mail address in a text, with a scheme or without, even if another character is written for the dot
/// (Unicode Technical Standard 46). A word with a dot is none if no domain name ends so (`Node.js`).
pub fn link(text: &str) -> Option<String> {
    let text: String = text
        .nfkc()
        .map(|c| if c == '\u{3002}' { '.' } else { c })
        .collect();
    let mut finder = linkify::LinkFinder::new();
    finder.url_must_have_scheme(false);
    let mut links = finder.links(&text);
    let link = links.find(|link| {
        let word = link.as_str().to_lowercase();
        let plain = |c: char| c.is_alphanumeric() || c == '.' || c == '-';
        let is_name = word.chars().all(plain);
        let ascii = idna::domain_to_ascii(&word).unwrap_or_default();
        let known = psl::suffix(ascii.as_bytes()).is_some_and(|suffix| suffix.is_known());
        !is_name || (known && !PLAIN.contains(&word.as_str()))
    })?;
    Some(link.as_str().to_owned())
}

fn clean(text: &str, what: &str, max: usize, lines: bool) -> Result<String, Invalid> {
    let long = || Invalid::new(format!("A {what} has at most {max} characters."));
    // The length is checked first, so that normalizing is cheap even for a very long text.
    if text.len() > max * 5 {
        return Err(long());
    }
    let text: String = text.nfc().collect();
    // As a line ends, and a tab stands, on whatever machine it was written.
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let text = trimmed(&text.replace('\t', " ")).to_owned();
    if text.chars().count() > max {
        return Err(long());
    }
    match misplaced(&text, lines) {
        None if !text.is_empty() && !is_visible(&text) => Err(Invalid::new(format!(
            "A {what} has something to be seen in it, not marks alone."
        ))),
        None => Ok(text),
        Some('\n') => Err(Invalid::new(format!("A {what} is one line."))),
        Some(c) => Err(Invalid::new(format!(
            "A {what} has no control or invisible characters: leave out U+{:04X}.",
            u32::from(c)
        ))),
    }
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
        let slug = trimmed(text).to_ascii_lowercase();
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
        let code = trimmed(text).to_ascii_uppercase();
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
