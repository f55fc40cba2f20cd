//! What strangers send: each document, head and connection is bounded before it is worked on.

mod connections;
mod documents;
mod hostile;
mod mails;
mod sign_ins;
mod spending;
