//! The rules of `mandate::domain` by themselves: no database, no server, no clock.
//!
//! `tests/mutants.py` changes the rules in many small ways, and sees that these tests notice each.

mod acceptance;
mod given;
mod grant;
mod hands;
mod policy;
mod table;
mod visibility;
