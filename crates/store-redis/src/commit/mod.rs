//! A commit: expectations and writes on keys of one hash tag, done by one function on the server, all or nothing.
//!
//! `functions/commit.lua` says what each step does. A commit may be sent again when nobody knows whether it was done:
//! it carries a number under a lease, or what it writes is marked as its own.

mod send;
mod span;
mod writer;

use std::collections::{BTreeSet, HashMap};

use bytes::Bytes;

use crate::call::Call;
use crate::lease::Fence;
use crate::tag::Tag;

pub(crate) use send::{Answer, Sent, send};
pub(crate) use span::Span;
pub(crate) use writer::{Turn, Writer};

/// The suffix of the key that every commit of a tag writes.
pub(crate) const HEAD: &[u8] = b":head";
/// Fields or members of one step at most: Lua unpacks no more at once.
const MAX_FIELDS: usize = 1_000;

/// The number of a commit under a lease.
pub(crate) type Number = u64;

/// A commit in the making.
#[derive(Clone, Debug)]
pub(crate) struct Commit {
    tag: Tag,
    is_strict: bool,
    is_freeing: bool,
    keys: Vec<Vec<u8>>,
    places: HashMap<Vec<u8>, usize>,
    fence: Vec<u8>,
    number: Vec<u8>,
    expectations: Vec<Vec<u8>>,
    writes: Vec<Vec<u8>>,
}

impl Commit {
    /// An empty one.
    pub(crate) fn new(tag: &Tag) -> Self {
        let mut commit = Self {
            tag: tag.clone(),
            is_strict: false,
            is_freeing: false,
            keys: Vec::new(),
            places: HashMap::new(),
            fence: Vec::new(),
            number: Vec::new(),
            expectations: Vec::new(),
            writes: Vec::new(),
        };
        commit.place(HEAD);
        commit
    }

    /// Done only while the lease is held, and not after a commit of a greater number. `attempt` tells it from another
    /// commit of this number; the commit of the number `durable` must be there.
    pub(crate) fn under(
        mut self,
        fence: &Fence,
        (number, attempt): (Number, u64),
        durable: Number,
    ) -> Self {
        self.fence = fence.as_bytes().to_vec();
        self.number = [number, attempt, durable].map(u64::to_be_bytes).concat();
        self
    }

    /// Done only right after the commit of the number before.
    pub(crate) fn without_a_gap(mut self) -> Self {
        self.is_strict = true;
        self
    }

    /// Done even when the server's memory is full: since it frees some, or since not doing it is worse than the little
    /// that it takes.
    pub(crate) fn also_when_full(&mut self) {
        self.is_freeing = true;
    }

    /// Bytes of what it writes, about.
    pub(crate) fn bytes(&self) -> usize {
        self.writes.iter().map(Vec::len).sum()
    }

    /// What is sent.
    pub(crate) fn call(&self) -> Call {
        let function = match (self.is_strict, self.is_freeing) {
            (false, false) => "wl_commit",
            (false, true) => "wl_commit_freeing",
            (true, false) => "wl_commit_next",
            (true, true) => "wl_commit_next_freeing",
        };
        let mut call = Call::new(&self.tag, function);
        for key in &self.keys {
            call = call.key(key);
        }
        let head = [&self.fence, &self.number];
        let parts = head.into_iter().chain(&self.expectations);
        for part in parts.chain(&self.writes) {
            call = call.arg(part.as_slice());
        }
        call
    }

    /// Expects that the first row of a range begins so; nothing: that there is none. `mine` is how it begins when this
    /// very commit wrote it.
    pub(crate) fn expect_row(&mut self, key: &[u8], span: &Span, begins: &[u8], mine: &[u8]) {
        let key = self.place(key);
        let parts = [b"R", &*key, &span.from, &span.until, begins, mine];
        self.expectations.extend(parts.map(<[u8]>::to_vec));
    }

    /// Expects a field to have this value; one that is absent counts as `absent`.
    pub(crate) fn expect_field(&mut self, key: &[u8], field: &[u8], value: &[u8], absent: &[u8]) {
        let key = self.place(key);
        let parts = [b"F", &*key, field, value, absent];
        self.expectations.extend(parts.map(<[u8]>::to_vec));
    }

    /// Expects that the members of a range end with no other 16 bytes than these.
    pub(crate) fn expect_only(&mut self, key: &[u8], span: &Span, ends: &[[u8; 16]]) {
        let (key, count) = (self.place(key), decimal(ends.len()));
        let parts = [b"O", &*key, &span.from, &span.until, &count];
        self.expectations.extend(parts.map(<[u8]>::to_vec));
        self.expectations
            .extend(ends.iter().map(|end| end.to_vec()));
    }

    /// Sets a field.
    pub(crate) fn set(&mut self, key: &[u8], field: &[u8], value: &[u8]) {
        let key = self.place(key);
        self.write([b"h", &*key, b"1", field, value]);
    }

    /// Sets a field for good: one that is there keeps its value.
    pub(crate) fn set_once(&mut self, key: &[u8], field: &[u8], value: &[u8]) {
        let key = self.place(key);
        self.write([b"n", &*key, field, value]);
    }

    /// Sets fields.
    pub(crate) fn set_all(&mut self, key: &[u8], fields: Vec<(Vec<u8>, Vec<u8>)>) {
        let key = self.place(key);
        let mut fields = fields.into_iter().peekable();
        while fields.peek().is_some() {
            let some: Vec<_> = fields.by_ref().take(MAX_FIELDS).collect();
            self.write([b"h", &*key, &decimal(some.len())]);
            let parts = some.into_iter().flat_map(|(field, value)| [field, value]);
            self.writes.extend(parts);
        }
    }

