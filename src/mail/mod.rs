//! Outgoing mail: rendering, and the ways out.

mod html;
pub mod letter;
pub mod words;

use std::{io::Write, path::PathBuf};

use anyhow::Context;
use entity::ids::OutboxId;
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Attachment, Mailbox, MultiPart, header},
    transport::smtp,
};
use secrecy::ExposeSecret;

use crate::{
    config::{MailConfig, MailTransport},
    mail::{letter::Letter, words::Ours},
    private,
};

/// Sends letters.
pub struct Mailer {
    /// Where this server is, whose links alone become links.
    own: String,
    /// Parent of all initial domains.
    domain: String,
    from: Mailbox,
    way: Way,
}

enum Way {
    /// A file a mail.
    File(PathBuf),
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
}

impl Mailer {
    /// A mailer as the configuration says, of the server at `public_url`, whose organizations are below `domain`.
    ///
    /// # Errors
    /// When the sender or the SMTP address is not acceptable.
    pub fn new(config: &MailConfig, public_url: &str, domain: &str) -> anyhow::Result<Self> {
        let way = match config.transport {
            MailTransport::File => Way::File(config.folder.clone()),
            MailTransport::Smtp => Way::Smtp(
                AsyncSmtpTransport::<Tokio1Executor>::from_url(config.smtp_url.expose_secret())
                    .context("mail.smtp_url")?
                    .build(),
            ),
        };
        Ok(Self {
            own: public_url.to_owned(),
            domain: domain.to_owned(),
            from: config.from.parse().context("mail.from")?,
            way,
        })
    }

    /// Sends a letter, as the same message in each attempt of a delivery, so that repeats show.
    ///
    /// # Errors
    /// When it cannot be built or sent; the letter itself is never in the error.
    pub async fn send(&self, id: OutboxId, letter: &Letter) -> anyhow::Result<()> {
        let domain = self.from.email.domain();
        let mut domains = vec![self.domain.as_str()];
        domains.extend(letter.domain.as_deref());
        let ours = Ours {
            base: &self.own,
            domains: &domains,
        };
        let subject = words::unlinked(&letter.subject, ours);
        let text = words::unlinked(&letter.text, ours);
        let mut builder = Message::builder()
            .from(self.from.clone())
            .to(letter.to.parse().context("the recipient")?)
            .subject(&subject)
            .message_id(Some(format!("<{}@{domain}>", id)))
            .header(AutoSubmitted);
        if let Some(person) = &letter.answers_to {
            builder = builder.reply_to(person.clone());
        }
        if let Some(url) = &letter.unsubscribe {
            builder = builder
                .header(Unsubscribe(format!("<{url}>")))
                .header(OneClick);
        }
        let html = html::render(letter.language, &subject, &text, &self.own)?;
        let mut parts = MultiPart::alternative_plain_html(text, html);
        if !letter.attachments.is_empty() {
            parts = MultiPart::mixed().multipart(parts);
            for file in &letter.attachments {
                let media = file.media.parse::<header::ContentType>()?;
                let file = Attachment::new(file.name.clone()).body(file.text.clone(), media);
                parts = parts.singlepart(file);
            }
        }
        let message = builder.multipart(parts)?;
        match &self.way {
            Way::File(folder) => {
                private::create_dir(folder)?;
                let file = folder.join(format!("{}.eml", id));
                let text = message.formatted();
                // A repeated attempt writes the mail anew.
                if file.exists() {
                    std::fs::remove_file(&file)?;
                }
                private::create_file(&file)?.write_all(&text)?;
                tracing::info!(file = %file.display(), "A mail was written to a file.");
            }
            Way::Smtp(transport) => {
                let plain = letter.to.is_ascii();
                let sent = transport.send(message).await;
                sent.map_err(|error| of_address(error, plain))?;
                tracing::info!(%id, "A mail was sent.");
            }
        }
        Ok(())
    }
}

/// The mail server says for good that it takes no mail for an address.
#[derive(Debug, thiserror::Error)]
#[error("the mail server takes no mail for the address: {0}")]
pub struct AddressRefused(smtp::Error);

/// Tells what the mail server says of the address, which may be plain or have other letters than a to z, from what may
/// pass, or is wrong between it and this server.
fn of_address(error: smtp::Error, plain: bool) -> anyhow::Error {
    // Replies about a mailbox (RFC 5321, section 4.2.3), and that a domain takes no mail (RFC 7504).
    let refused = [550, 551, 553, 556];
    let permanent = error.is_permanent()
        && error
            .status()
            .is_some_and(|code| refused.contains(&u16::from(code)));
    // Other letters need a server that speaks SMTPUTF8 (RFC 6531, section 3.2): without it, none is spoken to at all.
    let unspoken = !plain && error.is_client() && format!("{error:?}").contains("SMTPUTF8");
    let of_address = permanent || unspoken;
    match of_address {
        true => AddressRefused(error).into(),
        false => error.into(),
    }
}

/// `Auto-Submitted: auto-generated` (RFC 3834 section 5): nobody's vacation answers it.
#[derive(Clone)]
struct AutoSubmitted;

impl header::Header for AutoSubmitted {
    fn name() -> header::HeaderName {
        header::HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> header::HeaderValue {
        header::HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// `List-Unsubscribe` (RFC 2369 section 3.2).
#[derive(Clone)]
struct Unsubscribe(String);

impl header::Header for Unsubscribe {
    fn name() -> header::HeaderName {
        header::HeaderName::new_from_ascii_str("List-Unsubscribe")
    }

    fn parse(text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self(text.to_owned()))
    }

    fn display(&self) -> header::HeaderValue {
        header::HeaderValue::new(Self::name(), self.0.clone())
    }
}

/// `List-Unsubscribe-Post` (RFC 8058 section 3.1): a POST to that address is enough.
#[derive(Clone)]
struct OneClick;

impl header::Header for OneClick {
    fn name() -> header::HeaderName {
        header::HeaderName::new_from_ascii_str("List-Unsubscribe-Post")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> header::HeaderValue {
        header::HeaderValue::new(Self::name(), "List-Unsubscribe=One-Click".to_owned())
    }
}
