//! Names that could be taken for another's: compared as a reader sees them (Unicode Technical
//! Standard 39).

use unicode_normalization::UnicodeNormalization;
use unicode_security::{
    RestrictionLevel, RestrictionLevelDetection, confusable_detection::skeleton,
};

/// What a name is compared by: two names with the same key look the same to a reader.
pub fn key(name: &str) -> String {
    let name: String = name.nfkc().collect();
    skeleton(&name.to_lowercase())
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        // The skeleton has 1 and I as l; here i is one of them too.
        .map(|c| if c == 'l' { 'i' } else { c })
        .collect()
}

/// Legal forms of organizations, without their dots: they do not tell one name from another.
const FORMS: [&str; 62] = [
    "ab",
    "ag",
    "aps",
    "as",
    "asa",
    "bv",
    "bvba",
    "co",
    "company",
    "corp",
    "corporation",
    "cv",
    "dd",
    "doo",
    "eg",
    "ek",
    "eu",
    "ev",
    "gbr",
    "gmbh",
    "inc",
    "incorporated",
    "kft",
    "kg",
    "kgaa",
    "kk",
    "lda",
    "limited",
    "limitada",
    "llc",
    "llp",
    "lp",
    "ltd",
    "ltda",
    "mbh",
    "nv",
    "ohg",
    "ooo",
    "oy",
    "oyj",
    "plc",
    "pte",
    "pty",
    "pvt",
    "sa",
    "sarl",
    "sas",
    "sc",
    "se",
    "sl",
    "slu",
    "sp",
    "spa",
    "sprl",
    "sro",
    "srl",
    "stiftung",
    "ug",
    "und",
    "and",
    "vof",
    "zrt",
];

/// What the name of an organization is compared by: its key, without the legal form at its end, so that "Litware" and
/// "Litware GmbH" are one.
pub fn organization_key(name: &str) -> String {
    let is_between = |c: char| c.is_whitespace() || matches!(c, '-' | '&' | ',' | '/' | '+' | '_');
    let words: Vec<&str> = name
        .split(is_between)
        .filter(|word| !word.is_empty())
        .collect();
    let is_form = |word: &&&str| {
        let bare: String = word.chars().filter(|c| c.is_alphanumeric()).collect();
        FORMS.contains(&bare.to_lowercase().as_str())
    };
    let forms = words.iter().rev().take_while(is_form).count();
    let own = words.len().saturating_sub(forms);
    match words.get(..own) {
        Some(own) if !own.is_empty() => key(&own.join(" ")),
        _ => key(name),
    }
}

/// Whether a name mixes scripts as no language does, such as Latin with Cyrillic, or has letters that no language is
/// written with today, such as small capitals: it is not highly restrictive (Unicode Technical Standard 39, section 5.2).
/// Japanese, Korean and Chinese go with Latin.
pub fn mixes_scripts(name: &str) -> bool {
    let letters: String = name.chars().filter(|c| c.is_alphanumeric()).collect();
    !letters.is_empty() && !letters.check_restriction_level(RestrictionLevel::HighlyRestrictive)
}

/// Whether a name holds one of `words` as a word, or one of `parts` anywhere, as a reader sees it.
pub fn holds_word(name: &str, words: &[String], parts: &[String]) -> bool {
    let own = name.split(|c: char| !c.is_alphanumeric());
    let own: Vec<String> = own.map(key).filter(|part| !part.is_empty()).collect();
    let whole = key(name);
    if parts.iter().any(|part| whole.contains(&key(part))) {
        return true;
    }
    words
        .iter()
        .map(|word| key(word))
        .any(|word| word == whole || own.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::{mixes_scripts, organization_key};

    #[test]
    fn scripts_go_together_where_a_language_has_both() {
        for name in [
            "Contoso 24",
            "Café Núñez & Co.",
            "東京ABC",
            "ゾルブTech",
            "한국 ABQ",
            "Ромашка",
            "हिन्दी",
            "علیرضا",
        ] {
            assert!(!mixes_scripts(name), "{name}");
        }
        for name in ["Cont\u{43e}so", "ɴᴏʀᴛʜᴡɪɴᴅ", "Ⲛⲟⲣⲧ", "Αlpha"] {
            assert!(mixes_scripts(name), "{name}");
        }
    }

    #[test]
    fn legal_forms_tell_no_names_apart() {
        for (one, other) in [
            ("Litware", "Litware GmbH"),
            ("Litware", "LITWARE, Inc."),
            ("Litware AG", "Litware S.A."),
            ("Litware", "Litware GmbH & Co. KG"),
            ("Litware", "Litware Pty Ltd"),
            ("litware", "litware-gmbh"),
            ("Contoso", "C0ntoso Ltd"),
        ] {
            assert_eq!(
                organization_key(one),
                organization_key(other),
                "{one} {other}"
            );
        }
        for (one, other) in [("Litware", "Litware Services"), ("AG", "SE"), ("Co", "Ltd")] {
            assert_ne!(
                organization_key(one),
                organization_key(other),
                "{one} {other}"
            );
        }
    }
}
