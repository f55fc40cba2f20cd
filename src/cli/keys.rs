//! `mandate keys`: the installation's keys. Running servers take up what changes.

use clap::Subcommand;

use crate::{
    ambient::Clock,
    auth::keys::{Keys, Usage},
    config::Config,
};

/// What to do with keys.
#[derive(Debug, Subcommand)]
pub enum KeysCommand {
    /// Print the public keys that verify the ends of records, as a JSON Web Key Set.
    Public,
    /// List the keys that are there, by id: what each is for; of one sort the last signs.
    List,
    /// Make a new key, which signs from now on. What the others signed stays good.
    Rotate {
        /// What the key is for.
        usage: Usage,
    },
    /// Remove the private half of a key. What a record key signed until now stays good.
    Retire {
        /// The key's id, as `mandate keys list` prints it.
        kid: String,
        /// Also where running servers may sign with it still, because others may know it.
        #[arg(long)]
        at_once: bool,
    },
}

impl KeysCommand {
    /// Runs the command.
    pub fn run(self, config: &Config) -> anyhow::Result<()> {
        super::existing_keys(config)?;
        let keys = Keys::open(&config.keys.dir)?;
        let now = Clock::System.now();
        match self {
            Self::Public => {
                println!("{}", serde_json::to_string_pretty(&keys.record_public())?);
            }
            Self::List => {
                for (usage, kid) in keys.list()? {
                    println!("{} {kid}", usage.name());
                }
            }
            Self::Rotate { usage } => {
                println!("{} signs from now on.", keys.rotate(usage, now)?);
            }
            Self::Retire { kid, at_once } => {
                keys.retire(&kid, at_once, now)?;
                println!("{kid} was retired.");
            }
        }
        Ok(())
    }
}
