//! The whole contract of every port against Sentinel and Cluster with TLS and access lists, and what their failover
//! under load leaves.

use std::net::SocketAddr;
use std::num::NonZeroU8;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use tempfile::TempDir;
use wardline_access::port::AccessStore;
use wardline_audit::port::AuditStore;
use wardline_estate::Role;
use wardline_estate::description;
use wardline_estate::lab::{Lab, LabSpec};
use wardline_messaging::port::MessageStore;
use wardline_patients::port::{ErasureLedger, PatientStore};
use wardline_store_redis::{
    Address, Durability, Holder, Login, Redis, RedisAccess, RedisAudit, RedisBeds, RedisErasures,
    RedisMessages, RedisPatients, Settings, TlsFiles, Topology, library,
};
use wardline_testkit::block_on;
use wardline_testkit::conformance::access::{self, AccessUnderTest};
use wardline_testkit::conformance::audit::{self, AuditUnderTest};
use wardline_testkit::conformance::beds::{self, BedsUnderTest};
use wardline_testkit::conformance::patients::{self, PatientsUnderTest};
use wardline_testkit::conformance::{self as messages, StoreUnderTest};
use wardline_vitals::port::BedStore;

use super::crash::{all_there, some_more, writes};
use super::server::{lease, now};

/// How long connections to all servers may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// An estate that runs until the test ends.
pub(crate) struct Raised {
    pub(crate) lab: Lab,
    _folder: TempDir,
}

impl Raised {
    pub(crate) async fn of(topology: description::Topology, failover_after_ms: u32) -> Arc<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mut spec = LabSpec::new(topology, folder.path().join("lab"));
        spec.replicas = 2;
        spec.settings.down_after_ms = failover_after_ms;
        spec.settings.node_timeout_ms = failover_after_ms;
        let lab = Lab::up(spec).await.unwrap();
        lab.load_functions(&library::source()).await.unwrap();
        Arc::new(Self {
            lab,
            _folder: folder,
        })
    }

    /// As Wardline does, with this role.
    pub(crate) async fn connect(&self, role: Role) -> Redis {
        let lab = &self.lab;
        let addresses = |all: Vec<SocketAddr>| all.into_iter().map(address).collect();
        let login = Login {
            user: role.name().to_owned(),
            password_file: lab.password_file(role),
        };
        let topology = match lab.estate().topology {
            description::Topology::Cluster => Topology::Cluster {
                seeds: addresses(lab.data_addresses()),
            },
            _ => Topology::Sentinel {
                sentinels: addresses(lab.sentinel_addresses()),
                master: lab.master_name().to_owned(),
                login: Some(login.clone()),
            },
        };
        let files = lab.client_certificate(Role::App);
        let mut settings = Settings::new(topology);
        settings.login = Some(login);
        settings.tls = Some(TlsFiles {
            ca: files.authority.clone(),
            identity: Some((files.certificate.clone(), files.key.clone())),
            server_name: None,
        });
        settings.durability = Durability::Replicated {
            replicas: NonZeroU8::MIN,
            timeout: Durability::REPLICA_TIMEOUT,
        };
        // A busy machine may take longer over so many handshakes than Wardline waits.
        settings.timeouts.start = PATIENCE;
        Redis::connect(settings).await.unwrap()
    }

    /// What every master says to a command of an administrator, with the master's name.
    pub(crate) async fn masters_say(&self, words: &[&str]) -> Vec<(String, String)> {
        let mut all = Vec::new();
        for node in self.lab.masters().await.unwrap() {
            let address = node.address;
            let mut link = self.lab.link(address, Role::Admin).await.unwrap();
            let said = link.call(words).await.unwrap();
            all.push((node.name.clone(), format!("{said:?}")));
        }
        all
    }

    async fn empty(&self) {
        self.masters_say(&["FLUSHALL"]).await;
    }
}

fn address(address: SocketAddr) -> Address {
    Address::new(address.ip().to_string(), address.port())
}

/// A store on an estate.
struct On<S> {
    raised: Arc<Raised>,
    holder: Holder,
    store: S,
}

trait Opens: Sized {
    /// Who may do what it does.
    const ROLE: Role = Role::App;

    async fn open(redis: &Redis, holder: Holder) -> Self;
}

impl<S: Opens> On<S> {
    async fn new(raised: &Arc<Raised>) -> Self {
        raised.empty().await;
        let holder = Holder::generate().unwrap();
        Self {
            store: S::open(&raised.connect(S::ROLE).await, holder).await,
            raised: Arc::clone(raised),
            holder,
        }
    }

