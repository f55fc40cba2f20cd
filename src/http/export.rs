//! `GET /exports/{secret}`: the download of an export that `exportRecord` asked for, written while it
//! is read, a batch of entries at a time.
//!
//! Who asked is decided about again: the session must stand, and the user be who may export still.

use axum::{
    body::{Body, Bytes},
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use entity::{export, ids::OrganizationId, operation, states::ExportFormat};
use futures_util::stream;
use secrecy::SecretString;

use super::{page, router::Http, segment::Segment};
use crate::{
    app::App,
    auth::secret,
    domain::{
        described::Described,
        kind::OperationKind,
        policy::Brought,
        reason::Reason,
        record::{self as form, Beside, Head},
        record_file::Line,
        values::id::GlobalId,
        visibility::{self, Scope},
    },
    error::{Error, Result},
    operations::explain,
    store::{
        exports,
        facts::{Subject, TargetId, Who},
        record, record_search, viewer,
    },
};

/// How many entries are in memory at once.
const BATCH: u64 = 500;

/// Columns of a CSV export.
const COLUMNS: [&str; 22] = [
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
    "hash",
    "previous_hash",
];

/// Answers a download.
pub async fn download(
    State(http): State<Http>,
    Segment(secret): Segment<SecretString>,
) -> Response {
    match begin(http.app, &secret).await {
        Ok(response) => response,
        Err(error) => {
            error.log();
            page::failed(&error)
        }
    }
}

/// An export that is being written.
struct Writing {
    app: App,
    scope: Scope,
    filter: record_search::Filter,
    format: ExportFormat,
    whole: bool,
    /// The last entry to be written: the one that tells of the export.
    last: i64,
    /// The last entry that was written.
    written: i64,
    /// Hash of that entry.
    hash: String,
    stage: Stage,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    First,
    Entries,
    End,
}

async fn begin(app: App, secret: &SecretString) -> Result<Response> {
    let gone = || Error::Refused(Reason::LinkInvalid.into());
    let (db, now) = (app.db.read(), app.now());
    let export = exports::find(db, &secret::hash(secret), now).await?;
    let export: export::Model = export.ok_or_else(gone)?;
    let actor = viewer::find(db, export.session_id, export.user_id, now).await?;
    let actor = actor.ok_or_else(gone)?;
    let who = Who::Session(export.session_id, export.user_id);
    let subject = Subject::Account(export.organization_id, TargetId::None);
    let may = explain::explain(
        &app,
        who,
        OperationKind::ExportRecord,
        subject,
        Brought::default(),
    )
    .await?;
    may.decision?;
    let scope = visibility::own(&actor);
    let entry = record::find(db, &scope, export.operation_id).await?;
    let entry = entry.ok_or_else(Error::not_found)?;
    let whole = export.filter.is_empty();
    let filter = match whole {
        true => record_search::Filter::default(),
        false => serde_json::from_str(&export.filter)?,
    };
    let (media, extension) = match export.format {
        ExportFormat::Csv => ("text/csv; charset=utf-8; header=present", "csv"),
        ExportFormat::JsonLines => ("application/jsonl; charset=utf-8", "jsonl"),
    };
    let writing = Writing {
        scope,
        filter,
        format: export.format,
        whole,
        last: entry.seq,
        written: 0,
        hash: String::new(),
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
                let rows = record_search::stretch(
                    self.app.db.read(),
                    &self.scope,
                    &self.filter,
                    self.written,
                    self.last,
                    BATCH,
                );
                let rows = rows.await?;
                if let Some(last) = rows.last() {
                    self.written = last.seq;
                    self.hash.clone_from(&last.hash);
                    return self.entries(&rows).map(Some);
                }
                self.stage = Stage::End;
                self.end()
            }
            Stage::End => Ok(None),
        }
    }

    fn first(&self) -> Result<Bytes> {
        match self.format {
            ExportFormat::Csv => csv([COLUMNS.map(str::to_owned).to_vec()]),
            ExportFormat::JsonLines if self.whole => line(&Line::first(self.scope.account())),
            ExportFormat::JsonLines => Ok(Bytes::new()),
        }
    }

    fn entries(&self, rows: &[operation::Model]) -> Result<Bytes> {
        match self.format {
            ExportFormat::Csv => csv(rows.iter().map(cells)),
            ExportFormat::JsonLines => {
                let mut bytes = Vec::new();
                for row in rows {
                    bytes.extend(line(&Line::Entry(record::exported(row)))?);
                }
                Ok(bytes.into())
            }
        }
    }

    /// The end of a whole record, signed as it is at the entry that tells of the export.
    fn end(&self) -> Result<Option<Bytes>> {
        if self.format == ExportFormat::Csv || !self.whole {
            return Ok(None);
        }
        let organization: OrganizationId = self.scope.account();
        let message = form::head_message(organization, self.written, &self.hash);
        let (key_id, signature) = self.app.keys.sign_record(&message);
        let head = Head {
            organization,
            seq: self.written,
            hash: self.hash.clone(),
            key_id,
            signature,
        };
        line(&Line::Head(head)).map(Some)
    }
}

fn line(line: &Line) -> Result<Bytes> {
    let mut bytes = serde_json::to_vec(line)?;
    bytes.push(b'\n');
    Ok(bytes.into())
}

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

/// A cell that no spreadsheet takes for a formula.
fn harmless(cell: &str) -> String {
    match cell.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r']) {
        true => format!("'{cell}"),
        false => cell.to_owned(),
    }
}

/// In whose hands the actor was: grant and person of each.
fn hands(body: &form::Body) -> String {
    let hands = body.hands.iter().map(|hand| {
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
    let body: Option<form::Body> = serde_json::from_str(&row.body).ok();
    let beside = row.beside.as_deref();
    let beside: Beside = beside
        .and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_default();
    let target = body.as_ref().and_then(|body| body.target.as_ref());
    let changes = body.as_ref().map(|body| {
        let changes = body.changes.iter();
        let changes = changes.map(|(name, value)| format!("{name}={value}"));
        changes.collect::<Vec<_>>().join("; ")
    });
    let kind = OperationKind::by_stable_name(&row.kind);
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
        text(body.as_ref().map(hands)),
        text(row.actor_id.map(|id| GlobalId::User(id).encode())),
        text(beside.actor_name),
        text(beside.actor_sign_in_name),
        text(beside.actor_organization_name),
        text(target.map(|target| target.kind.clone())),
        text(target.map(|target| target.id.to_string())),
        text(beside.target_name),
        text(changes),
        text(beside.ticket),
        text(beside.note),
        row.hash.clone(),
        text(body.map(|body| body.previous)),
    ]
}
