//! Writes of pairs of partner and client, and of the words that clients are found by. Whoever writes a grant, or an
//! organization's name, keeps them.

use entity::{
    client, client_word, grant,
    ids::{GrantId, OrganizationId},
    organization,
    states::Phase,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, OnConflict},
};

use crate::{db::Tx, domain::values::fold, error::Result};

fn phase(row: &grant::Model) -> Phase {
    let held = row.client_hold_at.is_some() || row.partner_hold_at.is_some();
    match (row.ended_at.is_some(), held) {
        (true, _) => Phase::Ended,
        (false, true) => Phase::Held,
        (false, false) => Phase::Open,
    }
}

/// Notes what a grant is now that it was made or changed: the latest of its two.
pub(in crate::store) async fn keep(tx: &Tx, id: GrantId) -> Result<()> {
    let Some(row) = grant::Entity::find_by_id(id).one(tx).await? else {
        return Ok(());
    };
    let known = client::Entity::find_by_id((row.partner_id, row.client_id))
        .one(tx)
        .await?;
    let name = match &known {
        Some(known) => known.name_sort.clone(),
        None => add_words(tx, row.partner_id, row.client_id).await?,
    };
    // An earlier grant changes still when what was left of it is looked at.
    if known.is_some_and(|known| known.grant_id > row.id) {
        return Ok(());
    }
    let pair = client::ActiveModel {
        partner_id: Set(row.partner_id),
        client_id: Set(row.client_id),
        grant_id: Set(row.id),
        phase: Set(phase(&row)),
        expires_at: Set(row.expires_at),
        name_sort: Set(name),
    };
    let again = OnConflict::columns([client::Column::PartnerId, client::Column::ClientId])
        .update_columns([
            client::Column::GrantId,
            client::Column::Phase,
            client::Column::ExpiresAt,
        ])
        .to_owned();
    client::Entity::insert(pair)
        .on_conflict(again)
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// Adds the words of a client that a partner did not have; gives the name as it is sorted.
async fn add_words(tx: &Tx, partner: OrganizationId, id: OrganizationId) -> Result<String> {
    let Some(row) = organization::Entity::find_by_id(id).one(tx).await? else {
        return Ok(String::new());
    };
    insert_words(tx, &row, &[partner]).await?;
    Ok(fold(&row.name))
}

/// Notes the name that an organization has now, for all of its partners.
pub(in crate::store) async fn rename(tx: &Tx, id: OrganizationId) -> Result<()> {
    let Some(row) = organization::Entity::find_by_id(id).one(tx).await? else {
        return Ok(());
    };
    client_word::Entity::delete_many()
        .filter(client_word::Column::ClientId.eq(id))
        .exec(tx)
        .await?;
    client::Entity::update_many()
        .filter(client::Column::ClientId.eq(id))
        .col_expr(client::Column::NameSort, Expr::value(fold(&row.name)))
        .exec(tx)
        .await?;
    let partners: Vec<OrganizationId> = client::Entity::find()
        .select_only()
        .column(client::Column::PartnerId)
        .filter(client::Column::ClientId.eq(id))
        .into_tuple()
        .all(tx)
        .await?;
    insert_words(tx, &row, &partners).await
}

async fn insert_words<C: ConnectionTrait>(
    tx: &C,
    row: &organization::Model,
    partners: &[OrganizationId],
) -> Result<()> {
    let slug = row.initial_domain.split('.').next().unwrap_or_default();
    let mut words = words(&[&row.name, slug]);
    words.push(row.initial_domain.chars().take(LONGEST).collect());
    words.sort();
    words.dedup();
    let rows = partners.iter().flat_map(|partner| {
        let word = |word: &String| client_word::ActiveModel {
            partner_id: Set(*partner),
            word: Set(word.clone()),
            client_id: Set(row.id),
        };
        words.iter().map(word)
    });
    let rows: Vec<_> = rows.collect();
    // SQLite binds some thousand values in a statement.
    for rows in rows.chunks(200) {
        client_word::Entity::insert_many(rows.to_vec())
            .on_conflict_do_nothing()
            .exec_without_returning(tx)
            .await?;
    }
    Ok(())
}

/// The longest beginning of a word that is told apart from others.
const LONGEST: usize = 60;

/// The words of texts, folded, each once: what stands between blanks, and what stands between other signs.
pub(super) fn words(texts: &[&str]) -> Vec<String> {
    let cut = |word: &str| word.chars().take(LONGEST).collect::<String>();
    let mut words = Vec::new();
    for text in texts {
        let text = fold(text);
        for whole in text.split(' ') {
            words.push(cut(whole));
            words.extend(whole.split(|c: char| !c.is_alphanumeric()).map(cut));
        }
    }
    words.retain(|word| !word.is_empty());
    words.sort();
    words.dedup();
    words
}

/// The beginnings of words that a search asks for.
pub(super) fn beginnings(search: &str) -> Vec<String> {
    let text = fold(search);
    let asked = text.split(' ').filter(|word| !word.is_empty());
    asked
        .map(|word| word.chars().take(LONGEST).collect())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{beginnings, words};

    #[test]
    fn names_are_found_by_the_beginnings_of_their_words() {
        let known = words(&["Müller & Söhne-Bau GmbH", "mueller-bau"]);
        for search in [
            "mull",
            "SOHNE",
            "bau",
            "söhne-b",
            "gmbh mu",
            "mueller-bau",
            "&",
        ] {
            let asked = beginnings(search);
            let found = asked
                .iter()
                .all(|part| known.iter().any(|word| word.starts_with(part)));
            assert!(found && !asked.is_empty(), "{search}: {known:?}");
        }
        let found = |part: &str| known.iter().any(|word| word.starts_with(part));
        assert!(!found("ohne") && !found("mueller bau"));
        assert_eq!(words(&["", " - "]), ["-"]);
    }
}
