//! How names are compared when they are searched and sorted: one form for all ways to write them, the same on every
//! database, because it is made here and stored.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Letters that people look for by plain ones, and that no normal form takes apart.
fn plain(c: char) -> Option<&'static str> {
    Some(match c {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'đ' | 'ð' => "d",
        'ł' => "l",
        'þ' => "th",
        'ı' => "i",
        'ς' => "σ",
        _ => return None,
    })
}

/// Marks above and below letters of scripts with upper and lower case, which readers leave out when they search. Those of
/// other scripts are vowels, and stay.
fn is_accent(c: char) -> bool {
    is_combining_mark(c)
        && matches!(
            u32::from(c),
            0x0300..=0x036F | 0x1AB0..=0x1AFF | 0x1DC0..=0x1DFF | 0x20D0..=0x20FF | 0xFE20..=0xFE2F
        )
}

/// A text without case, accents, and marks that nobody sees, in normal form KC, each run of blanks as one.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let letters = text.nfkd().filter(|c| !is_accent(*c));
    for c in letters.flat_map(char::to_lowercase) {
        match plain(c) {
            Some(letters) => folded.push_str(letters),
            None if c.is_whitespace() => {
                if !folded.ends_with(' ') {
                    folded.push(' ');
                }
            }
            // Joiners and the like.
            None if matches!(c, '\u{200B}'..='\u{200F}' | '\u{FEFF}') => {}
            None => folded.push(c),
        }
    }
    // Lower case of some letters has marks again.
    folded
        .nfkc()
        .filter(|c| !is_accent(*c))
        .collect::<String>()
        .trim()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn what_reads_alike_is_alike() {
        for (one, other) in [
            ("Äpfel AG", "a\u{308}pfel ag"),
            ("Ägypten", "AGYPTEN"),
            ("İstanbul", "istanbul"),
            ("Straße", "STRASSE"),
            ("Éric", "eric"),
            ("Ærø", "aero"),
            ("ΟΔΥΣΣΕΥΣ", "οδυσσευς"),
            ("ﬁne", "FINE"),
            ("A\u{a0} B", "a b"),
            (
                "\u{639}\u{644}\u{6cc}\u{200c}\u{631}",
                "\u{639}\u{644}\u{6cc}\u{631}",
            ),
            ("한국", "\u{1112}\u{1161}\u{11ab}\u{1100}\u{116e}\u{11a8}"),
        ] {
            assert_eq!(fold(one), fold(other), "{one} {other}");
        }
        // Vowels of Indian scripts are no accents.
        assert_ne!(fold("\u{915}\u{93f}"), fold("\u{915}"));
    }

    #[test]
    fn names_sort_as_people_sort() {
        let mut names = ["Zebra", "apple", "Äpfel", "Öl", "ode"];
        names.sort_by_key(|name| fold(name));
        assert_eq!(names, ["Äpfel", "apple", "ode", "Öl", "Zebra"]);
    }
}
