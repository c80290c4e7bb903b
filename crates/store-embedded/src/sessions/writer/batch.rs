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
    rows: Vec<Row>,
    /// What is done with the image once the rows are durable, and what is answered then.
    decided: Vec<Decided>,
    begins: u64,
}

/// A change that was decided on.
enum Decided {
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
            rows: Vec::new(),
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

    /// Writes it all, then changes the image and answers. When writing failed, nothing changes.
    pub(super) fn commit(self, write: impl FnOnce(Vec<Row>) -> Result<(), StoreError>) {
        let written = if self.rows.is_empty() {
            Ok(())
        } else {
            write(self.rows)
        };
        for decided in self.decided {
            match &written {
                Ok(()) => decided.apply(self.image),
                Err(error) => decided.fail(error),
            }
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
                match self.put_changed(&changed, change) {
                    Ok(()) => self.decided.push(Decided::Change { changed, answer }),
                    Err(error) => send(answer, Err(error)),
                }
            }
            Asked::End { id, answer } => {
                let record = self.image.record(id);
                let lives = record.is_some_and(|record| record.life.expired(now).is_none());
                if !lives {
                    return send(answer, Ok(None));
                }
                self.rows.extend(rows::remove(id));
                self.decided.push(Decided::End { id, now, answer });
            }
            Asked::EndUser { user, answer } => {
                let live = self.image.live_of(&user, now).into_iter();
                let ids: Vec<SessionId> = live.map(|(_, id)| id).collect();
                self.rows
                    .extend(ids.iter().flat_map(|id| rows::remove(*id)));
                self.decided.push(Decided::EndUser { ids, now, answer });
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
        match rows::put_new(&session) {
            Ok(new) => self.rows.extend(new),
            Err(error) => return send(answer, Err(error)),
        }
        self.rows
            .extend(displaced.iter().flat_map(|id| rows::remove(*id)));
        self.begins += 1;
        self.decided.push(Decided::Create {
            session,
            displaced,
            now,
            answer,
        });
    }

    fn put_changed(&mut self, changed: &Changed, change: Change) -> Result<(), StoreError> {
        if let Changed::Done(record) = changed {
            self.rows.push(rows::put(record)?);
            if let Change::Fields { sealed, .. } = change {
                self.rows.push(rows::put_fields(record.id, &sealed));
            }
        }
        Ok(())
    }
}

impl Decided {
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