    /// Another instance, on connections of its own.
    fn again(&mut self) {
        self.store = now(async { S::open(&self.raised.connect(S::ROLE).await, self.holder).await });
    }
}

impl Opens for RedisMessages {
    async fn open(redis: &Redis, holder: Holder) -> Self {
        let lease = lease(redis, &Self::tag(), holder).await;
        RedisMessages::open(lease).await.unwrap()
    }
}

impl Opens for RedisBeds {
    async fn open(redis: &Redis, holder: Holder) -> Self {
        RedisBeds::open(lease(redis, &Self::tag(), holder).await)
    }
}

impl Opens for RedisAudit {
    const ROLE: Role = Role::Audit;

    async fn open(redis: &Redis, holder: Holder) -> Self {
        RedisAudit::appending(lease(redis, &Self::tag("node-1"), holder).await)
    }
}

/// The trail as somebody writes it who may remove what is past its time.
struct Removing(On<RedisAudit>);

impl Removing {
    async fn new(raised: &Arc<Raised>) -> Self {
        let mut on = On::new(raised).await;
        let redis = raised.connect(Role::Admin).await;
        let lease = lease(&redis, &RedisAudit::tag("node-1"), on.holder).await;
        on.store = RedisAudit::open(lease);
        Self(on)
    }
}

impl AuditUnderTest for Removing {
    fn store(&self) -> &dyn AuditStore {
        &self.0.store
    }

    fn reopen(&mut self) {
        self.0.again();
    }
}

impl Opens for RedisAccess {
    async fn open(redis: &Redis, _: Holder) -> Self {
        Self::new(redis)
    }
}

impl Opens for (RedisPatients, RedisErasures) {
    async fn open(redis: &Redis, _: Holder) -> Self {
        (RedisPatients::new(redis), RedisErasures::new(redis))
    }
}

impl StoreUnderTest for On<RedisMessages> {
    fn store(&self) -> &dyn MessageStore {
        &self.store
    }

    fn reopen(&mut self) {
        self.again();
    }
}

impl BedsUnderTest for On<RedisBeds> {
    fn store(&self) -> &dyn BedStore {
        &self.store
    }

    fn reopen(&mut self) {
        self.again();
    }
}

impl AuditUnderTest for On<RedisAudit> {
    fn store(&self) -> &dyn AuditStore {
        &self.store
    }

    fn reopen(&mut self) {
        self.again();
    }
}

impl AccessUnderTest for On<RedisAccess> {
    fn store(&self) -> &dyn AccessStore {
        &self.store
    }

    fn reopen(&mut self) {
        self.again();
    }
}

impl PatientsUnderTest for On<(RedisPatients, RedisErasures)> {
    fn store(&self) -> &dyn PatientStore {
        &self.store.0
    }

    fn ledger(&self) -> &dyn ErasureLedger {
        &self.store.1
    }

    fn reopen(&mut self) {
        self.again();
    }
}

macro_rules! each {
    ($raised:expr, $contract:ident; $($sentence:ident)*) => {$(
        Box::pin($contract::$sentence(&mut On::new($raised).await)).await;
    )*};
}

