//! Every kind × every actor state, as one committed table, made by running the real executor.
//!
//! One row a kind, one column an actor. What is refused writes nothing but its entry. The match is exhaustive: a kind
//! that is missing does not compile.

use std::fmt::Write;

use chrono::TimeDelta;
use entity::{
    ids::{
        DeviceId, DomainId, GrantId, OfferId, OrganizationId, OutboxId, PlanId, RecoveryId,
        SendingId, ServiceId, SubscriptionId, UserId,
    },
    refusal_count,
    states::{AdminRole, DelegatedRole, ExportFormat, Language, OfferKind, PasswordDelivery},
};
use mandate::{
    app::App,
    auth::token::Door,
    domain::{
        acceptance::{Read, Wish},
        described::Described,
        kind::{OperationKind, TargetRule},
        reason::Reason,
        values::{DomainName, Email, Message, Name, SignInName, Slug, Term},
    },
    error::{Error, Result},
    operations::{
        self, Done, Envelope,
        account::*,
        client::*,
        partner::*,
        personal::*,
        platform::*,
        subjects::{OnDevice, OnDomain, OnOffer, OnUser},
        system::{
            close_grant::CloseGrant, create_operator::CreateOperator, erase_texts::EraseTexts,
            found_platform::FoundPlatform, hold_for_loss::HoldForLoss, purge_user::PurgeUser,
            recheck_domain::RecheckDomain, remind_of_term::RemindOfTerm,
            restore_record::RestoreRecord, send_notes::SendNotes, send_recovery::SendRecovery,
            summarise_reads::SummariseReads, summarise_refusals::SummariseRefusals,
        },
    },
    store::{
        facts::Who,
        notes::Pace,
        offers::Proposed,
        plans::{NewPlan, NewService},
        record::search::Filter,
        users::Profile,
    },
};

use sea_orm::{ConnectionTrait, DatabaseBackend, Statement};

use crate::support::{NEW_PASSWORD, TestApp, both};

/// Actor states: a name, who, and the client that is acted on. Grants: Northwind holds Contoso
/// (FULL), Adatum (capped at LIMITED), Tailspin (held by the client); Tailspin holds Contoso
/// (expired) and Adatum (ended).
const STATES: &[(&str, &str, &str)] = &[
    ("anonymous", "", "contoso"),
    ("stranger", "ursula", "contoso"),
    ("operator", "olivia", "contoso"),
    ("partner, no role", "nora", "contoso"),
    ("partner's global admin", "petra", "contoso"),
    ("LIMITED", "liam", "contoso"),
    ("FULL", "fiona", "contoso"),
    ("FULL, capped", "fiona", "adatum"),
    ("FULL, held", "fiona", "tailspin"),
    ("FULL, expired", "tom", "contoso"),
    ("FULL, ended", "tom", "adatum"),
    ("FULL, uncertified", "fiona", "contoso"),
    ("other partner's admin", "tina", "contoso"),
    ("own GLOBAL_ADMIN", "carla", "contoso"),
    ("own USER_ADMIN", "uma", "contoso"),
    ("own HELPDESK_ADMIN", "hector", "contoso"),
    ("own PASSWORD_ADMIN", "paul", "contoso"),
    ("own DIRECTORY_READER", "dana", "contoso"),
    ("own, no role", "ivan", "contoso"),
];

/// What the samples name.
struct Ground {
    account: OrganizationId,
    user: UserId,
    privileged: UserId,
    device: DeviceId,
    domain: DomainId,
    service: ServiceId,
    plan: PlanId,
    subscription: SubscriptionId,
    partner: OrganizationId,
    grant: GrantId,
    offer: OfferId,
    token: String,
    digest: String,
    recovery: RecoveryId,
}

async fn ground(app: &TestApp, client: &str) -> Ground {
    let (offer, revision) = app.db_offer("northwind").await;
    let (user, privileged, partner) = match client {
        "contoso" => ("ivan", "hector", "northwind"),
        "adatum" => ("alma", "adam", "northwind"),
        _ => ("tom", "tina", "northwind"),
    };
    Ground {
        account: app.db_organization(client).await,
        user: app.db_user(user).await,
        privileged: app.db_user(privileged).await,
        device: app.db_device().await,
        domain: app.db_domain(client).await,
        service: app.db_service("mail").await,
        plan: app.db_plan("basic").await,
        subscription: app.db_subscription(client).await,
        partner: app.db_organization("northwind").await,
        grant: app.db_grant(partner, client).await,
        offer: offer.id,
        token: offer.token,
        digest: revision.digest,
        recovery: app.db_recovery(client).await,
    }
}

