//! What is counted for those who run the server, in the text format of Prometheus.
//!
//! No label holds what a tenant wrote or an id: routes, kinds, reasons and states alone, of which there are few.

use std::{fmt, sync::atomic::AtomicU64, time::Duration};

use chrono::{DateTime, Utc};
use prometheus_client::{
    encoding::{EncodeLabelSet, text},
    metrics::{
        counter::Counter,
        family::Family,
        gauge::Gauge,
        histogram::{Histogram, exponential_buckets},
        info::Info,
    },
    registry::{Registry, Unit},
};

use crate::{
    domain::{described::Described, kind::OperationKind, reason::Reason},
    error::{Error, Result},
    process,
};

/// How a request went.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Request {
    route: String,
    status: u16,
}

/// What became of an act.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Act {
    kind: &'static str,
    outcome: &'static str,
}

/// What became of an attempt to deliver a mail.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Mail {
    what: &'static str,
    outcome: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Connections {
    pool: &'static str,
    state: &'static str,
}

type Timed<Labels> = Family<Labels, Histogram, fn() -> Histogram>;
type Seconds = Gauge<f64, AtomicU64>;

/// How things stand at a moment.
#[derive(Clone, Debug)]
pub struct Standing {
    /// Whether the database answers and takes writes.
    pub database_up: bool,
    /// Whether the anchor file can be written.
    pub anchors_up: bool,
    /// `None` if the database does not say.
    pub mails: Option<MailsStanding>,
    pub acts_waiting: usize,
    /// Passwords that are hashed, or wait for it.
    pub passwords_waiting: usize,
    /// Live subscriptions.
    pub subscriptions: usize,
    /// Accounts whose record is not believed.
    pub records_held: usize,
    /// Pools of connections: the name, how many are idle, and how many are in use.
    pub connections: [(&'static str, usize, usize); 2],
}

/// How mails stand at a moment.
#[derive(Clone, Copy, Debug)]
pub struct MailsStanding {
    pub waiting: i64,
    pub given_up: i64,
    /// For how long the one waits that has been due for longest.
    pub overdue: Duration,
}

/// Everything that is counted.
pub struct Metrics {
    registry: Registry,
    requests: Timed<Request>,
    acts: Timed<Act>,
    mails: Family<Mail, Counter>,
    mails_waiting: Gauge,
    mails_overdue: Seconds,
    mails_given_up: Gauge,
    acts_waiting: Gauge,
    passwords_waiting: Gauge,
    connections: Family<Connections, Gauge>,
    subscriptions: Gauge,
    records_held: Gauge,
    database_up: Gauge,
    anchors_up: Gauge,
    memory: Gauge,
    files: Gauge,
    files_most: Gauge,
    processor: Counter<f64, AtomicU64>,
}

impl fmt::Debug for Metrics {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Metrics").finish_non_exhaustive()
    }
}

/// From a millisecond to sixteen seconds.
fn timed() -> Histogram {
    Histogram::new(exponential_buckets(0.001, 2.0, 15))
}

impl Metrics {
    /// Nothing is counted yet; the process began then.
    pub fn new(began: DateTime<Utc>) -> Self {
        let mut registry = Registry::default();
        let process = registry.sub_registry_with_prefix("process");
        let memory = registered(process, "resident_memory_bytes", "Memory in use");
        let files = registered(process, "open_fds", "Open files and connections");
        let files_most = registered(process, "max_fds", "How many of them may be open");
        let processor = Counter::default();
        process.register("cpu_seconds", "Processor time used", processor.clone());
        let start = Seconds::default();
        start.set(
            Duration::from_millis(began.timestamp_millis().try_into().unwrap_or(0)).as_secs_f64(),
        );
        process.register("start_time_seconds", "When it began", start);
        let ours = registry.sub_registry_with_prefix("mandate");
        let version = [("version", env!("CARGO_PKG_VERSION"))];
        ours.register("build", "The program", Info::new(version.to_vec()));
        let requests: Timed<Request> = Family::new_with_constructor(timed);
        ours.register_with_unit(
            "http_request_duration",
            "Requests, by route and status; a live connection counts when it begins",
            Unit::Seconds,
            requests.clone(),
        );
        let acts: Timed<Act> = Family::new_with_constructor(timed);
        ours.register_with_unit(
            "act_duration",
            "Operations, by kind and outcome: DONE, the reason of a refusal, or the code of an error",
            Unit::Seconds,
            acts.clone(),
        );
        let mails = Family::default();
        ours.register("mails", "Attempts to deliver, by outcome", mails.clone());
        let connections = Family::default();
        ours.register(
            "database_connections",
            "Connections to the database, by pool",
            connections.clone(),
        );
        let mails_overdue = Seconds::default();
        ours.register_with_unit(
            "mails_overdue",
            "For how long the mail waits that has been due for longest",
            Unit::Seconds,
            mails_overdue.clone(),
        );
        Self {
            requests,
            acts,
            mails,
            mails_waiting: registered(ours, "mails_waiting", "Mails that wait to be delivered"),
            mails_overdue,
            mails_given_up: registered(ours, "mails_given_up", "Mails given up, until `redeliver`"),
            acts_waiting: registered(ours, "acts_waiting", "Acts that wait for a transaction"),
            passwords_waiting: registered(
                ours,
                "passwords_waiting",
                "Passwords that are hashed, or wait for it",
            ),
            connections,
            subscriptions: registered(ours, "live_subscriptions", "Live subscriptions"),
            records_held: registered(
                ours,
                "records_not_trusted",
                "Accounts whose record is not believed, where every act is refused",
            ),
            database_up: registered(
                ours,
                "database_up",
                "1 if the database answers and takes writes",
            ),
            anchors_up: registered(ours, "anchors_up", "1 if the anchor file can be written"),
            memory,
            files,
            files_most,
            processor,
            registry,
        }
    }