async fn every_port_keeps_its_contract(raised: &Arc<Raised>) {
    each! { raised, access;
        a_put_that_expects_version_0_creates_a_row_or_is_a_conflict
        a_put_that_expects_version_n_replaces_it_or_is_a_conflict
        a_lookup_key_leads_to_one_row_of_a_kind
        a_put_that_was_not_done_changed_nothing
        a_put_that_was_done_survives
        of_puts_at_the_same_time_one_is_done
        a_listing_gives_the_rows_of_a_kind_in_the_order_of_their_ids
        what_is_stored_is_given_back_byte_for_byte
    }
    each! { raised, messages;
        a_committed_batch_is_whole
        when_commit_returns_ok_the_batch_survives
        batches_take_effect_in_the_order_of_their_commit_calls
        a_message_put_is_found_by_its_id_body_and_each_of_its_tokens
        last_message_id_is_the_greatest_ever_put_also_after_that_message_was_removed
        duplicates_answers_for_each_key_with_the_latest_message_put_under_it
        a_queue_is_listed_in_the_order_of_ids_only_what_is_enqueued_and_not_dequeued
        enqueueing_or_dequeueing_twice_is_the_same_as_once
        a_search_gives_exactly_what_matches_every_part_of_its_query_in_the_asked_order
        a_search_page_ends_with_a_cursor_exactly_when_there_may_be_more
        a_dead_letter_is_listed_until_it_is_removed
        a_removed_message_is_found_by_nothing
        counters_and_jobs_are_the_last_ones_put
        what_is_stored_is_given_back_byte_for_byte
        removing_one_of_two_that_share_a_duplicate_key_leaves_the_later_ones_entry
    }
    each! { raised, beds;
        a_commit_is_whole
        when_a_synced_commit_returns_ok_it_and_all_before_it_survive
        when_a_written_commit_returns_ok_it_survives_the_process
        commits_take_effect_in_the_order_of_their_calls
        a_removed_row_is_listed_no_more
        a_stays_entries_are_listed_in_the_order_of_their_numbers
        trimming_removes_entries_up_to_a_number_and_no_other
        pages_neither_repeat_nor_skip_and_end_with_a_cursor_exactly_when_there_is_more
        what_is_stored_is_given_back_byte_for_byte
        random_writes_give_the_same_as_the_model
    }
    each! { raised, audit;
        a_commit_is_whole
        when_commit_returns_done_it_survives
        a_commit_that_expects_another_size_changes_nothing_and_is_a_conflict
        leaves_are_given_in_order_from_the_place_asked_for_byte_for_byte
        a_posting_finds_exactly_what_was_put_under_it_in_the_range_in_the_asked_order
        the_head_nodes_and_rows_are_the_last_ones_put
        checkpoints_are_listed_in_the_order_of_their_sizes
        rows_of_a_kind_are_listed_in_the_order_of_their_keys
    }
    let mut removing = Removing::new(raised).await;
    audit::a_removed_leaf_is_found_by_nothing_and_every_other_one_is(&mut removing).await;
    each! { raised, patients;
        a_commit_writes_all_of_its_writes_or_none
        a_write_that_expects_version_0_begins_a_record_or_is_a_conflict
        a_write_that_expects_version_n_makes_the_next_or_is_a_conflict
        of_commits_at_the_same_time_one_is_done
        a_write_names_all_tokens_of_the_patient
        a_record_number_leads_to_one_patient
        what_was_committed_or_erased_survives
        an_erasure_takes_all_but_the_head
        patients_of_a_token_are_found_in_the_order_of_their_ids
        manifests_are_listed_from_a_version_downwards
        a_rewrap_replaces_the_key_that_is_told
        what_is_stored_is_given_back_byte_for_byte
        heads_are_listed_in_the_order_of_the_ids
        entries_of_the_ledger_survive_in_their_order
    }
}

/// Long enough that a busy machine is not taken for a dead one.
pub(crate) const NO_FAILOVER_MS: u32 = 20_000;

#[test]
fn every_port_keeps_its_contract_on_sentinel() {
    block_on(async {
        let raised = Raised::of(description::Topology::Sentinel, NO_FAILOVER_MS).await;

        Box::pin(every_port_keeps_its_contract(&raised)).await;
    });
}

#[test]
fn every_port_keeps_its_contract_on_a_cluster() {
    block_on(async {
        let raised = Raised::of(description::Topology::Cluster, NO_FAILOVER_MS).await;

        Box::pin(every_port_keeps_its_contract(&raised)).await;
    });
}

#[test]
fn a_failover_by_sentinel_under_load_loses_no_acknowledged_message() {
    block_on(async {
        let raised = Raised::of(description::Topology::Sentinel, 2_000).await;

        Box::pin(failover_loses_nothing(&raised)).await;
    });
}

#[test]
fn a_failover_of_a_cluster_under_load_loses_no_acknowledged_message() {
    block_on(async {
        let raised = Raised::of(description::Topology::Cluster, 2_000).await;

        Box::pin(failover_loses_nothing(&raised)).await;
    });
}

async fn failover_loses_nothing(raised: &Arc<Raised>) {
    let holder = Holder::generate().unwrap();
    let store = <RedisMessages as Opens>::open(&raised.connect(Role::App).await, holder).await;
    let (stop, acknowledged) = (AtomicBool::new(false), AtomicU64::new(0));
    let slot = RedisMessages::tag().slot().to_string();

    let killing = async {
        some_more(&acknowledged, 500).await;
        // Whoever has the messages; with Sentinel there is one master.
        let words: &[&str] = match raised.lab.estate().topology {
            description::Topology::Cluster => &["CLUSTER", "COUNTKEYSINSLOT", &slot],
            _ => &["DBSIZE"],
        };
        let said = raised.masters_say(words).await;
        let (master, _) = said.iter().find(|(_, keys)| !keys.contains("(0)")).unwrap();
        raised.lab.kill(master).unwrap();
        some_more(&acknowledged, 500).await;
        stop.store(true, Ordering::SeqCst);
    };
    let (ids, ()) = tokio::join!(writes(&store, &stop, &acknowledged), killing);

    all_there(&store, &ids).await;
}
