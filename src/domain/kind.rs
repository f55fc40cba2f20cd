//! The catalogue: everything that can be done, one line a kind.
//!
//! From this table come the guards, the policy's role check, the names in the record,
//! `allowedOperations`, `explainAccess` and the test matrices. To add a kind: 1. its line here,
//! 2. its file in `operations/`, 3. its resolver, 4. its sample input and test.

use entity::states::{AdminRole, DelegatedRole};

use crate::domain::{described::Described, role};

/// Whose record an act enters, and what the operation is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Concern {
    /// The platform's doing: registration and certification.
    Platform,
    /// A partner's own affairs.
    Partner,
    /// A client's consent.
    Client,
    /// The administration of an account, by its own admins or by delegates.
    Account,
    /// A user's own session and password.
    Personal,
    /// The server's own jobs.
    System,
}

/// Who may do it, before delegation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Requirement {
    /// A global admin of the platform.
    Operator,
    /// A user of the account with at least this admin role.
    Own(AdminRole),
    /// A user of the account who holds a delegated role.
    HoldsDelegatedRole,
    /// A user of the grant's partner with at least this admin role there.
    PartnerOf(AdminRole),
    /// A user of the grant's partner with at least this delegated role.
    DelegateOf(DelegatedRole),
    /// Any of these.
    AnyOf(&'static [Requirement]),
    /// A signed-in user, on itself.
    Myself,
    /// Anyone with the right secret.
    Anyone,
    /// A job of the server.
    System,
}

/// Whether delegates may do it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delegation {
    /// By whom the requirement is met when FULL and LIMITED stand for their admin roles.
    Delegable,
    /// By no delegate: only the organization's own admins.
    OwnOnly,
    /// By no delegate: device management.
    NotSupported,
}

/// What the operation touches, and which of those it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetRule {
    /// Nothing that exists already.
    None,
    /// Any user of the account.
    AnyUser,
    /// A user whom the acting role may touch, never oneself.
    UserWithinRole,
    /// A user whom the acting role may touch, or oneself.
    UserWithinRoleOrSelf,
    /// A domain name of the account.
    Domain,
    /// A client of the account, which is a partner.
    Client,
    /// A device of the account.
    Device,
    /// A grant given by the account.
    Grant,
    /// An offer by another, certified organization.
    Offer,
    /// What a secret opens.
    Secret,
}

/// What an operation does to the sign-in of the user that it touches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignIn {
    /// By it, whoever does it may come by the sign-in.
    Obtained,
    /// It keeps the user out, lets it in again, or changes what it may do once it is in.
    Affected,
    /// Nothing.
    Apart,
}

/// Who is told of an operation by mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    Nobody,
    /// Both sides of the grant.
    Parties,
    /// The account's global admins, where it rests on a grant.
    Admins,
    /// The account's global admins, where it rests on a grant and touches an admin.
    AdminsOfAdmin,
    /// The account's global admins, of the contact that it set, where it rests on a grant.
    AdminsOfContact,
}

/// How lately the user must have proven who it is, by a sign-in or by its password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// At some time in the session.
    Session,
    /// A moment ago.
    Fresh,
    /// A moment ago, where a role is given that consents for the account.
    FreshForConsent,
}

/// A line of the catalogue.
#[derive(Clone, Copy, Debug)]
pub struct Spec {
    /// Stable name in the record and in events.
    pub stable: &'static str,
    /// The schema's enum value.
    pub name: &'static str,
    /// What it is about.
    pub concern: Concern,
    /// Who may.
    pub requirement: Requirement,
    /// Whether delegates may.
    pub delegation: Delegation,
    /// What it touches.
    pub target: TargetRule,
    /// True when the account itself must be certified.
    pub certified: bool,
    /// What it does to the sign-in of the user that it touches.
    pub sign_in: SignIn,
    /// Who is told of it, besides whom its operation itself tells.
    pub told: Told,
    /// What is asked of the session besides.
    pub proof: Proof,
    /// What it does: one sentence.
    pub about: &'static str,
}