    /// Removes fields.
    pub(crate) fn unset(&mut self, key: &[u8], fields: &[Vec<u8>]) {
        let key = self.place(key);
        for some in fields.chunks(MAX_FIELDS) {
            self.write([b"d", &*key, &decimal(some.len())]);
            self.writes.extend(some.iter().cloned());
        }
    }

    /// Removes a field if its value begins so.
    pub(crate) fn unset_if(&mut self, key: &[u8], field: &[u8], begins: &[u8]) {
        let key = self.place(key);
        self.write([b"i", &*key, field, begins]);
    }

    /// Puts a row of an ordered table: its key, then the rest of it.
    pub(crate) fn put_row(&mut self, key: &[u8], row_key: &[u8], rest: &[u8]) {
        let (key, span) = (self.place(key), Span::of(row_key));
        let row = [row_key, rest].concat();
        self.write([b"p", &*key, &span.from, &span.until, &row]);
    }

    /// Removes the rows of a range.
    pub(crate) fn remove_rows(&mut self, key: &[u8], span: &Span) {
        let key = self.place(key);
        self.write([b"r", &*key, &span.from, &span.until]);
    }

    /// Adds a member.
    pub(crate) fn add(&mut self, key: &[u8], member: &[u8]) {
        let key = self.place(key);
        self.write([b"a", &*key, member]);
    }

    /// Removes a member.
    pub(crate) fn remove(&mut self, key: &[u8], member: &[u8]) {
        let key = self.place(key);
        self.write([b"z", &*key, member]);
    }

    /// Sets bits.
    pub(crate) fn set_bits(&mut self, key: &[u8], places: &BTreeSet<u64>) {
        let key = self.place(key);
        self.write([b"b", &*key, &decimal(places.len())]);
        let places = places.iter().map(|place| place.to_string().into_bytes());
        self.writes.extend(places);
    }

    /// Clears a bit; the bitmap goes with its last one, and with it a field that tells of it.
    pub(crate) fn clear_bit(&mut self, key: &[u8], place: u64, told: Option<(&[u8], &[u8])>) {
        let (told_key, field) = told.unwrap_or((HEAD, b""));
        let (key, told_key) = (self.place(key), self.place(told_key));
        let place = place.to_string();
        self.write([b"c", &*key, place.as_bytes(), &told_key, field]);
    }

    /// Sets a field to a number unless it has a greater one.
    pub(crate) fn raise(&mut self, key: &[u8], field: &[u8], number: u64) {
        let key = self.place(key);
        self.write([b"m", &*key, field, &number.to_be_bytes()]);
    }

    /// Widens a span of numbers.
    pub(crate) fn widen(&mut self, key: &[u8], field: &[u8], (first, last): (u64, u64)) {
        let key = self.place(key);
        let (first, last) = (first.to_be_bytes(), last.to_be_bytes());
        self.write([b"s", &*key, field, &first, &last]);
    }

    /// Puts a row whose id is counted over several tables.
    pub(crate) fn put_counted(&mut self, key: &[u8], id: &[u8], rest: &[u8], counted: Counted<'_>) {
        let (key, span) = (self.place(key), Span::of(id));
        let (counts, bits) = (self.place(counted.counts), self.place(counted.bits));
        let (row, place) = ([id, rest].concat(), counted.place.to_string());
        let place = place.as_bytes();
        self.write([
            b"q",
            &*key,
            &span.from,
            &span.until,
            &row,
            &counts,
            id,
            &bits,
            place,
        ]);
    }

    /// Takes such a row away.
    pub(crate) fn remove_counted(&mut self, key: &[u8], id: &[u8], counted: Counted<'_>) {
        let (key, span) = (self.place(key), Span::of(id));
        let (counts, bits) = (self.place(counted.counts), self.place(counted.bits));
        let place = counted.place.to_string();
        let place = place.as_bytes();
        self.write([
            b"u",
            &*key,
            &span.from,
            &span.until,
            &counts,
            id,
            &bits,
            place,
        ]);
    }

    /// Takes all fields of a key away and leaves one.
    pub(crate) fn empty_but(&mut self, key: &[u8], field: &[u8], value: &[u8]) {
        let key = self.place(key);
        self.write([b"e", &*key, field, value]);
    }

    /// Adds to the end of a list.
    pub(crate) fn append(&mut self, key: &[u8], value: &[u8]) {
        let key = self.place(key);
        self.write([b"l", &*key, value]);
    }

    fn write<const N: usize>(&mut self, parts: [&[u8]; N]) {
        self.writes.extend(parts.map(<[u8]>::to_vec));
    }

    /// A key's place among the keys of the call, counted from 1, as decimal digits.
    fn place(&mut self, key: &[u8]) -> Vec<u8> {
        if let Some(place) = self.places.get(key) {
            return decimal(*place);
        }
        self.keys.push(key.to_vec());
        let place = self.keys.len();
        self.places.insert(key.to_vec(), place);
        decimal(place)
    }
}

/// Where a row's id is counted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Counted<'a> {
    /// The key of the counts.
    pub(crate) counts: &'a [u8],
    /// The key of the bitmap that says whether the count is more than 0.
    pub(crate) bits: &'a [u8],
    /// The place in it.
    pub(crate) place: u64,
}

/// An expectation that was not met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    /// Which, counted from 0.
    pub(crate) nth: u64,
    /// What was found instead; empty: nothing.
    pub(crate) found: Bytes,
}

fn decimal(number: usize) -> Vec<u8> {
    number.to_string().into_bytes()
}
