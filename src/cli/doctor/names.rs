//! Names in DNS.

use tokio::net::lookup_host;
use url::Url;

use super::{LONGEST, report::Report};
use crate::{
    config::{Config, MailTransport},
    dns::Dns,
};

/// Names in DNS: of the server, and those by which the mail servers of others tell whether mails are really from here.
pub(super) async fn look(config: &Config, selector: Option<&str>, report: &mut Report) {
    if let Some(host) = Url::parse(&config.http.public_url)
        .ok()
        .and_then(|url| url.host_str().map(str::to_owned))
    {
        let found = tokio::time::timeout(LONGEST, lookup_host((host.as_str(), 443))).await;
        match found.map(|found| found.map(|addresses| addresses.count())) {
            Ok(Ok(count)) if count > 0 => {
                report.good("dns", format!("{host} has {count} addresses"))
            }
            _ => report.bad("dns", format!("{host} of http.public_url has no address")),
        }
    }
    if config.mail.transport == MailTransport::File {
        return;
    }
    let from = config.mail.from.trim_end_matches('>');
    let Some((_, domain)) = from.rsplit_once('@') else {
        return;
    };
    let dns = match Dns::new(&config.dns) {
        Ok(dns) => dns,
        Err(error) => return report.bad("dns", format!("{error:#}")),
    };
    let mut wanted = vec![
        (
            "SPF",
            domain.to_owned(),
            "v=spf1",
            "names the servers that send its mail (RFC 7208)",
        ),
        (
            "DMARC",
            format!("_dmarc.{domain}"),
            "v=DMARC1",
            "says what becomes of forged mail (RFC 7489)",
        ),
    ];
    let key = selector.map(|selector| format!("{selector}._domainkey.{domain}"));
    wanted.extend(key.map(|name| {
        (
            "DKIM",
            name,
            "p=",
            "holds the key that mails are signed with (RFC 6376)",
        )
    }));
    for (what, name, text, why) in wanted {
        let found = tokio::time::timeout(LONGEST, dns.txt(&name, &name)).await;
        match found {
            Ok(Ok(texts)) if texts.iter().any(|found| found.contains(text)) => report.good("mail", format!("{what} of {name} is there")),
            Ok(Ok(_)) => report.warn("mail", format!("{name} has no TXT record with `{text}`, which {why}: mails may be taken for forged")),
            _ => report.warn("mail", format!("nobody answers about {name}")),
        }
    }
    if selector.is_none() {
        report.warn("mail", "DKIM is not looked at: say --dkim-selector");
    }
}
