//! Names that could be taken for another's: compared as a reader sees them (Unicode Technical
//! Standard 39).

use unicode_normalization::UnicodeNormalization;
use unicode_security::{MixedScript, confusable_detection::skeleton};

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

/// Whether a name mixes scripts as no language does, such as Latin with Cyrillic.
pub fn mixes_scripts(name: &str) -> bool {
    !name.is_single_script()
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
