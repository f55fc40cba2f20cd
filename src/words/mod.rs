//! What people read, in their language: the messages of `<language>/*.ftl`, in the syntax of Project Fluent.
//!
//! A folder more is a language more. What it does not say is said in English, and what English does not say either is
//! taken from the code that it is about.

mod changes;
mod measures;
pub mod offer_text;
mod spoken;

pub use spoken::Spoken;

use std::sync::LazyLock;

use entity::{
    offer,
    states::{AdminRole, DelegatedRole},
    user,
};
use fluent_bundle::{FluentArgs, FluentResource, concurrent::FluentBundle};
use fluent_langneg::{NegotiationStrategy, accepted_languages, negotiate_languages};
use include_dir::{Dir, include_dir};
use unic_langid::{LanguageIdentifier, langid};

use crate::domain::{described::Described, grant::GrantState, kind::OperationKind, reason::Reason};

static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/src/words");

static ENGLISH: LazyLock<Words> = LazyLock::new(|| Words::read(langid!("en")));

static LANGUAGES: LazyLock<Vec<Words>> = LazyLock::new(|| {
    let languages = FILES.dirs().filter_map(|folder| {
        let language = folder.path().to_str()?.parse().ok()?;
        Some(Words::read(language)).filter(|words| words.language != ENGLISH.language)
    });
    languages.collect()
});

/// The messages of a language.
fn texts(language: &LanguageIdentifier) -> impl Iterator<Item = &'static str> {
    let folder = FILES.get_dir(language.to_string());
    let files = folder.into_iter().flat_map(|folder| folder.files());
    files.filter_map(|file| file.contents_utf8())
}

/// The words of one language.
pub struct Words {
    language: LanguageIdentifier,
    /// Its name in the API.
    name: String,
    /// What the API says of it.
    about: String,
    bundle: FluentBundle<FluentResource>,
}

/// The languages that there are, English first.
pub fn languages() -> impl Iterator<Item = &'static Words> {
    std::iter::once(&*ENGLISH).chain(LANGUAGES.iter())
}

/// The words of the first language that is wanted, if there are any: of those that a browser accepts
/// (`Accept-Language`, RFC 9110, section 12.5.4), or else of the other one. English if there are none.
pub fn of(accepted: Option<&str>, otherwise: &str) -> &'static Words {
    let available: Vec<&LanguageIdentifier> = languages().map(|words| &words.language).collect();
    let otherwise = otherwise.to_lowercase();
    let wanted = format!("{},{otherwise}", weighed(accepted.unwrap_or_default()));
    let wanted = accepted_languages::parse(&wanted);
    let found = negotiate_languages(&wanted, &available, None, NegotiationStrategy::Filtering);
    let found = found.first().copied();
    let words = languages().find(|words| Some(&&words.language) == found);
    words.unwrap_or(&ENGLISH)
}

/// The words of the language in which a user's mails are.
pub fn of_user(user: &user::Model) -> &'static Words {
    of(None, user.language.as_deref().unwrap_or("en"))
}

/// The words of the language of an offer.
pub fn of_offer(offer: &offer::Model) -> &'static Words {
    Spoken::of(offer.language.as_ref()).words()
}

/// The languages that are wanted, the most wanted first, without those that are not.
fn weighed(accepted: &str) -> String {
    let ranges = accepted.split(',').map(|range| {
        let (language, weight) = range.split_once(';').unwrap_or((range, ""));
        let weight = weight.trim().strip_prefix("q=").map(str::parse);
        (
            language.trim(),
            weight.and_then(Result::ok).unwrap_or(1.0_f32),
        )
    });
    let mut ranges: Vec<_> = ranges.filter(|(_, weight)| *weight > 0.0).collect();
    ranges.sort_by(|(_, one), (_, other)| other.total_cmp(one));
    let languages: Vec<_> = ranges.into_iter().map(|(language, _)| language).collect();
    languages.join(",")
}

