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
    Unauthenticated = "UNAUTHENTICATED", "Nobody is signed in, or the token or secret is not good.";
    Forbidden = "FORBIDDEN", "The actor sees the thing but may not do this; `reason` says why.";
    NotFound = "NOT_FOUND", "There is no such thing, or the actor may not know of it.";
    BadUserInput = "BAD_USER_INPUT", "A value is not acceptable; `field` names it.";
    Conflict = "CONFLICT", "It contradicts what stands; read again and decide anew.";
    FailedPrecondition = "FAILED_PRECONDITION", "Something else must happen first; `reason` says what.";
    DelegationNotSupported = "DELEGATION_NOT_SUPPORTED", "No delegate can do this, whatever its role.";
    RateLimited = "RATE_LIMITED", "Too many requests; try again later.";
    QueryTooComplex = "QUERY_TOO_COMPLEX", "The document asks for too much at once.";
    Overloaded = "OVERLOADED", "The server is too busy; try again.";
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
            /// What would cure it, as a sentence; empty where nothing would.
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
    LinkInvalid = "LINK_INVALID", Unauthenticated, "The link was used before, has expired, or was replaced by a later one.", "If you used it already, sign in. Else ask whoever had it sent for a new one.";
    NoSuchThing = "NO_SUCH_THING", NotFound, "There is nothing by this id that you may know of.", "Check the id.";
    RoleRequired = "ROLE_REQUIRED", Forbidden, "Your roles do not allow this.", "Ask a global admin of your organization for the role that this operation names.";
    RoleGivenByDelegate = "ROLE_GIVEN_BY_DELEGATE", Forbidden, "Your role was given by a partner's delegate, or by someone whose own role was: it does not count for what only the organization's own admins do, and counts for nothing while the grant that it was given under is not active.", "Ask a global admin whom your organization appointed to take the role and to give it again.";
    InHands = "IN_HANDS", Forbidden, "A partner's delegate set your contact, or could have learned your password: what you do counts as done under that partner's grant, and never for what only the organization's own admins do.", "Ask an admin of your organization to confirm your contact with confirmContact, or to set another with changeContact; once you have opened the link that is sent there, and chosen a new password where it asks for one, your roles are your own again.";
    RoleLimited = "ROLE_LIMITED", Forbidden, "This needs the delegated role FULL.", "Ask a global admin of your organization for the delegated role FULL.";
    OwnOnly = "OWN_ONLY", Forbidden, "Only the organization's own admins do this; no delegate does.", "Ask an admin of the organization concerned.";
    DeviceManagement = "DEVICE_MANAGEMENT", DelegationNotSupported, "Device management is not supported for delegates.", "Ask an admin of the client.";
    GrantHeld = "GRANT_HELD", Forbidden, "The grant is held.", "Wait until the hold is lifted by who set it.";
    GrantExpired = "GRANT_EXPIRED", Forbidden, "The grant's term is over.", "Ask the client to accept an offer again.";
    GrantEnded = "GRANT_ENDED", Forbidden, "The grant was ended.", "Ask the client to accept an offer again.";
    TargetSelf = "TARGET_SELF", Forbidden, "Nobody does this to themselves.", "Ask another admin; your own password you change with changeOwnPassword.";
    TargetPrivileged = "TARGET_PRIVILEGED", Forbidden, "The user holds a role that your role may not touch.", "Ask a global admin of the account.";
    ContactOfPartner = "CONTACT_OF_PARTNER", Forbidden, "Your contact is at a domain name that the partner proved, or is an address of one of its users: whoever reads that mailbox could consent in your organization's name.", "Have a global admin of your organization set your contact to a mailbox of its own with changeContact, or let one whose mailbox it is answer.";
    OwnOffer = "OWN_OFFER", Forbidden, "An organization does not answer its own offer, and the platform answers none.", "Send the offer to a client.";
    NotCertified = "NOT_CERTIFIED", FailedPrecondition, "The partner's certification is not current.", "Ask the platform's operators to certify the organization or to reinstate it.";
    AlreadyCertified = "ALREADY_CERTIFIED", FailedPrecondition, "The organization is certified already.", "";
    AlreadySuspended = "ALREADY_SUSPENDED", FailedPrecondition, "The certification is suspended already.", "";
    NotSuspended = "NOT_SUSPENDED", FailedPrecondition, "The certification is not suspended.", "";
    AlreadyEnrolled = "ALREADY_ENROLLED", FailedPrecondition, "A global admin of the organization is enrolled already.", "Ask that admin to reset the user's password.";
    ContactAsleep = "CONTACT_ASLEEP", FailedPrecondition, "A partner's delegate set the user's contact, under a grant that is not active: a link sent there would open nothing.", "Set the contact with changeContact; the user gets a link there.";
    PersonStands = "PERSON_STANDS", FailedPrecondition, "This person holds the delegated role FULL and can sign in: nothing of its doing waits.", "";
    ContactChanged = "CONTACT_CHANGED", Conflict, "The user's contact is another one than was read.", "Read the user again, and confirm what stands now, or set another with changeContact.";
    NotInHands = "NOT_IN_HANDS", FailedPrecondition, "The user is not in the partner's hands by this: no delegate of it set the contact, or could have learned the password, under a grant that is meant here.", "";
    ContactNotConfirmable = "CONTACT_NOT_CONFIRMABLE", FailedPrecondition, "This contact cannot be the user's alone: a partner's delegate set it, it is at a domain name that was added or proven under a grant or that the partner or the platform proved, is an address of one of their users, or of another user of the account.", "Choose an address that is the user's alone. Admins of the account set it with changeContact, and remove a domain name that the account does not want with removeDomain.";
    SeveralGrants = "SEVERAL_GRANTS", FailedPrecondition, "People of several partners may hold your sign-in or gave you your role: a role is given under one grant alone.", "Ask a global admin whom the account appointed to give it.";
    NobodyToEnrol = "NOBODY_TO_ENROL", FailedPrecondition, "No global admin of the organization waits for an enrolment link, so none was sent.", "Whoever enrolled before and cannot sign in needs a reset by another admin of the organization.";
    NotGlobalAdmin = "NOT_GLOBAL_ADMIN", BadUserInput, "The organization has no global admin of this sign-in name whom it appointed itself, and who is neither blocked nor deleted.", "Ask the organization for the sign-in name of its global admin.";
    AdminCanHelp = "ADMIN_CAN_HELP", FailedPrecondition, "Another global admin of the organization signed in lately and can help.", "That admin sends a link with resetPassword, after changeContact where the mailbox is lost.";
    RecoveryOpen = "RECOVERY_OPEN", FailedPrecondition, "A recovery in this organization goes on.", "Approve that one, or stop it first.";
    RecoveryOver = "RECOVERY_OVER", FailedPrecondition, "The recovery was stopped, has lapsed, or has done its work.", "Where it is still needed, operators start another with startRecovery.";
    AlreadyApproved = "ALREADY_APPROVED", FailedPrecondition, "The recovery is approved already.", "";
    OperatorTooNew = "OPERATOR_TOO_NEW", FailedPrecondition, "Who approves a recovery was an operator already a waiting time before it was started, and no other operator has touched its sign-in or role since.", "Ask an operator of whom both is true.";
    SameOperator = "SAME_OPERATOR", FailedPrecondition, "Whoever started a recovery does not approve it.", "Ask another operator, who makes sure for itself that the request comes from the organization.";
    NoVerifiedContact = "NO_VERIFIED_CONTACT", FailedPrecondition, "The user has no verified contact to send a link to.", "Let the user enrol through the link sent to the contact, or confirm it; changeContact with the same address sends the link again.";
    ResetPending = "RESET_PENDING", FailedPrecondition, "A link to a new password was sent to this user for a partner's delegate a moment ago.", "Wait until five minutes after it was sent, so that the user can redeem it in peace.";
    PasswordChangeRequired = "PASSWORD_CHANGE_REQUIRED", Forbidden, "You signed in with a temporary password, which is good only for choosing another.", "Choose a password of your own with changeOwnPassword.";
    RecordNotTrusted = "RECORD_NOT_TRUSTED", FailedPrecondition, "The record of this organization does not end where this server signed it last: someone may have changed the database. Nothing is done in the account until the platform's operators have looked.", "Tell the platform's operators: the log of the server names what is wrong, and the way out.";
    FreshSignInRequired = "FRESH_SIGN_IN_REQUIRED", FailedPrecondition, "This wants a proof, at most five minutes old, that you are yourself.", "Call confirmPassword with your password, or sign in again; then send the request once more.";
    SignInBlocked = "SIGN_IN_BLOCKED", Unauthenticated, "Sign-in is blocked for this user.", "Ask an admin of your organization to unblock it.";
    SecretGuarded = "SECRET_GUARDED", Forbidden, "This user may consent for the account, or act in its clients: its sign-in and its roles are in the hands of global admins whom the account itself appointed.", "Ask a global admin whom the account appointed, or have a link sent to the user's verified contact with resetPassword: what stands goes on until the user redeems it.";
    AdminGuarded = "ADMIN_GUARDED", Forbidden, "This user holds an admin role that the account itself gave: what is done with its sign-in passes for the account's own doing, so no delegate obtains it.", "Have a link sent to the user's verified contact with resetPassword, or ask an admin of the account.";
    ContactGuarded = "CONTACT_GUARDED", Forbidden, "An admin of the account set or confirmed this contact: no delegate changes it.", "Ask an admin of the account to change it with changeContact; or a global admin of the account to let delegates do so with updateAccountRules.";
    RecentlyRecovered = "RECENTLY_RECOVERED", Forbidden, "Your password was chosen by a link that no admin of your organization had sent: for a while you hold, lower and end grants, and do nothing else, so that who it may have been can be stopped.", "Wait until the time is over, or ask another global admin; holding, lowering and ending a grant never wait.";
    Dismissed = "DISMISSED", Forbidden, "An admin of the account blocked or deleted this user.", "Ask an admin of the account: only they undo it.";
    SignInByDelegate = "SIGN_IN_BY_DELEGATE", FailedPrecondition, "A partner's delegate set this user's contact, or could have learned its password: it is given no role, and no access to clients, as it is.", "Confirm the contact with confirmContact or set another with changeContact, and give the role once the user has opened the link; assignAdminRole with `whenOut: true` lets the role wait for that.";
    TicketRequired = "TICKET_REQUIRED", BadUserInput, "The account asks delegates for a ticket.", "Send the number of your ticket as `ticket`.";
    NoteRequired = "NOTE_REQUIRED", BadUserInput, "The account asks delegates for a note that says why.", "Say why, as `note`.";
    DeliveryNotAllowed = "DELIVERY_NOT_ALLOWED", FailedPrecondition, "The account does not allow this delivery of a new password.", "Choose another delivery, or ask a global admin of the account to allow it with updateAccountRules.";
    UserDeleted = "USER_DELETED", FailedPrecondition, "The user is deleted.", "Restore the user first.";
    UserNotDeleted = "USER_NOT_DELETED", FailedPrecondition, "The user is not deleted.", "";
    AlreadyBlocked = "ALREADY_BLOCKED", FailedPrecondition, "Sign-in is blocked already.", "";
    NotBlocked = "NOT_BLOCKED", FailedPrecondition, "Sign-in is not blocked.", "";
    DomainNotProven = "DOMAIN_NOT_PROVEN", FailedPrecondition, "The TXT record that proves the name was not found.", "Publish the domain's `txtRecord`, wait until it is visible to others, and try again.";
    DomainLookupFailed = "DOMAIN_LOOKUP_FAILED", FailedPrecondition, "The name could not be looked up: the name servers gave no answer.", "Check the domain's name servers, and try again later.";
    AlreadyVerified = "ALREADY_VERIFIED", FailedPrecondition, "The domain name is verified already.", "";
    DomainNotVerified = "DOMAIN_NOT_VERIFIED", FailedPrecondition, "The domain name is not verified.", "Verify it with verifyDomain first.";
    DomainResting = "DOMAIN_RESTING", FailedPrecondition, "Another organization released this name a short while ago, and it rests.", "Try again when the rest is over, or ask the platform's operators.";
    DomainInitial = "DOMAIN_INITIAL", FailedPrecondition, "The initial domain stays with its organization.", "";
    DomainInUse = "DOMAIN_IN_USE", FailedPrecondition, "Users sign in with this domain name, deleted ones who can be restored included.", "Change their sign-in names with changeSignInName first.";
    DomainIsDefault = "DOMAIN_IS_DEFAULT", FailedPrecondition, "Users are added at this domain name.", "Choose another with setDefaultDomain first.";
    DomainReserved = "DOMAIN_RESERVED", BadUserInput, "Names under the platform's own domain are given by the platform.", "Add a domain name that your organization holds itself.";
    PublicSuffix = "PUBLIC_SUFFIX", BadUserInput, "The name is one that others register names under.", "Add a name below it that your organization holds itself.";
    SubscriptionOver = "SUBSCRIPTION_OVER", FailedPrecondition, "The subscription is over.", "Choose another subscription.";
    NoSeatLeft = "NO_SEAT_LEFT", FailedPrecondition, "Every seat of the subscription is assigned.", "Take a seat from another user, or ask for more seats.";
    SeatsInUse = "SEATS_IN_USE", FailedPrecondition, "More seats are assigned than the subscription would have.", "Take seats from users first.";
    LicenceHeld = "LICENCE_HELD", FailedPrecondition, "The user has a seat of this subscription already.", "";
    LicenceNotHeld = "LICENCE_NOT_HELD", FailedPrecondition, "The user has no seat of this subscription.", "";
    ServiceNotLicensed = "SERVICE_NOT_LICENSED", FailedPrecondition, "None of the user's licences holds this service.", "Assign a licence of a plan that holds it.";
    CapNotLower = "CAP_NOT_LOWER", BadUserInput, "The role cap is not below the grant's.", "Accept an offer with `amend: true` to raise a cap; lowerGrant only lowers it.";
    EndNotEarlier = "END_NOT_EARLIER", BadUserInput, "The end is not between now and the end of the grant's term.", "Choose an earlier end; endGrant ends a grant at once.";
    AlreadyWiped = "ALREADY_WIPED", FailedPrecondition, "The device was asked to erase itself already.", "";
    TooManySubscriptions = "TOO_MANY_SUBSCRIPTIONS", RateLimited, "This connection or this server has no room for another subscription.", "End one, or try again later.";
    SubscriptionOnly = "SUBSCRIPTION_ONLY", ValidationFailed, "This transport carries subscriptions.", "Send queries and mutations by POST.";
    LastGlobalAdmin = "LAST_GLOBAL_ADMIN", FailedPrecondition, "The organization would be left without an enrolled global admin of its own appointment.", "Give the role to another enrolled user first.";
    RoleHeld = "ROLE_HELD", FailedPrecondition, "The user holds this role already, or it waits for the user.", "A role that waits is taken back with removeAdminRole.";
    RoleNotHeld = "ROLE_NOT_HELD", FailedPrecondition, "The user does not hold this role.", "";
    AlreadyHeld = "ALREADY_HELD", FailedPrecondition, "Your side holds the grant already.", "";
    NotHeld = "NOT_HELD", FailedPrecondition, "Your side does not hold the grant.", "A hold is lifted by the side that set it.";
    GrantOver = "GRANT_OVER", FailedPrecondition, "The grant is over.", "";
    GrantStands = "GRANT_STANDS", FailedPrecondition, "A grant from this offer stands.", "End the grant instead.";
    AlreadyRetired = "ALREADY_RETIRED", FailedPrecondition, "The device is retired already.", "";
    OfferWithdrawn = "OFFER_WITHDRAWN", FailedPrecondition, "The partner withdrew the offer.", "Ask the partner for another one.";
    OfferExpired = "OFFER_EXPIRED", FailedPrecondition, "The offer could be answered until a while ago.", "Ask the partner for another one.";
    PartsInvalid = "PARTS_INVALID", BadUserInput, "The parts do not fit the kind of the offer.", "A DELEGATION offer has delegation alone; a TRIAL one plan; a PURCHASE one or more plans, each once.";
    PlanNotSold = "PLAN_NOT_SOLD", BadUserInput, "A plan is not sold in the usage location, or no usage location was given.", "Give a usage location where every plan is sold; the plan's `locations` says where.";
    MessageWithLink = "MESSAGE_WITH_LINK", BadUserInput, "The text has a link or an address in it.", "Say it without: the server adds the links that are needed.";
    PartNotOffered = "PART_NOT_OFFERED", BadUserInput, "The offer does not have this part.", "Accept the parts that the offer names.";
    NothingAccepted = "NOTHING_ACCEPTED", BadUserInput, "An acceptance takes at least one part.", "Name a part, or decline the offer.";
    SubscriptionsTaken = "SUBSCRIPTIONS_TAKEN", Conflict, "The organization took this offer's subscriptions already.", "What was taken stands. Accept its delegation alone, or ask the partner for another offer.";
    OfferChanged = "OFFER_CHANGED", Conflict, "The offer is not what was read: its revision or digest is another.", "Read the offer again, and answer what it says now.";
    TermsDiffer = "TERMS_DIFFER", Conflict, "A grant to this partner stands on other terms.", "Send `amend: true` to replace its terms by these, or end it first.";
    CapExceeded = "CAP_EXCEEDED", BadUserInput, "The role cap is above what the offer asks for.", "Choose the offer's role cap or a lower one.";
    SeatsExceeded = "SEATS_EXCEEDED", BadUserInput, "A trial has no more licences than were offered.", "Choose the offer's number or fewer; for more, ask the partner.";
    TermExceeded = "TERM_EXCEEDED", BadUserInput, "The term is longer than the offer's.", "Choose the offer's term or a shorter one.";
    NotGivenUp = "NOT_GIVEN_UP", FailedPrecondition, "The delivery is not given up.", "Only what was given up is delivered again.";
    MailQuota = "MAIL_QUOTA", RateLimited, "This would be more mails than the server sends for one partner within 24 hours; none was sent.", "Send to fewer addresses, send the text yourself, or wait.";
    NameConfusable = "NAME_CONFUSABLE", Conflict, "The name could be taken for another organization's, holds a reserved word, or mixes scripts.", "Choose a name that nobody takes for another's.";
    SignUpNotOffered = "SIGN_UP_NOT_OFFERED", FailedPrecondition, "Only a trial or a purchase can be taken by an organization that does not exist yet, while the offer is open.", "Ask the partner for such an offer, or the platform for an organization.";
    NameTaken = "NAME_TAKEN", Conflict, "The name is in use.", "Choose another name.";
    DomainUnknown = "DOMAIN_UNKNOWN", BadUserInput, "The sign-in name's domain is not one of the account's verified domains.", "Use the account's initial domain or a verified one.";
    InputInvalid = "INPUT_INVALID", BadUserInput, "The value is not acceptable.", "";
    PasswordWeak = "PASSWORD_WEAK", BadUserInput, "The password is too short, too common or too easy to guess.", "Use at least 15 characters that are not a common phrase; a few random words do well.";
    IdInvalid = "ID_INVALID", BadUserInput, "The id is not one of the kind that is wanted here.", "Send an id as this API gave it, of the type that the field names.";
    IdempotencyKeyReused = "IDEMPOTENCY_KEY_REUSED", Conflict, "The idempotency key was used with other input.", "Use a new key for a new request.";
    DuplicateMutationKey = "DUPLICATE_MUTATION_KEY", ValidationFailed, "Two mutation fields share one response key.", "Give each mutation field an alias of its own.";
    TooManyRequests = "TOO_MANY_REQUESTS", RateLimited, "Too many requests from this address or by this user.", "Wait a minute, then try again.";
}

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denial {
    /// Why.
    pub reason: Reason,
    /// What would cure it; empty where nothing would.
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
    /// A refusal whose cure is better known than the reason alone tells.
    pub fn with_cure(reason: Reason, cure: impl Into<String>) -> Self {
        Self {
            reason,
            cure: cure.into(),
        }
    }
}