macro_rules! kinds {
    ($($variant:ident, $name:literal, $stable:literal, $concern:ident, $requirement:expr, $delegation:ident, $target:ident, $certified:literal, $sign_in:ident, $told:ident, $proof:ident, $about:literal;)+) => {
        /// Something that can be done.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum OperationKind { $(#[doc = $about] $variant,)+ }

        impl OperationKind {
            /// Every kind, in the catalogue's order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The kind's line.
            pub const fn spec(self) -> Spec {
                use {AdminRole::*, Requirement::*};
                match self {
                    $(Self::$variant => Spec {
                        stable: $stable, name: $name, concern: Concern::$concern,
                        requirement: $requirement, delegation: Delegation::$delegation,
                        target: TargetRule::$target, certified: $certified, sign_in: SignIn::$sign_in,
                        told: Told::$told, proof: Proof::$proof, about: $about,
                    },)+
                }
            }
        }
    };
}

impl OperationKind {
    /// Whether it is an act of consent: one side binds itself, or the other, by it. Both sides are given a
    /// receipt of it, and it stands in the anchor file before it is answered.
    pub const fn is_consent(self) -> bool {
        matches!(
            self,
            Self::AcceptOffer
                | Self::DeclineOffer
                | Self::HoldGrant
                | Self::LiftGrant
                | Self::LowerGrant
                | Self::ShortenGrant
                | Self::EndGrant
        )
    }

    /// Whether the note of the record's end at its entry is kept: for a receipt, or for the end of an export.
    pub const fn keeps_note(self) -> bool {
        self.is_consent() || matches!(self, Self::ExportRecord)
    }
}

const OFFER_MAKERS: &[Requirement] = &[
    Requirement::Own(AdminRole::GlobalAdmin),
    Requirement::HoldsDelegatedRole,
];
const RECOVERY_STOPPERS: &[Requirement] = &[
    Requirement::Operator,
    Requirement::Own(AdminRole::PasswordAdmin),
];
const GRANT_PARTIES: &[Requirement] = &[
    Requirement::Own(AdminRole::GlobalAdmin),
    Requirement::PartnerOf(AdminRole::GlobalAdmin),
];

