//! The catalogue: everything that can be done, one arm a kind.
//!
//! From it come the guards, the policy's rules, the names in the record, `allowedOperations`, `explainAccess`, who is
//! told, and the test matrices. To add a kind: 1. its variant and its arm here; 2. its file in `operations/`; 3. its
//! resolver; 4. its sample in `tests/it/operation_matrix/samples.rs`, and where delegates do it, its row in
//! `tests/it/policy.rs`. The compiler and the tests ask for each of them. They do not ask for this: a column for a
//! new text of a user must be cleared by `store::users::purge`, and named in `docs/privacy.md`.

use entity::states::{AdminRole::*, DelegatedRole};
use strum::{IntoStaticStr, VariantArray};

use super::{
    Consent, Dismissal, Gives, Proof,
    Requirement::{self, *},
    Secret, SignIn, Spec,
    TargetRule::*,
    Tells,
    spec::{
        by_operator, by_secret, in_account, job, of_client, of_partner, of_platform, on_oneself,
    },
};

/// Who may make offers for a partner.
const OFFER_MAKERS: Requirement = AnyOf(&[Own(GlobalAdmin), HoldsDelegatedRole]);
/// Who may stop a recovery: operators, and the account's admins from PASSWORD_ADMIN on.
const RECOVERY_STOPPERS: Requirement = AnyOf(&[Operator, Own(PasswordAdmin)]);
/// Both sides of a grant.
const GRANT_PARTIES: Requirement = AnyOf(&[Own(GlobalAdmin), PartnerOf(GlobalAdmin)]);

/// Something that can be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum OperationKind {
    FoundPlatform,
    PurgeUser,
    RecheckDomain,
    CreateOperator,
    RemindOfTerm,
    CloseGrant,
    SendRecovery,
    SummariseReads,
    SummariseRefusals,
    RelinkRecord,
    RestoreRecord,
    HoldForLoss,
    SendNotes,
    EraseTexts,
    RegisterOrganization,
    RenameOrganization,
    CertifyPartner,
    SuspendCertification,
    ReinstateCertification,
    ResendEnrolment,
    StartRecovery,
    ApproveRecovery,
    StopRecovery,
    Redeliver,
    CreateService,
    CreatePlan,
    GiveSubscription,
    ChangeSubscription,
    AssignDelegatedRole,
    RemoveDelegatedRole,
    CreateOffer,
    EditOffer,
    WithdrawOffer,
    RotateOffer,
    SendOffer,
    ExportClientRecord,
    SetClientTags,
    TakeOver,
    ClosePrepared,
    AcceptOffer,
    DeclineOffer,
    HoldGrant,
    LiftGrant,
    LowerGrant,
    ShortenGrant,
    CleanUpGrant,
    GiveBackRoles,
    UpdateAccountRules,
    ExportRecord,
    EndGrant,
    AddUser,
    UpdateProfile,
    ChangeSignInName,
    ChangeContact,
    ConfirmContact,
    BlockSignIn,
    UnblockSignIn,
    DeleteUser,
    RestoreUser,
    EraseUser,
    AssignLicence,
    UnassignLicence,
    SetServiceAccess,
    AssignAdminRole,
    RemoveAdminRole,
    ResetPassword,
    RevokeSessions,
    AddDomain,
    VerifyDomain,
    SetDefaultDomain,
    RemoveDomain,
    RegisterDevice,
    RetireDevice,
    WipeDevice,
    Unsubscribe,
    RequestSignUp,
    CompleteSignUp,
    Enrol,
    RedeemReset,
    RedeemRecovery,
    StopRecoveryByLink,
    VerifyContact,
    SignIn,
    RefreshSession,
    SignOut,
    ConfirmPassword,
    SignOutEverywhere,
    ChangeOwnPassword,
}