impl Words {
    fn read(language: LanguageIdentifier) -> Self {
        let mut bundle = FluentBundle::new_concurrent(vec![language.clone()]);
        // The pages mark by themselves what others wrote.
        bundle.set_use_isolating(false);
        for text in texts(&language) {
            let resource = match FluentResource::try_new(text.to_owned()) {
                Ok(resource) => resource,
                Err((resource, errors)) => {
                    tracing::error!(%language, ?errors, "Words are not well-formed.");
                    resource
                }
            };
            bundle.add_resource_overriding(resource);
        }
        let mut words = Self {
            // A name of GraphQL has no hyphen.
            name: language.to_string().to_uppercase().replace('-', "_"),
            about: String::new(),
            language,
            bundle,
        };
        let english = words.find("language-in-english", None);
        words.about = format!("{}.", english.unwrap_or_else(|| words.code()));
        words
    }

    /// Its code, such as `es` (BCP 47).
    pub fn code(&self) -> String {
        self.language.to_string()
    }

    /// Its name in the API, such as `ES`.
    pub fn name(&self) -> &str {
        &self.name
    }

    fn find(&self, id: &str, arguments: Option<&FluentArgs<'_>>) -> Option<String> {
        let message = self.bundle.get_message(id)?;
        let mut errors = Vec::new();
        let text = self
            .bundle
            .format_pattern(message.value()?, arguments, &mut errors);
        if !errors.is_empty() {
            tracing::warn!(id, language = %self.language, ?errors, "Words lack something.");
        }
        Some(text.into_owned())
    }

    fn found(&self, id: &str, arguments: Option<&FluentArgs<'_>>) -> Option<String> {
        let found = self.find(id, arguments);
        found.or_else(|| ENGLISH.find(id, arguments))
    }

    /// Whether there is a message, in this language.
    pub fn knows(&self, id: &str) -> bool {
        self.bundle.has_message(id)
    }

    /// A message.
    pub fn say(&self, id: &str) -> String {
        self.found(id, None).unwrap_or_else(|| id.to_owned())
    }

    /// A message with texts in it.
    pub fn with<T: AsRef<str>>(&self, id: &str, texts: &[(&str, T)]) -> String {
        self.count(id, 0, texts)
    }

    /// A message about a number, `n`, with texts in it.
    pub fn count<T: AsRef<str>>(&self, id: &str, number: i64, texts: &[(&str, T)]) -> String {
        let mut arguments = FluentArgs::new();
        arguments.set("n", number);
        for (name, text) in texts {
            arguments.set(*name, text.as_ref().to_owned());
        }
        self.found(id, Some(&arguments))
            .unwrap_or_else(|| id.to_owned())
    }

    /// A message about a number alone, `n`.
    pub fn number(&self, id: &str, number: i64) -> String {
        self.count::<&str>(id, number, &[])
    }

    /// What is wrong with a field: in English the sentence about this very value, in other languages what can be
    /// written there.
    pub fn input(&self, field: &str, sentence: &str) -> String {
        let rule = self.find(&format!("input-{field}"), None);
        rule.unwrap_or_else(|| sentence.to_owned())
    }

    /// What a kind does, as a sentence.
    pub fn kind(&self, kind: OperationKind) -> String {
        let id = format!("kind-{}", kind.name());
        self.found(&id, None)
            .unwrap_or_else(|| kind.spec().about.to_owned())
    }

    /// An admin role that one person holds.
    pub fn role(&self, role: AdminRole) -> String {
        self.say(&format!("one-role-{}", role.as_str()))
    }

    /// Admin roles that one person holds.
    pub fn roles(&self, roles: impl Iterator<Item = AdminRole>) -> String {
        let names: Vec<_> = roles.map(|role| self.role(role)).collect();
        names.join(", ")
    }

