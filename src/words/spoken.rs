//! The languages that there are words of, as the API and the rows of offers name them.

use std::sync::LazyLock;

use entity::language::Language;

use super::{ENGLISH, Words, languages};
use crate::domain::described::Described;

/// A language that there are words of.
#[derive(Clone, Copy)]
pub struct Spoken(&'static Words);

impl Spoken {
    /// English.
    pub fn english() -> Self {
        Self(&ENGLISH)
    }

    /// The language of this name in the API.
    pub fn named(name: &str) -> Option<Self> {
        Self::all().iter().copied().find(|one| one.name() == name)
    }

    /// The language that something is written in, as it is kept; English for one that there are no words of.
    pub fn of(kept: Option<&Language>) -> Self {
        let found = kept.and_then(|kept| Self::named(&kept.0));
        found.unwrap_or_else(Self::english)
    }

    /// As it is kept.
    pub fn kept(self) -> Language {
        Language(self.name().to_owned())
    }

    /// Its words.
    pub fn words(self) -> &'static Words {
        self.0
    }
}

impl PartialEq for Spoken {
    fn eq(&self, other: &Self) -> bool {
        self.0.language == other.0.language
    }
}

impl Eq for Spoken {}

impl Described for Spoken {
    const TYPE: &'static str = "Language";
    const ABOUT: &'static str = "A language that texts for clients are written in.";

    fn all() -> &'static [Self] {
        static ALL: LazyLock<Vec<Spoken>> = LazyLock::new(|| languages().map(Spoken).collect());
        &ALL
    }

    fn name(self) -> &'static str {
        &self.0.name
    }

    fn about(self) -> &'static str {
        &self.0.about
    }
}
