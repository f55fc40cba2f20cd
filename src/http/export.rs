//! `GET /exports/{secret}`: the download of an export that `exportRecord` asked for, written while it
//! is read, a batch of entries at a time.
//!
//! It is decided again whether the user may download it: the session must not have ended, and the user must still be
//! allowed to export.

use axum::{
    body::{Body, Bytes},
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use entity::{export, operation, states::ExportFormat};
use futures_util::stream;
use secrecy::SecretString;

use super::{segment::Segment, state::Http};
use crate::{
    app::App,
    auth::secret,
    domain::{
        kind::OperationKind,
        policy::RequestFacts,
        reason::Reason,
        record as form,
        record::{Digest256, file::Line},
        values::id::GlobalId,
        visibility::{self, Scope},
    },
    error::{Error, Result},
    http::page::PageResult,
    operations::explain,
    store::{
        exports,
        facts::{Subject, TargetId, Who},
        record::{self, search},
        scopes, viewer,
    },
};

/// How many entries are in memory at once.
const BATCH: u64 = 500;
/// How many entries are looked at in one statement, if few of them may pass: it holds a connection meanwhile.
const STRETCH: i64 = 5000;

/// Columns of a CSV export.
const COLUMNS: [&str; 21] = [
    "sequence",
    "id",
    "at",
    "kind",
    "outcome",
    "reason",
    "authority",
    "role",
    "grant_id",
    "hands",
    "actor_id",
    "actor_name",
    "actor_sign_in_name",
    "actor_organization",
    "target_type",
    "target_id",
    "target_name",
    "changes",
    "ticket",
    "note",
    "link",
];

/// Answers a download.
pub async fn download(
    State(http): State<Http>,
    Segment(secret): Segment<SecretString>,
) -> PageResult {
    Ok(begin(http.app, &secret).await?)
}

/// An export that is being written.
struct Writing {
    app: App,
    scope: Scope,
    what: What,
    format: ExportFormat,
    /// The last entry to be written.
    last: i64,
    /// The last entry that was written.
    written: i64,
    stage: Stage,
}

/// Which entries are written.
enum What {
    /// All entries, with the signed end.
    Whole(String),
    /// All entries, with the signed end; only the hash of those that the scope does not show.
    Followed(String),
    /// The entries that the filter chooses.
    Part(search::Filter),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    First,
    Entries,
    End,
}

async fn begin(app: App, secret: &SecretString) -> Result<Response> {
    let gone = || Error::Refused(Reason::LinkInvalid.into());
    secret::check_whole(secret)?;
    let (db, now) = (app.db.read(), app.now());
    let export = exports::find(db, &secret::hash(secret), now).await?;
    let export: export::Model = export.ok_or_else(gone)?;
    let actor = viewer::caller(&app.db, export.session_id, export.user_id, now).await?;
    let actor = actor.ok_or_else(gone)?;
    let who = Who::Session(export.session_id, export.user_id);
    let (kind, target) = match export.client_id {
        None => (OperationKind::ExportRecord, TargetId::None),
        Some(client) => (OperationKind::ExportClientRecord, TargetId::Client(client)),
    };
    let subject = Subject::Account(export.organization_id, target);
    let may = explain::explain(&app, &who, kind, subject, RequestFacts::default()).await?;
    may.decision?;
    let account = export.client_id.unwrap_or(export.organization_id);
    let end = record::head(db, account, &app.config.platform.domain).await?;
    if let Err(mistrust) = app.anchors.believe(account, end.as_ref()) {
        tracing::error!(organization = %account, "The record is not believed: {mistrust}.");
        return Err(Error::Failed(Reason::RecordNotTrusted));
    }
    let end = end.ok_or_else(Error::not_found)?;
    let own = visibility::own(&actor);
    let (scope, what, last) = match export.client_id {
        Some(client) => {
            let scope = scopes::of(&app, &actor, client).await?;
            let scope = scope.ok_or_else(Error::not_found)?;
            (scope, What::Followed(end.text()), end.note.size)
        }
        None => {
            let entry = record::find(db, &own, export.operation_id).await?;
            let entry = entry.ok_or_else(Error::not_found)?;
            let what = match export.filter.is_empty() {
                true => What::Whole(record::note_at(db, &entry).await?.unwrap_or_default()),
                false => What::Part(serde_json::from_str(&export.filter)?),
            };
            (own, what, entry.seq)
        }
    };
    let (media, extension) = match export.format {
        ExportFormat::Csv => ("text/csv; charset=utf-8; header=present", "csv"),
        ExportFormat::JsonLines => ("application/jsonl; charset=utf-8", "jsonl"),
    };
    let writing = Writing {
        scope,
        what,
        format: export.format,
        last,
        written: 0,
        stage: Stage::First,
        app,
    };
    let body = stream::try_unfold(writing, |mut writing| async move {
        match writing.next().await {
            Ok(Some(bytes)) => Ok(Some((bytes, writing))),
            Ok(None) => Ok(None),
            Err(error) => {
                // The download breaks off: a short file never looks like a whole one.
                error.log();
                Err(std::io::Error::other("the export broke off"))
            }
        }
    });
    let headers = [
        (header::CONTENT_TYPE, media.to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"record.{extension}\""),
        ),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((StatusCode::OK, headers, Body::from_stream(body)).into_response())
}

impl Writing {
    async fn next(&mut self) -> Result<Option<Bytes>> {
        match self.stage {
            Stage::First => {
                self.stage = Stage::Entries;
                self.first().map(Some)
            }
            Stage::Entries => {
                while self.written < self.last {
                    let up_to = match self.what {
                        What::Part(_) => self.last.min(self.written + STRETCH),
                        What::Followed(_) | What::Whole(_) => self.last,
                    };
                    let rows = self.rows(up_to).await?;
                    self.written = match rows.last() {
                        // There may be more of the stretch.
                        Some(last) if rows.len() as u64 == BATCH => last.seq,
                        _ => up_to,
                    };
                    if !rows.is_empty() {
                        return self.entries(&rows).map(Some);
                    }
                }
                self.stage = Stage::End;
                self.end()
            }
            Stage::End => Ok(None),
        }
    }

    /// The next entries, up to a place in the record.
    async fn rows(&self, up_to: i64) -> Result<Vec<operation::Model>> {
        let (db, scope, after) = (self.app.db.read(), &self.scope, self.written);
        let all = search::Filter::default();
        let filter = match &self.what {
            What::Followed(_) => {
                let mut rows = record::followed(db, scope, after, BATCH).await?;
                rows.retain(|row| row.seq <= up_to);
                return Ok(rows);
            }
            What::Whole(_) => &all,
            What::Part(filter) => filter,
        };
        search::stretch(db, scope, filter, after, up_to, BATCH).await
    }

    fn first(&self) -> Result<Bytes> {
        match self.format {
            ExportFormat::Csv => {
                let head = csv([COLUMNS.map(str::to_owned).to_vec()])?;
                Ok([BYTE_ORDER_MARK, &head].concat().into())
            }
            ExportFormat::JsonLines => match self.what {
                What::Part(_) => Ok(Bytes::new()),
                What::Whole(_) => line(&Line::first(self.scope.account(), true)),
                What::Followed(_) => line(&Line::first(self.scope.account(), false)),
            },
        }
    }

    fn entries(&self, rows: &[operation::Model]) -> Result<Bytes> {
        match self.format {
            ExportFormat::Csv => csv(rows.iter().map(cells)),
            ExportFormat::JsonLines => {
                let mut bytes = Vec::new();
                for row in rows {
                    bytes.extend(line(&self.told(row)?)?);
                }
                Ok(bytes.into())
            }
        }
    }

    /// What the export says of an entry. A row that cannot be read as an entry breaks the export off.
    fn told(&self, row: &operation::Model) -> Result<Line> {
        let hidden = matches!(self.what, What::Followed(_)) && !record::follows(&self.scope, row);
        match hidden {
            true => record::hidden(row).map(Line::Hidden),
            false => record::exported(row).map(Line::Entry),
        }
        .map_err(Error::internal)
    }

    /// The signed end of a whole record.
    fn end(&self) -> Result<Option<Bytes>> {
        match &self.what {
            What::Whole(note) | What::Followed(note) if self.format == ExportFormat::JsonLines => {
                let note = note.clone();
                line(&Line::Note { note }).map(Some)
            }
            _ => Ok(None),
        }
    }
}

fn line(line: &Line) -> Result<Bytes> {
    let mut bytes = serde_json::to_vec(line)?;
    bytes.push(b'\n');
    Ok(bytes.into())
}

/// A byte-order mark, by which spreadsheets know UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

fn csv(rows: impl IntoIterator<Item = Vec<String>>) -> Result<Bytes> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    for row in rows {
        let cells = row.iter().map(|cell| harmless(cell));
        writer.write_record(cells).map_err(Error::internal)?;
    }
    let bytes = writer.into_inner();
    Ok(bytes
        .map_err(|error| Error::internal(error.into_error()))?
        .into())
}

