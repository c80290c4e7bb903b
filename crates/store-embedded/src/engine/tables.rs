//! The tables, and how each is laid out.

use std::sync::Arc;

use fjall::compaction::Leveled;
use fjall::config::{CompressionPolicy, FilterPolicy, PinningPolicy};
use fjall::{CompressionType, Database, Keyspace, KeyspaceCreateOptions};

use super::MIB;

/// Files of a table whose keys come in no order that are merged into its first level together, and the size of the files
/// that come of it: a first level of 16 MiB, ten times that for each further one. By the engine's own sizes it has
/// 256 MiB, all of which is written again with each four files of a MiB
/// (`docs/decisions/0028-small-levels.md`).
const MERGED_AT_ONCE: u8 = 8;
const MERGED_FILE_BYTES: u64 = 2 * MIB;

/// A table of rows. What stands in it is said by `keys`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Table {
    /// Messages' parts in clear.
    Records,
    /// Messages' sealed parts.
    Bodies,
    /// Which messages a blind token finds.
    Tokens,
    /// Senders' control ids.
    Duplicates,
    /// What waits for each destination.
    Queued,
    /// What became of messages at destinations.
    Deliveries,
    /// What waits for a person.
    DeadLetters,
    /// Which messages are of a channel and type, and which could not be read or routed.
    Postings,
    /// Everything of which there is little: totals, jobs, names, wrapped keys.
    Meta,
    /// Sessions' parts in clear.
    Sessions,
    /// Sessions' sealed parts.
    SessionFacts,
    /// When somebody was last active in a session.
    SessionActivity,
    /// Beds, stays, charts and merges.
    Beds,
    /// What came in since a chart was stored.
    BedEntries,
    /// Records of the audit trail.
    AuditLeaves,
    /// Which records of the audit trail a blind token or a kind finds.
    AuditPostings,
    /// The audit trail's end, tree, checkpoints, and what is kept beside it.
    Audit,
    /// Users, API keys and emergency accesses.
    Access,
    /// Heads of patients' records, and what finds them.
    Patients,
    /// Versions of patients' records: manifests and values.
    PatientVersions,
}

impl Table {
    pub(crate) const ALL: [Self; 20] = [
        Self::Records,
        Self::Bodies,
        Self::Tokens,
        Self::Duplicates,
        Self::Queued,
        Self::Deliveries,
        Self::DeadLetters,
        Self::Postings,
        Self::Meta,
        Self::Sessions,
        Self::SessionFacts,
        Self::SessionActivity,
        Self::Beds,
        Self::BedEntries,
        Self::AuditLeaves,
        Self::AuditPostings,
        Self::Audit,
        Self::Access,
        Self::Patients,
        Self::PatientVersions,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Records => "records",
            Self::Bodies => "bodies",
            Self::Tokens => "tokens",
            Self::Duplicates => "duplicates",
            Self::Queued => "queued",
            Self::Deliveries => "deliveries",
            Self::DeadLetters => "dead-letters",
            Self::Postings => "postings",
            Self::Meta => "meta",
            Self::Sessions => "sessions",
            Self::SessionFacts => "session-facts",
            Self::SessionActivity => "session-activity",
            Self::Beds => "beds",
            Self::BedEntries => "bed-entries",
            Self::AuditLeaves => "audit-leaves",
            Self::AuditPostings => "audit-postings",
            Self::Audit => "audit",
            Self::Access => "access",
            Self::Patients => "patients",
            Self::PatientVersions => "patient-versions",
        }
    }

    /// Whether its rows belong into a backup.
    pub(crate) const fn is_backed_up(self) -> bool {
        !matches!(
            self,
            Self::Sessions | Self::SessionFacts | Self::SessionActivity
        )
    }

    /// What is being done when a row is read, for errors.
    pub(super) const fn reading(self) -> &'static str {
        match self {
            Self::Records => "reading messages",
            Self::Bodies => "reading sealed bodies",
            Self::Tokens => "reading search tokens",
            Self::Duplicates => "reading control ids",
            Self::Queued => "reading queues",
            Self::Deliveries => "reading deliveries",
            Self::DeadLetters => "reading dead letters",
            Self::Postings => "reading the index of types",
            Self::Meta => "reading totals and names",
            Self::Sessions | Self::SessionFacts | Self::SessionActivity => "reading sessions",
            Self::Beds | Self::BedEntries => "reading beds",
            Self::AuditLeaves | Self::AuditPostings | Self::Audit => "reading the audit trail",
            Self::Access => "reading identities",
            Self::Patients | Self::PatientVersions => "reading records of patients",
        }
    }

    /// Bytes of new rows that are held in memory before they become a file. Small, as there are many tables
    /// and each may have one buffer that fills and some that are being written.
    const fn buffer_bytes(self) -> u64 {
        match self {
            Self::Bodies => 16 * MIB,
            Self::Tokens | Self::Duplicates => 8 * MIB,
            // Rows that were taken out are passed over until a queue's buffer is written.
            Self::Queued | Self::Meta | Self::DeadLetters | Self::Audit | Self::Access => 2 * MIB,
            Self::Records
            | Self::Deliveries
            | Self::Postings
            | Self::Sessions
            | Self::SessionFacts
            | Self::SessionActivity
            | Self::Beds
            | Self::BedEntries
            | Self::AuditLeaves
            | Self::AuditPostings
            | Self::Patients
            | Self::PatientVersions => 4 * MIB,
        }
    }

    /// Whether a new file of it holds keys from all over the table, so that merging it touches all that is there.
    /// Where keys ascend, files are put behind each other.
    const fn is_out_of_order(self) -> bool {
        matches!(
            self,
            Self::Tokens
                | Self::Duplicates
                | Self::Postings
                | Self::AuditPostings
                | Self::Sessions
                | Self::SessionFacts
                | Self::SessionActivity
                | Self::Patients
                | Self::PatientVersions
        )
    }

    fn merging(self) -> Leveled {
        let merging = Leveled::default();
        if self.is_out_of_order() {
            merging
                .with_l0_threshold(MERGED_AT_ONCE)
                .with_table_target_size(MERGED_FILE_BYTES)
        } else {
            merging
        }
    }

    fn layout(self) -> KeyspaceCreateOptions {
        let layout = KeyspaceCreateOptions::default()
            .compaction_strategy(Arc::new(self.merging()))
            .manual_journal_persist(true)
            .max_memtable_size(self.buffer_bytes())
            // Filters and indexes share the one bounded cache; pinned, they would grow with the data.
            .filter_block_pinning_policy(PinningPolicy::all(false))
            .index_block_pinning_policy(PinningPolicy::all(false));
        let incompressible = CompressionPolicy::all(CompressionType::None);
        match self {
            // Only ever read in ranges: a filter would answer nothing.
            Self::Tokens
            | Self::Postings
            | Self::Beds
            | Self::BedEntries
            | Self::AuditLeaves
            | Self::AuditPostings => layout
                .filter_policy(FilterPolicy::disabled())
                .data_block_compression_policy(incompressible),
            // Asked for what is there, as a rule: no filters on the last level, which holds nine tenths.
            Self::Records => layout.expect_point_read_hits(true),
            Self::Bodies | Self::SessionFacts | Self::PatientVersions => layout
                .expect_point_read_hits(true)
                .data_block_compression_policy(incompressible),
            // Asked for what is not there, as a rule.
            Self::Duplicates => layout.data_block_compression_policy(incompressible),
            Self::Queued
            | Self::Deliveries
            | Self::DeadLetters
            | Self::Meta
            | Self::Audit
            | Self::Access
            | Self::Patients => layout,
            // Read once, from beginning to end.
            Self::Sessions | Self::SessionActivity => {
                layout.filter_policy(FilterPolicy::disabled())
            }
        }
    }
}

