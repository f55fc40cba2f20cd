//! Where a setting stands that is wrong: in a line of a file, or in a variable.

use std::{collections::HashMap, path::Path};

use toml::de::{DeTable, DeValue};

/// The place of the setting that an error names, such as `/etc/mandate.toml, line 7: `; empty if it cannot be told. Variables
/// override the file, so they are looked at first.
pub fn of(error: &str, file: Option<&Path>, variables: &HashMap<String, String>) -> String {
    let mut names: Vec<&String> = variables.keys().collect();
    names.sort();
    let variable = names.into_iter().find(|name| {
        let name = name.to_lowercase();
        let path: Vec<&str> = name
            .strip_prefix("mandate__")
            .map_or(Vec::new(), |rest| rest.split("__").collect());
        match path.as_slice() {
            [section] => names_unknown(error, section),
            [section, key] => names_setting(error, section, key),
            _ => false,
        }
    });
    if let Some(variable) = variable {
        return format!("{variable}: ");
    }
    let text = file.and_then(|file| Some((file, std::fs::read_to_string(file).ok()?)));
    text.and_then(|(file, text)| {
        let line = line(error, &text)?;
        Some(format!("{}, line {line}: ", file.display()))
    })
    .unwrap_or_default()
}

/// The line of a file in which the setting stands that an error names.
fn line(error: &str, text: &str) -> Option<usize> {
    let sections = DeTable::parse(text).ok()?;
    let mut found = None;
    for (section, settings) in sections.get_ref() {
        let name = section.get_ref();
        if names_unknown(error, name) {
            found = Some(section.span().start);
        }
        let DeValue::Table(settings) = settings.get_ref() else {
            continue;
        };
        for key in settings.keys() {
            if names_setting(error, name, key.get_ref()) {
                found = Some(key.span().start);
            }
        }
    }
    let before = text.get(..found?)?;
    Some(before.matches('\n').count() + 1)
}

/// Whether an error is about this setting.
fn names_setting(error: &str, section: &str, key: &str) -> bool {
    let path = format!("{section}.{key}");
    let begins = error.starts_with(&format!("{path}:"));
    let is_unknown = names_unknown(error, key) && error.ends_with(&format!("for key `{section}`"));
    begins || error.ends_with(&format!("for key `{path}`")) || is_unknown
}

fn names_unknown(error: &str, name: &str) -> bool {
    error.starts_with(&format!("unknown field `{name}`"))
}
