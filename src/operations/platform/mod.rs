//! The platform's doing: registration and certification.

pub mod approve_recovery;
pub mod certify_partner;
pub mod change_subscription;
pub mod create_plan;
pub mod create_service;
pub mod give_subscription;
pub mod redeliver;
pub mod register_organization;
pub mod reinstate_certification;
pub mod rename_organization;
pub mod resend_enrolment;
pub mod start_recovery;
pub mod stop_recovery;
pub mod suspend_certification;