/// The engine's handles, by table.
#[derive(Clone)]
pub(super) struct Tables(Arc<[Keyspace; Table::ALL.len()]>);

impl Tables {
    pub(super) fn open(db: &Database) -> Result<Self, fjall::Error> {
        let open = |table: Table| db.keyspace(table.name(), || table.layout());
        Ok(Self(Arc::new([
            open(Table::Records)?,
            open(Table::Bodies)?,
            open(Table::Tokens)?,
            open(Table::Duplicates)?,
            open(Table::Queued)?,
            open(Table::Deliveries)?,
            open(Table::DeadLetters)?,
            open(Table::Postings)?,
            open(Table::Meta)?,
            open(Table::Sessions)?,
            open(Table::SessionFacts)?,
            open(Table::SessionActivity)?,
            open(Table::Beds)?,
            open(Table::BedEntries)?,
            open(Table::AuditLeaves)?,
            open(Table::AuditPostings)?,
            open(Table::Audit)?,
            open(Table::Access)?,
            open(Table::Patients)?,
            open(Table::PatientVersions)?,
        ])))
    }

    pub(super) fn get(&self, table: Table) -> &Keyspace {
        let [
            records,
            bodies,
            tokens,
            duplicates,
            queued,
            deliveries,
            dead,
            postings,
            meta,
            sessions,
            session_facts,
            session_activity,
            beds,
            bed_entries,
            audit_leaves,
            audit_postings,
            audit,
            access,
            patients,
            patient_versions,
        ] = &*self.0;
        match table {
            Table::Records => records,
            Table::Bodies => bodies,
            Table::Tokens => tokens,
            Table::Duplicates => duplicates,
            Table::Queued => queued,
            Table::Deliveries => deliveries,
            Table::DeadLetters => dead,
            Table::Postings => postings,
            Table::Meta => meta,
            Table::Sessions => sessions,
            Table::SessionFacts => session_facts,
            Table::SessionActivity => session_activity,
            Table::Beds => beds,
            Table::BedEntries => bed_entries,
            Table::AuditLeaves => audit_leaves,
            Table::AuditPostings => audit_postings,
            Table::Audit => audit,
            Table::Access => access,
            Table::Patients => patients,
            Table::PatientVersions => patient_versions,
        }
    }
}
