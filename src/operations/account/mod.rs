//! The administration of an account: by its own admins, or by delegates under a grant.

pub mod add_domain;
pub mod add_user;
pub mod assign_admin_role;
pub mod assign_licence;
pub mod block_sign_in;
pub mod change_contact;
pub mod change_sign_in_name;
pub mod confirm_contact;
pub mod delete_user;
pub mod erase_user;
pub mod register_device;
pub mod remove_admin_role;
pub mod remove_domain;
pub mod reset_password;
pub mod restore_user;
pub mod retire_device;
pub mod revoke_sessions;
pub mod set_default_domain;
pub mod set_service_access;
pub mod unassign_licence;
pub mod unblock_sign_in;
pub mod update_profile;
pub mod verify_domain;
pub mod wipe_device;