fn proposed() -> Proposed {
    Proposed {
        delegation: Some((DelegatedRole::Full, Term::try_from("P1Y").unwrap())),
        items: Vec::new(),
        usage_location: None,
        office: None,
        message: None,
    }
}

/// A counter that counted nothing.
fn counter(app: &App, account: OrganizationId, user: UserId) -> refusal_count::Model {
    refusal_count::Model {
        organization_id: account,
        actor_id: user,
        kind: String::new(),
        reason: String::new(),
        target: String::new(),
        hour: app.now(),
        repeats: 0,
        closed_at: None,
    }
}

/// Runs a sample of the kind. `privileged` asks for a target who holds a role, where it has one.
async fn sample(
    app: &TestApp,
    kind: OperationKind,
    who: Who,
    ground: &Ground,
    privileged: bool,
) -> Result<Done> {
    let app = &app.app;
    let account = ground.account;
    let user = if privileged {
        ground.privileged
    } else {
        ground.user
    };
    let life = TimeDelta::hours(1);
    let name = || Name::try_from("Sample").unwrap();
    let email = || Email::try_from("sample@example.org").unwrap();
    let initial = || DomainName::try_from("sample.mandate.example").unwrap();
    let sign_in_name = || SignInName::new("sample", initial()).unwrap();
    let envelope = Envelope::default();
    macro_rules! run {
        ($operation:expr) => {
            operations::run(app, who, envelope, $operation).await
        };
    }
    match kind {
        OperationKind::FoundPlatform => run!(FoundPlatform {
            id: account,
            slug: Slug::try_from("sample").unwrap(),
            name: name(),
            initial_domain: initial()
        }),
        OperationKind::CreateOperator => run!(CreateOperator {
            display_name: name(),
            sign_in_name: sign_in_name(),
            contact: email()
        }),
        OperationKind::RemindOfTerm => run!(RemindOfTerm {
            grant: ground.grant
        }),
        OperationKind::CloseGrant => run!(CloseGrant {
            grant: ground.grant
        }),
        OperationKind::SummariseReads => {
            let counter = counter(app, account, user);
            run!(SummariseReads { counter })
        }
        OperationKind::SummariseRefusals => {
            let counter = counter(app, account, user);
            run!(SummariseRefusals { counter })
        }
        // Written where a database is brought up to date, and by nobody.
        OperationKind::RelinkRecord => Err(Error::Refused(Reason::RoleRequired.into())),
        OperationKind::RestoreRecord => run!(RestoreRecord {
            organization: account,
            seen: None,
            epoch: 1,
            gone: Vec::new(),
            anchored: Vec::new()
        }),
        OperationKind::HoldForLoss => run!(HoldForLoss {
            grant: ground.grant
        }),
        OperationKind::SendNotes => run!(SendNotes {
            organization: account,
            pace: Pace {
                busy: life,
                quiet: life
            },
            platform: app.config.platform.domain.clone()
        }),
        OperationKind::EraseTexts => run!(EraseTexts {
            organization: account,
            user
        }),
        OperationKind::PurgeUser => run!(PurgeUser(OnUser { account, user })),
        OperationKind::RecheckDomain => run!(RecheckDomain {
            on: OnDomain {
                account,
                domain: ground.domain
            },
            found: false
        }),
        OperationKind::Redeliver => run!(redeliver::Redeliver {
            delivery: OutboxId(uuid::Uuid::nil())
        }),
        OperationKind::CreateService => run!(create_service::CreateService(NewService {
            slug: Slug::try_from("sample").unwrap(),
            name: name(),
            url: "https://sample.example/".parse().unwrap(),
            delegable: true
        })),
        OperationKind::CreatePlan => run!(create_plan::CreatePlan(NewPlan {
            slug: Slug::try_from("sample").unwrap(),
            name: name(),
            term: Term::try_from("P1Y").unwrap(),
            seats: 5,
            services: vec![ground.service],
            price: None,
            locations: Vec::new()
        })),
        OperationKind::GiveSubscription => run!(give_subscription::GiveSubscription {
            organization: account,
            plan: ground.plan,
            seats: None
        }),
        OperationKind::ChangeSubscription => run!(change_subscription::ChangeSubscription {
            organization: account,
            subscription: ground.subscription,
            seats: Some(7),
            end: false
        }),
        OperationKind::TakeOver => run!(take_over::TakeOver {
            grant: ground.grant,
            person: user
        }),
        OperationKind::ClosePrepared => run!(close_prepared::ClosePrepared {
            grant: ground.grant,
            person: user
        }),
        OperationKind::SetClientTags => run!(set_client_tags::SetClientTags {
            account: ground.partner,
            client: account,
            tags: Vec::new()
        }),
        OperationKind::ExportClientRecord => run!(export_client_record::ExportClientRecord {
            account: ground.partner,
            client: account
        }),
        OperationKind::LowerGrant => run!(lower_grant::LowerGrant {
            grant: ground.grant,
            role_cap: DelegatedRole::Limited
        }),
        OperationKind::ShortenGrant => run!(shorten_grant::ShortenGrant {
            grant: ground.grant,
            expires_at: app.now() + life
        }),
        OperationKind::CleanUpGrant => run!(clean_up_grant::CleanUpGrant {
            grant: ground.grant,
            strip_roles: true,
            force_resets: true
        }),
        OperationKind::GiveBackRoles => run!(give_back_roles::GiveBackRoles {
            grant: ground.grant
        }),
        OperationKind::UpdateAccountRules => run!(update_account_rules::UpdateAccountRules {
            account,
            deliveries: None,
            ticket_required: Some(true),
            note_required: None,
            sign_ins_delegable: None
        }),
        OperationKind::ExportRecord => run!(export_record::ExportRecord {
            account,
            format: ExportFormat::Csv,
            filter: Filter::default()
        }),
        OperationKind::UpdateProfile => run!(update_profile::UpdateProfile {
            on: OnUser { account, user },
            profile: Profile {
                job_title: Some(Some(name())),
                ..Profile::default()
            }
        }),
        OperationKind::ChangeSignInName => run!(change_sign_in_name::ChangeSignInName {
            on: OnUser { account, user },
            sign_in_name: sign_in_name()
        }),
        OperationKind::ChangeContact => run!(change_contact::ChangeContact {
            on: OnUser { account, user },
            contact: email()
        }),
        OperationKind::BlockSignIn => run!(block_sign_in::BlockSignIn(OnUser { account, user })),
        OperationKind::UnblockSignIn => {
            run!(unblock_sign_in::UnblockSignIn(OnUser { account, user }))
        }
        OperationKind::DeleteUser => run!(delete_user::DeleteUser(OnUser { account, user })),
        OperationKind::RestoreUser => run!(restore_user::RestoreUser(OnUser { account, user })),
        OperationKind::AssignLicence => run!(assign_licence::AssignLicence {
            on: OnUser { account, user },
            subscription: ground.subscription
        }),
        OperationKind::UnassignLicence => run!(unassign_licence::UnassignLicence {
            on: OnUser { account, user },
            subscription: ground.subscription
        }),
        OperationKind::SetServiceAccess => run!(set_service_access::SetServiceAccess {
            of: OnUser { account, user },
            service: ground.service,
            on: false
        }),
        OperationKind::VerifyDomain => run!(verify_domain::VerifyDomain(OnDomain {
            account,
            domain: ground.domain
        })),
        OperationKind::SetDefaultDomain => run!(set_default_domain::SetDefaultDomain(OnDomain {
            account,
            domain: ground.domain
        })),
        OperationKind::RemoveDomain => run!(remove_domain::RemoveDomain(OnDomain {
            account,
            domain: ground.domain
        })),
        OperationKind::WipeDevice => run!(wipe_device::WipeDevice(OnDevice {
            account,
            device: ground.device
        })),
        OperationKind::VerifyContact => run!(verify_contact::VerifyContact { secret: "x".into() }),
        OperationKind::RegisterOrganization => run!(register_organization::RegisterOrganization {
            name: name(),
            slug: Slug::try_from("sample").unwrap(),
            initial_domain: initial(),
            admin_name: name(),
            admin_sign_in_name: sign_in_name(),
            admin_contact: email()
        }),
        OperationKind::CertifyPartner => run!(certify_partner::CertifyPartner {
            organization: account
        }),
        OperationKind::SuspendCertification => run!(suspend_certification::SuspendCertification {
            organization: account,
            message: Message::try_from("Why.").unwrap()
        }),
        OperationKind::ReinstateCertification => {
            run!(reinstate_certification::ReinstateCertification {
                organization: account
            })
        }
        OperationKind::ResendEnrolment => run!(resend_enrolment::ResendEnrolment {
            organization: account
        }),
        OperationKind::StartRecovery => run!(start_recovery::StartRecovery {
            organization: account,
            sign_in_name: sign_in_name(),
            contact: email()
        }),
        OperationKind::ApproveRecovery => run!(approve_recovery::ApproveRecovery {
            recovery: ground.recovery,
            contact: email()
        }),
        OperationKind::StopRecovery => run!(stop_recovery::StopRecovery {
            recovery: ground.recovery
        }),
        OperationKind::SendRecovery => run!(SendRecovery {
            recovery: ground.recovery
        }),
        OperationKind::StopRecoveryByLink => run!(stop_recovery_by_link::StopRecoveryByLink {
            token: "x".to_owned()
        }),
        OperationKind::RedeemRecovery => run!(redeem_recovery::RedeemRecovery {
            secret: "x".into(),
            new_password: "x".into()
        }),
        OperationKind::AssignDelegatedRole => run!(assign_delegated_role::AssignDelegatedRole {
            on: OnUser { account, user },
            role: DelegatedRole::Limited
        }),
        OperationKind::RemoveDelegatedRole => {
            run!(remove_delegated_role::RemoveDelegatedRole(OnUser {
                account,
                user
            }))
        }
        OperationKind::CreateOffer => run!(create_offer::CreateOffer {
            account,
            kind: OfferKind::Delegation,
            proposed: proposed(),
            notify: Vec::new(),
            expires_at: None,
            language: Language::En
        }),
        OperationKind::EditOffer => run!(edit_offer::EditOffer {
            on: OnOffer {
                account: ground.partner,
                offer: ground.offer
            },
            proposed: proposed(),
            expires_at: None,
            notify: None,
            language: None
        }),
        OperationKind::SendOffer => run!(send_offer::SendOffer {
            on: OnOffer {
                account: ground.partner,
                offer: ground.offer
            },
            addresses: vec![Email::try_from("one@example.org").unwrap()]
        }),
        OperationKind::Unsubscribe => run!(unsubscribe::Unsubscribe {
            sending: SendingId(uuid::Uuid::nil())
        }),
        OperationKind::WithdrawOffer => run!(withdraw_offer::WithdrawOffer(OnOffer {
            account: ground.partner,
            offer: ground.offer
        })),
        OperationKind::RotateOffer => run!(rotate_offer::RotateOffer(OnOffer {
            account: ground.partner,
            offer: ground.offer
        })),
        OperationKind::AcceptOffer => run!(accept_offer::AcceptOffer {
            read: Read {
                token: ground.token.clone().into(),
                revision: 1,
                digest: ground.digest.clone()
            },
            wish: Wish {
                parts: None,
                seats: Vec::new(),
                role_cap: None,
                term: None,
                amend: false
            }
        }),
        OperationKind::DeclineOffer => run!(decline_offer::DeclineOffer {
            read: Read {
                token: ground.token.clone().into(),
                revision: 1,
                digest: ground.digest.clone()
            },
            reply: None
        }),
        OperationKind::HoldGrant => run!(hold_grant::HoldGrant {
            grant: ground.grant
        }),
        OperationKind::LiftGrant => run!(lift_grant::LiftGrant {
            grant: ground.grant
        }),
        OperationKind::EndGrant => run!(end_grant::EndGrant {
            grant: ground.grant,
            sign_ins: Vec::new()
        }),
        OperationKind::ConfirmContact => run!(confirm_contact::ConfirmContact {
            on: OnUser { account, user },
            contact: email()
        }),
        OperationKind::AddUser => run!(add_user::AddUser {
            account,
            display_name: name(),
            sign_in_name: "sample".into(),
            contact: email()
        }),
        OperationKind::AssignAdminRole => run!(assign_admin_role::AssignAdminRole {
            on: OnUser { account, user },
            role: AdminRole::ReportsReader,
            when_out: false
        }),
        OperationKind::RemoveAdminRole => run!(remove_admin_role::RemoveAdminRole {
            on: OnUser { account, user },
            role: AdminRole::ReportsReader
        }),
        OperationKind::ResetPassword => run!(reset_password::ResetPassword {
            on: OnUser { account, user },
            delivery: PasswordDelivery::Link
        }),
        OperationKind::RevokeSessions => {
            run!(revoke_sessions::RevokeSessions(OnUser { account, user }))
        }
        OperationKind::AddDomain => run!(add_domain::AddDomain {
            account,
            name: DomainName::try_from("sample.example").unwrap()
        }),
        OperationKind::RegisterDevice => run!(register_device::RegisterDevice {
            account,
            name: name()
        }),
        OperationKind::RetireDevice => run!(retire_device::RetireDevice(OnDevice {
            account,
            device: ground.device
        })),
        OperationKind::RequestSignUp => run!(request_sign_up::RequestSignUp {
            token: ground.token.clone().into(),
            name: Name::try_from("Sample Ltd").unwrap(),
            slug: Slug::try_from("sample").unwrap(),
            initial_domain: DomainName::try_from("sample.mandate.example").unwrap(),
            admin_name: name(),
            admin_sign_in_name: "sam".to_owned(),
            contact: Email::try_from("sam@example.org").unwrap()
        }),
        OperationKind::CompleteSignUp => run!(complete_sign_up::CompleteSignUp {
            secret: "unknown".to_owned().into(),
            new_password: NEW_PASSWORD.to_owned().into(),
            parent: "mandate.example".to_owned()
        }),
        OperationKind::Enrol => run!(enrol::Enrol {
            secret: "x".into(),
            new_password: "x".into()
        }),
        OperationKind::RedeemReset => run!(redeem_reset::RedeemReset {
            secret: "x".into(),
            new_password: "x".into()
        }),
        OperationKind::SignIn => run!(sign_in::SignIn {
            sign_in_name: Some(sign_in_name()),
            password: "x".into(),
            door: Door::Api,
        }),
        OperationKind::RefreshSession => run!(refresh_session::RefreshSession {
            refresh_token: "x".into()
        }),
        OperationKind::SignOut => run!(sign_out::SignOut),
        OperationKind::ConfirmPassword => run!(confirm_password::ConfirmPassword {
            password: "x".into()
        }),
        OperationKind::SignOutEverywhere => run!(sign_out_everywhere::SignOutEverywhere),
        OperationKind::ChangeOwnPassword => run!(change_own_password::ChangeOwnPassword {
            current_password: "x".into(),
            new_password: "x".into()
        }),
    }
}

