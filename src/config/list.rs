//! Lists: a list in a file; in the environment, which knows only texts, items between commas.

use std::{fmt, net::IpAddr};

use ipnet::IpNet;
use serde::{
    Deserializer,
    de::{Error, SeqAccess, Visitor},
};

/// Reads a list of texts, or one text of items between commas; blanks around an item and empty items
/// do not count.
///
/// # Errors
/// When it is neither.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    deserializer.deserialize_any(List)
}

/// Reads a list of networks, such as `10.0.0.0/8`, or of addresses.
///
/// # Errors
/// When one is neither.
pub fn networks<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<IpNet>, D::Error> {
    let network = |text: &String| {
        let address = || text.parse::<IpAddr>().map(IpNet::from);
        let network = text.parse().or_else(|_| address());
        network.map_err(|_| D::Error::custom(format!("`{text}` is no network such as 10.0.0.0/8")))
    };
    deserialize(deserializer)?.iter().map(network).collect()
}

struct List;

impl<'de> Visitor<'de> for List {
    type Value = Vec<String>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of texts, or one text of items between commas")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(list)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        if text.trim_start().starts_with('[') {
            let items = serde_json::from_str(text);
            return items.map_err(|_| {
                E::custom(format!("`{text}` is no list: write a,b or [\"a\",\"b\"]"))
            });
        }
        let items = text.split(',').map(str::trim);
        Ok(items
            .filter(|item| !item.is_empty())
            .map(str::to_owned)
            .collect())
    }
}
