//! Exports of records.

use async_graphql::{Context, ID, InputObject, Object, Result};
use entity::states::ExportFormat;

use crate::{
    domain::kind::OperationKind,
    graphql::{
        enums::E,
        filter::OperationFilter,
        guard::Requires,
        id,
        mutation::{Common, payload::payload, run},
    },
    operations::{
        client::export_record::ExportRecord, partner::export_client_record::ExportClientRecord,
    },
};

/// The record to be exported.
#[derive(InputObject)]
pub struct ExportRecordInput {
    /// The account: the viewer's own organization.
    account_id: ID,
    /// How it is written.
    format: E<ExportFormat>,
    /// Which entries. If left out: all of them. Only a whole record can be verified.
    filter: Option<OperationFilter>,
    #[graphql(flatten)]
    common: Common,
}

/// The client whose record is to be exported.
#[derive(InputObject)]
pub struct ExportClientRecordInput {
    /// The partner: the viewer's own organization.
    account_id: ID,
    /// The client.
    client_id: ID,
    #[graphql(flatten)]
    common: Common,
}

payload!(
    ExportRecordPayload, "What `exportRecord` did.",
    download_url: String = "The URL of the download, by GET: it works for `times.export_seconds` (by default 300) and as long as the session lasts. Null in the answer to a repeated request.",
);
payload!(
    ExportClientRecordPayload, "What `exportClientRecord` did.",
    download_url: String = "The URL of the download, by GET: it works for `times.export_seconds` (by default 300) and as long as the session lasts. Null in the answer to a repeated request.",
);

/// Exports of records.
#[derive(Default)]
pub struct RecordMutation;

#[Object(guard = "crate::graphql::guard::Nobody")]
impl RecordMutation {
    /// Export the record, as CSV or JSON Lines. The export is itself recorded, as its last entry.
    ///
    /// Least role: GLOBAL_ADMIN of the account; never a delegate. Needs a fresh sign-in, or `confirmPassword`.
    #[graphql(guard = "Requires(OperationKind::ExportRecord)")]
    async fn export_record(
        &self,
        ctx: &Context<'_>,
        input: ExportRecordInput,
    ) -> Result<Option<ExportRecordPayload>> {
        let operation = ExportRecord {
            account: id::parse(&input.account_id, "accountId")?,
            format: input.format.0,
            filter: OperationFilter::parse(ctx, input.filter).await?,
        };
        run(ctx, input.common, operation).await
    }

    /// Export a client's record, as JSON Lines: the acts of the partner's own people in full, of all other acts only
    /// the hash. So the partner can follow the whole chain, and compare it with signed notes, although it may read
    /// only a part of it.
    ///
    /// Least role: GLOBAL_ADMIN of the account or any delegated role. Needs a fresh sign-in, or `confirmPassword`.
    #[graphql(guard = "Requires(OperationKind::ExportClientRecord)")]
    async fn export_client_record(
        &self,
        ctx: &Context<'_>,
        input: ExportClientRecordInput,
    ) -> Result<Option<ExportClientRecordPayload>> {
        let operation = ExportClientRecord {
            account: id::parse(&input.account_id, "accountId")?,
            client: id::parse(&input.client_id, "clientId")?,
        };
        run(ctx, input.common, operation).await
    }
}
