//! The `mandate` program.

use std::process::ExitCode;

use clap::Parser;
use mandate::cli::Cli;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    // One provider for all of TLS, before anything asks for one.
    if rustls::crypto::aws_lc_rs::default_provider()
        .install_default()
        .is_err()
    {
        eprintln!("mandate: a TLS provider was installed before");
        return ExitCode::FAILURE;
    }
    match cli.run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("mandate: {error:#}");
            ExitCode::FAILURE
        }
    }
}
