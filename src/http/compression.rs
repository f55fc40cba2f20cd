//! Compression where it is asked for, of answers that hold no secret: from the length of a compressed answer, whoever can
//! have something put into it could learn what else stands there (the BREACH attack).

use axum::http::Response;
use tower_http::{
    CompressionLevel,
    compression::{CompressionLayer, predicate::Predicate},
};

/// Marks a response as one that holds no secret.
#[derive(Clone, Copy)]
pub struct Open;

/// From how many bytes on it is worth it.
const LEAST: u64 = 1024;

/// Chooses what is compressed.
#[derive(Clone, Copy)]
pub struct Chosen;

impl Predicate for Chosen {
    fn should_compress<B: axum::body::HttpBody>(&self, response: &Response<B>) -> bool {
        let large = response
            .body()
            .size_hint()
            .exact()
            .is_none_or(|bytes| bytes >= LEAST);
        large && response.extensions().get::<Open>().is_some()
    }
}

/// Compresses, by gzip or brotli, as fast as it goes.
pub fn layer() -> CompressionLayer<Chosen> {
    CompressionLayer::new()
        .quality(CompressionLevel::Fastest)
        .compress_when(Chosen)
}