impl OperationKind {
    /// What the catalogue says of the kind.
    pub const fn spec(self) -> Spec {
        match self {
            Self::FoundPlatform => job("platform.found", "Make the platform organization."),
            Self::PurgeUser => job(
                "user.purge",
                "Erase what is known of a deleted user who can no longer be restored.",
            )
            .on_user(AnyUser, SignIn::Apart),
            Self::RecheckDomain => job(
                "domain.recheck",
                "Note that the proof of a verified domain name is gone, is back, or was gone \
                 for too long.",
            )
            .on(Domain),
            Self::CreateOperator => job("operator.create", "Add a global admin of the platform."),
            Self::RemindOfTerm => job(
                "grant.remind",
                "Remind both sides that a grant's term ends soon, or that it ended.",
            )
            .on(Grant)
            .tells(Tells::Parties),
            Self::CloseGrant => job(
                "grant.close",
                "End a grant whose term has been over for the whole grace time.",
            )
            .on(Grant)
            .tells(Tells::Parties),
            Self::SendRecovery => job(
                "recovery.send",
                "Send the link of a recovery whose waiting time is over, or end the recovery if \
                 it is no longer needed or its contact is somebody else's by now.",
            )
            .sign_in(SignIn::Obtained),
            Self::SummariseReads => job(
                "record.summarise_reads",
                "Enter into the record how many people of the account a delegate was shown in an \
                 hour.",
            ),
            Self::SummariseRefusals => job(
                "record.summarise_refusals",
                "Enter into the record how often a refusal was repeated in an hour.",
            ),
            Self::RelinkRecord => job(
                "record.relink",
                "Link the entries of a record anew, in the form of this release.",
            ),
            Self::RestoreRecord => job(
                "record.restored",
                "Declare that entries of a record were lost, and begin a new epoch of the record.",
            ),
            Self::HoldForLoss => job(
                "grant.hold_for_loss",
                "Hold a grant because entries of one side's record were lost, until a global \
                 admin of that side lifts the hold.",
            )
            .on(Grant)
            .tells(Tells::Parties),
            Self::SendNotes => job(
                "record.send_notes",
                "Send the signed notes of where records end. This makes no entry, so that no \
                 sending is a reason for the next one.",
            ),
            Self::EraseTexts => job(
                "record.erase_texts",
                "Erase the texts of a purged user from the record, entry by entry. This makes no \
                 entry of its own: the entry of the purge tells of it.",
            ),
            Self::RegisterOrganization => by_operator(
                "organization.register",
                "Register an organization with its initial domain and first global admin.",
            ),
            Self::RenameOrganization => by_operator(
                "organization.rename",
                "Give an organization another name, such as after a change of its legal name.",
            ),
            Self::CertifyPartner => by_operator(
                "certification.certify",
                "Certify that an organization may offer delegated administration.",
            ),
            Self::SuspendCertification => by_operator(
                "certification.suspend",
                "Suspend a certification: every grant under it is held.",
            ),
            Self::ReinstateCertification => by_operator(
                "certification.reinstate",
                "Reinstate a suspended certification.",
            ),
            Self::ResendEnrolment => by_operator(
                "user.resend_enrolment",
                "Send an organization's first global admin a new enrolment link, while it has no \
                 enrolled global admin.",
            ),
            Self::StartRecovery => by_operator(
                "recovery.start",
                "Start the recovery of a global admin whom no other global admin of the \
                 organization can help.",
            )
            .sign_in(SignIn::Affected),
            Self::ApproveRecovery => by_operator(
                "recovery.approve",
                "Approve a recovery that another operator started: its link is sent after the \
                 waiting time.",
            )
            .on(Recovery)
            .sign_in(SignIn::Affected),
            Self::StopRecovery => {
                of_platform("recovery.stop", RECOVERY_STOPPERS, "Stop a recovery.").on(Recovery)
            }
            Self::Redeliver => by_operator(
                "delivery.redeliver",
                "Try again a delivery that was given up.",
            ),
            Self::CreateService => by_operator(
                "service.create",
                "Add a service to the platform's catalogue.",
            ),
            Self::CreatePlan => {
                by_operator("plan.create", "Add a plan to the platform's catalogue.")
            }
            Self::GiveSubscription => by_operator(
                "subscription.give",
                "Give an organization a subscription to a plan.",
            ),
            Self::ChangeSubscription => by_operator(
                "subscription.change",
                "Change the seats of an organization's subscription to a plan, or end it.",
            ),
            Self::AssignDelegatedRole => of_partner(
                "delegated_role.assign",
                Own(GlobalAdmin),
                "Give a user of the partner administrative access to the clients that it supports.",
            )
            .on_user(AnyUser, SignIn::Apart)
            .proof(Proof::Fresh)
            .gives(Gives::DelegatedRole),
            Self::RemoveDelegatedRole => of_partner(
                "delegated_role.remove",
                Own(GlobalAdmin),
                "Take a user's delegated role.",
            )
            .on_user(AnyUser, SignIn::Apart),
            Self::CreateOffer => of_partner(
                "offer.create",
                OFFER_MAKERS,
                "Make an offer: delegated administration, a trial or a purchase.",
            )
            .certified(),
            Self::EditOffer => of_partner(
                "offer.edit",
                OFFER_MAKERS,
                "Make a new revision of an offer. Grants and subscriptions that it made stay as \
                 they are.",
            )
            .certified(),
            Self::WithdrawOffer => of_partner(
                "offer.withdraw",
                OFFER_MAKERS,
                "Withdraw an offer: nobody can answer it any more. Grants and subscriptions that \
                 it made stay as they are.",
            ),
            Self::RotateOffer => of_partner(
                "offer.rotate",
                OFFER_MAKERS,
                "Give an offer a new URL; the old one no longer works.",
            )
            .certified(),
            Self::SendOffer => of_partner(
                "offer.send",
                OFFER_MAKERS,
                "Send an offer by email, once to each address.",
            )
            .certified(),
            Self::ExportClientRecord => of_partner(
                "client.export_record",
                OFFER_MAKERS,
                "Export a client's record: the acts of the partner's own people in full, of all \
                 other acts only the hash.",
            )
            .on(Client)
            .proof(Proof::Fresh),
            Self::SetClientTags => of_partner(
                "client.set_tags",
                OFFER_MAKERS,
                "Set the partner's own tags on a client.",
            )
            .on(Client),
            Self::TakeOver => of_client(
                "grant.take_over",
                DelegateOf(DelegatedRole::Full),
                "Take over what a colleague, who has since lost the delegated role, set and gave \
                 under a grant.",
            )
            .on(Grant)
            .unlisted(),
            Self::ClosePrepared => of_client(
                "grant.close_prepared",
                GRANT_PARTIES,
                "Close what someone of the partner, who has since lost the delegated role, set \
                 and gave under a grant.",
            )
            .on(Grant)
            .unlisted(),
            Self::AcceptOffer => of_client(
                "offer.accept",
                Own(GlobalAdmin),
                "Accept an offer, in whole or in parts.",
            )
            .on(Offer)
            .consent(Consent::Gives)
            .proof(Proof::Fresh),
            Self::DeclineOffer => of_client("offer.decline", Own(GlobalAdmin), "Decline an offer.")
                .on(Offer)
                .consent(Consent::Withholds),
            Self::HoldGrant => of_client("grant.hold", GRANT_PARTIES, "Pause a grant.")
                .on(Grant)
                .consent(Consent::Withholds)
                .tells(Tells::Parties)
                .left_to_recovered(),
            Self::LiftGrant => of_client(
                "grant.lift",
                GRANT_PARTIES,
                "Lift the hold that one's own side set on a grant.",
            )
            .on(Grant)
            .consent(Consent::Gives)
            .tells(Tells::Parties)
            .proof(Proof::Fresh),
            Self::LowerGrant => of_client(
                "grant.lower",
                Own(GlobalAdmin),
                "Lower the role cap of an open grant.",
            )
            .on(Grant)
            .consent(Consent::Withholds)
            .tells(Tells::Parties)
            .left_to_recovered(),
            Self::ShortenGrant => of_client(
                "grant.shorten",
                Own(GlobalAdmin),
                "Bring the end of an open grant's term forward.",
            )
            .on(Grant)
            .consent(Consent::Withholds)
            .tells(Tells::Parties),
            Self::CleanUpGrant => of_client(
                "grant.clean_up",
                Own(GlobalAdmin),
                "Take the admin roles that were given under a grant, and end the passwords \
                 that were set under it.",
            )
            .on(Grant),
            Self::GiveBackRoles => of_client(
                "grant.give_back_roles",
                Own(GlobalAdmin),
                "Give back the admin roles that delegates took under a grant.",
            )
            .on(Grant),
            Self::UpdateAccountRules => of_client(
                "account.update_rules",
                Own(GlobalAdmin),
                "Set the account's rules: which password deliveries are allowed, what delegates \
                 must give for the record, and whether they may obtain the sign-in of admins.",
            )
            .proof(Proof::Fresh),
            Self::ExportRecord => of_client(
                "record.export",
                Own(GlobalAdmin),
                "Export the record, or a part of it.",
            )
            .proof(Proof::Fresh)
            .keeps_note(),
            Self::EndGrant => of_client("grant.end", GRANT_PARTIES, "End a grant for ever.")
                .on(Grant)
                .consent(Consent::Withholds)
                .tells(Tells::Parties)
                .left_to_recovered(),
            Self::AddUser => in_account(
                "user.add",
                UserAdmin,
                "Add a user, who enrols by a link sent to the contact.",
            )
            .tells(Tells::AdminsOfContact),
            Self::UpdateProfile => in_account(
                "user.update_profile",
                UserAdmin,
                "Change a user's name, job title, department and usage location.",
            )
            .on_user(UserWithinRoleOrSelf, SignIn::Apart),
            Self::ChangeSignInName => in_account(
                "user.change_sign_in_name",
                UserAdmin,
                "Change what a user signs in with.",
            )
            .on_user(UserWithinRoleOrSelf, SignIn::Obtained)
            .tells(Tells::AdminsOfAdmin),
            Self::ChangeContact => in_account(
                "user.change_contact",
                UserAdmin,
                "Change where a user's one-time links are sent; the user proves it by a link.",
            )
            .on_user(UserWithinRole, SignIn::Obtained)
            .tells(Tells::AdminsOfContact)
            .sets_contact(),
            Self::ConfirmContact => in_account(
                "user.confirm_contact",
                UserAdmin,
                "Confirm that a contact which was set under a grant is the user's own; the \
                 user proves it by a link.",
            )
            .own_only()
            .on_user(UserWithinRole, SignIn::Affected)
            .sets_contact(),
            Self::BlockSignIn => in_account(
                "user.block_sign_in",
                UserAdmin,
                "Block a user from signing in; all sessions end.",
            )
            .on_user(UserWithinRole, SignIn::Affected)
            .tells(Tells::AdminsOfAdmin),
            Self::UnblockSignIn => in_account(
                "user.unblock_sign_in",
                UserAdmin,
                "Let a blocked user sign in again.",
            )
            .on_user(UserWithinRole, SignIn::Affected)
            .tells(Tells::AdminsOfAdmin)
            .undoes(Dismissal::Block),
            Self::DeleteUser => in_account(
                "user.delete",
                UserAdmin,
                "Delete a user, who can be restored for a limited time; licences are freed and \
                 sessions end.",
            )
            .on_user(UserWithinRole, SignIn::Affected)
            .tells(Tells::AdminsOfAdmin),
            Self::RestoreUser => in_account(
                "user.restore",
                UserAdmin,
                "Restore a deleted user, who chooses a new password by a link: the old one no \
                 longer works.",
            )
            .on_user(UserWithinRole, SignIn::Affected)
            .tells(Tells::AdminsOfAdmin)
            .undoes(Dismissal::Deletion),
            Self::EraseUser => in_account(
                "user.erase",
                GlobalAdmin,
                "Erase what is known of a deleted user at once: it can no longer be restored, and its \
                 sign-in name is free.",
            )
            .own_only()
            .on_user(UserWithinRole, SignIn::Affected)
            .proof(Proof::Fresh),
            Self::AssignLicence => in_account(
                "licence.assign",
                UserAdmin,
                "Assign a seat of a subscription to a user.",
            )
            .on_user(UserWithinRoleOrSelf, SignIn::Apart),
            Self::UnassignLicence => in_account(
                "licence.unassign",
                UserAdmin,
                "Take a seat of a subscription from a user.",
            )
            .on_user(UserWithinRoleOrSelf, SignIn::Apart),
            Self::SetServiceAccess => in_account(
                "user.set_service_access",
                UserAdmin,
                "Turn a service on or off for a user who is licensed for it.",
            )
            .on_user(UserWithinRoleOrSelf, SignIn::Apart),
            Self::AssignAdminRole => in_account(
                "admin_role.assign",
                GlobalAdmin,
                "Give a user an admin role.",
            )
            .on_user(AnyUser, SignIn::Affected)
            .tells(Tells::Admins)
            .proof(Proof::FreshForConsent)
            .gives(Gives::AdminRole),
            Self::RemoveAdminRole => in_account(
                "admin_role.remove",
                GlobalAdmin,
                "Take an admin role from a user.",
            )
            .on_user(AnyUser, SignIn::Affected)
            .tells(Tells::AdminsOfAdmin),
            Self::ResetPassword => in_account(
                "user.reset_password",
                PasswordAdmin,
                "Reset a user's password, by a one-time link or a temporary password; the old \
                 one and all sessions end.",
            )
            .on_user(UserWithinRole, SignIn::Apart)
            .tells(Tells::AdminsOfAdmin),
            Self::RevokeSessions => in_account(
                "user.revoke_sessions",
                HelpdeskAdmin,
                "End all sessions of a user.",
            )
            .on_user(UserWithinRole, SignIn::Affected)
            .tells(Tells::AdminsOfAdmin),
            Self::AddDomain => in_account(
                "domain.add",
                GlobalAdmin,
                "Add a domain name, to be proven by a TXT record.",
            ),
            Self::VerifyDomain => in_account(
                "domain.verify",
                GlobalAdmin,
                "Look up the proof of a domain name, and verify the name.",
            )
            .on(Domain),
            Self::SetDefaultDomain => in_account(
                "domain.set_default",
                GlobalAdmin,
                "Choose the domain name that users are added at by default.",
            )
            .on(Domain),
            Self::RemoveDomain => in_account(
                "domain.remove",
                GlobalAdmin,
                "Release a domain name that nobody signs in with.",
            )
            .on(Domain),
            Self::RegisterDevice => {
                in_account("device.register", GlobalAdmin, "Register a device.").of_devices()
            }
            Self::RetireDevice => in_account("device.retire", GlobalAdmin, "Retire a device.")
                .of_devices()
                .on(Device),
            Self::WipeDevice => {
                in_account("device.wipe", GlobalAdmin, "Ask a device to erase itself.")
                    .of_devices()
                    .on(Device)
            }
            Self::Unsubscribe => by_secret(
                "offer.unsubscribe",
                Secret::Link,
                "Stop offers to an email address, by the link in an offer's mail.",
            ),
            Self::RequestSignUp => by_secret(
                "sign_up.request",
                Secret::Link,
                "Ask for a new organization that can take a trial or a purchase; a mailed link \
                 proves the address.",
            ),
            Self::CompleteSignUp => by_secret(
                "sign_up.complete",
                Secret::Link,
                "Make the organization that was asked for, with its first global admin, by \
                 the mailed link.",
            ),
            Self::Enrol => by_secret(
                "user.enrol",
                Secret::UserLink,
                "Choose the first password by an enrolment link.",
            ),
            Self::RedeemReset => by_secret(
                "user.redeem_reset",
                Secret::UserLink,
                "Choose a new password by a reset link.",
            ),
            Self::RedeemRecovery => by_secret(
                "recovery.redeem",
                Secret::Link,
                "Choose a new password by the link of a recovery.",
            ),
            Self::StopRecoveryByLink => by_secret(
                "recovery.stop_by_link",
                Secret::Link,
                "Stop a recovery by the link in a mail about it.",
            ),
            Self::VerifyContact => by_secret(
                "user.verify_contact",
                Secret::UserLink,
                "Prove a contact by the link that was sent to it.",
            ),
            Self::SignIn => by_secret(
                "session.sign_in",
                Secret::Password,
                "Begin a session with a password.",
            ),
            Self::RefreshSession => by_secret(
                "session.refresh",
                Secret::RefreshToken,
                "Get a new access token by a refresh token.",
            ),
            Self::SignOut => on_oneself("session.sign_out", "End the current session.")
                .left_with_temporary_password(),
            Self::ConfirmPassword => on_oneself(
                "session.confirm_password",
                "Prove by one's own password who is signed in, before an act that needs a fresh \
                 sign-in.",
            ),
            Self::SignOutEverywhere => on_oneself(
                "session.sign_out_everywhere",
                "End all of one's own sessions except the current one.",
            ),
            Self::ChangeOwnPassword => on_oneself(
                "user.change_own_password",
                "Change one's own password; all other sessions end.",
            )
            .left_with_temporary_password(),
        }
    }
}
