//! Codes and reasons of refusals: stable names, a sentence for people, and what would cure it.

use crate::domain::described::Described;

macro_rules! codes {
    ($($variant:ident = $text:literal, $about:literal;)+) => {
        /// The class of an error: what a program branches on.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Code { $(#[doc = $about] $variant,)+ }

        impl Described for Code {
            const TYPE: &'static str = "ErrorCode";
            const ABOUT: &'static str = "The class of an error, in `extensions.code`.";
            fn all() -> &'static [Self] { &[$(Self::$variant),+] }
            fn name(self) -> &'static str { match self { $(Self::$variant => $text,)+ } }
            fn about(self) -> &'static str { match self { $(Self::$variant => $about,)+ } }
        }
    };
}

codes! {
    ParseFailed = "GRAPHQL_PARSE_FAILED", "The request is not well-formed: its JSON or its GraphQL document.";
    ValidationFailed = "GRAPHQL_VALIDATION_FAILED", "The document does not fit the schema.";
    Unauthenticated = "UNAUTHENTICATED", "Nobody is signed in, or the token or secret is not valid.";
    Forbidden = "FORBIDDEN", "The actor may see what the request names but may not do this; `reason` says why.";
    NotFound = "NOT_FOUND", "There is no such thing, or the actor may not know that there is.";
    BadUserInput = "BAD_USER_INPUT", "A value is not acceptable; `field` names it.";
    Conflict = "CONFLICT", "The request contradicts the present state: read again, then decide again.";
    FailedPrecondition = "FAILED_PRECONDITION", "The present state does not allow it; `reason` says why.";
    DelegationNotSupported = "DELEGATION_NOT_SUPPORTED", "No delegate can do this, whatever its role.";
    RateLimited = "RATE_LIMITED", "Too many requests; try again later.";
    QueryTooComplex = "QUERY_TOO_COMPLEX", "The document asks for too much at once.";
    Overloaded = "OVERLOADED", "The server is too busy, or cannot write to its disk now; try again later.";
    Internal = "INTERNAL_SERVER_ERROR", "The server failed; the request id helps the operator to find out why.";
}

macro_rules! reasons {
    ($($variant:ident = $text:literal, $code:ident, $sentence:literal, $cure:literal;)+) => {
        /// Why something was refused.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Reason { $(#[doc = $sentence] $variant,)+ }

        impl Reason {
            /// The class it belongs to.
            pub fn code(self) -> Code { match self { $(Self::$variant => Code::$code,)+ } }
            /// What would cure it, as a sentence; empty if nothing would.
            pub fn cure(self) -> &'static str { match self { $(Self::$variant => $cure,)+ } }
        }

        impl Described for Reason {
            const TYPE: &'static str = "ErrorReason";
            const ABOUT: &'static str = "Why something was refused, in `extensions.reason`.";
            fn all() -> &'static [Self] { &[$(Self::$variant),+] }
            fn name(self) -> &'static str { match self { $(Self::$variant => $text,)+ } }
            fn about(self) -> &'static str { match self { $(Self::$variant => $sentence,)+ } }
        }
    };
}

