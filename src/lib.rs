//! x
pub mod app;
pub mod auth;
pub mod config;
pub mod domain;
pub mod error;
pub mod mail;
pub mod operations;
pub mod store;
