//! Texts that others read in mails and on pages: none of them has a link in it.

use crate::{
    domain::values::text,
    error::{Error, Result},
};

/// Checks texts, each with the field that it came in.
///
/// # Errors
/// [`crate::domain::reason::Reason::MessageWithLink`] when one has a link or a mail address in it; says which.
pub fn without_links<'a>(
    texts: impl IntoIterator<Item = (&'static str, Option<&'a str>)>,
) -> Result<()> {
    for (field, text) in texts {
        if let Some(link) = text.and_then(text::link) {
            return Err(Error::link(field, &link));
        }
    }
    Ok(())
}
