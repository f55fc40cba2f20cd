//! `mandate keys`.

use clap::Subcommand;

use crate::{auth::keys::Keys, config::Config};

/// What to show.
#[derive(Debug, Subcommand)]
pub enum KeysCommand {
    /// Print the public keys that verify the ends of records, as a JSON Web Key Set.
    Public,
}

impl KeysCommand {
    /// Runs the command.
    pub fn run(self, config: &Config) -> anyhow::Result<()> {
        super::existing_keys(config)?;
        let keys = Keys::open(&config.keys.dir)?;
        println!("{}", serde_json::to_string_pretty(keys.record_public())?);
        Ok(())
    }
}