kinds! {
    FoundPlatform, "FOUND_PLATFORM", "platform.found", System, System, OwnOnly, None, false, Apart, Nobody, Session, "Make the platform organization.";
    PurgeUser, "PURGE_USER", "user.purge", System, System, OwnOnly, AnyUser, false, Apart, Nobody, Session, "Erase what is known of a user who was deleted longer ago than it can be restored.";
    RecheckDomain, "RECHECK_DOMAIN", "domain.recheck", System, System, OwnOnly, Domain, false, Apart, Nobody, Session, "Note that the proof of a verified domain name is gone, is back, or was gone for too long.";
    CreateOperator, "CREATE_OPERATOR", "operator.create", System, System, OwnOnly, None, false, Apart, Nobody, Session, "Add a global admin of the platform.";
    RemindOfTerm, "REMIND_OF_TERM", "grant.remind", System, System, OwnOnly, Grant, false, Apart, Parties, Session, "Remind both sides that a grant's term ends soon, or that it ended.";
    CloseGrant, "CLOSE_GRANT", "grant.close", System, System, OwnOnly, Grant, false, Apart, Parties, Session, "End a grant for good whose term has been over for the whole grace time.";
    SendRecovery, "SEND_RECOVERY", "recovery.send", System, System, OwnOnly, None, false, Obtained, Nobody, Session, "Send the link of a recovery whose waiting time is over, or end it where another global admin can help.";
    SummariseReads, "SUMMARISE_READS", "record.summarise_reads", System, System, OwnOnly, None, false, Apart, Nobody, Session, "Enter how many people of the account a delegate was shown in an hour.";
    SummariseRefusals, "SUMMARISE_REFUSALS", "record.summarise_refusals", System, System, OwnOnly, None, false, Apart, Nobody, Session, "Enter the number of repeated refusals of an hour.";
    RelinkRecord, "RELINK_RECORD", "record.relink", System, System, OwnOnly, None, false, Apart, Nobody, Session, "Link the entries of a record anew, in the form of this release.";
    RestoreRecord, "RESTORE_RECORD", "record.restored", System, System, OwnOnly, None, false, Apart, Nobody, Session, "Declare that entries of a record were lost, and begin a new epoch of it.";
    HoldForLoss, "HOLD_FOR_LOSS", "grant.hold_for_loss", System, System, OwnOnly, Grant, false, Apart, Parties, Session, "Hold a grant, because entries of a side's record were lost, until a global admin of that side lifts it.";
    SendNotes, "SEND_NOTES", "record.send_notes", System, System, OwnOnly, None, false, Apart, Nobody, Session, "Send the notes of where records end. It makes no entry: else no record would ever be silent.";
    EraseTexts, "ERASE_TEXTS", "record.erase_texts", System, System, OwnOnly, None, false, Apart, Nobody, Session, "Erase texts of a user who was purged, entry by entry. The entry that tells of it is that of the purge.";
    RegisterOrganization, "REGISTER_ORGANIZATION", "organization.register", Platform, Operator, OwnOnly, None, false, Apart, Nobody, Session, "Register an organization with its initial domain and first global admin.";
    CertifyPartner, "CERTIFY_PARTNER", "certification.certify", Platform, Operator, OwnOnly, None, false, Apart, Nobody, Session, "Certify that an organization may offer delegated administration.";
    SuspendCertification, "SUSPEND_CERTIFICATION", "certification.suspend", Platform, Operator, OwnOnly, None, false, Apart, Nobody, Session, "Suspend a certification: every grant under it is held.";
    ReinstateCertification, "REINSTATE_CERTIFICATION", "certification.reinstate", Platform, Operator, OwnOnly, None, false, Apart, Nobody, Session, "Reinstate a suspended certification.";
    ResendEnrolment, "RESEND_ENROLMENT", "user.resend_enrolment", Platform, Operator, OwnOnly, None, false, Apart, Nobody, Session, "Send the first global admin a new enrolment link, while none is enrolled.";
    StartRecovery, "START_RECOVERY", "recovery.start", Platform, Operator, OwnOnly, None, false, Affected, Nobody, Session, "Start the recovery of a global admin in whose organization no other can help.";
    ApproveRecovery, "APPROVE_RECOVERY", "recovery.approve", Platform, Operator, OwnOnly, None, false, Affected, Nobody, Session, "Approve a recovery that another operator started: its link is sent after the waiting time.";
    StopRecovery, "STOP_RECOVERY", "recovery.stop", Platform, AnyOf(RECOVERY_STOPPERS), OwnOnly, None, false, Apart, Nobody, Session, "Stop a recovery.";
    Redeliver, "REDELIVER", "delivery.redeliver", Platform, Operator, OwnOnly, None, false, Apart, Nobody, Session, "Try a delivery again that was given up.";
    CreateService, "CREATE_SERVICE", "service.create", Platform, Operator, OwnOnly, None, false, Apart, Nobody, Session, "Add a service to the platform's catalogue.";
    CreatePlan, "CREATE_PLAN", "plan.create", Platform, Operator, OwnOnly, None, false, Apart, Nobody, Session, "Add a plan to the platform's catalogue.";
    GiveSubscription, "GIVE_SUBSCRIPTION", "subscription.give", Platform, Operator, OwnOnly, None, false, Apart, Nobody, Session, "Give an organization a subscription to a plan.";
    ChangeSubscription, "CHANGE_SUBSCRIPTION", "subscription.change", Platform, Operator, OwnOnly, None, false, Apart, Nobody, Session, "Change the seats of a subscription, or end it.";
    AssignDelegatedRole, "ASSIGN_DELEGATED_ROLE", "delegated_role.assign", Partner, Own(GlobalAdmin), OwnOnly, AnyUser, false, Apart, Nobody, Fresh, "Give a user of the partner administrative access to the clients it supports.";
    RemoveDelegatedRole, "REMOVE_DELEGATED_ROLE", "delegated_role.remove", Partner, Own(GlobalAdmin), OwnOnly, AnyUser, false, Apart, Nobody, Session, "Take a user's delegated role.";
    CreateOffer, "CREATE_OFFER", "offer.create", Partner, AnyOf(OFFER_MAKERS), OwnOnly, None, true, Apart, Nobody, Session, "Make an offer: delegated administration, a trial or a purchase.";
    EditOffer, "EDIT_OFFER", "offer.edit", Partner, AnyOf(OFFER_MAKERS), OwnOnly, None, true, Apart, Nobody, Session, "Make a new revision of an offer; what stands is not widened by it.";
    WithdrawOffer, "WITHDRAW_OFFER", "offer.withdraw", Partner, AnyOf(OFFER_MAKERS), OwnOnly, None, false, Apart, Nobody, Session, "Withdraw an offer: nobody can answer it any more; grants stand.";
    RotateOffer, "ROTATE_OFFER", "offer.rotate", Partner, AnyOf(OFFER_MAKERS), OwnOnly, None, true, Apart, Nobody, Session, "Give an offer a new URL; the old one leads nowhere.";
    SendOffer, "SEND_OFFER", "offer.send", Partner, AnyOf(OFFER_MAKERS), OwnOnly, None, true, Apart, Nobody, Session, "Send an offer by email, once to each address.";
    ExportClientRecord, "EXPORT_CLIENT_RECORD", "client.export_record", Partner, AnyOf(OFFER_MAKERS), OwnOnly, Client, false, Apart, Nobody, Fresh, "Export a client's record: the own people's acts in full, of all others the hash alone.";
    SetClientTags, "SET_CLIENT_TAGS", "client.set_tags", Partner, AnyOf(OFFER_MAKERS), OwnOnly, Client, false, Apart, Nobody, Session, "Set the partner's own tags on a client.";
    TakeOver, "TAKE_OVER", "grant.take_over", Client, DelegateOf(DelegatedRole::Full), OwnOnly, Grant, false, Apart, Nobody, Session, "Take over what a colleague who holds no delegated role any more set and gave under a grant.";
    ClosePrepared, "CLOSE_PREPARED", "grant.close_prepared", Client, AnyOf(GRANT_PARTIES), OwnOnly, Grant, false, Apart, Nobody, Session, "Close what someone of the partner who holds no delegated role any more set and gave under a grant.";
    AcceptOffer, "ACCEPT_OFFER", "offer.accept", Client, Own(GlobalAdmin), OwnOnly, Offer, false, Apart, Nobody, Fresh, "Accept an offer: make a grant.";
    DeclineOffer, "DECLINE_OFFER", "offer.decline", Client, Own(GlobalAdmin), OwnOnly, Offer, false, Apart, Nobody, Session, "Decline an offer.";
    HoldGrant, "HOLD_GRANT", "grant.hold", Client, AnyOf(GRANT_PARTIES), OwnOnly, Grant, false, Apart, Parties, Session, "Pause a grant.";
    LiftGrant, "LIFT_GRANT", "grant.lift", Client, AnyOf(GRANT_PARTIES), OwnOnly, Grant, false, Apart, Parties, Fresh, "Lift the own side's hold on a grant.";
    LowerGrant, "LOWER_GRANT", "grant.lower", Client, Own(GlobalAdmin), OwnOnly, Grant, false, Apart, Parties, Session, "Lower the role cap of a standing grant.";
    ShortenGrant, "SHORTEN_GRANT", "grant.shorten", Client, Own(GlobalAdmin), OwnOnly, Grant, false, Apart, Parties, Session, "Bring the end of a standing grant's term forward.";
    CleanUpGrant, "CLEAN_UP_GRANT", "grant.clean_up", Client, Own(GlobalAdmin), OwnOnly, Grant, false, Apart, Nobody, Session, "Take the admin roles that were given under a grant, and end the passwords that were set under it.";
    GiveBackRoles, "GIVE_BACK_ROLES", "grant.give_back_roles", Client, Own(GlobalAdmin), OwnOnly, Grant, false, Apart, Nobody, Session, "Give back the admin roles that delegates took under a grant.";
    UpdateAccountRules, "UPDATE_ACCOUNT_RULES", "account.update_rules", Client, Own(GlobalAdmin), OwnOnly, None, false, Apart, Nobody, Fresh, "Say which password deliveries are allowed, and what delegates must give for the record.";
    ExportRecord, "EXPORT_RECORD", "record.export", Client, Own(GlobalAdmin), OwnOnly, None, false, Apart, Nobody, Fresh, "Export the record, or what is asked for of it.";
    EndGrant, "END_GRANT", "grant.end", Client, AnyOf(GRANT_PARTIES), OwnOnly, Grant, false, Apart, Parties, Session, "End a grant for good.";
    AddUser, "ADD_USER", "user.add", Account, Own(UserAdmin), Delegable, None, false, Apart, AdminsOfContact, Session, "Add a user, who enrols by a link sent to the contact.";
    UpdateProfile, "UPDATE_PROFILE", "user.update_profile", Account, Own(UserAdmin), Delegable, UserWithinRoleOrSelf, false, Apart, Nobody, Session, "Change a user's name, job title, department and usage location.";
    ChangeSignInName, "CHANGE_SIGN_IN_NAME", "user.change_sign_in_name", Account, Own(UserAdmin), Delegable, UserWithinRoleOrSelf, false, Obtained, AdminsOfAdmin, Session, "Change what a user signs in with.";
    ChangeContact, "CHANGE_CONTACT", "user.change_contact", Account, Own(UserAdmin), Delegable, UserWithinRole, false, Obtained, AdminsOfContact, Session, "Change where a user's one-time links are sent; the user proves it by a link.";
    ConfirmContact, "CONFIRM_CONTACT", "user.confirm_contact", Account, Own(UserAdmin), OwnOnly, UserWithinRole, false, Affected, Nobody, Session, "Confirm that a contact which was set under a grant is the user's own; the user proves it by a link.";
    BlockSignIn, "BLOCK_SIGN_IN", "user.block_sign_in", Account, Own(UserAdmin), Delegable, UserWithinRole, false, Affected, AdminsOfAdmin, Session, "Block a user from signing in; all sessions end.";
    UnblockSignIn, "UNBLOCK_SIGN_IN", "user.unblock_sign_in", Account, Own(UserAdmin), Delegable, UserWithinRole, false, Affected, AdminsOfAdmin, Session, "Let a blocked user sign in again.";
    DeleteUser, "DELETE_USER", "user.delete", Account, Own(UserAdmin), Delegable, UserWithinRole, false, Affected, AdminsOfAdmin, Session, "Delete a user, who can be restored within 30 days; licences are freed and sessions end.";
    RestoreUser, "RESTORE_USER", "user.restore", Account, Own(UserAdmin), Delegable, UserWithinRole, false, Affected, AdminsOfAdmin, Session, "Restore a deleted user, who chooses a new password by a link: the old one opens nothing.";
    AssignLicence, "ASSIGN_LICENCE", "licence.assign", Account, Own(UserAdmin), Delegable, UserWithinRoleOrSelf, false, Apart, Nobody, Session, "Assign a user a seat of a subscription.";
    UnassignLicence, "UNASSIGN_LICENCE", "licence.unassign", Account, Own(UserAdmin), Delegable, UserWithinRoleOrSelf, false, Apart, Nobody, Session, "Take a seat of a subscription from a user.";
    SetServiceAccess, "SET_SERVICE_ACCESS", "user.set_service_access", Account, Own(UserAdmin), Delegable, UserWithinRoleOrSelf, false, Apart, Nobody, Session, "Turn a service on or off for a user who is licensed for it.";
    AssignAdminRole, "ASSIGN_ADMIN_ROLE", "admin_role.assign", Account, Own(GlobalAdmin), Delegable, AnyUser, false, Affected, Admins, FreshForConsent, "Give a user an admin role.";
    RemoveAdminRole, "REMOVE_ADMIN_ROLE", "admin_role.remove", Account, Own(GlobalAdmin), Delegable, AnyUser, false, Affected, AdminsOfAdmin, Session, "Take an admin role from a user.";
    ResetPassword, "RESET_PASSWORD", "user.reset_password", Account, Own(PasswordAdmin), Delegable, UserWithinRole, false, Apart, AdminsOfAdmin, Session, "Reset a user's password, by a one-time link or a temporary password; the old one and all sessions end.";
    RevokeSessions, "REVOKE_SESSIONS", "user.revoke_sessions", Account, Own(HelpdeskAdmin), Delegable, UserWithinRole, false, Affected, AdminsOfAdmin, Session, "End all sessions of a user.";
    AddDomain, "ADD_DOMAIN", "domain.add", Account, Own(GlobalAdmin), Delegable, None, false, Apart, Nobody, Session, "Add a domain name, to be proven by a TXT record.";
    VerifyDomain, "VERIFY_DOMAIN", "domain.verify", Account, Own(GlobalAdmin), Delegable, Domain, false, Apart, Nobody, Session, "Look up the proof of a domain name, and verify the name.";
    SetDefaultDomain, "SET_DEFAULT_DOMAIN", "domain.set_default", Account, Own(GlobalAdmin), Delegable, Domain, false, Apart, Nobody, Session, "Choose the domain name that users are added at.";
    RemoveDomain, "REMOVE_DOMAIN", "domain.remove", Account, Own(GlobalAdmin), Delegable, Domain, false, Apart, Nobody, Session, "Release a domain name that nobody signs in with.";
    RegisterDevice, "REGISTER_DEVICE", "device.register", Account, Own(GlobalAdmin), NotSupported, None, false, Apart, Nobody, Session, "Register a device.";
    RetireDevice, "RETIRE_DEVICE", "device.retire", Account, Own(GlobalAdmin), NotSupported, Device, false, Apart, Nobody, Session, "Retire a device.";
    WipeDevice, "WIPE_DEVICE", "device.wipe", Account, Own(GlobalAdmin), NotSupported, Device, false, Apart, Nobody, Session, "Ask a device to erase itself.";
    Unsubscribe, "UNSUBSCRIBE", "offer.unsubscribe", Personal, Anyone, OwnOnly, Secret, false, Apart, Nobody, Session, "Want no more offers at an address, by the link in one.";
    RequestSignUp, "REQUEST_SIGN_UP", "sign_up.request", Personal, Anyone, OwnOnly, Secret, false, Apart, Nobody, Session, "Ask for an organization, to take a trial or a purchase with; a link proves the address.";
    CompleteSignUp, "COMPLETE_SIGN_UP", "sign_up.complete", Personal, Anyone, OwnOnly, Secret, false, Apart, Nobody, Session, "Make the organization that was asked for, with its first global admin, by the mailed link.";
    Enrol, "ENROL", "user.enrol", Personal, Anyone, OwnOnly, Secret, false, Apart, Nobody, Session, "Choose the first password by an enrolment link.";
    RedeemReset, "REDEEM_RESET", "user.redeem_reset", Personal, Anyone, OwnOnly, Secret, false, Apart, Nobody, Session, "Choose a new password by a reset link.";
    RedeemRecovery, "REDEEM_RECOVERY", "recovery.redeem", Personal, Anyone, OwnOnly, Secret, false, Apart, Nobody, Session, "Choose a new password by the link of a recovery.";
    StopRecoveryByLink, "STOP_RECOVERY_BY_LINK", "recovery.stop_by_link", Personal, Anyone, OwnOnly, Secret, false, Apart, Nobody, Session, "Stop a recovery by the link in a notice of it.";
    VerifyContact, "VERIFY_CONTACT", "user.verify_contact", Personal, Anyone, OwnOnly, Secret, false, Apart, Nobody, Session, "Prove a contact by the link that was sent to it.";
    SignIn, "SIGN_IN", "session.sign_in", Personal, Anyone, OwnOnly, Secret, false, Apart, Nobody, Session, "Begin a session with a password.";
    RefreshSession, "REFRESH_SESSION", "session.refresh", Personal, Anyone, OwnOnly, Secret, false, Apart, Nobody, Session, "Get a new access token by a refresh token.";
    SignOut, "SIGN_OUT", "session.sign_out", Personal, Myself, OwnOnly, None, false, Apart, Nobody, Session, "End the current session.";
    ConfirmPassword, "CONFIRM_PASSWORD", "session.confirm_password", Personal, Myself, OwnOnly, None, false, Apart, Nobody, Session, "Prove anew, by the own password, who is signed in: for what wants a fresh proof.";
    SignOutEverywhere, "SIGN_OUT_EVERYWHERE", "session.sign_out_everywhere", Personal, Myself, OwnOnly, None, false, Apart, Nobody, Session, "End all own sessions but the current one.";
    ChangeOwnPassword, "CHANGE_OWN_PASSWORD", "user.change_own_password", Personal, Myself, OwnOnly, None, false, Apart, Nobody, Session, "Change the own password; all other sessions end.";
}

