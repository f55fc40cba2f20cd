//! A sample of each kind, on things of one client. The match is exhaustive: a kind that is missing does not compile.

use entity::{
    ids::{OutboxId, SendingId},
    states::{AdminRole, DelegatedRole, ExportFormat, OfferKind, PasswordDelivery},
};
use mandate::{
    app::App,
    auth::token::Door,
    domain::{
        acceptance::{ReadTerms, Wish},
        kind::OperationKind,
        reason::Reason,
        values::{DomainName, Email, Message, Name, OfferToken, SignInName, Slug, Term},
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
        plans::{NewPlan, NewService},
        record::search::Filter,
        users::Profile,
    },
};

use super::ground::{Ground, counter, proposed};
use crate::support::NEW_PASSWORD;

/// Runs a sample of the kind. `privileged` asks for a target who holds a role, where it has one.
pub async fn sample(
    app: &App,
    kind: OperationKind,
    who: Who,
    ground: &Ground,
    privileged: bool,
) -> Result<Done> {
    let &Ground {
        account,
        service,
        plan,
        subscription,
        partner,
        grant,
        recovery,
        ..
    } = ground;
    let organization = account;
    let user = match privileged {
        true => ground.privileged,
        false => ground.user,
    };
    let on = OnUser { account, user };
    let (domain, device) = (ground.domain, ground.device);
    let domain = OnDomain { account, domain };
    let device = OnDevice { account, device };
    let offer = OnOffer {
        account: partner,
        offer: ground.offer,
    };
    let token = OfferToken::from(ground.token.clone());
    let read = ReadTerms {
        token: token.clone(),
        revision: 1,
        digest: ground.digest.clone().into(),
    };
    let life = chrono::TimeDelta::hours(1);
    let slug = Slug::try_from("sample").unwrap();
    let name = Name::try_from("Sample").unwrap();
    let contact = Email::try_from("sample@example.org").unwrap();
    let initial_domain = DomainName::try_from("sample.mandate.example").unwrap();
    let sign_in_name = SignInName::new("sample", initial_domain.clone()).unwrap();
    let envelope = Envelope::default();
    macro_rules! run {
        ($operation:expr) => {
            operations::run(app, who, envelope, $operation).await
        };
    }
    match kind {
        OperationKind::FoundPlatform => run!(FoundPlatform {
            id: account,
            slug,
            name,
            initial_domain
        }),
        OperationKind::CreateOperator => run!(CreateOperator {
            display_name: name,
            sign_in_name,
            contact
        }),
        OperationKind::RemindOfTerm => run!(RemindOfTerm { grant }),
        OperationKind::CloseGrant => run!(CloseGrant { grant }),
        OperationKind::SummariseReads => {
            let counter = counter(app, account, user);
            run!(SummariseReads { counter })
        }
        OperationKind::SummariseRefusals => run!(SummariseRefusals {
            counter: counter(app, account, user)
        }),
        // Written where a database is brought up to date, and by nobody.
        OperationKind::RelinkRecord => Err(Error::Refused(Reason::RoleRequired.into())),
        OperationKind::RestoreRecord => run!(RestoreRecord {
            whole: None,
            organization,
            seen: None,
            epoch: 1,
            gone: Vec::new(),
            anchored: Vec::new()
        }),
        OperationKind::HoldForLoss => run!(HoldForLoss { grant }),
        OperationKind::SendNotes => run!(SendNotes {
            organization,
            pace: Pace {
                busy: life,
                quiet: life
            },
            platform: app.config.platform.domain.clone()
        }),
        OperationKind::EraseTexts => run!(EraseTexts { organization, user }),
        OperationKind::PurgeUser => run!(PurgeUser(on)),
        OperationKind::RecheckDomain => run!(RecheckDomain {
            on: domain,
            found: false
        }),
        OperationKind::Redeliver => run!(redeliver::Redeliver {
            delivery: OutboxId(uuid::Uuid::nil())
        }),
        OperationKind::CreateService => run!(create_service::CreateService(NewService {
            slug,
            name,
            url: "https://sample.example/".parse().unwrap(),
            delegable: true
        })),
        OperationKind::CreatePlan => run!(create_plan::CreatePlan(NewPlan {
            slug,
            name,
            term: Term::try_from("P1Y").unwrap(),
            seats: 5,
            services: vec![service],
            price: None,
            seat_price: None,
            locations: Vec::new()
        })),
        OperationKind::GiveSubscription => run!(give_subscription::GiveSubscription {
            organization,
            plan,
            seats: None
        }),
        OperationKind::ChangeSubscription => run!(change_subscription::ChangeSubscription {
            organization,
            subscription,
            seats: Some(7),
            end: false
        }),
        OperationKind::TakeOver => run!(take_over::TakeOver {
            grant,
            person: user
        }),
        OperationKind::ClosePrepared => run!(close_prepared::ClosePrepared {
            grant,
            person: user
        }),
        OperationKind::SetClientTags => run!(set_client_tags::SetClientTags {
            account: partner,
            client: account,
            tags: Vec::new()
        }),
        OperationKind::ExportClientRecord => run!(export_client_record::ExportClientRecord {
            account: partner,
            client: account
        }),
        OperationKind::LowerGrant => run!(lower_grant::LowerGrant {
            grant,
            role_cap: DelegatedRole::Limited
        }),
        OperationKind::ShortenGrant => run!(shorten_grant::ShortenGrant {
            grant,
            expires_at: app.now() + life
        }),
        OperationKind::CleanUpGrant => run!(clean_up_grant::CleanUpGrant {
            grant,
            strip_roles: true,
            force_resets: true
        }),
        OperationKind::GiveBackRoles => run!(give_back_roles::GiveBackRoles { grant }),
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
            on,
            profile: Profile {
                job_title: Some(Some(name)),
                ..Profile::default()
            }
        }),
        OperationKind::ChangeSignInName => {
            run!(change_sign_in_name::ChangeSignInName {
                on,
                sign_in_name: sign_in_name.shown()
            })
        }
        OperationKind::ChangeContact => run!(change_contact::ChangeContact { on, contact }),
        OperationKind::BlockSignIn => run!(block_sign_in::BlockSignIn(on)),
        OperationKind::UnblockSignIn => run!(unblock_sign_in::UnblockSignIn(on)),
        OperationKind::DeleteUser => run!(delete_user::DeleteUser(on)),
        OperationKind::RestoreUser => run!(restore_user::RestoreUser(on)),
        OperationKind::EraseUser => run!(erase_user::EraseUser(on)),
        OperationKind::AssignLicence => run!(assign_licence::AssignLicence { on, subscription }),
        OperationKind::UnassignLicence => {
            run!(unassign_licence::UnassignLicence { on, subscription })
        }
        OperationKind::SetServiceAccess => run!(set_service_access::SetServiceAccess {
            of: on,
            service,
            on: false
        }),
        OperationKind::VerifyDomain => run!(verify_domain::VerifyDomain(domain)),
        OperationKind::SetDefaultDomain => run!(set_default_domain::SetDefaultDomain(domain)),
        OperationKind::RemoveDomain => run!(remove_domain::RemoveDomain(domain)),
        OperationKind::WipeDevice => run!(wipe_device::WipeDevice(device)),
        OperationKind::VerifyContact => run!(verify_contact::VerifyContact { secret: "x".into() }),
        OperationKind::RegisterOrganization => run!(register_organization::RegisterOrganization {
            name: name.clone(),
            slug,
            initial_domain,
            admin_name: name,
            admin_sign_in_name: sign_in_name,
            admin_contact: contact
        }),
        OperationKind::RenameOrganization => {
            run!(rename_organization::RenameOrganization { organization, name })
        }
        OperationKind::CertifyPartner => run!(certify_partner::CertifyPartner { organization }),
        OperationKind::SuspendCertification => run!(suspend_certification::SuspendCertification {
            organization,
            message: Message::try_from("Why.").unwrap()
        }),
        OperationKind::ReinstateCertification => {
            run!(reinstate_certification::ReinstateCertification { organization })
        }
        OperationKind::ResendEnrolment => run!(resend_enrolment::ResendEnrolment { organization }),
        OperationKind::StartRecovery => run!(start_recovery::StartRecovery {
            organization,
            sign_in_name: sign_in_name.shown(),
            contact
        }),
        OperationKind::ApproveRecovery => {
            run!(approve_recovery::ApproveRecovery { recovery, contact })
        }
        OperationKind::StopRecovery => run!(stop_recovery::StopRecovery { recovery }),
        OperationKind::SendRecovery => run!(SendRecovery { recovery }),
        OperationKind::StopRecoveryByLink => run!(stop_recovery_by_link::StopRecoveryByLink {
            token: "x".to_owned()
        }),
        OperationKind::RedeemRecovery => run!(redeem_recovery::RedeemRecovery {
            secret: "x".into(),
            new_password: "x".into()
        }),
        OperationKind::AssignDelegatedRole => run!(assign_delegated_role::AssignDelegatedRole {
            on,
            role: DelegatedRole::Limited
        }),
        OperationKind::RemoveDelegatedRole => run!(remove_delegated_role::RemoveDelegatedRole(on)),
        OperationKind::CreateOffer => run!(create_offer::CreateOffer {
            account,
            kind: OfferKind::Delegation,
            proposed: proposed(),
            notify: Vec::new(),
            expires_at: None,
            language: entity::language::Language("EN".to_owned())
        }),
        OperationKind::EditOffer => run!(edit_offer::EditOffer {
            on: offer,
            proposed: proposed(),
            expires_at: None,
            notify: None,
            language: None
        }),
        OperationKind::SendOffer => run!(send_offer::SendOffer {
            on: offer,
            addresses: vec![Email::try_from("one@example.org").unwrap()]
        }),
        OperationKind::Unsubscribe => run!(unsubscribe::Unsubscribe {
            sending: SendingId(uuid::Uuid::nil())
        }),
        OperationKind::WithdrawOffer => run!(withdraw_offer::WithdrawOffer(offer)),
        OperationKind::RotateOffer => run!(rotate_offer::RotateOffer(offer)),
        OperationKind::AcceptOffer => run!(accept_offer::AcceptOffer {
            read,
            wish: Wish {
                parts: None,
                seats: Vec::new(),
                role_cap: None,
                term: None,
                amend: false
            }
        }),
        OperationKind::DeclineOffer => run!(decline_offer::DeclineOffer { read, reply: None }),
        OperationKind::HoldGrant => run!(hold_grant::HoldGrant { grant }),
        OperationKind::LiftGrant => run!(lift_grant::LiftGrant { grant }),
        OperationKind::EndGrant => run!(end_grant::EndGrant {
            grant,
            sign_ins: Vec::new()
        }),
        OperationKind::ConfirmContact => run!(confirm_contact::ConfirmContact { on, contact }),
        OperationKind::AddUser => run!(add_user::AddUser {
            account,
            display_name: name,
            sign_in_name: "sample".into(),
            contact
        }),
        OperationKind::AssignAdminRole => run!(assign_admin_role::AssignAdminRole {
            on,
            role: AdminRole::ReportsReader,
            when_out: false
        }),
        OperationKind::RemoveAdminRole => run!(remove_admin_role::RemoveAdminRole {
            on,
            role: AdminRole::ReportsReader
        }),
        OperationKind::ResetPassword => run!(reset_password::ResetPassword {
            on,
            delivery: PasswordDelivery::Link
        }),
        OperationKind::RevokeSessions => run!(revoke_sessions::RevokeSessions(on)),
        OperationKind::AddDomain => run!(add_domain::AddDomain {
            account,
            name: DomainName::try_from("sample.example").unwrap()
        }),
        OperationKind::RegisterDevice => run!(register_device::RegisterDevice { account, name }),
        OperationKind::RetireDevice => run!(retire_device::RetireDevice(device)),
        OperationKind::RequestSignUp => run!(request_sign_up::RequestSignUp {
            token,
            name: Name::try_from("Sample Ltd").unwrap(),
            slug,
            initial_domain,
            admin_name: name,
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
            sign_in_name: Some(sign_in_name),
            password: "x".into(),
            door: Door::Api,
            browser: None,
            language: None,
            verified: Default::default(),
            places: Default::default(),
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
