//! Entries of a record, as pages show them.

use std::collections::HashMap;

use entity::operation;

use crate::{
    app::App,
    domain::{
        kind::OperationKind,
        record::{Part, Target},
        visibility::Scope,
    },
    error::Result,
    store::{directory, organizations, plans, record},
    words::Words,
};

/// What the things are called that entries name by their ids.
type Names = HashMap<Target, String>;

/// An entry of a record.
pub(super) struct Act {
    pub(super) at: String,
    pub(super) what: String,
    pub(super) target: Option<String>,
    pub(super) who: Option<String>,
    pub(super) ticket: Option<String>,
    /// What who did it wrote about it.
    pub(super) note: Option<String>,
    /// Whose sign-in it is, if it was done by a user whose sign-in a partner may hold.
    pub(super) held: Option<String>,
    /// Why it was refused, if it was.
    pub(super) refused: Option<String>,
    /// What it changed: what, and how.
    pub(super) changes: Vec<(String, String)>,
}

/// Entries that the scope shows, newest first as they come. `partner` is whose people may hold the sign-in of who did
/// them, where that can only be one.
pub(super) async fn acts(
    app: &App,
    w: &Words,
    scope: &Scope,
    rows: &[operation::Model],
    partner: Option<&str>,
) -> Result<Vec<Act>> {
    let names = names(app, scope, rows).await?;
    let acts = rows.iter().map(|row| Act::of(w, row, partner, &names));
    Ok(acts.collect())
}

/// What users of the account, organizations, plans and services are called that these entries name.
async fn names(app: &App, scope: &Scope, rows: &[operation::Model]) -> Result<Names> {
    let (db, mut things) = (app.db.read(), Vec::new());
    for changes in rows.iter().map(record::changes) {
        let parts = changes.parts().flat_map(|(_, parts)| parts);
        things.extend(parts.filter_map(|part| match part {
            Part::Thing(thing, _) => Some(thing),
            Part::Text(_) => None,
        }));
    }
    let (mut users, mut others, mut sold, mut services) = (vec![], vec![], vec![], vec![]);
    for thing in things {
        match thing {
            Target::User(id) => users.push(id),
            Target::Organization(id) => others.push(id),
            Target::Plan(id) => sold.push(id),
            Target::Service(id) => services.push(id),
            _ => {}
        }
    }
    let users = directory::among(db, scope, &users).await?.into_iter();
    let users = users.map(|user| (Target::User(user.id), user.sign_in_name));
    let others = organizations::cards(db, &others).await?.into_iter();
    let others = others.map(|(id, card)| (Target::Organization(id), card.organization.name));
    let mut names: Names = users.chain(others).collect();
    // Few entries name one of these.
    if !sold.is_empty() {
        let sold = plans::plans_of(db, &sold).await?.into_iter();
        names.extend(sold.map(|(id, plan)| (Target::Plan(id), plan.name)));
    }
    if !services.is_empty() {
        let services = plans::services_by_id(db, &services).await?.into_iter();
        names.extend(services.map(|service| (Target::Service(service.id), service.name)));
    }
    Ok(names)
}

impl Act {
    fn of(w: &Words, row: &operation::Model, partner: Option<&str>, names: &Names) -> Self {
        let texts = record::texts(row);
        let held = !record::hands(row).is_empty();
        Self {
            at: w.moment(row.at),
            what: what(w, row),
            who: texts.who().or_else(|| Some(w.say("record-by-server"))),
            target: texts.target_name,
            ticket: texts.ticket,
            note: texts.note,
            held: held.then(|| {
                let some = w.say("hands-a-partner");
                w.with("act-held", &[("partner", partner.unwrap_or(&some))])
            }),
            changes: record::changes(row)
                .parts()
                .map(|(name, parts)| {
                    let parts = parts.into_iter().map(|part| shown(w, part, names));
                    (w.change(name), parts.collect::<Vec<_>>().join("; "))
                })
                .collect(),
            refused: row.reason.as_deref().map(|reason| w.reason(reason)),
        }
    }
}

/// What an entry is about: what is done by its kind.
fn what(w: &Words, row: &operation::Model) -> String {
    let kind = OperationKind::by_stable_name(&row.kind);
    kind.map_or_else(|| w.say("act-unknown"), |kind| w.kind(kind))
}

/// An entry in a line: what was done to what.
pub(super) fn line(w: &Words, row: &operation::Model) -> String {
    let target = record::texts(row).target_name;
    format!("{} {}", what(w, row), target.unwrap_or_default())
}

/// A part of a value: the thing by its name, and what belongs to it.
fn shown(w: &Words, part: Part<'_>, names: &Names) -> String {
    let (thing, rest) = match part {
        Part::Text(text) => return w.value(text),
        Part::Thing(thing, rest) => (thing, rest.trim_start_matches(':').trim()),
    };
    let name = names.get(&thing).cloned();
    let name = name.unwrap_or_else(|| thing.id().encode());
    match rest {
        "" => name,
        rest => format!("{name}: {}", w.value(rest)),
    }
}
