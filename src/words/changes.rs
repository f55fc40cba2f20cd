//! What an entry of a record says that changed, in words.

use chrono::DateTime;

use super::Words;
use crate::domain::kind::OperationKind;

impl Words {
    /// What it is that changed, by its name in the record; the name itself if there are no words for it.
    pub fn change(&self, name: &str) -> String {
        let found = self.found(&format!("change-{}", name.replace('_', "-")), None);
        found.unwrap_or_else(|| name.replace('_', " "))
    }

    /// A value, or a part of it: names of the record, terms and moments as people write them, and all else as it is.
    pub fn value(&self, text: &str) -> String {
        if text.is_empty() {
            return self.say("none");
        }
        if text
            .bytes()
            .all(|byte| byte.is_ascii_alphabetic() || byte == b'_')
        {
            let ids = ["value", "one-role", "offer-cap", "reason"].map(|of| format!("{of}-{text}"));
            let said = ids.iter().find_map(|id| self.found(id, None));
            let kind = || OperationKind::by_stable_name(text).map(|kind| self.kind(kind));
            return said.or_else(kind).unwrap_or_else(|| text.to_owned());
        }
        match DateTime::parse_from_rfc3339(text) {
            Ok(at) => self.moment(at.to_utc()),
            Err(_) => self.term(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use strum::VariantNames;

    use super::super::{ENGLISH, of};
    use crate::domain::record::Key;

    #[test]
    fn whatever_changed_has_a_name() {
        for name in Key::VARIANTS {
            let id = format!("change-{}", name.replace('_', "-"));
            assert!(ENGLISH.knows(&id), "{id}");
        }
        let spanish = of(None, "es");
        for (value, said) in [
            ("true", "sí"),
            ("GLOBAL_ADMIN", "administrador global"),
            ("P1Y", "1 año"),
            ("2026-11-03T09:05:00Z", "3 de noviembre de 2026, 09:05 UTC"),
            ("", "ninguno"),
            ("Whatever it is", "Whatever it is"),
        ] {
            assert_eq!(spanish.value(value), said);
        }
    }
}