    /// Counts an answer.
    pub fn request(&self, route: &str, status: u16, took: Duration) {
        let labels = Request {
            route: route.to_owned(),
            status,
        };
        self.requests
            .get_or_create(&labels)
            .observe(took.as_secs_f64());
    }

    /// Counts what became of an act.
    pub fn act<T>(&self, kind: OperationKind, ended: &Result<T>, took: Duration) {
        let outcome = match ended {
            Ok(_) => "DONE",
            Err(error) => error
                .reason()
                .map_or_else(|| error.code().name(), Reason::name),
        };
        let labels = Act {
            kind: kind.name(),
            outcome,
        };
        self.acts.get_or_create(&labels).observe(took.as_secs_f64());
    }

    /// Counts an attempt to deliver.
    pub fn mail(&self, what: &'static str, outcome: &'static str) {
        self.mails.get_or_create(&Mail { what, outcome }).inc();
    }

    /// All that is counted, and how things stand.
    ///
    /// # Errors
    /// When it cannot be written as text.
    pub fn text(&self, now: &Standing) -> Result<String> {
        self.database_up.set(now.database_up.into());
        self.anchors_up.set(now.anchors_up.into());
        if let Some(mails) = &now.mails {
            self.mails_waiting.set(mails.waiting);
            self.mails_given_up.set(mails.given_up);
            self.mails_overdue.set(mails.overdue.as_secs_f64());
        }
        self.acts_waiting.set(number(now.acts_waiting));
        self.passwords_waiting.set(number(now.passwords_waiting));
        self.subscriptions.set(number(now.subscriptions));
        self.records_held.set(number(now.records_held));
        for (pool, idle, used) in now.connections {
            for (state, count) in [("idle", idle), ("used", used)] {
                let labels = Connections { pool, state };
                self.connections.get_or_create(&labels).set(number(count));
            }
        }
        let used = process::used();
        self.memory.set(number(used.memory));
        self.files.set(number(used.files));
        self.files_most.set(number(used.files_most));
        let more = used.processor.as_secs_f64() - self.processor.get();
        self.processor.inc_by(more.max(0.0));
        let mut out = String::new();
        text::encode(&mut out, &self.registry).map_err(Error::internal)?;
        Ok(out)
    }
}

fn registered(registry: &mut Registry, name: &str, help: &str) -> Gauge {
    let gauge = Gauge::default();
    registry.register(name, help, gauge.clone());
    gauge
}

fn number(count: impl TryInto<i64>) -> i64 {
    count.try_into().unwrap_or(i64::MAX)
}