async fn who(app: &TestApp, name: &str) -> Who {
    if name.is_empty() {
        return Who::Anonymous;
    }
    let token = app.sign_in(name).await.token.unwrap();
    let claims = mandate::auth::token::verify(
        &app.app.keys,
        &app.app.config.auth,
        mandate::auth::token::Door::Api,
        &token,
        app.app.now(),
    )
    .unwrap();
    Who::Session(claims.sid, claims.sub)
}

async fn suspend(app: &TestApp) {
    let organization = app.account("northwind").await;
    let input = serde_json::json!({ "organizationId": organization, "message": "Why." });
    app.sign_in("olivia")
        .await
        .done("suspendCertification", input, "operation { id }")
        .await;
}

/// Short codes of the reasons that refuse, for the cells; the legend spells them out.
const CODES: &[(&str, Reason)] = &[
    ("ns", Reason::NotSignedIn),
    ("ci", Reason::CredentialsInvalid),
    ("si", Reason::SessionInvalid),
    ("li", Reason::LinkInvalid),
    ("no", Reason::NoSuchThing),
    ("rr", Reason::RoleRequired),
    ("rl", Reason::RoleLimited),
    ("oo", Reason::OwnOnly),
    ("dm", Reason::DeviceManagement),
    ("gh", Reason::GrantHeld),
    ("gx", Reason::GrantExpired),
    ("ge", Reason::GrantEnded),
    ("nc", Reason::NotCertified),
    ("ts", Reason::TargetSelf),
    ("tp", Reason::TargetPrivileged),
    ("ag", Reason::AdminGuarded),
    ("cg", Reason::ContactGuarded),
    ("of", Reason::OwnOffer),
];