impl OperationKind {
    /// The kind with this stable name.
    pub fn by_stable_name(stable: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|kind| kind.spec().stable == stable)
    }

    /// The least delegated role, derived: `None` where no delegate may.
    pub fn least_delegated(self) -> Option<DelegatedRole> {
        let spec = self.spec();
        match (spec.delegation, spec.requirement) {
            (Delegation::Delegable, Requirement::Own(least)) => {
                [DelegatedRole::Limited, DelegatedRole::Full]
                    .into_iter()
                    .find(|held| role::includes(role::stands_for(*held), least))
            }
            _ => None,
        }
    }

    /// Who may, and how lately it must have proven who it is, for the schema.
    pub fn least(self) -> String {
        let who = self.who();
        match self.spec().proof {
            Proof::Session => who,
            Proof::Fresh => format!("{who} Wants a fresh proof: `confirmPassword`."),
            Proof::FreshForConsent => {
                format!("{who} For GLOBAL_ADMIN it wants a fresh proof: `confirmPassword`.")
            }
        }
    }

    fn who(self) -> String {
        let spec = self.spec();
        let own = spec.requirement.in_words();
        match spec.delegation {
            Delegation::Delegable => match self.least_delegated() {
                Some(least) => format!("Least role: {own}, or {} under a grant.", least.as_str()),
                None => format!("Least role: {own}."),
            },
            Delegation::NotSupported => format!("Least role: {own}; not supported for delegates."),
            Delegation::OwnOnly => match spec.requirement {
                Requirement::Anyone | Requirement::Myself | Requirement::System => {
                    format!("For {own}.")
                }
                _ => format!("Least role: {own}; never a delegate."),
            },
        }
    }
}