    /// What a delegated role comes to.
    pub fn cap(&self, role: DelegatedRole) -> String {
        self.say(&format!("offer-cap-{}", role.as_str()))
    }

    /// The state of a grant.
    pub fn state(&self, state: GrantState) -> String {
        self.say(&format!("state-{}", state.name()))
    }

    /// Why something was refused, by the name of the reason.
    pub fn reason(&self, name: &str) -> String {
        let reason = Reason::all().iter().find(|reason| reason.name() == name);
        let said = self.find(&format!("reason-{name}"), None);
        said.or_else(|| reason.map(|reason| reason.about().to_owned()))
            .unwrap_or_else(|| self.say("act-refused"))
    }

    /// Admin roles, as the record names them: `USER_ADMIN, GROUPS_ADMIN`.
    pub fn admin_roles(&self, names: &str) -> String {
        let roles = names.split(", ").map(|name| {
            let found = self.found(&format!("one-role-{name}"), None);
            found.unwrap_or_else(|| name.to_owned())
        });
        roles.collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The ids of a file, each with the names of what is put into it.
    fn said(words: &Words) -> BTreeSet<(String, BTreeSet<String>)> {
        let resources = texts(&words.language).map(|text| {
            let resource = FluentResource::try_new(text.to_owned());
            resource.map_err(|(_, errors)| errors).unwrap()
        });
        let resources: Vec<_> = resources.collect();
        let entries = resources.iter().flat_map(|resource| resource.entries());
        let entries: Vec<_> = entries
            .filter_map(|entry| {
                let fluent_syntax::ast::Entry::Message(message) = entry else {
                    return None;
                };
                let text = format!("{:?}", message.value);
                let names = text.split("VariableReference { id: Identifier { name: \"");
                let names = names.skip(1).filter_map(|rest| rest.split('"').next());
                Some((
                    message.id.name.to_owned(),
                    names.map(str::to_owned).collect(),
                ))
            })
            .collect();
        let ids: BTreeSet<_> = entries.iter().map(|(id, _): &(String, _)| id).collect();
        assert_eq!(
            ids.len(),
            entries.len(),
            "{}: a message is said twice",
            words.code()
        );
        entries.into_iter().collect()
    }

    #[test]
    fn every_language_says_what_english_says() {
        let whole = said(&ENGLISH);
        assert!(!LANGUAGES.is_empty());
        for words in LANGUAGES.iter() {
            // English takes from the code what it says of kinds and of refusals.
            let mut own = said(words);
            own.retain(|(id, _)| {
                !["kind-", "reason-", "cure-", "input-"]
                    .iter()
                    .any(|of| id.starts_with(of))
            });
            assert_eq!(own, whole, "{}", words.code());
            for kind in OperationKind::ALL {
                let id = format!("kind-{}", kind.name());
                assert!(words.knows(&id), "{}: {id}", words.code());
            }
            for reason in Reason::all() {
                let id = format!("reason-{}", reason.name());
                assert!(words.knows(&id), "{}: {id}", words.code());
                let id = format!("cure-{}", reason.name());
                assert_eq!(
                    words.knows(&id),
                    !reason.cure().is_empty(),
                    "{}: {id}",
                    words.code()
                );
            }
        }
    }

    #[test]
    fn a_browser_is_spoken_to_in_its_language() {
        for (accepted, otherwise, code) in [
            (Some("es-MX,es;q=0.9,en;q=0.5"), "en", "es"),
            (Some("de,en;q=0.5"), "es", "en"),
            (Some("de"), "es", "es"),
            (None, "es", "es"),
            (Some("nonsense;;;"), "en", "en"),
            (Some("*"), "es", "es"),
            (Some("es;q=0.1,en;q=0.9"), "es", "en"),
            (Some("en;q=0, es"), "en", "es"),
            (None, "tlh", "en"),
        ] {
            assert_eq!(of(accepted, otherwise).code(), code, "{accepted:?}");
        }
    }
}
