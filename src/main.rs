//! The `mandate` program.

use std::process::ExitCode;

use clap::Parser;
use mandate::{cli::Cli, private};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    // One provider for all of TLS, before anything asks for one.
    if rustls::crypto::aws_lc_rs::default_provider()
        .install_default()
        .is_err()
    {
        eprintln!("mandate: a TLS provider was installed before");
        return ExitCode::FAILURE;
    }
    private::only_for_owner();
    match run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("mandate: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let ended = runtime.block_on(cli.run());
    // A thread that looks a name up, or hashes, does not keep the process: nobody waits for it any more.
    runtime.shutdown_background();
    ended
}