fn code(reason: Reason) -> &'static str {
    let code = CODES.iter().find(|(_, known)| *known == reason);
    code.unwrap_or_else(|| panic!("{reason:?} needs a code of its own"))
        .0
}

/// How many rows each table has, but for those that a refusal writes: the entry, its end, and the count of repeats.
async fn rows(app: &TestApp) -> (i64, Vec<(String, i64)>) {
    let db = app.app.db.read();
    let sqlite = db.get_database_backend() == DatabaseBackend::Sqlite;
    let tables = match sqlite {
        true => "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
        false => {
            "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'"
        }
    };
    let query = |sql: String| Statement::from_string(db.get_database_backend(), sql);
    let tables = db.query_all_raw(query(tables.to_owned())).await.unwrap();
    let tables = tables
        .iter()
        .map(|row| row.try_get::<String>("", "name").unwrap());
    let counts: Vec<String> = tables
        .map(|name| format!("SELECT '{name}' AS name, count(*) AS rows FROM \"{name}\""))
        .collect();
    let counts = db
        .query_all_raw(query(counts.join(" UNION ALL ")))
        .await
        .unwrap();
    let mut counts: Vec<(String, i64)> = counts
        .iter()
        .map(|row| {
            (
                row.try_get("", "name").unwrap(),
                row.try_get("", "rows").unwrap(),
            )
        })
        .collect();
    counts.sort();
    let entries = counts
        .iter()
        .find(|(name, _)| name == "operation")
        .unwrap()
        .1;
    counts.retain(|(name, _)| !WRITTEN_BY_REFUSALS.contains(&name.as_str()));
    (entries, counts)
}

