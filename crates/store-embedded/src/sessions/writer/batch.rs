//! Changes that are written together.

use std::collections::BTreeSet;

use wardline_kernel::{StoreError, UnixMillis};
use wardline_phi::Token;
use wardline_sessions::model::{EndCause, SessionId};
use wardline_sessions::port::{
    Admission, Change, Changed, CreateLimits, Created, Ended, NewSession,
};

use super::step::{Answering, Asked, Step};
use crate::engine::Row;
use crate::sessions::image::Image;
use crate::sessions::rows;

/// A batch that is being decided on.
pub(super) struct Batch<'a> {
    image: &'a Image,
    /// Users whose sessions something in this batch changes.
    users: BTreeSet<Token>,
    decided: Vec<Decided>,
    begins: u64,
}

/// A change that was decided on: its rows, and what is done once they are durable.
struct Decided {
    rows: Vec<Row>,
    effect: Effect,
}

/// What is done with the image, and what is answered then.
enum Effect {
    Create {
        session: Box<NewSession>,
        displaced: Vec<SessionId>,
        now: UnixMillis,
        answer: Answering<Created>,
    },
    Change {
        changed: Changed,
        answer: Answering<Changed>,
    },
    End {
        id: SessionId,
        now: UnixMillis,
        answer: Answering<Option<Ended>>,
    },
    EndUser {
        ids: Vec<SessionId>,
        now: UnixMillis,
        answer: Answering<Vec<Ended>>,
    },
}

impl<'a> Batch<'a> {
    pub(super) fn new(image: &'a Image) -> Self {
        Self {
            image,
            users: BTreeSet::new(),
            decided: Vec::new(),
            begins: 0,
        }
    }

    /// Decides on a step, or gives it back: something else in this batch concerns its user.
    pub(super) fn take(&mut self, step: Step) -> Option<Step> {
        let user = match &step.asked {
            Asked::Create { session, .. } => Some(session.record.user),
            Asked::EndUser { user, .. } => Some(*user),
            Asked::Change { id, .. } | Asked::End { id, .. } => {
                self.image.record(*id).map(|record| record.user)
            }
        };
        if user.is_some_and(|user| !self.users.insert(user)) {
            return Some(step);
        }
        self.decide(step);
        None
    }

    /// Writes it all, then changes the image and answers. When writing failed, nothing changes. For want of room
    /// what only removes is tried alone: a full disk keeps no session alive that somebody ended.
    pub(super) fn commit(self, write: impl Fn(Vec<Row>) -> Result<(), StoreError>) {
        let image = self.image;
        let parts = self.decided.into_iter().partition(Decided::only_removes);
        let (mut removing, mut adding): (Vec<_>, Vec<_>) = parts;
        let rows = |of: &mut Vec<Decided>| -> Vec<Row> {
            of.iter_mut()
                .flat_map(|decided| std::mem::take(&mut decided.rows))
                .collect()
        };
        let (removed, added) = (rows(&mut removing), rows(&mut adding));
        let all = removed.iter().cloned().chain(added).collect();
        let written = written(&write, all);
        let of_removing = match &written {
            Err(StoreError::Full) if !adding.is_empty() => self::written(&write, removed),
            other => other.clone(),
        };
        for decided in removing {
            decided.conclude(image, &of_removing);
        }
        for decided in adding {
            decided.conclude(image, &written);
        }
    }

    fn decide(&mut self, step: Step) {
        let now = step.now;
        match step.asked {
            Asked::Create {
                session,
                limits,
                answer,
            } => self.create(session, limits, now, answer),
            Asked::Change { id, change, answer } => {
                let record = self.image.record(id);
                let changed = record.map_or(Changed::Gone, |record| record.changed(&change, now));
                match rows_of(&changed, change) {
                    Ok(rows) => self.push(rows, Effect::Change { changed, answer }),
                    Err(error) => send(answer, Err(error)),
                }
            }
            Asked::End { id, answer } => {
                let record = self.image.record(id);
                let lives = record.is_some_and(|record| record.life.expired(now).is_none());
                if !lives {
                    return send(answer, Ok(None));
                }
                let rows = rows::remove(id).into();
                self.push(rows, Effect::End { id, now, answer });
            }
            Asked::EndUser { user, answer } => {
                let live = self.image.live_of(&user, now).into_iter();
                let ids: Vec<SessionId> = live.map(|(_, id)| id).collect();
                let rows = ids.iter().flat_map(|id| rows::remove(*id)).collect();
                self.push(rows, Effect::EndUser { ids, now, answer });
            }
        }
    }

