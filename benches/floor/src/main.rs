mod backend;
mod fast;
mod lite;
mod schema;
mod tp;
use async_graphql_axum::{GraphQLRequest, GraphQLResponse};
use axum::{Router, extract::State, http::{HeaderMap, StatusCode, header}, response::{IntoResponse, Response}, routing::post};
use backend::*;
use jsonwebtoken::*;
use schema::*;
use std::sync::Arc;
use uuid::Uuid;

#[cfg(feature = "mi")]
#[global_allocator]
static G: mimalloc::MiMalloc = mimalloc::MiMalloc;

pub fn mk(kind: u64, n: u64) -> Uuid { format!("0190{kind:04x}-0000-7000-8000-{n:012x}").parse().unwrap() }
pub fn keys() -> (EncodingKey, DecodingKey) {
    use ed25519_dalek::pkcs8::EncodePrivateKey;
    let sk = ed25519_dalek::SigningKey::from_bytes(&[7u8; 32]);
    let der = sk.to_pkcs8_der().unwrap();
    (EncodingKey::from_ed_der(der.as_bytes()), DecodingKey::from_ed_der(sk.verifying_key().as_bytes()))
}
pub fn validation(a: Algorithm) -> Validation {
    let mut v = Validation::new(a);
    v.set_audience(&["mandate"]);
    v.set_issuer(&["https://mandate.test"]);
    v
}
fn env(k: &str, d: &str) -> String { std::env::var(k).unwrap_or_else(|_| d.into()) }

struct App { schema: S, fast: Option<fast::SF>, b: Arc<Backend>, dk: DecodingKey, v: Validation, tok: Option<moka::sync::Cache<String, Claims>>, json: bool, loader_delay: Option<u64>, docs: Option<moka::sync::Cache<String, Arc<async_graphql::parser::types::ExecutableDocument>>> }

fn auth(st: &App, h: &HeaderMap) -> Option<Claims> {
    let t = h.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")?;
    if let Some(c) = &st.tok {
        if let Some(c) = c.get(t) {
            return (c.exp > chrono::Utc::now().timestamp()).then_some(c);
        }
    }
    let c = decode::<Claims>(t, &st.dk, &st.v).ok()?.claims;
    if let Some(k) = &st.tok { k.insert(t.into(), c.clone()); }
    Some(c)
}
async fn handler(State(st): State<Arc<App>>, h: HeaderMap, req: GraphQLRequest) -> Response {
    let Some(c) = auth(&st, &h) else { return StatusCode::UNAUTHORIZED.into_response() };
    let req = req.into_inner();
    if st.json && req.query.starts_with("query Q1") {
        // absolute floor: a trusted document answered by one SQL statement that builds the JSON, engine bypassed
        return match st.b.q1_json(c.sub, 50).await {
            Ok(s) => ([(header::CONTENT_TYPE, "application/json")], s).into_response(),
            Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        };
    }
    let mut req = req;
    // parsed-document cache in the handler: an Extension would put every field on the slow path
    if let Some(k) = &st.docs {
        let d = match k.get(req.query.as_str()) {
            Some(d) => Some(d),
            None => async_graphql::parser::parse_query(&req.query).ok().map(|d| { let d = Arc::new(d); k.insert(req.query.clone(), d.clone()); d }),
        };
        if let Some(d) = d { req.set_parsed_query((*d).clone()); }
    }
    if let (Some(f), true) = (&st.fast, req.query.starts_with("query Q1")) {
        return GraphQLResponse::from(f.execute(req.data(c)).await).into_response();
    }
    if let Some(d) = st.loader_delay { req = req.data(loaders(&st.b, c.sub, d)); }
    GraphQLResponse::from(st.schema.execute(req.data(c)).await).into_response()
}

#[tokio::main]
async fn main() {
    let cmd = std::env::args().nth(1).unwrap_or_default();
    let pgurl = env("PGURL", "postgres://postgres@127.0.0.1:55432/mandate");
    let lite = env("LITE", "lite/m.db");
    let sync = env("SYNC", "normal");
    let batch: usize = env("BATCH", "1").parse().unwrap();
    match cmd.as_str() {
        "token" => {
            let c = Claims { sub: mk(2, 0), exp: 2_000_000_000, iss: "https://mandate.test".into(), aud: "mandate".into() };
            println!("{}", encode(&Header::new(Algorithm::EdDSA), &c, &keys().0).unwrap());
            return;
        }
        "limit" => {
            for (s, b) in [("off", 1), ("normal", 1), ("full", 1), ("normal", 16), ("full", 16), ("normal", 64), ("full", 64)] {
                for hot in [false, true] { lite::limit(&lite, s, b, hot, 2); }
            }
            lite::limit_reads(&lite, 2);
            return;
        }
        _ => {}
    }
    let q1 = match env("Q1", "lateral").as_str() { "two" => Q1Mode::Two, "loader" => Q1Mode::Loader, _ => Q1Mode::Lateral };
    let m1 = match env("M1", "pipe").as_str() { "seq" => M1Mode::Seq, "cte4" => M1Mode::Cte4, "one" => M1Mode::One, "group" => M1Mode::Group, _ => M1Mode::Pipe };
    let conns: u32 = env("CONNS", "8").parse().unwrap();
    let b = Arc::new(match cmd.as_str() {
        "sqlx" => Backend::Sqlx(PgSqlx {
            pool: sqlx::postgres::PgPoolOptions::new().max_connections(conns).min_connections(conns).test_before_acquire(env("PING", "0") == "1").connect(&pgurl).await.unwrap(),
            q1, m1,
        }),
        "tp" => Backend::Tp(tp::Tp::new(&pgurl, env("RCONNS", "4").parse().unwrap(), conns as usize, m1, batch).await.map_err(|e| e.message).unwrap()),
        "lite" => Backend::Lite(lite::Lite::new(&lite, &sync, batch)),
        "litesqlx" => Backend::LiteSqlx(lite::LiteSqlx::new(&lite, &sync, conns).await.map_err(|e| e.message).unwrap()),
        x => panic!("unknown {x}"),
    });
    let st = Arc::new(App {
        fast: (env("FASTOBJ", "0") == "1").then(|| fast::build_fast(b.clone())),
        schema: build(b.clone(), env("DOC", "1") == "ext", false), docs: (env("DOC", "1") == "1").then(|| moka::sync::Cache::new(1000)), b, dk: keys().1, v: validation(Algorithm::EdDSA),
        tok: (env("TOK", "0") == "1").then(|| moka::sync::Cache::new(10_000)), json: env("Q1", "") == "json",
        loader_delay: (q1 == Q1Mode::Loader).then(|| env("DELAY", "1000").parse().unwrap()),
    });
    let app = Router::new().route("/graphql", post(handler)).with_state(st);
    let l = tokio::net::TcpListener::bind(("127.0.0.1", env("PORT", "8100").parse().unwrap())).await.unwrap();
    use axum::serve::ListenerExt;
    let l = l.tap_io(|s| { let _ = s.set_nodelay(true); });
    axum::serve(l, app).await.unwrap();
}
