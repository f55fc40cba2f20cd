//! The administration of an account: by its own admins, or by delegates under a grant.

pub mod add_domain;
pub mod add_user;
pub mod assign_admin_role;
pub mod register_device;
pub mod remove_admin_role;
pub mod reset_password;
pub mod retire_device;
pub mod revoke_sessions;