const WRITTEN_BY_REFUSALS: [&str; 4] =
    ["operation", "operation_hand", "chain_head", "refusal_count"];

/// The cells of one actor state, in the order of the rows.
async fn column(app: &TestApp, (state, name, client): (&str, &str, &str)) -> Vec<(String, String)> {
    let mut cells = Vec::new();
    let mut fresh = app.fresh().await;
    let mut dirty = true;
    for kind in OperationKind::ALL {
        let both = matches!(
            kind.spec().target,
            TargetRule::UserWithinRole | TargetRule::UserWithinRoleOrSelf
        );
        let samples: &[bool] = if both { &[false, true] } else { &[false] };
        for privileged in samples {
            if dirty {
                fresh.finish().await;
                fresh = app.fresh().await;
                if state == "FULL, uncertified" {
                    suspend(&fresh).await;
                }
            }
            let ground = ground(&fresh, client).await;
            let who = who(&fresh, name).await;
            let before = rows(&fresh).await;
            let ended = sample(&fresh, *kind, who, &ground, *privileged).await;
            let cell = match &ended {
                Ok(_) => "✔",
                Err(Error::Failed(_) | Error::Input { .. }) => "○",
                Err(Error::Refused(denial)) => code(denial.reason),
                Err(error) => panic!("{state} {kind:?}: {error:?}"),
            };
            if let Err(Error::Refused(_)) = &ended {
                let after = rows(&fresh).await;
                assert!(after.0 - before.0 <= 1, "{state} {kind:?}");
                assert_eq!(
                    after.1, before.1,
                    "{state} {kind:?} wrote besides its entry"
                );
            }
            dirty = ended.is_ok();
            let on = if *privileged { ", privileged" } else { "" };
            cells.push((format!("{}{on}", kind.spec().stable), cell.to_owned()));
        }
    }
    fresh.finish().await;
    cells
}

