//! The mail of a sign-up. The secret of its link is made only here, when the mail is sent.

use askama::Template;
use entity::ids::SignUpId;
use secrecy::ExposeSecret;

use crate::{
    app::App,
    auth::secret,
    db::Locks,
    mail::letter::{Letter, Reader, SignUp},
    store::sign_ups,
};

/// Sends the link.
pub(super) async fn letter(app: &App, sign_up: SignUpId) -> anyhow::Result<Option<Letter>> {
    let Some(asked) = sign_ups::sending(&app.db.server(), sign_up, app.now()).await? else {
        return Ok(None);
    };
    let secret = secret::mailed(&app.keys, format_args!("sign-up {sign_up}"));
    let tx = app.db.begin(&Locks::default()).await?;
    sign_ups::arm(&tx, sign_up, &secret::hash(&secret)).await?;
    tx.commit().await?;
    let domain = format!("{}.{}", asked.slug, app.config.platform.domain);
    let url = format!(
        "{}/sign-up/{}",
        app.config.http.public_url,
        secret.expose_secret()
    );
    let language = sign_ups::language(&app.db.server(), &asked).await?;
    let reader = Reader::address(asked.contact.as_str(), language.as_ref());
    let w = reader.w;
    let mail = SignUp {
        w,
        name: &asked.admin_name,
        organization: &asked.name,
        domain: &domain,
        sign_in_name: &format!("{}@{domain}", asked.admin_sign_in_name),
        url: &url,
        expires: asked.expires_at,
    };
    let (subject, text) = (w.say("mail-sign-up-subject"), mail.render()?);
    Ok(Some(Letter::new(reader, subject, &text)))
}
