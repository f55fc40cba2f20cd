//! Settings that are one of a few words.

use serde::Deserialize;

/// Settings that are one of a few words, in whatever case; the error names them.
macro_rules! choice {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name { $($(#[$vdoc])* $variant,)+ }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                match text.trim().to_ascii_lowercase().as_str() {
                    $($word => Ok(Self::$variant),)+
                    _ => Err(serde::de::Error::custom(format!(
                        "`{text}` is none of: {}",
                        [$($word),+].join(", ")
                    ))),
                }
            }
        }
    };
}

choice! {
    /// The header in which proxies name who they speak for.
    Forwarded {
        /// The one that most proxies know.
        For = "x-forwarded-for",
        /// The one of RFC 7239.
        Standard = "forwarded",
    }
}

choice! {
    /// How mail leaves.
    MailTransport {
        /// A file a mail.
        File = "file",
        /// To a mail server.
        Smtp = "smtp",
    }
}

choice! {
    /// How logs look.
    LogFormat {
        /// For people.
        Text = "text",
        /// For machines.
        Json = "json",
    }
}