/// A cell that no spreadsheet program reads as a formula.
fn harmless(cell: &str) -> String {
    match cell.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r']) {
        true => format!("'{cell}"),
        false => cell.to_owned(),
    }
}

/// In whose hands the actor was: grant and person of each.
fn hands(row: &operation::Model) -> String {
    let hands = record::hands(row).into_iter().map(|hand| {
        let person = hand.person.map(|id| GlobalId::User(id).encode());
        format!(
            "{}/{}",
            GlobalId::Grant(hand.grant).encode(),
            person.unwrap_or_default()
        )
    });
    hands.collect::<Vec<_>>().join("; ")
}

fn cells(row: &operation::Model) -> Vec<String> {
    let texts = record::texts(row);
    let changes = record::changes(row);
    let changes = changes
        .shown()
        .map(|(name, value)| format!("{name}={value}"));
    let target = record::target(row).map(|target| target.id().encode());
    let kind = OperationKind::by_stable_name(&row.kind);
    let link = Digest256::from_slice(&row.link);
    let text = |text: Option<String>| text.unwrap_or_default();
    vec![
        row.seq.to_string(),
        GlobalId::Operation(row.id).encode(),
        form::time(row.at),
        kind.map_or_else(|| row.kind.clone(), |kind| kind.name().to_owned()),
        row.outcome.as_str().to_owned(),
        text(row.reason.clone()),
        row.authority.as_str().to_owned(),
        text(row.role.map(|role| role.as_str().to_owned())),
        text(row.grant_id.map(|id| GlobalId::Grant(id).encode())),
        hands(row),
        text(row.actor_id.map(|id| GlobalId::User(id).encode())),
        text(texts.actor_name),
        text(texts.actor_sign_in_name),
        text(texts.actor_organization_name),
        text(row.target_type.clone()),
        text(target.or_else(|| row.target_id.map(|id| id.to_string()))),
        text(texts.target_name),
        changes.collect::<Vec<_>>().join("; "),
        text(texts.ticket),
        text(texts.note),
        text(link.map(|link| link.to_string())),
    ]
}