    fn create(
        &mut self,
        session: Box<NewSession>,
        limits: CreateLimits,
        now: UnixMillis,
        answer: Answering<Created>,
    ) {
        if self.image.len().saturating_add(self.begins) >= limits.max_live {
            return send(answer, Ok(Created::Full));
        }
        let live = self.image.live_of(&session.record.user, now);
        let displaced = match limits.admit(live) {
            Admission::TooMany { live } => return send(answer, Ok(Created::TooMany { live })),
            Admission::Admitted { displaced } => displaced,
        };
        let mut rows = match rows::put_new(&session) {
            Ok(new) => Vec::from(new),
            Err(error) => return send(answer, Err(error)),
        };
        rows.extend(displaced.iter().flat_map(|id| rows::remove(*id)));
        self.begins += 1;
        let effect = Effect::Create {
            session,
            displaced,
            now,
            answer,
        };
        self.push(rows, effect);
    }

    fn push(&mut self, rows: Vec<Row>, effect: Effect) {
        self.decided.push(Decided { rows, effect });
    }
}

fn rows_of(changed: &Changed, change: Change) -> Result<Vec<Row>, StoreError> {
    let Changed::Done(record) = changed else {
        return Ok(Vec::new());
    };
    let mut rows = vec![rows::put(record)?];
    if let Change::Fields { sealed, .. } = change {
        rows.push(rows::put_fields(record.id, &sealed));
    }
    Ok(rows)
}

fn written(
    write: &impl Fn(Vec<Row>) -> Result<(), StoreError>,
    rows: Vec<Row>,
) -> Result<(), StoreError> {
    if rows.is_empty() { Ok(()) } else { write(rows) }
}

impl Decided {
    fn only_removes(&self) -> bool {
        self.rows.iter().all(|(_, _, value)| value.is_none())
    }

    fn conclude(self, image: &Image, written: &Result<(), StoreError>) {
        match written {
            Ok(()) => self.effect.apply(image),
            Err(error) => self.effect.fail(error),
        }
    }
}

impl Effect {
    /// What expired meanwhile was named by whoever took it away: it is not named again.
    fn apply(self, image: &Image) {
        match self {
            Self::Create {
                session,
                displaced,
                now,
                answer,
            } => {
                let displaced = displaced.into_iter();
                let ended = displaced.filter_map(|id| image.end(id, EndCause::Displaced, now));
                let displaced = ended.collect();
                image.insert(session.record);
                send(answer, Ok(Created::Done { displaced }));
            }
            Self::Change { changed, answer } => {
                if let Changed::Done(record) = &changed
                    && !image.replace(record)
                {
                    // Its row came back after it was to be removed.
                    image.bury([record.id]);
                }
                send(answer, Ok(changed));
            }
            Self::End { id, now, answer } => {
                send(answer, Ok(image.end(id, EndCause::Revoked, now)));
            }
            Self::EndUser { ids, now, answer } => {
                let ended = ids.into_iter();
                let ended = ended.filter_map(|id| image.end(id, EndCause::Revoked, now));
                send(answer, Ok(ended.collect()));
            }
        }
    }

    fn fail(self, error: &StoreError) {
        let error = error.clone();
        match self {
            Self::Create { answer, .. } => send(answer, Err(error)),
            Self::Change { answer, .. } => send(answer, Err(error)),
            Self::End { answer, .. } => send(answer, Err(error)),
            Self::EndUser { answer, .. } => send(answer, Err(error)),
        }
    }
}

/// Whoever asked may have gone; what was asked is done all the same.
fn send<T>(answer: Answering<T>, result: Result<T, StoreError>) {
    drop(answer.send(result));
}