async fn every_kind_by_every_actor(app: &TestApp) {
    let mut columns = Vec::new();
    for state in STATES {
        columns.push(column(app, *state).await);
    }
    let mut table = String::new();
    writeln!(table, "✔ done   ○ permitted, and stopped by a precondition").unwrap();
    for (code, reason) in CODES {
        writeln!(table, "{code:<3} {}", reason.name()).unwrap();
    }
    for (number, (state, ..)) in STATES.iter().enumerate() {
        writeln!(table, "{:<3} {state}", letter(number)).unwrap();
    }
    let head: String = (0..STATES.len())
        .map(|number| format!("{:<4}", letter(number)))
        .collect();
    writeln!(table, "\n{:<40}{}", "", head.trim_end()).unwrap();
    for (row, (kind, _)) in columns[0].iter().enumerate() {
        let cells: String = columns
            .iter()
            .map(|cells| format!("{:<4}", cells[row].1))
            .collect();
        writeln!(table, "{kind:<40}{}", cells.trim_end()).unwrap();
    }
    insta::with_settings!({ prepend_module_to_snapshot => false, snapshot_path => "matrix", omit_expression => true }, {
        insta::assert_snapshot!("operations", table);
    });
}

/// The letter at the head of a column.
fn letter(number: usize) -> char {
    char::from(b'A' + u8::try_from(number).unwrap())
}

both!(every_kind_by_every_actor);
