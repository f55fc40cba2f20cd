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
                AsyncSmtpTransport::<Tokio1Executor>::from_url(&over_tls(
                    config.smtp_url.expose_secret(),
                ))
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

    /// Whether the mail server takes this server in, without a mail; false if mails are files.
    ///
    /// # Errors
    /// Why it does not.
    pub async fn answers(&self) -> anyhow::Result<bool> {
        match &self.way {
            Way::File(_) => Ok(false),
            Way::Smtp(transport) => {
                let takes = transport.test_connection().await?;
                anyhow::ensure!(takes, "it does not say that it is ready");
                Ok(true)
            }
        }
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

/// The address of the mail server as the library takes it. Mails hold links to sign in: where they leave this machine,
/// STARTTLS is demanded (RFC 3207), unless the address ends with `?tls=none`.
fn over_tls(url: &str) -> String {
    let Ok(mut parsed) = url::Url::parse(url) else {
        return url.to_owned();
    };
    let tls = parsed.query_pairs().find(|(name, _)| name == "tls");
    let tls = tls.map(|(_, value)| value.into_owned());
    let is_here = match parsed.host_str() {
        None => true,
        Some(host) => {
            let address = host.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
            host == "localhost" || address.is_ok_and(|address| address.is_loopback())
        }
    };
    match tls.as_deref() {
        Some("none") => parsed.set_query(None),
        None if parsed.scheme() == "smtp" && !is_here => parsed.set_query(Some("tls=required")),
        _ => {}
    }
    parsed.to_string()
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

#[cfg(test)]
mod tests {
    use super::over_tls;

    #[test]
    fn mails_leave_this_machine_over_tls_alone() {
        for (url, taken) in [
            (
                "smtp://mail.example:587",
                "smtp://mail.example:587?tls=required",
            ),
            (
                "smtp://me:secret@mail.example",
                "smtp://me:secret@mail.example?tls=required",
            ),
            ("smtp://192.0.2.7", "smtp://192.0.2.7?tls=required"),
            ("smtps://mail.example", "smtps://mail.example"),
            (
                "smtp://mail.example?tls=opportunistic",
                "smtp://mail.example?tls=opportunistic",
            ),
            ("smtp://mail.example?tls=none", "smtp://mail.example"),
            ("smtp://127.0.0.1:25", "smtp://127.0.0.1:25"),
            ("smtp://[::1]:25", "smtp://[::1]:25"),
            ("smtp://localhost", "smtp://localhost"),
        ] {
            assert_eq!(over_tls(url), taken);
        }
    }
}