reasons! {
    NotSignedIn = "NOT_SIGNED_IN", Unauthenticated, "This needs a signed-in user.", "Sign in and send the access token as a bearer token.";
    TokenInvalid = "TOKEN_INVALID", Unauthenticated, "The access token is expired, revoked or not one of this server's.", "Sign in again, or refresh the session.";
    CredentialsInvalid = "CREDENTIALS_INVALID", Unauthenticated, "The sign-in name or the password is not right.", "Check both, or ask an admin for a password reset.";
    SessionInvalid = "SESSION_INVALID", Unauthenticated, "The refresh token was used before, has expired, or is not one of this server's.", "Sign in again.";
    LinkInvalid = "LINK_INVALID", Unauthenticated, "The link was used before, has expired, or was replaced by a later one.", "If you used it already, sign in. Otherwise ask whoever had it sent for a new one.";
    NoSuchThing = "NO_SUCH_THING", NotFound, "There is nothing with this id that you may see.", "Check the id.";
    RoleRequired = "ROLE_REQUIRED", Forbidden, "Your roles do not allow this.", "Ask a global admin of your organization for the role that this operation names.";
    RoleGivenByDelegate = "ROLE_GIVEN_BY_DELEGATE", Forbidden, "Your role was given by a partner's delegate, or by someone whose own role a delegate had given. It never counts for what only the organization's own admins may do, and it counts for nothing while the grant under which it was given is not active.", "Ask a global admin whom your organization itself appointed to give you the role again.";
    InHands = "IN_HANDS", Forbidden, "A partner's delegate set your contact, or could have learned your password. So what you do counts as done under that partner's grant too, and you cannot do what only the organization's own admins may do.", "Ask an admin of your organization to confirm your contact with confirmContact, or to set another with changeContact. Then open the link that is sent there, and choose a new password if it asks for one: after that your roles count as your own again.";
    RoleLimited = "ROLE_LIMITED", Forbidden, "This needs the delegated role FULL.", "Ask a global admin of your organization for the delegated role FULL.";
    OwnOnly = "OWN_ONLY", Forbidden, "Only the organization's own admins may do this, no delegate.", "Ask an admin of the organization concerned.";
    DeviceManagement = "DEVICE_MANAGEMENT", DelegationNotSupported, "Device management is not supported for delegates.", "Ask an admin of the client.";
    GrantHeld = "GRANT_HELD", Forbidden, "The grant is held.", "Wait until whoever set the hold lifts it.";
    GrantExpired = "GRANT_EXPIRED", Forbidden, "The grant's term is over.", "Ask the client to accept an offer again.";
    GrantEnded = "GRANT_ENDED", Forbidden, "The grant was ended.", "Ask the client to accept an offer again.";
    TargetSelf = "TARGET_SELF", Forbidden, "Nobody may do this to their own user.", "Ask another admin. To change your own password, use changeOwnPassword.";
    TargetPrivileged = "TARGET_PRIVILEGED", Forbidden, "The user holds a role that your role may not touch.", "Ask a global admin of the account.";
    ContactOfPartner = "CONTACT_OF_PARTNER", Forbidden, "Your contact is at a domain name that the partner proved, or is an address of one of its users: whoever reads that mailbox could consent in your organization's name.", "Ask another global admin of your organization to set your contact, with changeContact, to a mailbox that is not the partner's; or let a global admin do this whose contact is not the partner's.";
    OwnOffer = "OWN_OFFER", Forbidden, "An organization does not answer its own offer, and the platform does not answer any offer.", "Send the offer to a client.";
    NotCertified = "NOT_CERTIFIED", FailedPrecondition, "The partner's certification is not current.", "Ask the platform's operators to certify the organization or to reinstate it.";
    AlreadyCertified = "ALREADY_CERTIFIED", FailedPrecondition, "The organization is certified already.", "";
    AlreadySuspended = "ALREADY_SUSPENDED", FailedPrecondition, "The certification is suspended already.", "";
    NotSuspended = "NOT_SUSPENDED", FailedPrecondition, "The certification is not suspended.", "";
    AlreadyEnrolled = "ALREADY_ENROLLED", FailedPrecondition, "A global admin of the organization is enrolled already.", "Ask that admin to reset the user's password.";
    ContactAsleep = "CONTACT_ASLEEP", FailedPrecondition, "A partner's delegate set the user's contact, under a grant that is not active: a link sent there would not work.", "Set the contact with changeContact; the user gets a link there.";
    PersonStands = "PERSON_STANDS", FailedPrecondition, "This person holds the delegated role FULL and can sign in, so nothing that this person set or gave waits.", "";
    ContactChanged = "CONTACT_CHANGED", Conflict, "The user's contact is not the one that you sent: it may have been changed after you read it.", "Read the user again, then confirm the present contact, or set another with changeContact.";
    NotInHands = "NOT_IN_HANDS", FailedPrecondition, "The user is not in the partner's hands. confirmContact needs a contact that was set under a grant; endSignInsOf needs users who are in the partner's hands under the grant that ends.", "";
    ContactNotConfirmable = "CONTACT_NOT_CONFIRMABLE", FailedPrecondition, "This contact cannot count as the user's own. A partner's delegate set it; or it is at a domain name that was added or proven under a grant, or that the partner or the platform proved; or it is an address of one of their users, or of another user of the account.", "Choose an address that is the user's alone. Admins of the account set it with changeContact, and remove a domain name that the account does not want with removeDomain.";
    SeveralGrants = "SEVERAL_GRANTS", FailedPrecondition, "People of several partners may hold your sign-in, or gave you your role. A role can be given under one grant only.", "Ask a global admin whom the account appointed to give it.";
    NobodyToEnrol = "NOBODY_TO_ENROL", FailedPrecondition, "No global admin of the organization waits for an enrolment link, so none was sent.", "A global admin who has enrolled and cannot sign in needs a password reset by another admin of the organization.";
    NotGlobalAdmin = "NOT_GLOBAL_ADMIN", BadUserInput, "No user with this sign-in name is a global admin whom the organization itself appointed and who is neither blocked nor deleted.", "Ask the organization for the sign-in name of its global admin.";
    AdminCanHelp = "ADMIN_CAN_HELP", FailedPrecondition, "Another global admin of the organization signed in recently and can help.", "Ask that admin to send a link with resetPassword, and to set another contact with changeContact first if the mailbox is lost.";
    RecoveryOpen = "RECOVERY_OPEN", FailedPrecondition, "Another recovery is still open in this organization.", "Approve that one, or stop it first.";
    RecoveryOver = "RECOVERY_OVER", FailedPrecondition, "The recovery was stopped, has lapsed, or has done its work.", "If it is still needed, an operator starts another with startRecovery.";
    AlreadyApproved = "ALREADY_APPROVED", FailedPrecondition, "The recovery is approved already.", "";
    OperatorTooNew = "OPERATOR_TOO_NEW", FailedPrecondition, "An operator can approve a recovery only after having been an operator for the whole waiting time of a recovery (by default 7 days) before it was started, and only if no other operator has changed this operator's sign-in or role since then.", "Ask an operator who meets both conditions.";
    SameOperator = "SAME_OPERATOR", FailedPrecondition, "The operator who started a recovery, or asked for a certification, cannot be the second one whom it needs.", "Ask another operator, who makes sure independently that the request comes from the organization.";
    NoVerifiedContact = "NO_VERIFIED_CONTACT", FailedPrecondition, "The user has no verified contact to send a link to.", "The user has to open the link that was sent to the contact, to enrol or to prove the contact; changeContact with the same address sends the link again.";
    ResetPending = "RESET_PENDING", FailedPrecondition, "Within the last five minutes, a delegate already had a link sent to this user, by which it can choose a password.", "Wait until five minutes have passed since then; an admin of the account need not wait.";
    PasswordChangeRequired = "PASSWORD_CHANGE_REQUIRED", Forbidden, "You signed in with a temporary password, which only lets you choose another.", "Choose a password of your own with changeOwnPassword.";
    RecordNotTrusted = "RECORD_NOT_TRUSTED", FailedPrecondition, "The record of this organization does not end where this server signed it last: someone may have changed the database. Nothing is done in the account until the platform's operators have looked into it.", "Tell the platform's operators: the server's log says what is wrong, and how to settle it.";
    FreshSignInRequired = "FRESH_SIGN_IN_REQUIRED", FailedPrecondition, "This needs a sign-in, or a call of confirmPassword, that is at most five minutes old.", "Call confirmPassword with your password, or sign in again; then send the request once more.";
    SignInBlocked = "SIGN_IN_BLOCKED", Unauthenticated, "Sign-in is blocked for this user.", "Ask an admin of your organization to unblock it.";
    SecretGuarded = "SECRET_GUARDED", Forbidden, "This user is guarded: it may consent for the account, or act in the account's clients. Only global admins whom the account itself appointed may change its sign-in, its roles or its name.", "Ask a global admin whom the account itself appointed; or have a link sent to the user's verified contact with resetPassword: the present password works until the user uses that link.";
    AdminGuarded = "ADMIN_GUARDED", Forbidden, "This user holds an admin role that the account itself gave. What is done with its sign-in counts as the account's own act, so no delegate may obtain that sign-in.", "Have a link sent to the user's verified contact with resetPassword, or ask an admin of the account.";
    ContactGuarded = "CONTACT_GUARDED", Forbidden, "An admin of the account set or confirmed this contact, so no delegate may change it.", "Ask an admin of the account to change it with changeContact, or a global admin of the account to allow such changes to delegates with updateAccountRules.";
    RecentlyRecovered = "RECENTLY_RECOVERED", Forbidden, "Your password was chosen by a link that no admin of your organization had sent. For a time that the platform sets (by default 24 hours) you can only hold, lower and end grants, so that an impostor can still be stopped.", "Wait until that time is over, or ask another global admin. Holding, lowering and ending a grant is possible at once.";
    Dismissed = "DISMISSED", Forbidden, "An admin of the account blocked or deleted this user.", "Ask an admin of the account: only the account's own admins may undo this.";
    SignInByDelegate = "SIGN_IN_BY_DELEGATE", FailedPrecondition, "A partner's delegate set this user's contact, or could have learned its password. Until the user has come out of the partner's hands, the account's own admins cannot give it a role or access to clients.", "Confirm the contact with confirmContact, or set another with changeContact, and give the role once the user has opened the link that is sent there. assignAdminRole with `whenOut: true` lets the role wait for that.";
    TicketRequired = "TICKET_REQUIRED", BadUserInput, "The account requires a ticket from delegates.", "Send the number of your ticket as `ticket`.";
    NoteRequired = "NOTE_REQUIRED", BadUserInput, "The account requires a note from delegates that says why.", "Say why in `note`.";
    DeliveryNotAllowed = "DELIVERY_NOT_ALLOWED", FailedPrecondition, "The account does not allow this way of giving a user a new password.", "Choose another delivery, or ask a global admin of the account to allow it with updateAccountRules.";
    UserDeleted = "USER_DELETED", FailedPrecondition, "The user is deleted.", "Restore the user first.";
    UserNotDeleted = "USER_NOT_DELETED", FailedPrecondition, "The user is not deleted.", "";
    AlreadyBlocked = "ALREADY_BLOCKED", FailedPrecondition, "Sign-in is blocked already.", "";
    NotBlocked = "NOT_BLOCKED", FailedPrecondition, "Sign-in is not blocked.", "";
    DomainNotProven = "DOMAIN_NOT_PROVEN", FailedPrecondition, "The TXT record that proves the name was not found.", "Publish the domain's `txtRecord`, wait until it is visible to others, and try again.";
    DomainLookupFailed = "DOMAIN_LOOKUP_FAILED", FailedPrecondition, "The name could not be looked up: the name servers gave no answer.", "Check the domain's name servers, and try again later.";
    AlreadyVerified = "ALREADY_VERIFIED", FailedPrecondition, "The domain name is verified already.", "";
    DomainNotVerified = "DOMAIN_NOT_VERIFIED", FailedPrecondition, "The domain name is not verified.", "Verify it with verifyDomain first.";
    DomainResting = "DOMAIN_RESTING", FailedPrecondition, "Another organization released this domain name recently. It is free again after a time that the platform sets (by default 30 days).", "Try again when that time is over, or ask the platform's operators.";
    DomainInitial = "DOMAIN_INITIAL", FailedPrecondition, "An organization always keeps its initial domain.", "";
    DomainInUse = "DOMAIN_IN_USE", FailedPrecondition, "Users sign in with this domain name, deleted ones who can be restored included.", "Change their sign-in names with changeSignInName first; restore deleted ones with restoreUser for that, or erase them with eraseUser.";
    DomainIsDefault = "DOMAIN_IS_DEFAULT", FailedPrecondition, "This is the default domain name: users are added at it.", "Choose another with setDefaultDomain first.";
    DomainReserved = "DOMAIN_RESERVED", BadUserInput, "Only the platform itself gives out names under its own domain.", "Add a domain name that your organization holds itself.";
    PublicSuffix = "PUBLIC_SUFFIX", BadUserInput, "The name is a public suffix: others register their domain names under it.", "Add a name below it that your organization holds itself.";
    SubscriptionOver = "SUBSCRIPTION_OVER", FailedPrecondition, "The subscription is over.", "Choose another subscription.";
    NoSeatLeft = "NO_SEAT_LEFT", FailedPrecondition, "Every seat of the subscription is assigned.", "Take a seat from another user, or ask for more seats.";
    SeatsInUse = "SEATS_IN_USE", FailedPrecondition, "More seats are assigned than the subscription would have.", "Take seats from users first.";
    LicenceHeld = "LICENCE_HELD", FailedPrecondition, "The user has a seat of this subscription already.", "";
    LicenceNotHeld = "LICENCE_NOT_HELD", FailedPrecondition, "The user has no seat of this subscription.", "";
    ServiceNotLicensed = "SERVICE_NOT_LICENSED", FailedPrecondition, "None of the user's licences includes this service.", "Assign a licence of a plan that includes it.";
    CapNotLower = "CAP_NOT_LOWER", BadUserInput, "The role cap is not below the grant's present cap.", "Accept an offer with `amend: true` to raise a cap; lowerGrant only lowers it.";
    EndNotEarlier = "END_NOT_EARLIER", BadUserInput, "The end is not between now and the end of the grant's term.", "Choose an earlier end; endGrant ends a grant at once.";
    AlreadyWiped = "ALREADY_WIPED", FailedPrecondition, "The device was asked to erase itself already.", "";
    TooManySubscriptions = "TOO_MANY_SUBSCRIPTIONS", RateLimited, "This user, this connection or this server has no room for another live subscription.", "End one, or try again later.";
    LastGlobalAdmin = "LAST_GLOBAL_ADMIN", FailedPrecondition, "The organization would be left without an enrolled global admin whom it appointed itself.", "Give the role to another enrolled user first.";
    RoleHeld = "ROLE_HELD", FailedPrecondition, "The user holds this role already, or the role waits to be given to the user.", "To take back a role that waits, use removeAdminRole.";
    RoleNotHeld = "ROLE_NOT_HELD", FailedPrecondition, "The user does not hold this role.", "";
    AlreadyHeld = "ALREADY_HELD", FailedPrecondition, "Your side holds the grant already.", "";
    NotHeld = "NOT_HELD", FailedPrecondition, "Your side does not hold the grant.", "Only the side that set a hold can lift it.";
    GrantOver = "GRANT_OVER", FailedPrecondition, "The grant was ended, or its term is over.", "";
    GrantStands = "GRANT_STANDS", FailedPrecondition, "The grant that was given by this offer is still open.", "End the grant instead.";
    AlreadyRetired = "ALREADY_RETIRED", FailedPrecondition, "The device is retired already.", "";
    OfferWithdrawn = "OFFER_WITHDRAWN", FailedPrecondition, "The partner withdrew the offer.", "Ask the partner for another one.";
    OfferReplaced = "OFFER_REPLACED", FailedPrecondition, "The partner replaced the address of this offer by another one.", "Ask the partner for the new address.";
    OfferExpired = "OFFER_EXPIRED", FailedPrecondition, "The offer has expired.", "Ask the partner for another one.";
    PartsInvalid = "PARTS_INVALID", BadUserInput, "The parts do not fit the kind of the offer.", "A DELEGATION offer has delegation and no plan; a TRIAL has one plan; a PURCHASE has one or more plans, each once.";
    PlanNotSold = "PLAN_NOT_SOLD", BadUserInput, "A plan is not sold in the usage location, or no usage location was given.", "Give a usage location where every plan is sold; the plan's `locations` says where.";
    MessageWithLink = "MESSAGE_WITH_LINK", BadUserInput, "The text has a link or an address in it.", "Leave it out: the server adds the links that are needed.";
    PartNotOffered = "PART_NOT_OFFERED", BadUserInput, "The offer does not have this part.", "Accept the parts that the offer names.";
    NothingAccepted = "NOTHING_ACCEPTED", BadUserInput, "An acceptance must take at least one part of the offer.", "Name a part, or decline the offer.";
    SubscriptionsTaken = "SUBSCRIPTIONS_TAKEN", Conflict, "The organization took this offer's subscriptions already.", "They stay as they are. Accept only the offer's delegation, or ask the partner for another offer.";
    OfferChanged = "OFFER_CHANGED", Conflict, "The offer has changed since it was read: its revision or digest is different.", "Read the offer again, and answer what it says now.";
    TermsDiffer = "TERMS_DIFFER", Conflict, "There is an open grant to this partner on other terms.", "Send `amend: true` to replace its terms by these, or end it first.";
    CapExceeded = "CAP_EXCEEDED", BadUserInput, "The role cap is above what the offer asks for.", "Choose the offer's role cap or a lower one.";
    SeatsExceeded = "SEATS_EXCEEDED", BadUserInput, "These are more licences than may be taken by this offer.", "Take as many as the offer's `mostSeats` or fewer; for more, ask the partner, who confirms it by raising `mostSeats` with editOffer.";
    TrialTaken = "TRIAL_TAKEN", Conflict, "The organization had a trial of this plan already: several trials of one plan are one.", "Accept only the offer's delegation, or ask the partner for a purchase.";
    TermExceeded = "TERM_EXCEEDED", BadUserInput, "The term is longer than the offer's.", "Choose the offer's term or a shorter one.";
    NotGivenUp = "NOT_GIVEN_UP", FailedPrecondition, "The delivery was not given up.", "Only a delivery that was given up can be tried again.";
    MailQuota = "MAIL_QUOTA", RateLimited, "These would be more mails than the server sends for one partner within 24 hours (the platform sets the number, by default 500). None was sent.", "Send to fewer addresses, send the text yourself, or wait.";
    NameConfusable = "NAME_CONFUSABLE", Conflict, "The name could be mistaken for another organization's, contains a reserved word, or mixes scripts.", "Choose a name that nobody can mistake for another's.";
    SignUpNotOffered = "SIGN_UP_NOT_OFFERED", FailedPrecondition, "A new organization can only be asked for with an open offer of a trial or a purchase.", "Ask the partner for such an offer, or ask the platform to register your organization.";
    NameTaken = "NAME_TAKEN", Conflict, "The name is in use.", "Choose another name.";
    DomainUnknown = "DOMAIN_UNKNOWN", BadUserInput, "The sign-in name's domain is not one of the account's verified domains.", "Use the account's initial domain or a verified one.";
    InputInvalid = "INPUT_INVALID", BadUserInput, "The value is not acceptable.", "";
    PasswordWeak = "PASSWORD_WEAK", BadUserInput, "The password is too short, too common or too easy to guess.", "Use at least 15 characters that are not a common phrase; a few random words do well.";
    IdInvalid = "ID_INVALID", BadUserInput, "This is not an id of this API, or it is the id of another type of thing than the field takes.", "Send an id as this API gave it, of the type that the field names.";
    IdempotencyKeyReused = "IDEMPOTENCY_KEY_REUSED", Conflict, "The idempotency key was already used for a request of the same kind with other input.", "Use a new key for a new request.";
    DuplicateMutationKey = "DUPLICATE_MUTATION_KEY", ValidationFailed, "Two mutation fields share one response key.", "Give each mutation field an alias of its own.";
    TooManyRequests = "TOO_MANY_REQUESTS", RateLimited, "Too many requests from this address or by this user.", "Wait a minute, then try again.";
}

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denial {
    /// The reason.
    pub reason: Reason,
    /// What would cure it; empty if nothing would.
    pub cure: String,
}

impl From<Reason> for Denial {
    fn from(reason: Reason) -> Self {
        Self {
            reason,
            cure: reason.cure().to_owned(),
        }
    }
}

impl Denial {
    /// A refusal with a more exact cure than the reason's own.
    pub fn with_cure(reason: Reason, cure: impl Into<String>) -> Self {
        Self {
            reason,
            cure: cure.into(),
        }
    }
}