impl Requirement {
    /// Whether an admin role of the account is enough.
    pub fn is_met_by(self, held: AdminRole) -> bool {
        match self {
            Self::Own(least) => role::includes(held, least),
            Self::AnyOf(any) => any.iter().any(|one| one.is_met_by(held)),
            _ => false,
        }
    }

    fn in_words(self) -> String {
        match self {
            Self::Operator => "operator".to_owned(),
            Self::Own(role) => format!("{} of the account", role.as_str()),
            Self::HoldsDelegatedRole => "a delegated role".to_owned(),
            Self::PartnerOf(role) => format!("{} of the partner", role.as_str()),
            Self::DelegateOf(role) => format!("{} of the partner", role.as_str()),
            Self::AnyOf(any) => any
                .iter()
                .map(|one| one.in_words())
                .collect::<Vec<_>>()
                .join(" or "),
            Self::Myself => "any signed-in user".to_owned(),
            Self::Anyone => "anyone with the secret".to_owned(),
            Self::System => "the server itself".to_owned(),
        }
    }
}

impl Described for OperationKind {
    const TYPE: &'static str = "OperationKind";
    const ABOUT: &'static str = "Something that can be done: a row of the catalogue.";

    fn all() -> &'static [Self] {
        Self::ALL
    }

    fn name(self) -> &'static str {
        self.spec().name
    }

    fn about(self) -> &'static str {
        self.spec().about
    }
}
